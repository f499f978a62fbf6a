import { defaultCluster } from './cluster-document.ts';
import type { Json } from './cluster-document.ts';
import { documentAfter } from './cluster-history.ts';
import type { ClusterEvent } from './cluster-history.ts';
import { clusterId } from './resource-path.ts';
import type { ClusterPath, Scope } from './resource-path.ts';

/**
 * The clusters that there are, each with its `T`. IDs compare case-insensitively, as in ARM. Subscriptions and
 * resource groups come with their first cluster, and stay.
 */
export function createClusters<T>(create: () => T) {
  interface Cluster {
    readonly path: ClusterPath;
    readonly value: T;
    /** What happened to its document, oldest first. */
    readonly events: ClusterEvent[];
  }
  const clusters = new Map<string, Cluster>();
  const scopes = new Set<string>();
  const deleted = new Set<string>();
  const locations = new Map<string, string>();
  const locationOf = (path: ClusterPath) => locations.get(clusterKey(path)) ?? 'westeurope';
  const documentOf = ({ path, events }: Cluster) =>
    documentAfter(defaultCluster(path, locationOf(path)), events);
  function add(path: ClusterPath): Cluster {
    const { subscriptionId } = path;
    deleted.delete(scopeKey(path));
    scopes.add(scopeKey({ subscriptionId, resourceGroupName: '' })).add(scopeKey(path));
    const key = clusterKey(path);
    const cluster = clusters.get(key) ?? { path, value: create(), events: [] };
    clusters.set(key, cluster);
    return cluster;
  }
  return {
    locationOf,
    /** Moves a cluster to a location. */
    locate: (path: ClusterPath, location: string) => locations.set(clusterKey(path), location),
    /** The cluster's value; the cluster is there from now on. */
    add: (path: ClusterPath): T => add(path).value,
    /** Notes what happened to a cluster's document; the cluster is there from now on. */
    happened(path: ClusterPath, event: ClusterEvent): void {
      const { events } = add(path);
      const isSame = (one: ClusterEvent) =>
        one.kind === 'operation' &&
        event.kind === 'operation' &&
        one.operationId === event.operationId;
      const at = events.findIndex(isSame);
      if (at >= 0) events.splice(at, 1);
      events.push(event);
    },
    /** The cluster's document, pools with their `status`; `undefined`: there is no such cluster. */
    document(path: ClusterPath): Json | undefined {
      const cluster = clusters.get(clusterKey(path));
      return cluster === undefined ? undefined : documentOf(cluster);
    },
    get: (path: ClusterPath): T | undefined => clusters.get(clusterKey(path))?.value,
    delete: (path: ClusterPath) => clusters.delete(clusterKey(path)),
    /** Deletes a resource group with its clusters; the group is not there from now on. */
    deleteGroup(scope: Scope): void {
      const key = scopeKey(scope);
      scopes.delete(key);
      for (const [cluster, { path }] of clusters)
        if (scopeKey(path) === key) clusters.delete(cluster);
      deleted.add(key);
    },
    isGroupDeleted: (scope: Scope) => deleted.has(scopeKey(scope)),
    values: (): T[] => Array.from(clusters.values(), ({ value }) => value),
    /** The clusters of a subscription or resource group, or which of the two is missing. */
    listIn(scope: Scope): Json[] | 'noSubscription' | 'noResourceGroup' {
      if (!scopes.has(scopeKey({ ...scope, resourceGroupName: '' }))) return 'noSubscription';
      const wanted = scopeKey(scope);
      if (!scopes.has(wanted)) return 'noResourceGroup';
      return [...clusters.values()]
        .filter(({ path }) => scopeKey(path).startsWith(wanted))
        .map(documentOf);
    },
  };
}

function clusterKey(path: ClusterPath): string {
  return clusterId(path).toLowerCase();
}

/** Ends with a slash, so that a subscription's key begins those of its groups and no other. */
function scopeKey({ subscriptionId, resourceGroupName }: Scope): string {
  return resourceGroupName === ''
    ? `${subscriptionId}/`.toLowerCase()
    : `${subscriptionId}/${resourceGroupName}/`.toLowerCase();
}
