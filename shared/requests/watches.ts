import { scopesAround, scopeIdOf, type ClusterReference } from '../domain/scope.ts';
import { nameKey } from '../domain/azure-names.ts';
import { operationEventNames } from '../domain/tracked.ts';
import type { OperationReference } from '../domain/reference.ts';
import { untilWritten } from '../store/table.ts';
import { findReadable, type WatchStore } from '../store/watch-store.ts';
import type { Clock } from '../time.ts';
import { unlessGiven } from './fields.ts';
import type { WatchRequest } from './watch-request.ts';
import { knowing, newCluster, type Watch } from '../domain/watch.ts';

/** The result of creating a watch. */
export interface EnsuredWatch {
  readonly watch: Watch;
  /** `false` when there was one for this scope already. */
  readonly created: boolean;
}

/**
 * Creates a watch. Idempotent: a scope has one watch, and an option given again replaces the old one. An operation
 * keeps the options that its watch had when the operation was found. ARM is not asked.
 */
export async function ensureWatch(
  { scope, options }: WatchRequest,
  store: WatchStore,
  clock: Clock,
): Promise<EnsuredWatch> {
  const watchId = scopeIdOf(scope);
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

/** Keeps all watches that exist now from finding an operation again, whether one found it before or not. */
export async function keepFromFinding(
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
    // The row exists but cannot be read: no look finds anything there.
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

/** The watch that decides for a cluster; a watch that cannot be read does not count. */
async function watchOf(cluster: ClusterReference, store: WatchStore): Promise<Watch | null> {
  for (const scope of scopesAround(cluster)) {
    const stored = await findReadable(scopeIdOf(scope), store);
    if (stored !== null) return stored.value;
  }
  return null;
}
