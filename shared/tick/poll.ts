import pMap from 'p-map';
import { hasRoom, judge, withEvents } from '../operation/apply.ts';
import type { ComparePolicy } from '../operation/compare.ts';
import type { Reading } from '../operation/reading.ts';
import type { ReadingTrouble, TrackedOperation } from '../operation/tracked.ts';
import type { ReadStatus } from '../arm/client.ts';
import type { OperationStore } from '../store/operation-store.ts';
import type { OperationWork, WorkStore } from '../store/work-store.ts';
import type { Clock, IsoTime } from '../time.ts';

/** What polling works with. */
export interface PollParts {
  readonly readStatus: ReadStatus;
  readonly operations: OperationStore;
  readonly work: WorkStore;
  readonly policy: ComparePolicy;
  readonly clock: Clock;
}

/** A due operation that was read. */
export interface ReadOperation {
  readonly subscriptionId: string;
  /** What reading it came to; `null`: it worked. */
  readonly trouble: ReadingTrouble | null;
}

/** What polling came to. */
export interface PollResult {
  readonly read: readonly ReadOperation[];
  readonly changed: number;
  readonly leftOver: number;
  readonly oldestDueAt: IsoTime | null;
}

const readsAtOnce = 48;
/** Azure's limit for a transaction. */
const batchSize = 100;
const writeAttempts = 5;

/**
 * Reads what is due, the longest due first, until the deadline, and records it. Readings without news are
 * written in batches; one with news is written by itself together with the message it owes, and handed to
 * `onOwing`.
 *
 * @param end no reading is begun, and each is broken off, at this time (milliseconds since the epoch)
 *
 * A subscription that throttles is left alone for as long as it says, also by those that were not read yet.
 */
export async function poll(
  due: readonly OperationWork[],
  tickAt: IsoTime,
  end: number,
  parts: PollParts,
  onOwing: (operation: TrackedOperation) => void,
): Promise<PollResult> {
  const { readStatus, operations, work, policy, clock } = parts;
  const read: ReadOperation[] = [];
  const leftOver: OperationWork[] = [];
  const throttledUntil = new Map<string, IsoTime>();
  const quiet = new Map<string, OperationWork[]>();
  let changed = 0;

  async function recordQuiet(item: OperationWork): Promise<void> {
    const { partitionKey } = item.key;
    const batch = quiet.get(partitionKey) ?? [];
    quiet.set(partitionKey, batch);
    batch.push(item);
    if (batch.length >= batchSize) await work.recordQuiet(batch.splice(0));
  }

  async function readOne(item: OperationWork): Promise<void> {
    const { head } = item;
    const { subscriptionId } = head.reference;
    const waitUntil = throttledUntil.get(subscriptionId);
    if (waitUntil !== undefined) {
      leftOver.push(item);
      await recordQuiet({ ...item, head: { ...head, nextCheckAt: waitUntil } });
      return;
    }
    const timeLeft = end - clock().getTime();
    if (timeLeft <= 0 || !hasRoom(head.undelivered)) {
      leftOver.push(item);
      return;
    }
    const reading = await readStatus(head.reference, timeLeft);
    // Broken off by us: that says nothing about reading.
    if (!reading.result.ok && clock().getTime() >= end) {
      leftOver.push(item);
      return;
    }
    const isThrottled = !reading.result.ok && reading.result.failure.cause === 'throttled';
    if (isThrottled && reading.notBefore !== null)
      throttledUntil.set(subscriptionId, reading.notBefore);

    const { judged, events } = judge(head, reading, policy, tickAt);
    read.push({ subscriptionId, trouble: judged.state.trouble });
    if (events.length === 0) {
      await recordQuiet({ ...item, head: judged });
      return;
    }
    changed += 1;
    const recorded = await recordNews(head.trackingId, reading);
    if (recorded !== null) onOwing(recorded);
  }

  /** Compares with the row as it is now, and writes state and message at once; `null` when there is nothing to tell. */
  async function recordNews(
    trackingId: string,
    reading: Reading,
  ): Promise<TrackedOperation | null> {
    for (let attempt = 0; attempt < writeAttempts; attempt += 1) {
      const stored = await operations.find(trackingId);
      if (stored === null || stored.archived) return null;
      const { judged, events } = judge(stored.operation, reading, policy, tickAt);
      if (events.length === 0) return null;
      const recorded = withEvents(judged, events, clock().toISOString());
      if ((await operations.save(recorded, stored.etag)) !== null) return recorded;
    }
    // Somebody changes this row all the time; it is still due and read again in the next tick.
    return null;
  }

  const oldestFirst = due.toSorted((a, b) => (dueAt(a) < dueAt(b) ? -1 : 1));
  await pMap(oldestFirst, readOne, { concurrency: readsAtOnce });
  await pMap(
    quiet.values(),
    (batch) => (batch.length === 0 ? undefined : work.recordQuiet(batch)),
    {
      concurrency: 4,
    },
  );
  return {
    read,
    changed,
    leftOver: leftOver.length,
    oldestDueAt: leftOver.reduce<IsoTime | null>(
      (oldest, item) => (oldest === null || dueAt(item) < oldest ? dueAt(item) : oldest),
      null,
    ),
  };
}

function dueAt({ head }: OperationWork): IsoTime {
  return head.nextCheckAt ?? '';
}
