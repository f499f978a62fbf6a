import type { OperationStore } from '../store/operation-store.ts';
import { StoreUnavailable } from '../store/table.ts';
import type { Clock } from '../time.ts';

/** Longer than any claim. */
const patienceMs = 75_000;
/** How often a sender that is at work is looked after, in milliseconds. */
const pauseMs = 250;

/**
 * Stops tracking an operation and forgets it with its messages; `false` when it is not tracked. A message
 * that is being sent at this moment is waited for, so that none comes after; so is a move to the history.
 */
export async function untrack(
  trackingId: string,
  store: OperationStore,
  clock: Clock,
  sleep: (ms: number) => Promise<void>,
): Promise<boolean> {
  const patience = clock().getTime() + patienceMs;
  let wasTracked = false;
  while (clock().getTime() < patience) {
    const stored = await store.find(trackingId);
    if (stored === null) return wasTracked;
    const { claimedUntil } = stored.operation.mailbox;
    const isBeingSent = claimedUntil !== null && claimedUntil > clock().toISOString();
    // Looked for once more: on its way to the history it is in both tables.
    if (!isBeingSent && (await store.remove(stored))) wasTracked = true;
    if (isBeingSent) await sleep(pauseMs);
  }
  throw new StoreUnavailable('the operation is being changed all the time');
}
