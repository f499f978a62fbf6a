import { nameKey } from '../domain/names.ts';
import { operationEventNames } from '../domain/tracked.ts';
import type { ClusterReference, OperationReference } from '../domain/reference.ts';
import { untilWritten } from '../store/table.ts';
import { findReadable, type WatchStore } from '../store/watch-store.ts';
import type { Clock } from '../time.ts';
import { unlessGiven } from './fields.ts';
import type { WatchOrder } from './watch-order.ts';
import { knowing, newCluster, scopesOf, watchIdOf, type Watch } from '../domain/watch.ts';

/** What ordering a watch came to. */
export interface Ordered {
  readonly watch: Watch;
  /** `false` when there was one for this scope already. */
  readonly created: boolean;
}

/**
 * Sets up a watch. Idempotent: a scope has one watch, options given again replace the old ones. Operations that it
 * found before keep the options that they were found with. ARM is not asked.
 */
export async function orderWatch(
  { scope, options }: WatchOrder,
  store: WatchStore,
  clock: Clock,
): Promise<Ordered> {
  const watchId = watchIdOf(scope);
  return await untilWritten('the watch', async () => {
    const stored = await store.findWatch(watchId);
    if (stored !== null) {
      const watch = { ...stored.value, options: { ...stored.value.options, ...options } };
      const etag = await store.saveWatch(watch, stored.etag);
      return etag === null ? null : { watch, created: false };
    }
    const now = clock().toISOString();
    const watch: Watch = {
      watchId,
      scope: { ...scope, subscriptionId: nameKey(scope.subscriptionId) },
      options: { ...unlessGiven, events: operationEventNames, ...options },
      createdAt: now,
      nextScanAt: now,
      lastScanAt: null,
      trouble: null,
    };
    return (await store.addWatch(watch)) ? { watch, created: true } : null;
  });
}

/** Sees to it that no watch of now finds an operation again, whether it was found before or not. */
export async function passOver(
  { agentPoolName: _pool, operationId, ...cluster }: OperationReference,
  store: WatchStore,
  clock: Clock,
): Promise<void> {
  const id = nameKey(operationId);
  let wasThere = false;
  await untilWritten('the watched cluster', async () => {
    const stored = await store.findCluster(cluster);
    if (stored !== null) {
      const { known } = stored.value;
      if (known.includes(id)) return true;
      const next = { ...stored.value, known: knowing(known, [id]) };
      return (await store.saveCluster(next, stored.etag)) === null ? null : true;
    }
    // There, and yet not found: a row that cannot be read. Nothing is found there.
    if (wasThere) return true;
    const watch = await watchOf(cluster, store);
    if (watch === null) return true;
    const before = await store.findPutAway(cluster);
    const fresh = newCluster(cluster, watch, clock().toISOString(), before);
    const known = knowing(fresh.known, [id]);
    wasThere = !(await store.addCluster({ ...fresh, known }));
    return wasThere ? null : true;
  });
}

/** The watch that decides for a cluster; one that cannot be read decides nothing. */
async function watchOf(cluster: ClusterReference, store: WatchStore): Promise<Watch | null> {
  for (const scope of scopesOf(cluster)) {
    const stored = await findReadable(watchIdOf(scope), store);
    if (stored !== null) return stored.value;
  }
  return null;
}
