import { nameKey } from './names.ts';
import type { Outbox, OwedMessage } from './outbox.ts';
import type { ReadingFailureCause, ReadingTrouble } from './reading.ts';
import { elapsed, type IsoTime } from '../time.ts';

/**
 * Why operations cannot be read, in the kinds that are posted: once per kind and subscription; a missing role once per
 * resource group; a watched place that is not found once for each; the sign-in and the api-version once for all
 * subscriptions if all fail. The ways in which ARM is down (no connection, timeout, 5xx) are one kind, as one outage shows
 * all of them.
 */
export const incidentKinds = [
  'notFound',
  'subscription',
  'unauthenticated',
  'forbidden',
  'throttled',
  'unavailable',
  'malformed',
  'unsupportedApiVersion',
  'rejected',
] as const;

/** See {@link incidentKinds}. */
export type IncidentKind = (typeof incidentKinds)[number];

/** The notifier's own trouble with reading: the stored thing behind "unreadable" and "readable again". */
export interface Incident {
  readonly kind: IncidentKind;
  /** `null`: the trouble is that of all subscriptions (sign-in, api-version). */
  readonly subscriptionId: string | null;
  /**
   * The resource group that must not be read, or that is not found; `''` for the list of the subscription's clusters
   * alone. `null`: the trouble is that of the whole subscription, or of all.
   */
  readonly resourceGroupName: string | null;
  /** The one watched cluster that is not found; `null`: it is not about one cluster alone. */
  readonly resourceName: string | null;
  /** When the first reading failed. */
  readonly since: IsoTime;
  /** When it was over; `null` while it lasts. */
  readonly until: IsoTime | null;
  readonly outbox: Outbox<IncidentMessage>;
}

/** What tells incidents apart; names compare by {@link nameKey}. */
export type IncidentName = Pick<
  Incident,
  'kind' | 'subscriptionId' | 'resourceGroupName' | 'resourceName'
>;

/** The facts of one message about an incident. */
export interface IncidentMessage extends OwedMessage {
  readonly event: 'unreadable' | 'readableAgain';
  /** When the first reading failed. */
  readonly since: IsoTime;
  /** ARM's code, or ours. */
  readonly code: string;
  /** ARM's message, or ours. */
  readonly message: string;
  /** How many operations could not be read when it was announced. */
  readonly operations: number;
  /** Whether watches were hindered too: what begins meanwhile is not found before reading works again. */
  readonly hidesNew: boolean;
}

/** Something that is read, and where: what incidents are about. */
export interface Place {
  readonly subscriptionId: string;
  /** `''`: the subscription itself, whose clusters are listed. */
  readonly resourceGroupName: string;
  /** The cluster; `null`: the clusters there are listed. */
  readonly resourceName: string | null;
}

/** Where something is, by its names; ARM writes a subscription's as it likes, and tables' partitions are named after it. */
export function placeIn({ subscriptionId, resourceGroupName, resourceName }: PlaceNames): Place {
  return {
    subscriptionId: nameKey(subscriptionId),
    resourceGroupName: resourceGroupName ?? '',
    resourceName,
  };
}

type PlaceNames = Omit<Place, 'resourceGroupName'> & { readonly resourceGroupName: string | null };

/** An operation, watched cluster or watch that cannot be read now. */
export interface TroubledPlace extends Place {
  readonly cause: ReadingFailureCause;
  readonly isOperation: boolean;
}

/** Failures in a row for this long are worth a message; shorter ones pass by themselves. */
export const unreadableAfter = { failures: 3, ms: 3 * 60_000 } as const;

/** Whether failures last long enough to be worth a message. */
export function isUnreadable(trouble: ReadingTrouble, now: IsoTime): boolean {
  return (
    trouble.failures >= unreadableAfter.failures &&
    elapsed(trouble.since, now) >= unreadableAfter.ms
  );
}

/** The kind of incident that trouble belongs to; `null`: an operation that is not found, which ends in `lost`. */
export function incidentKindAt(place: Omit<TroubledPlace, keyof Place>): IncidentKind | null {
  return place.isOperation && place.cause === 'notFound' ? null : incidentKindOf(place.cause);
}

/** The kind of incident that a cause belongs to. */
export function incidentKindOf(cause: ReadingFailureCause): IncidentKind {
  switch (cause) {
    case 'network':
    case 'serverError':
      return 'unavailable';
    case 'notFound':
    case 'subscription':
    case 'unauthenticated':
    case 'forbidden':
    case 'throttled':
    case 'malformed':
    case 'unsupportedApiVersion':
    case 'rejected':
      return cause;
  }
}

/** The incident that trouble of a kind in a place belongs to, as long as no more is known to be in it. */
export function incidentAt(
  kind: IncidentKind,
  { subscriptionId, resourceGroupName, resourceName }: Place,
): IncidentName {
  switch (kind) {
    case 'notFound':
      return { kind, subscriptionId, resourceGroupName, resourceName };
    case 'forbidden':
      return { kind, subscriptionId, resourceGroupName, resourceName: null };
    case 'subscription':
    case 'unauthenticated':
    case 'unsupportedApiVersion':
    case 'throttled':
    case 'unavailable':
    case 'malformed':
    case 'rejected':
      return { kind, subscriptionId, resourceGroupName: null, resourceName: null };
  }
}

/**
 * The wider incident that several of a kind are one of, where nothing in it can be read: a missing role is that of the
 * subscription, the sign-in and the api-version are the trouble of all. `null`: they are never one.
 */
export function widerThan(name: IncidentName): IncidentName | null {
  const { kind, subscriptionId, resourceGroupName } = name;
  const whole = { kind, resourceGroupName: null, resourceName: null };
  switch (kind) {
    case 'forbidden':
      return resourceGroupName === null ? null : { ...whole, subscriptionId };
    case 'unauthenticated':
    case 'unsupportedApiVersion':
      return subscriptionId === null ? null : { ...whole, subscriptionId: null };
    // These are never joined: each name is misspelt by itself, and each subscription has its own cloud and tenant.
    case 'notFound':
    case 'subscription':
    case 'throttled':
    case 'unavailable':
    case 'malformed':
    case 'rejected':
      return null;
  }
}

/**
 * The keys of all places that contain something, from the widest to its own. Place A is within place B if A's keys contain
 * B's last key; so many places can be compared without trying each pair.
 */
export function keysAround({
  subscriptionId,
  resourceGroupName,
  resourceName,
}: Place | Omit<IncidentName, 'kind'>): readonly string[] {
  const names: string[] = [];
  for (const name of [subscriptionId, resourceGroupName, resourceName]) {
    if (name === null) break;
    names.push(nameKey(name));
  }
  return Array.from({ length: names.length + 1 }, (_, depth) =>
    JSON.stringify(names.slice(0, depth)),
  );
}

/** Something that was read, and where: what incidents are judged by. */
export interface ReadPlace extends Place {
  /** An operation; not the List of a watch. */
  readonly isOperation: boolean;
  /** What reading it came to; `null`: it worked. */
  readonly trouble: ReadingTrouble | null;
}
