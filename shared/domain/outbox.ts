import type { IsoTime } from '../time.ts';

/** A message that people are owed: it leaves the store only after Slack said `ok`. */
export interface OwedMessage {
  /** Counts up within its outbox. */
  readonly id: number;
  /** When what it reports was seen. */
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
 * The most messages in an outbox. An operation with a full outbox is not read until Slack has accepted some, so that
 * everything that is read can be kept: a row holds 1 MiB, and a message with the longest error takes 40 kB, as the table
 * service counts.
 */
export const outboxLimit = 20;

/** An outbox that owes nothing. */
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
