import {
  incidentAt,
  incidentCauseIn,
  incidentCauses,
  isUnreadable,
  keysAround,
  keysOfReading,
  widerThan,
  type FailedReading,
  type IncidentCause,
  type IncidentName,
  type LastReading,
} from '../domain/incident.ts';
import { nameKey } from '../domain/azure-names.ts';
import { passing } from '../domain/reading-trouble.ts';
import { isTenantMismatch, signInFailed, type ReadingTrouble } from '../domain/reading.ts';
import type { WorkStore } from '../store/work-store.ts';
import type { IsoTime } from '../time.ts';
import { byScope, type ByScope } from './by-scope.ts';

/** Failures with one cause in one scope that this tick met. */
export interface Outbreak extends IncidentName {
  readonly worst: ReadingTrouble;
}

/** Incidents by cause and scope. */
export function perCause(
  known: readonly IncidentName[],
): (cause: IncidentCause) => ByScope<IncidentName> {
  const all = new Map(
    incidentCauses.map((cause) => [cause, byScope<IncidentName>([], keysAround)]),
  );
  const of = (cause: IncidentCause): ByScope<IncidentName> =>
    all.get(cause) ?? byScope<IncidentName>([], keysAround);
  for (const incident of known) of(incident.cause).add(incident);
  return of;
}

/** What cannot be read, by the cause of the incident that it belongs to, and by scope. */
export interface Trouble {
  readonly of: (cause: IncidentCause) => ByScope<FailedReading>;
  /** Of all causes, without operations that are not found. */
  readonly ofAnyCause: ByScope<FailedReading>;
  readonly all: ByScope<FailedReading>;
}

/** Sorts what cannot be read. */
export function troubleIn(failed: readonly FailedReading[]): Trouble {
  const byCause = Map.groupBy(failed, incidentCauseIn);
  const found = new Map([...byCause].map(([cause, some]) => [cause, byReading(some)]));
  const none = byReading([]);
  return {
    of: (cause) => found.get(cause) ?? none,
    ofAnyCause: byReading(failed.filter((one) => incidentCauseIn(one) !== null)),
    all: byReading(failed),
  };
}

function byReading(failed: readonly FailedReading[]): ByScope<FailedReading> {
  return byScope(failed, keysOfReading);
}

/** The outbreaks that are no part of one another: where reading has failed for long enough. */
export function outbreaks(read: readonly LastReading[], now: IsoTime): Outbreak[] {
  const found: Outbreak[] = [];
  const foundOf = perCause([]);
  const first = read
    .flatMap(({ trouble, ...where }) => (trouble === null ? [] : [{ ...where, trouble }]))
    .toSorted((a, b) => (a.trouble.since < b.trouble.since ? -1 : 1));
  for (const { scope, isOperation, trouble } of first) {
    const cause = incidentCauseIn({ cause: trouble.cause, isOperation });
    if (cause === null || !isUnreadable(trouble, now)) continue;
    const name = incidentAt(cause, scope);
    if (foundOf(cause).isAround(name)) continue;
    foundOf(cause).add(name);
    found.push({ ...name, worst: trouble });
  }
  return found;
}

/**
 * Joins outbreaks if nothing can be read in the wider scope: several resource groups become one subscription; all
 * subscriptions become one failure of the sign-in or api-version. Asks the store, as no tick reads everything.
 */
export async function widened(
  outbreaksMet: readonly Outbreak[],
  trouble: Trouble,
  work: WorkStore,
): Promise<Outbreak[]> {
  const found: Outbreak[] = [];
  const foundOf = perCause([]);
  /** Many in one scope ask the same. */
  const answers = new Map<string, boolean>();
  async function isWhole(wider: IncidentName, worst: ReadingTrouble): Promise<boolean> {
    // Without a token nothing can be read anywhere.
    if (worst.code === signInFailed) return true;
    // An error about one scope needs a second scope that fails too; an error about the app itself does not.
    const isOfScope = wider.cause === 'forbidden' || isTenantMismatch(worst.code);
    const question = `${wider.cause} ${keysAround(wider).at(-1)} ${isOfScope}`;
    const known = answers.get(question);
    if (known !== undefined) return known;
    const answer = await isOfAll(wider, isOfScope ? 2 : 1, trouble, work);
    answers.set(question, answer);
    return answer;
  }
  for (const outbreak of outbreaksMet) {
    if (foundOf(outbreak.cause).isAround(outbreak)) continue;
    const { worst } = outbreak;
    const wider = widerThan(outbreak);
    const name = wider !== null && (await isWhole(wider, worst)) ? { ...wider, worst } : outbreak;
    foundOf(name.cause).add(name);
    found.push(name);
  }
  return found;
}

/** @param fewest how many subscriptions, or resource groups of one, must fail at least */
async function isOfAll(
  wider: IncidentName,
  fewest: number,
  trouble: Trouble,
  work: WorkStore,
): Promise<boolean> {
  const narrower = new Set(
    trouble
      .of(wider.cause)
      .within(wider)
      .map(({ scope }) =>
        nameKey(wider.scope === null ? scope.subscriptionId : (scope.resourceGroupName ?? '')),
      ),
  );
  // If something there fails with another cause, the whole scope does not share this one.
  const isOtherwise = trouble.all
    .within(wider)
    .some((one) => incidentCauseIn(one) !== wider.cause && !passing.has(one.cause));
  if (isOtherwise) return false;
  return narrower.size >= fewest && (await work.readable([{ name: wider }])).size === 0;
}
