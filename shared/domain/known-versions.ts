import type { IsoTime } from '../time.ts';

/**
 * Api-versions whose definition of the operation status calls was read (github.com/Azure/azure-rest-api-specs), newest
 * first. All are previews: no stable version has the calls.
 */
const knownVersions = [
  '2026-10-02-preview',
  '2026-08-02-preview',
  '2026-07-02-preview',
  '2026-05-02-preview',
  '2026-04-02-preview',
  '2026-02-02-preview',
  '2026-01-02-preview',
  '2025-10-02-preview',
  '2025-09-02-preview',
  '2025-08-02-preview',
  '2025-07-02-preview',
  '2025-06-02-preview',
  '2025-05-02-preview',
] as const;
const known: ReadonlySet<string> = new Set(knownVersions);

/** What the app begins with where nothing else is known to work. */
export const newestKnown: string = knownVersions[0];
const oldestKnown: string = knownVersions.at(-1) ?? newestKnown;

/** The value of `AKS_API_VERSION` with which the app chooses by itself. */
export const auto = 'auto';

/** Whether an api-version can have the operation status calls: only previews do. */
export function isPreview(apiVersion: string): boolean {
  return /^\d{4}-\d{2}-\d{2}-preview$/.test(apiVersion);
}

/** Whether an api-version is known to have the operation status calls, so that its "not found" can be believed. */
export function isKnownVersion(apiVersion: string): boolean {
  return known.has(apiVersion);
}

/** ARM's word that it does not take an api-version. */
export interface VersionRefusal {
  /** ARM's code, as it wrote it. */
  readonly code: string;
  /** Where it is not offered, as ARM names it in the IDs of resources (`westeurope`); `null`: ARM named no location. */
  readonly location: string | null;
  /** What AKS offers there; `null`: ARM did not say. */
  readonly offered: readonly string[] | null;
}

/**
 * The next version to try: of those offered the newest known one, else the newest preview that is newer than the oldest
 * known one. `null`: nothing that can be used is left.
 *
 * @param offered what AKS says that it offers; `null`: it does not say, and each known version may be offered
 * @param tried what was refused in this turn: each version is tried once
 */
export function nextVersion(
  offered: readonly string[] | null,
  tried: ReadonlySet<string>,
): string | null {
  const isLeft = (version: string): boolean => !tried.has(version);
  if (offered === null) return knownVersions.find(isLeft) ?? null;
  const all = new Set(offered);
  const newer = offered.filter((version) => isPreview(version) && version > oldestKnown);
  return (
    knownVersions.find((version) => all.has(version) && isLeft(version)) ??
    newer.filter(isLeft).toSorted().at(-1) ??
    null
  );
}

/** What is offered in spite of several refusals: what all of them name. */
export function offeredByAll(
  before: readonly string[] | null,
  { offered }: VersionRefusal,
): readonly string[] | null {
  if (before === null || offered === null) return offered ?? before;
  const also = new Set(before);
  return offered.filter((version) => also.has(version));
}

/** A version this old (in months) is worth a remark: the shortest life of a preview was 19 months. */
const oldMonths = 12;

/** Whether a version was published more than twelve months ago. */
export function isOldVersion(apiVersion: string, now: IsoTime): boolean {
  const published = Date.parse(apiVersion.slice(0, 10));
  if (Number.isNaN(published)) return false;
  const limit = new Date(published);
  limit.setUTCMonth(limit.getUTCMonth() + oldMonths);
  return limit.getTime() < Date.parse(now);
}

/** What a version in use that is old means, for `health` and `doctor`. */
export function ageRemark(apiVersion: string): string {
  return `Api-version ${apiVersion} is older than ${oldMonths} months: Azure retires previews about 19 to 27 months after their date.`;
}
