import { clocksDifferMs, isCredible, type IsoTime } from '../time.ts';

/** A message that people are owed: it leaves the store only after Slack said `ok`. */
export interface OwedMessage {
  /** Counts up within its outbox. */
  readonly id: number;
  /** When the thing that it tells was seen. */
  readonly at: IsoTime;
}

/**
 * The messages that a stored thing owes, oldest first. It is part of that thing's row, so that a new state
 * and the message about it are one conditional write.
 */
export interface Outbox<M extends OwedMessage = OwedMessage> {
  readonly owed: readonly M[];
  /** The `id` of the next message. */
  readonly nextId: number;
  /** A sender is at work and nobody else sends before this time; `null` when none is. */
  readonly claimedUntil: IsoTime | null;
  /** Slack refused a message in a way that will not soon change; not tried again before this time. */
  readonly deliverAfter: IsoTime | null;
  /**
   * The form in which Slack refused the oldest message; it is not posted in this form again. `digest`: together with
   * other messages; `blocks`: with its layout. `null`: Slack refused no form.
   */
  readonly refusedForm: 'digest' | 'blocks' | null;
  /** The run of strange answers during which these messages were last posted; `null`: there was none. */
  readonly strangeRun: IsoTime | null;
}

/**
 * A outbox this full takes no more: its operation is not read until Slack has taken some, so that what was
 * read is never more than what can be kept: a row holds 1 MiB, and a message with the longest error 40 kB, as the table
 * service counts them.
 */
export const outboxLimit = 20;

/** A outbox that owes nothing. */
export const emptyOutbox = {
  owed: [],
  nextId: 1,
  claimedUntil: null,
  deliverAfter: null,
  refusedForm: null,
  strangeRun: null,
} as const satisfies Outbox;

/** `outbox` with one more owed message, made from the `id` that it gets. */
export function owing<M extends OwedMessage>(
  outbox: Outbox<M>,
  message: (id: number) => M,
): Outbox<M> {
  return {
    ...outbox,
    owed: [...outbox.owed, message(outbox.nextId)],
    nextId: outbox.nextId + 1,
  };
}

/** `outbox` claimed by a sender until the given time. */
export function claimed<M extends OwedMessage>(outbox: Outbox<M>, until: IsoTime): Outbox<M> {
  return { ...outbox, claimedUntil: until };
}

/** What one sender stores for the next one. */
export type Leaving = Partial<Pick<Outbox, 'deliverAfter' | 'refusedForm' | 'strangeRun'>>;

/**
 * `outbox` after its sender has ended: without the messages that Slack took, and free for the next sender. A refused
 * form and a strange run are remembered until the oldest message is gone.
 */
export function released<M extends OwedMessage>(
  outbox: Outbox<M>,
  taken: readonly number[],
  leaving: Leaving = {},
): Outbox<M> {
  const owed = outbox.owed.filter(({ id }) => !taken.includes(id));
  const { refusedForm, strangeRun } = taken.length > 0 ? emptyOutbox : outbox;
  const free = { claimedUntil: null, deliverAfter: null, refusedForm, strangeRun };
  return { ...outbox, owed, ...free, ...leaving };
}

/** A claim outlasts the slowest post or move, and its record, in milliseconds; after it, others begin anew. */
export const claimMs = 60_000;
/** A message that Slack refuses in both its forms is not tried again for this long, in milliseconds. */
export const rejectedMs = 60 * 60_000;

/** Whether a sender is at work, or the outbox's owner on its way to the history. */
export function isClaimed({ claimedUntil }: Outbox, now: IsoTime): boolean {
  return isAwaited(claimedUntil, claimMs, now);
}

/** Whether someone may send from the outbox now. */
export function isFree(outbox: Outbox, now: IsoTime): boolean {
  return !isClaimed(outbox, now) && !isAwaited(outbox.deliverAfter, rejectedMs, now);
}

function isAwaited(time: IsoTime | null, aheadMs: number, now: IsoTime): boolean {
  return time !== null && time > now && isCredible(time, now, aheadMs + clocksDifferMs);
}
