import { clusterId } from './resource-path.ts';
import type { ClusterPath, Scope } from './resource-path.ts';

/** ARM's ManagedCluster, as far as anybody asks for it. */
export interface ManagedCluster {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location: string;
  readonly properties: object;
}

/** What a List of clusters shows of one. AKS writes `resourcegroups` in the IDs there, unlike elsewhere. */
export function managedCluster(path: ClusterPath, location: string): ManagedCluster {
  return {
    id: clusterId(path).replace('/resourceGroups/', '/resourcegroups/'),
    name: path.resourceName,
    type: 'Microsoft.ContainerService/ManagedClusters',
    location,
    properties: {
      provisioningState: 'Succeeded',
      powerState: { code: 'Running' },
      kubernetesVersion: '1.33.2',
    },
  };
}

/**
 * The clusters that there are, each with its `T`. IDs compare case-insensitively, as in ARM. Subscriptions and
 * resource groups come with their first cluster, and stay.
 */
export function createClusters<T>(create: () => T) {
  const clusters = new Map<string, { readonly path: ClusterPath; readonly value: T }>();
  const scopes = new Set<string>();
  const deleted = new Set<string>();
  const locations = new Map<string, string>();
  const locationOf = (path: ClusterPath) => locations.get(clusterKey(path)) ?? 'westeurope';
  return {
    locationOf,
    /** Moves a cluster to a location. */
    locate: (path: ClusterPath, location: string) => locations.set(clusterKey(path), location),
    /** The cluster's value; the cluster is there from now on. */
    add(path: ClusterPath): T {
      const { subscriptionId } = path;
      deleted.delete(scopeKey(path));
      scopes.add(scopeKey({ subscriptionId, resourceGroupName: '' })).add(scopeKey(path));
      const key = clusterKey(path);
      const cluster = clusters.get(key) ?? { path, value: create() };
      clusters.set(key, cluster);
      return cluster.value;
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
    listIn(scope: Scope): ManagedCluster[] | 'noSubscription' | 'noResourceGroup' {
      if (!scopes.has(scopeKey({ ...scope, resourceGroupName: '' }))) return 'noSubscription';
      const wanted = scopeKey(scope);
      if (!scopes.has(wanted)) return 'noResourceGroup';
      return Array.from(clusters.values(), ({ path }) => path)
        .filter((path) => scopeKey(path).startsWith(wanted))
        .map((path) => managedCluster(path, locationOf(path)));
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
