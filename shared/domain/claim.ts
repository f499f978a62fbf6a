import { clocksDifferMs, isCredible, type IsoTime } from '../time.ts';
import { emptyOutbox, type Outbox, type OwedMessage } from './outbox.ts';

/** How long a claim lasts, in milliseconds: longer than the slowest post, or the slowest move to the history. */
export const claimMs = 60_000;
/** A message that Slack refuses in both its forms is not tried again for this long, in milliseconds. */
export const rejectedMs = 60 * 60_000;

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
