import type { Mailbox, OwedMessage } from './mailbox.ts';
import type { ReadingFailureCause, ReadingTrouble } from './operation/tracked.ts';
import { elapsed, type IsoTime } from './time.ts';

/**
 * Why operations cannot be read, as it is told: once per kind and subscription. The ways in which ARM is
 * down (no connection, timeout, 5xx) are one kind, as one outage shows all of them.
 */
export const incidentKinds = [
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
  /** `null`: the trouble is not one subscription's (sign-in, api-version). */
  readonly subscriptionId: string | null;
  /** When the first reading failed. */
  readonly since: IsoTime;
  /** When it was over; `null` while it lasts. */
  readonly until: IsoTime | null;
  readonly mailbox: Mailbox<IncidentMessage>;
}

/** The facts of one message about an incident. */
export interface IncidentMessage extends OwedMessage {
  readonly event: 'unreadable' | 'readableAgain';
  /** ARM's code, or ours. */
  readonly code: string;
  /** ARM's message, or ours. */
  readonly message: string;
  /** How many operations could not be read when it was announced. */
  readonly operations: number;
}

/** A run of failed readings this long is worth a message; shorter ones mend themselves. */
export const unreadableAfter = { failures: 3, ms: 3 * 60_000 } as const;

/** Whether a reading trouble is worth telling. "Not found" is not: it ends in `lost`. */
export function isUnreadable(trouble: ReadingTrouble, now: IsoTime): boolean {
  return (
    trouble.cause !== 'notFound' &&
    trouble.failures >= unreadableAfter.failures &&
    elapsed(trouble.since, now) >= unreadableAfter.ms
  );
}

/** The kind of incident that a cause belongs to; `null` for what is none. */
export function incidentKindOf(cause: ReadingFailureCause): IncidentKind | null {
  switch (cause) {
    case 'notFound':
      return null;
    case 'network':
    case 'serverError':
      return 'unavailable';
    case 'unauthenticated':
    case 'forbidden':
    case 'throttled':
    case 'malformed':
    case 'unsupportedApiVersion':
    case 'rejected':
      return cause;
  }
}

/** Whether a kind of trouble is the whole app's, not one subscription's. */
export function isGlobal(kind: IncidentKind): boolean {
  return kind === 'unauthenticated' || kind === 'unsupportedApiVersion';
}
