import { createHash } from 'node:crypto';
import { outboxLimit, owing } from './outbox.ts';
import { nameKey } from './azure-names.ts';
import type { ListedOperation } from './reading.ts';
import { outcomeOf } from './status.ts';
import { longestRetryAfterMs } from '../retry-after.ts';
import { earlier, plus, type IsoTime } from '../time.ts';
import { knowing, type GapMessage, type WatchedCluster } from './watch.ts';

/** What a look at a cluster's list of operations means. */
export interface Look {
  /** Operations to track from now on, oldest first; of ended ones the ending is posted. */
  readonly found: readonly ListedOperation[];
  /** The cluster as it is to be stored once these are tracked. */
  readonly next: WatchedCluster;
}

/** ARM lists no more than a cluster's newest 50 operations (seen, not documented). */
const listed = 50;

/**
 * Decides what a list of a cluster's operations brings: those that are running, and those that have ended since
 * the look before (at the first look: since watching began). An operation is found once, whatever becomes of it.
 *
 * @param items the newest first, as ARM lists them
 */
export function look(stored: WatchedCluster, items: readonly ListedOperation[], at: IsoTime): Look {
  // A watch that was begun by a clock that was ahead would find nothing that ends before that time.
  const cluster = { ...stored, since: earlier(stored.since, at) };
  const known = new Set(cluster.known);
  const unknown = items.filter(({ operationId }) => !known.has(nameKey(operationId)));
  const ids = items.map(({ operationId }) => operationId);
  // When so many such messages wait already, one more says nothing new.
  const hasRoom = cluster.outbox.owed.length < outboxLimit;
  const outbox =
    hasRoom && mayHideSome(cluster, items, unknown.length)
      ? owing(cluster.outbox, (id): GapMessage => ({
          id,
          at,
          after: earlier(cluster.lastLookAt ?? cluster.since, at),
        }))
      : cluster.outbox;
  return {
    found: unknown.filter((item) => isNews(cluster, item)).toReversed(),
    next: {
      ...cluster,
      known: knowing(cluster.known, ids),
      lastLookAt: at,
      trouble: null,
      outbox,
    },
  };
}

function isNews({ since, lastLookAt }: WatchedCluster, { seen }: ListedOperation): boolean {
  if (outcomeOf(seen.status) === null) return true;
  if (seen.endTime !== null) return seen.endTime >= since;
  // Some services write no end, or an unset one. At a later look such an operation is new to the list, and posted.
  // At the first look only one that began after the watch did is certainly new; others may be as old as the cluster.
  return lastLookAt !== null || (seen.startTime !== null && seen.startTime >= since);
}

/**
 * Whether operations may be missing: the list is full and all of it is new, so it does not reach back to the last look.
 */
function mayHideSome(
  { lastLookAt, since }: WatchedCluster,
  items: readonly ListedOperation[],
  unknown: number,
): boolean {
  if (items.length < listed || unknown < items.length) return false;
  return lastLookAt !== null || items.every(({ seen }) => (seen.startTime ?? '') >= since);
}

/** The first look at a cluster: at a time of its own within `spreadMs`, so that those of many are spread. */
export function firstLook(clusterKey: string, spreadMs: number, now: IsoTime): IsoTime {
  const [byte = 0, next = 0] = createHash('sha256').update(clusterKey).digest();
  return plus(now, Math.floor(((byte * 256 + next) / 65_536) * spreadMs));
}

/**
 * The next look: an interval after the time that this one was meant for, so that they stay spread; after the look
 * itself where that has passed already. While looks fail, the next ones come later and later; the first ones come soon,
 * so that a lasting failure is posted in time.
 *
 * @param failures looks in a row that failed
 * @param notBefore ARM's wish
 */
export function nextLook(
  dueAt: IsoTime,
  intervalMs: number,
  now: IsoTime,
  failures = 0,
  notBefore: IsoTime | null = null,
): IsoTime {
  const rested = restAfter(failures, intervalMs);
  const planned = plus(dueAt, rested);
  const next = planned > now ? planned : plus(now, rested);
  return notBefore !== null && notBefore > next ? notBefore : next;
}

/** What {@link nextLook} and {@link firstLook} put between two looks at most. */
export function longestRestMs(intervalMs: number): number {
  return Math.max(intervalMs, mostRestMs, longestRetryAfterMs);
}

const mostRestMs = 10 * 60_000;

function restAfter(failures: number, intervalMs: number): number {
  if (failures === 0) return intervalMs;
  return failures < 3
    ? Math.min(intervalMs, 2 * 60_000)
    : Math.max(intervalMs, Math.min(30_000 * 2 ** (failures - 1), mostRestMs));
}
