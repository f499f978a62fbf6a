import { isCluster, scopeIdOf, scopeKey, type ClusterReference } from '../domain/scope.ts';
import pMap from 'p-map';
import type { LastReading } from '../domain/incident.ts';
import { judge, withEvents, usualFor, type FindUsual } from '../domain/apply-reading.ts';
import { isSettled, type ListedCluster, type SettledCluster } from '../domain/cluster-config.ts';
import { markOf } from '../domain/settled-cluster.ts';
import type { ComparePolicy } from '../domain/compare.ts';
import { isConfirmedGone } from '../domain/confirmed-lost.ts';
import { afterFailure } from '../domain/reading-trouble.ts';
import { nameKey } from '../domain/azure-names.ts';
import {
  failureIn,
  tellsAll,
  type ListedOperation,
  type Listing,
  type Reading,
} from '../domain/reading.ts';
import { trackingIdOf } from '../domain/reference.ts';
import type { TrackedOperation } from '../domain/tracked.ts';
import type { OperationStore } from '../store/operation-store.ts';
import type { ClusterHead } from '../store/watch-row.ts';
import { findReadable, type WatchStore } from '../store/watch-store.ts';
import { addOperation, newOperation } from '../requests/register.ts';
import { isCredible, plus, type Clock, type IsoTime } from '../time.ts';
import { firstLook, longestRestMs, look, nextLook } from '../domain/cluster-look.ts';
import {
  newCluster,
  knowing,
  watchFinder,
  type Watch,
  type WatchedCluster,
} from '../domain/watch.ts';
import type { Wanted } from '../calls/plan.ts';
import { endingWaitsMs, nothing, type Endings } from './look-into-endings.ts';
import { noteClusters } from './note-clusters.ts';
import type { Refusals } from '../store/refused-rows.ts';

/** The app looks soon at few clusters, and at many clusters at the pace of the request budget's lists. */
const lookEveryMs = 2000;

/** How many clusters are written together: the library blocks the process for a millisecond for each. */
const batchSize = 25;
const batchesAtOnce = 2;
const rowsAtOnce = 16;

/** A cluster to look at, and the watch that covers it. */
interface Covered {
  readonly reference: ClusterReference;
  readonly watch: Watch;
  /** As a list shows it while nothing runs; `null`: it does not. */
  readonly settled: SettledCluster | null;
}

/** A single watched cluster is read as a whole so often, in milliseconds. */
const clusterEveryMs = 3_600_000;

/** What discovery works with. See {@link discovery}. */
export interface DiscoverNeeds {
  readonly operations: OperationStore;
  readonly watches: WatchStore;
  readonly policy: ComparePolicy;
  readonly findUsual: FindUsual;
  /** Milliseconds between two looks at a cluster. */
  readonly watchIntervalMs: number;
  readonly clock: Clock;
  readonly refusals: Refusals;
}

/** An operation that is tracked from now on, and the ending that a list has shown of it without its reason. */
interface Unexplained {
  readonly operation: TrackedOperation;
  readonly shown: Reading;
}

/** Finds what watches are for, in one tick. */
export interface Discovery {
  /** The looks and scans that are due now, after {@link Discovery.review}. */
  wanted(): readonly (Wanted<ClusterHead, 'look'> | Wanted<Watch, 'scan'>)[];
  /**
   * Adds the cluster of each watch of one cluster, and drops clusters that no watch covers any more. The next tick does
   * what this one has no time for.
   *
   * @param until from this time on no further batch begins, in milliseconds since the epoch
   */
  review(until: number): Promise<void>;
  /**
   * Takes in the list of a cluster's operations. Those found that have ended, and of which the list does not tell why,
   * are to be read now.
   */
  looked(
    look: Wanted<ClusterHead, 'look'>,
    listing: Listing<ListedOperation>,
  ): Promise<readonly Unexplained[]>;
  /** Takes in the list of a scope's clusters, or the one that the scope is. */
  scanned(scan: Wanted<Watch, 'scan'>, listing: Listing<ListedCluster>): Promise<void>;
  /** The result of the looks and scans. */
  readonly read: readonly LastReading[];
  /** Operations that were found. */
  readonly found: number;
}

/**
 * @param allWatchesKnown whether every stored watch could be read
 * @param tick when it began, and when its time is up (milliseconds since the epoch); the next tick continues
 * @param onOwing gets each found operation that owes a message
 * @param endings what endings say beyond what the operation tells
 */
export function createDiscovery(
  watches: readonly Watch[],
  known: readonly ClusterHead[],
  allWatchesKnown: boolean,
  { at: tickAt, end }: { readonly at: IsoTime; readonly end: number },
  needs: DiscoverNeeds,
  onOwing: (operation: TrackedOperation) => void,
  endings: Pick<Endings, 'conclude'>,
): Discovery {
  const { operations, watches: store, policy, findUsual, watchIntervalMs, clock, refusals } = needs;
  const clusters = new Map(known.map((head) => [scopeKey(head.reference), head]));
  const keysPutAway = new Map<string, Promise<ReadonlySet<string>>>();
  const watchOf = watchFinder(watches);
  const rows = {
    headOf: (cluster: ClusterReference) => clusters.get(scopeKey(cluster)),
    watchOf,
    end,
  };
  const read: LastReading[] = [];
  let found = 0;

  /**
   * Adds clusters in batches, at least one batch; clusters that are stored already do not change. `false`: there was no
   * time for all.
   *
   * @param spreadMs the time over which the first looks at clusters that are found together are spread
   */
  async function addAll(
    covered: readonly Covered[],
    spreadMs: number,
    until: number,
  ): Promise<boolean> {
    const fresh = new Map(covered.map((one) => [scopeKey(one.reference), one]));
    for (const key of clusters.keys()) fresh.delete(key);
    const bySubscription = Map.groupBy(fresh.values(), ({ reference }) =>
      nameKey(reference.subscriptionId),
    );
    const batches = [...bySubscription.values()].flatMap((all) =>
      Array.from({ length: Math.ceil(all.length / batchSize) }, (_, turn) => ({
        turn,
        added: all.slice(turn * batchSize, (turn + 1) * batchSize),
      })),
    );
    // Subscriptions take turns, so that one with many clusters does not hold up the others.
    const inTurns = batches.toSorted((a, b) => a.turn - b.turn);
    let isAll = true;
    await pMap(
      inTurns,
      async ({ added }, index) => {
        if (index > 0 && clock().getTime() >= until) isAll = false;
        else await addBatch(added, spreadMs);
      },
      { concurrency: batchesAtOnce },
    );
    return isAll;
  }

  async function addBatch(added: readonly Covered[], spreadMs: number): Promise<void> {
    const batch = await pMap(
      added,
      async ({ reference, watch, settled }) => {
        const key = scopeIdOf(reference);
        const before = await findPutAway(key, reference);
        return newCluster(reference, watch, firstLook(key, spreadMs, tickAt), before, settled);
      },
      { concurrency: rowsAtOnce },
    );
    for (const refused of await store.addClusters(batch)) refusals.note(refused);
    for (const cluster of batch)
      clusters.set(scopeKey(cluster.reference), {
        ...cluster,
        ...markOf(cluster),
        isBroken: false,
        undelivered: 0,
        owedSince: null,
      });
  }

  /** The cluster as it was put away, if it was. Few are, so one request reads all of a subscription. */
  async function findPutAway(
    key: string,
    reference: ClusterReference,
  ): Promise<WatchedCluster | null> {
    const subscription = nameKey(reference.subscriptionId);
    const keys = keysPutAway.get(subscription) ?? store.keysPutAway(subscription);
    keysPutAway.set(subscription, keys);
    return (await keys).has(key) ? await store.findPutAway(reference) : null;
  }

  async function save(cluster: WatchedCluster, etag: string): Promise<void> {
    await refusals.passOver(async () => await store.saveCluster(cluster, etag));
  }

  /** Puts a cluster away that is gone or that no watch covers: if it returns, operations known there are not found again. */
  async function putAway(reference: ClusterReference): Promise<void> {
    const stored = await store.findCluster(reference);
    if (stored !== null) {
      const { value, etag } = stored;
      await refusals.passOver(async () => await store.putAway(value, etag, clock().toISOString()));
    }
    keysPutAway.delete(nameKey(reference.subscriptionId));
    clusters.delete(scopeKey(reference));
  }

  /** Whether nobody has deleted the watch, or untracked the operation, since they were read: what was deleted finds nothing. */
  async function isStillToBeTracked(
    cluster: ClusterReference,
    { watchId }: Watch,
    operationId: string,
  ): Promise<boolean> {
    const stored = await store.findCluster(cluster);
    if (stored === null || stored.value.known.includes(nameKey(operationId))) return false;
    return (await findReadable(watchId, store)) !== null;
  }

  /**
   * Tracks an operation that a look has found, with what the list shows of it; one that is tracked already stays as it
   * is. `false`: what the look was made with is no longer so.
   *
   * @param until see {@link Endings.conclude}
   * @param unexplained gets it when the list does not tell why it ended: it is posted once it has been read
   */
  async function track(
    { operationId, agentPoolName, seen }: ListedOperation,
    cluster: ClusterReference,
    watch: Watch,
    at: IsoTime,
    until: number,
    unexplained: Unexplained[],
  ): Promise<boolean> {
    const reference = { ...cluster, agentPoolName, operationId };
    if ((await operations.find(trackingIdOf(reference))) !== null) return true;
    const fresh = newOperation(reference, watch.options, clock().toISOString());
    const reading = { at, notBefore: null, result: { ok: true, seen } } as const;
    const usual = await usualFor(fresh, reading, findUsual);
    const { judged, events } = judge(fresh, reading, policy, tickAt, usual);
    const isExplained = tellsAll(seen);
    const hasEnded = isExplained && judged.state.outcome !== null;
    const {
      facts,
      events: more,
      remember,
    } = hasEnded ? await endings.conclude(judged, until) : nothing;
    const concluded = { ...judged, ...facts };
    const operation = isExplained
      ? withEvents(concluded, [...events, ...more], clock().toISOString())
      : fresh;
    if (!(await isStillToBeTracked(cluster, watch, operationId))) return false;
    const added = await refusals.passOver(async () => await addOperation(operation, operations));
    if (added?.created !== true) return true;
    found += 1;
    if (!isExplained) unexplained.push({ operation, shown: reading });
    if (operation.outbox.owed.length > 0) onOwing(operation);
    await remember();
    return true;
  }

  /** Since when something is due, or `null`. A time too far ahead comes from a wrong clock: it counts as due now. */
  function dueSince(time: IsoTime, longestMs = longestRestMs(watchIntervalMs)): IsoTime | null {
    if (time <= tickAt) return time;
    return isCredible(time, tickAt, longestMs) ? null : tickAt;
  }

  return {
    read,
    get found() {
      return found;
    },
    wanted: () => [
      ...[...clusters.values()].flatMap((item) => {
        const { reference, nextLookAt } = item;
        const dueAt = dueSince(nextLookAt);
        if (dueAt === null) return [];
        const { subscriptionId } = reference;
        const key = scopeIdOf(reference);
        return [{ task: 'look' as const, key, subscriptionId, listOf: key, dueAt, item }];
      }),
      ...watches.flatMap((item) => {
        const { watchId: key, scope, nextScanAt } = item;
        const isOfOne = isCluster(scope);
        const dueAt = dueSince(nextScanAt, isOfOne ? clusterEveryMs : undefined);
        if (dueAt === null) return [];
        const { subscriptionId } = scope;
        const scan = { task: 'scan' as const, key, subscriptionId, listOf: null, dueAt, item };
        return [{ ...scan, isOfOne }];
      }),
    ],
    async review(until) {
      const single = watches.flatMap((watch) =>
        isCluster(watch.scope) ? [{ reference: watch.scope, watch, settled: null }] : [],
      );
      await addAll(single, 0, until);
      // A watch that cannot be read may cover these clusters: keep what they know.
      if (!allWatchesKnown) return;
      const unwatched = [...clusters.values()].filter(
        ({ reference }) => watchOf(reference) === null,
      );
      await pMap(
        unwatched,
        async ({ reference }, index) => {
          if (index < rowsAtOnce || clock().getTime() < until) await putAway(reference);
        },
        { concurrency: rowsAtOnce },
      );
    },
    async looked({ item: { reference }, dueAt }, listing) {
      const { at, notBefore, result } = listing;
      const unexplained: Unexplained[] = [];
      const stored = await store.findCluster(reference);
      const watch = watchOf(reference);
      if (stored === null || watch === null) return unexplained;
      const before = stored.value;
      const now = clock().toISOString();
      const failure = failureIn(listing);
      const trouble = failure === null ? null : afterFailure(before.trouble, failure, at);
      // In a watched group or subscription, a cluster that is gone needs no message.
      const isGone = trouble?.cause === 'notFound' && !isCluster(watch.scope);
      if (!isGone) read.push({ scope: reference, isOperation: false, trouble });
      // A refused further page must not delay what the first pages show.
      const failures = result.ok ? 0 : (trouble?.failures ?? 0);
      const nextLookAt = nextLook(dueAt, watchIntervalMs, now, failures, notBefore);
      if (!result.ok) {
        if (isGone && isConfirmedGone(trouble, at)) await putAway(reference);
        else await save({ ...before, trouble, nextLookAt }, stored.etag);
        return unexplained;
      }
      const { found: operationsFound, next } = look(before, result.items, at);
      const until = clock().getTime() + endingWaitsMs;
      for (const [index, item] of operationsFound.entries()) {
        if (clock().getTime() >= end) {
          // The next tick looks again, and finds the others.
          const tracked = operationsFound.slice(0, index).map(({ operationId }) => operationId);
          await save({ ...before, known: knowing(before.known, tracked) }, stored.etag);
          return unexplained;
        }
        // Otherwise the next tick looks again, with the watches and with what is known then.
        if (!(await track(item, reference, watch, at, until, unexplained))) return unexplained;
      }
      const { channel } = watch.options;
      // Written last: after a kill, the next look finds untracked operations again. Another writer has found the same ones.
      await save({ ...next, trouble, channel, nextLookAt }, stored.etag);
      return unexplained;
    },
    async scanned({ item: watch, dueAt }, listing) {
      const { at, notBefore, result } = listing;
      const stored = await findReadable(watch.watchId, store);
      if (stored === null) return;
      const now = clock().toISOString();
      const failure = failureIn(listing);
      const items = result.ok ? result.items : [];
      if (isCluster(watch.scope)) {
        // What keeps it from being read keeps looks from it too, and those say so: nothing else goes by this reading.
        await noteClusters(items, at, rows, needs);
        const next = { ...stored.value, nextScanAt: plus(now, clusterEveryMs) };
        await refusals.passOver(async () => await store.saveWatch(next, stored.etag));
        return;
      }
      const trouble = failure === null ? null : afterFailure(stored.value.trouble, failure, at);
      read.push({ scope: watch.scope, isOperation: false, trouble });
      const spreadMs = Math.min(items.length * lookEveryMs, watchIntervalMs);
      const covered = items.map(({ reference, seen }) => {
        const settled = seen !== null && isSettled(seen) ? { at, config: seen.config } : null;
        return { reference, watch, settled };
      });
      // Otherwise the next tick lists them again, and adds the others.
      if (!(await addAll(covered, spreadMs, end))) return;
      await noteClusters(items, at, rows, needs);
      const failures = result.ok ? 0 : (trouble?.failures ?? 0);
      const nextScanAt = nextLook(dueAt, watchIntervalMs, now, failures, notBefore);
      const lastScanAt = failure === null ? at : stored.value.lastScanAt;
      const next = { ...stored.value, nextScanAt, lastScanAt, trouble };
      await refusals.passOver(async () => await store.saveWatch(next, stored.etag));
    },
  };
}
