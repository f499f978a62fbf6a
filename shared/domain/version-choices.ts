import { elapsed, isCredible, plus, clocksDifferMs, type IsoTime } from '../time.ts';
import { auto, newestKnown } from './known-versions.ts';
import { nameKey } from './azure-names.ts';
import { emptyOutbox, outboxLimit, owing, type Outbox, type OwedMessage } from './outbox.ts';

/** Which api-version is used somewhere. */
interface Choice {
  readonly version: string;
  /** When it was last known to work, to a day. */
  readonly usedAt: IsoTime;
  /** Of a subscription: what was refused before it, and when; what was refused more than a day ago is forgotten. */
  readonly left: Readonly<Record<string, IsoTime>>;
}

/** A move from one api-version to another, as it is posted. */
export interface MoveMessage extends OwedMessage {
  readonly from: string;
  readonly to: string;
  /** ARM's code. */
  readonly code: string;
  /** Where the old version was refused; `null`: ARM named no location, and the cluster's is not known. */
  readonly location: string | null;
  readonly subscriptionId: string;
}

/** Which api-versions are used in one cloud, and what is owed about it. */
export interface VersionChoices {
  /** By location (`westeurope`), or by the ARM ID of a subscription, a cluster or a list of clusters. */
  readonly choices: Readonly<Record<string, Choice>>;
  /** The moves that were posted or are owed, each as {@link moveName} names it. */
  readonly posted: readonly string[];
  readonly outbox: Outbox<MoveMessage>;
}

/** Before anything was asked. */
export const noChoices: VersionChoices = { choices: {}, posted: [], outbox: emptyOutbox };

/** What is asked with an api-version: a cluster, or the list of clusters of a subscription or resource group. */
export interface VersionPlace {
  readonly subscriptionId: string;
  /** Its ARM ID, the list's path. */
  readonly armId: string;
  /** A list belongs to no location, whichever ARM names: clusters of several may be in it. */
  readonly isList: boolean;
}

/** A location as ARM writes it in resources: ARM says `West Europe`, too. `null`: it is none. */
export function locationKey(location: unknown): string | null {
  if (typeof location !== 'string' || location.length > 60) return null;
  const key = location.toLowerCase().replaceAll(/\s/g, '');
  return /^[a-z0-9]+$/.test(key) ? key : null;
}

/** The subscription's key among the choices. */
export function subscriptionKey({ subscriptionId }: Pick<VersionPlace, 'subscriptionId'>): string {
  return `/subscriptions/${nameKey(subscriptionId)}`;
}

/**
 * Where the choice for a place is kept: at its location; where none is known, at its subscription. A list has its own.
 */
export function homeOf(place: VersionPlace, location: string | null): string {
  if (place.isList) return nameKey(place.armId);
  return location ?? subscriptionKey(place);
}

/** The version that is to be used for a place, and the key of the choice that says so; `null`: none does. */
export function versionFor(
  { choices }: VersionChoices,
  place: VersionPlace,
  location: string | null,
): { readonly version: string; readonly by: string | null } {
  const keys = [nameKey(place.armId), homeOf(place, location), subscriptionKey(place)];
  const by = keys.find((key) => Object.hasOwn(choices, key)) ?? null;
  const choice = by === null ? undefined : choices[by];
  return { version: choice?.version ?? newestKnown, by };
}

/** What a turn of calls has shown of one place. */
export interface Shown {
  readonly place: VersionPlace;
  /** `null`: it is not known. */
  readonly location: string | null;
  /** The version that works. */
  readonly version: string;
  /** Those that were refused in this turn. */
  readonly refused: ReadonlySet<string>;
  /** ARM's code of the first refusal; `null`: there was none. */
  readonly code: string | null;
  /** `false`: ARM refused without naming a location, so that what it said may hold for all of the subscription. */
  readonly isLocated: boolean;
  readonly at: IsoTime;
}

const day = 24 * 3_600_000;
/** A choice that has not worked for this long is not in use. */
const unusedMs = 3 * day;
/** A choice that has not worked for this long is forgotten. */
const forgottenMs = 90 * day;
/** So many choices fit into a row of 1 MiB, however long their names are; those used longest ago go first. */
const mostChoices = 1000;
/** So many moves are remembered. */
const mostPosted = 200;

/**
 * The choices after a version was seen to work; the same object where there is nothing to write. What works is never
 * moved: a choice changes only when its version was refused. A subscription's choice does not go back to a version that
 * it left within the last day: clusters of other locations need it, so this place gets a choice of its own.
 */
export function afterWorking(before: VersionChoices, shown: Shown): VersionChoices {
  const { place, location, version, refused, at } = shown;
  const home = homeOf(place, location);
  const { version: from, by } = versionFor(before, place, location);
  if (from === version)
    return usedOf(before, by === null || by === subscriptionKey(place) ? home : by, shown);
  // Another instance was quicker, with a version that nobody has refused here: both keep to it.
  if (!refused.has(from)) return before;
  const own = nameKey(place.armId);
  const isFree = home !== subscriptionKey(place) || !isLeft(before.choices[home], version, at);
  const key = isFree && by !== own ? home : own;
  const next = chosen(withoutUnused(before, shown), key, shown);
  return posting(alsoOfSubscription(next, shown), from, shown);
}

/** Where ARM named no location, whatever is asked first in the subscription begins with the same version. */
function alsoOfSubscription(before: VersionChoices, shown: Shown): VersionChoices {
  const { place, refused, version, isLocated, at } = shown;
  const key = subscriptionKey(place);
  const general = before.choices[key];
  const isOpen =
    general === undefined || (refused.has(general.version) && !isLeft(general, version, at));
  return isLocated || !isOpen ? before : chosen(before, key, shown);
}

/**
 * Without the subscription's choice where it was refused and nothing else has needed it for days: whoever's location is
 * not known would begin with it, and be refused.
 */
function withoutUnused(before: VersionChoices, { place, refused, at }: Shown): VersionChoices {
  const { [subscriptionKey(place)]: general, ...others } = before.choices;
  return general === undefined ||
    !refused.has(general.version) ||
    isRecent(general.usedAt, unusedMs, at)
    ? before
    : { ...before, choices: others };
}

function isLeft(choice: Choice | undefined, version: string, at: IsoTime): boolean {
  const left = choice?.left[version];
  return left !== undefined && isRecent(left, day, at);
}

function isRecent(time: IsoTime, ms: number, now: IsoTime): boolean {
  return elapsed(time, now) < ms && isCredible(time, now, clocksDifferMs);
}

/** Notes that a version works, once a day. */
function usedOf(before: VersionChoices, key: string, shown: Shown): VersionChoices {
  const choice = before.choices[key];
  return choice !== undefined && isRecent(choice.usedAt, day, shown.at)
    ? before
    : chosen(before, key, shown);
}

function chosen(before: VersionChoices, key: string, shown: Shown): VersionChoices {
  const { place, version, refused, at } = shown;
  const { [key]: old, ...others } = before.choices;
  const isGeneral = key === subscriptionKey(place);
  const left = Object.entries(old?.left ?? {}).filter(([, time]) => isRecent(time, day, at));
  const leaving = [...refused]
    .filter((one) => isGeneral && one !== version)
    .map((one) => [one, at]);
  const choice: Choice = {
    version,
    usedAt: at,
    left: Object.fromEntries([...left, ...leaving]),
  };
  const kept = Object.entries(others)
    .filter(([, { usedAt }]) => elapsed(usedAt, at) < forgottenMs)
    .toSorted(([, a], [, b]) => (a.usedAt < b.usedAt ? 1 : -1))
    .slice(0, mostChoices - 1);
  return { ...before, choices: { ...Object.fromEntries(kept), [key]: choice } };
}

/** Identifies a move: it is posted once, wherever it happens. */
function moveName(from: string, to: string): string {
  return `${from} ${to}`;
}

function posting(before: VersionChoices, from: string, shown: Shown): VersionChoices {
  const { version: to, place, location, code, at } = shown;
  const name = moveName(from, to);
  const { posted, outbox } = before;
  if (posted.includes(name) || outbox.owed.length >= outboxLimit) return before;
  const { subscriptionId } = place;
  return {
    ...before,
    posted: [...posted, name].slice(-mostPosted),
    outbox: owing(outbox, (id): MoveMessage => ({
      id,
      at,
      from,
      to,
      code: code ?? '',
      location,
      subscriptionId,
    })),
  };
}

/** An api-version in use, and where. */
export interface UsedVersion {
  /** As a choice's key names it; `null`: everywhere. */
  readonly place: string | null;
  readonly version: string;
}

/**
 * The api-versions that are in use.
 *
 * @param setting `AKS_API_VERSION`: a version that is pinned is used everywhere
 */
export function versionsUsed(
  setting: string,
  { choices }: VersionChoices,
  now: IsoTime,
): readonly UsedVersion[] {
  if (setting !== auto) return [{ place: null, version: setting }];
  const used = Object.entries(choices)
    .filter(([, { usedAt }]) => usedAt > plus(now, -unusedMs))
    .map(([place, { version }]) => ({ place, version }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1));
  return used.length === 0 ? [{ place: null, version: newestKnown }] : used;
}

/** The oldest api-version in use; before anything was read, the one that is tried first. */
export function oldestUsed(setting: string, choices: VersionChoices, now: IsoTime): string {
  const used = versionsUsed(setting, choices, now).map(({ version }) => version);
  return used.toSorted()[0] ?? newestKnown;
}
