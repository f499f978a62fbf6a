import { nameKey } from './azure-names.ts';
import type { Outbox, OwedMessage } from './outbox.ts';
import type { ReadingFailureCause, ReadingTrouble } from './reading.ts';
import { scopeKey, scopesAround, subscriptionScope, type Scope } from './scope.ts';
import { elapsed, type IsoTime } from '../time.ts';

/**
 * Why something cannot be read, in the causes that are posted: once per cause and subscription; a missing role once per
 * resource group; a watched scope that is not found once for each; the sign-in and the api-version once for all
 * subscriptions if all fail. The ways in which ARM is down (no connection, timeout, 5xx) are one cause, as one outage
 * shows all of them.
 */
export const incidentCauses = [
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

/** See {@link incidentCauses}. */
export type IncidentCause = (typeof incidentCauses)[number];

/** What identifies an incident. */
export interface IncidentName {
  readonly cause: IncidentCause;
  /** Where; `null`: in all subscriptions (sign-in, api-version). */
  readonly scope: Scope | null;
  /** It is about the list of the subscription's clusters alone: resource groups may be readable. */
  readonly isOfList: boolean;
}

/** The notifier's own trouble with reading: the stored thing behind "unreadable" and "readable again". */
export interface Incident extends IncidentName {
  /** When the first reading failed. */
  readonly since: IsoTime;
  /** When it was over; `null` while it lasts. */
  readonly until: IsoTime | null;
  readonly outbox: Outbox<IncidentMessage>;
}

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

/** How an operation, or the list of a watched scope, was read last. */
export interface LastReading {
  /** The operation's cluster; or the scope that was listed. */
  readonly scope: Scope;
  readonly isOperation: boolean;
  /** `null`: it worked. */
  readonly trouble: ReadingTrouble | null;
}

/** The last reading of something that cannot be read now. */
export interface FailedReading extends Omit<LastReading, 'trouble'> {
  readonly cause: ReadingFailureCause;
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

/**
 * The cause of the incident that a failed reading belongs to; `null`: an operation that is not found, which ends in
 * `lost`.
 */
export function incidentCauseIn({
  cause,
  isOperation,
}: Omit<FailedReading, 'scope'>): IncidentCause | null {
  return isOperation && cause === 'notFound' ? null : incidentCauseOf(cause);
}

/** The cause of the incident that a failure with this cause belongs to. */
export function incidentCauseOf(cause: ReadingFailureCause): IncidentCause {
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

/**
 * The incident that a failure belongs to, as long as no more is known to fail.
 *
 * @param scope of the operation's cluster, or of the list
 */
export function incidentAt(
  cause: IncidentCause,
  { subscriptionId, resourceGroupName, resourceName }: Scope,
): IncidentName {
  // ARM writes a subscription's ID in any case; the tables' partitions are named after the normal form.
  const whole = subscriptionScope(nameKey(subscriptionId));
  const isOfList = resourceGroupName === null;
  switch (cause) {
    case 'notFound':
      return { cause, scope: { ...whole, resourceGroupName, resourceName }, isOfList };
    case 'forbidden':
      return { cause, scope: { ...whole, resourceGroupName }, isOfList };
    case 'subscription':
    case 'unauthenticated':
    case 'unsupportedApiVersion':
    case 'throttled':
    case 'unavailable':
    case 'malformed':
    case 'rejected':
      return { cause, scope: whole, isOfList: false };
  }
}

/**
 * The wider incident that several with one cause are one of, where nothing in it can be read: a missing role is that of
 * the subscription, the sign-in and the api-version are the trouble of all. `null`: they are never one.
 */
export function widerThan({ cause, scope, isOfList }: IncidentName): IncidentName | null {
  switch (cause) {
    case 'forbidden':
      if (scope === null || (scope.resourceGroupName === null && !isOfList)) return null;
      return { cause, scope: subscriptionScope(scope.subscriptionId), isOfList: false };
    case 'unauthenticated':
    case 'unsupportedApiVersion':
      return scope === null ? null : { cause, scope: null, isOfList: false };
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
 * The keys of what an incident is about and of all that contains it, from the widest to its own. It lies within another
 * incident if its keys contain the other's last key; so many can be compared without trying each pair.
 */
export function keysAround({
  scope,
  isOfList,
}: Pick<IncidentName, 'scope' | 'isOfList'>): readonly string[] {
  if (scope === null) return [everywhere];
  const keys = scopesAround(scope).map(scopeKey).toReversed();
  return [everywhere, ...keys, ...(isOfList ? [`the list of ${scopeKey(scope)}`] : [])];
}

/** The keys of where something was read: as {@link keysAround}. */
export function keysOfReading({ scope }: Pick<LastReading, 'scope'>): readonly string[] {
  return keysAround({ scope, isOfList: scope.resourceGroupName === null });
}

const everywhere = 'everywhere';
