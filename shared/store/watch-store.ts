import { scopeIdOf, type ClusterReference } from '../domain/scope.ts';
import { emptyOutbox } from '../domain/outbox.ts';
import type { IsoTime } from '../time.ts';
import type { Watch, WatchedCluster } from '../domain/watch.ts';
import { CorruptRow, unlessCorrupt } from './codec.ts';
import { endedAt } from './operation-row.ts';
import type { RowRefused, Table } from './table.ts';
import {
  clusterHead,
  clusterKeyAt,
  clusterRow,
  clusterRowKey,
  clusterRowsOf,
  toCluster,
  toClusterHead,
  toWatch,
  watchKey,
  watchRow,
  type ClusterHead,
} from './watch-row.ts';

/** Something stored, and what a conditional write of it needs. */
export interface Stored<T> {
  readonly value: T;
  readonly etag: string;
}

/** There is a watch, but its row cannot be read: it is damaged, or of a newer version. */
export class UnreadableWatch extends CorruptRow {
  constructor(watchId: string, reason: string) {
    super(`The stored row of the watch ${watchId} cannot be read. ${reason}`);
    this.name = 'UnreadableWatch';
  }
}

/** The watches and the clusters that they cover. */
export interface WatchStore {
  /** A watch, or `null`. Rejects with {@link UnreadableWatch} when its row cannot be read. */
  findWatch(watchId: string): Promise<Stored<Watch> | null>;
  /** Adds a watch; `false` when there is one already. */
  addWatch(watch: Watch): Promise<boolean>;
  /** Writes a watch; its new etag, or `null` when it was changed or removed since it was read. */
  saveWatch(watch: Watch, etag: string): Promise<string | null>;
  /** Removes a watch, readable or not; `false` when there is none. */
  removeWatch(watchId: string): Promise<boolean>;
  /** All watches that can be read. */
  watches(): Promise<Watch[]>;
  /** A watched cluster, or `null` when it is none, or its row cannot be read. */
  findCluster(cluster: ClusterReference): Promise<Stored<WatchedCluster> | null>;
  /** Adds a cluster; `false` when there is one already. */
  addCluster(cluster: WatchedCluster): Promise<boolean>;
  /**
   * Adds clusters of one subscription together; those that are there already stay as they are.
   *
   * @returns what the store refuses to hold
   */
  addClusters(clusters: readonly WatchedCluster[]): Promise<readonly RowRefused[]>;
  /** Writes a cluster; its new etag, or `null` when it was changed or removed since it was read. */
  saveCluster(cluster: WatchedCluster, etag: string): Promise<string | null>;
  /**
   * Puts a cluster that is watched no more away, into the history, so that what it knows outlives it: see
   * {@link WatchStore.findPutAway}. `false` when it was changed or removed since it was read.
   */
  putAway(cluster: WatchedCluster, etag: string, now: IsoTime): Promise<boolean>;
  /** A cluster as it was when it was put away last, within the retention; `null`: it never was, or cannot be read. */
  findPutAway(cluster: ClusterReference): Promise<WatchedCluster | null>;
  /**
   * The keys ({@link scopeIdOf}) of a subscription's clusters that were put away: few requests, where asking for each
   * of many would be one for each.
   */
  keysPutAway(subscriptionId: string): Promise<ReadonlySet<string>>;
  /** The watched clusters of a subscription that can be read. */
  clusters(subscriptionId: string): Promise<ClusterHead[]>;
}

/** A watch; `null` also when its row cannot be read. */
export async function findReadable(
  watchId: string,
  store: WatchStore,
): Promise<Stored<Watch> | null> {
  try {
    return await store.findWatch(watchId);
  } catch (error) {
    if (error instanceof UnreadableWatch) return null;
    throw error;
  }
}

/** The store of watches, on the table of the operations at work; what is put away goes to the history. */
export function createWatchStore(active: Table, history: Table): WatchStore {
  return {
    async findWatch(watchId) {
      const row = await active.get(watchKey(watchId));
      if (row === null) return null;
      try {
        return { value: toWatch(row), etag: row.etag };
      } catch (error) {
        if (error instanceof CorruptRow) throw new UnreadableWatch(watchId, error.message);
        throw error;
      }
    },
    async addWatch(watch) {
      return (await active.insert(watchKey(watch.watchId), watchRow.write(watch))) !== null;
    },
    async saveWatch(watch, etag) {
      return await active.replace(watchKey(watch.watchId), watchRow.write(watch), etag);
    },
    async removeWatch(watchId) {
      return await active.remove(watchKey(watchId), '*');
    },
    async watches() {
      const watches: Watch[] = [];
      for await (const { rows } of active.pages({ filter: "kind eq 'watch'" }))
        watches.push(...rows.flatMap((row) => unlessCorrupt(() => toWatch(row)) ?? []));
      return watches;
    },
    async findCluster(cluster) {
      const row = await active.get(clusterRowKey(scopeIdOf(cluster)));
      const value = row === null ? null : unlessCorrupt(() => toCluster(row));
      return row === null || value === null ? null : { value, etag: row.etag };
    },
    async addCluster(cluster) {
      const key = clusterRowKey(scopeIdOf(cluster.reference));
      return (await active.insert(key, clusterRow.write(cluster))) !== null;
    },
    async addClusters(clusters) {
      const left = await active.insertAll(
        clusters.map((cluster) => ({
          key: clusterRowKey(scopeIdOf(cluster.reference)),
          columns: clusterRow.write(cluster),
        })),
      );
      return left.flatMap(({ refused }) => refused ?? []);
    },
    async saveCluster(cluster, etag) {
      const key = clusterRowKey(scopeIdOf(cluster.reference));
      return await active.replace(key, clusterRow.write(cluster), etag);
    },
    async putAway(cluster, etag, now) {
      const key = clusterRowKey(scopeIdOf(cluster.reference));
      const columns = clusterRow.write({ ...cluster, outbox: emptyOutbox });
      await history.upsert(key, { ...columns, ...endedAt.write(now) });
      return await active.remove(key, etag);
    },
    async findPutAway(cluster) {
      const row = await history.get(clusterRowKey(scopeIdOf(cluster)));
      return row === null ? null : unlessCorrupt(() => toCluster(row));
    },
    async keysPutAway(subscriptionId) {
      const keys = new Set<string>();
      for await (const { rows } of history.pages({
        filter: clusterRowsOf(subscriptionId),
        select: [],
      }))
        for (const { key } of rows) keys.add(clusterKeyAt(key));
      return keys;
    },
    async clusters(subscriptionId) {
      const clusters: ClusterHead[] = [];
      // What each knows is left out: it is most of a row.
      const query = { filter: clusterRowsOf(subscriptionId), select: clusterHead.columns };
      for await (const { rows } of active.pages(query))
        clusters.push(...rows.flatMap((row) => unlessCorrupt(() => toClusterHead(row)) ?? []));
      return clusters;
    },
  };
}
