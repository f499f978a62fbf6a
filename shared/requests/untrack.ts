import { isClaimed } from '../domain/claim.ts';
import {
  UnreadableOperation,
  type OperationStore,
  type StoredOperation,
  type StoredRow,
} from '../store/operation-store.ts';
import { Conflict, untilWritten } from '../store/table.ts';
import type { WatchStore } from '../store/watch-store.ts';
import { keepFromFinding } from './watches.ts';
import type { Clock, IsoTime } from '../time.ts';

/** What untracking works with. */
export interface UntrackNeeds {
  readonly operations: OperationStore;
  readonly watches: WatchStore;
  readonly clock: Clock;
  /** Waits, in milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** Longer than any claim. */
const patienceMs = 75_000;
/** Milliseconds between two checks whether a sender is still at work. */
const pauseMs = 250;
const what = 'the operation';

/**
 * Stops tracking an operation and forgets it with its messages; `false` when it is not tracked. Waits for a message that
 * is being sent, so that no message comes afterwards, and for a move to the history. Also removes a row that cannot be
 * read. No watch finds the operation again.
 */
export async function untrack(
  trackingId: string,
  { operations, watches, clock, sleep }: UntrackNeeds,
): Promise<boolean> {
  const patience = clock().getTime() + patienceMs;
  let wasTracked = false;
  for (;;) {
    const isGone = await untilWritten(what, async () => {
      const stored = await lookUp(trackingId, operations);
      if (stored === null) return true;
      if ('operation' in stored) await keepFromFinding(stored.operation.reference, watches, clock);
      if (isBeingSent(stored, clock().toISOString())) return false;
      // Looked for once more: on its way to the history it is in both tables.
      if (await operations.remove(stored)) wasTracked = true;
      return null;
    });
    if (isGone) return wasTracked;
    if (clock().getTime() >= patience) throw new Conflict(what);
    await sleep(pauseMs);
  }
}

function isBeingSent(stored: StoredOperation | StoredRow, now: IsoTime): boolean {
  return 'operation' in stored && isClaimed(stored.operation.outbox, now);
}

async function lookUp(
  trackingId: string,
  store: OperationStore,
): Promise<StoredOperation | StoredRow | null> {
  try {
    return await store.find(trackingId);
  } catch (error) {
    if (error instanceof UnreadableOperation) return error.row;
    throw error;
  }
}
