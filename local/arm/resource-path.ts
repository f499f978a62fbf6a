/** A managed cluster, as it was written. */
export interface ClusterPath {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly resourceName: string;
}

/** What the path of an operation status call names, as it was written. */
export interface OperationPath extends ClusterPath {
  readonly agentPoolName?: string;
  /** Absent in the path of a list. */
  readonly operationId?: string;
}

/** A subscription or one of its resource groups, as it was written. */
export interface Scope {
  readonly subscriptionId: string;
  /** Empty: the whole subscription. */
  readonly resourceGroupName: string;
}

/** A path that can be read: one operation, the operations of a cluster or agent pool, a cluster, its agent pools, or the
 * clusters of a scope. */
export type ArmPath =
  | { readonly kind: 'operation'; readonly of: OperationPath; readonly operationId: string }
  | { readonly kind: 'operations'; readonly of: OperationPath }
  | { readonly kind: 'cluster'; readonly of: ClusterPath }
  | { readonly kind: 'agentPools'; readonly of: ClusterPath }
  | { readonly kind: 'clusters'; readonly of: Scope };

const clusterPath =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerService\/managedClusters\/([^/]+)(?:\/agentPools\/([^/]+))?(\/operations(?:\/([^/]+))?)?\/?$/i;
const clustersPath =
  /^\/subscriptions\/[^/]+(?:\/resourceGroups\/[^/]+)?\/providers\/Microsoft\.ContainerService\/managedClusters\/?$/i;
const scopePath = /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?/i;

/** Reads the path of a call; `undefined` when the stand-in does not play what it names. */
export function parseArmPath(path: string): ArmPath | undefined {
  if (clustersPath.test(path)) return { kind: 'clusters', of: scopeOf(path) };
  const cluster = parseClusterId(path);
  if (cluster !== undefined) return { kind: 'cluster', of: cluster };
  const ofPools = /\/agentPools\/?$/i.test(path)
    ? parseClusterId(path.replace(/\/agentPools\/?$/i, ''))
    : undefined;
  if (ofPools !== undefined) return { kind: 'agentPools', of: ofPools };
  const of = parseOperationPath(path);
  if (of?.operationId === undefined) return of && { kind: 'operations', of };
  return { kind: 'operation', of, operationId: of.operationId };
}

/** Reads the path (or ARM ID) of a cluster's or agent pool's operation or operation list. */
export function parseOperationPath(path: string): OperationPath | undefined {
  const match = clusterPath.exec(path);
  return match?.[5] === undefined ? undefined : named(match);
}

/** Reads the ARM ID of a cluster. */
export function parseClusterId(id: string): ClusterPath | undefined {
  const match = clusterPath.exec(id);
  return match === null || match[4] !== undefined || match[5] !== undefined
    ? undefined
    : named(match);
}

/** Reads the ARM ID of an agent pool. */
export function parsePoolId(id: string): OperationPath | undefined {
  const match = clusterPath.exec(id);
  return match?.[4] === undefined || match[5] !== undefined ? undefined : named(match);
}

/** Reads the ARM ID of a resource group. */
export function parseGroupId(id: string): Scope | undefined {
  return /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/?$/i.test(id) ? scopeOf(id) : undefined;
}

/** Subscription and resource group of any ARM path; empty where it names none. */
export function scopeOf(path: string): Scope {
  const [, subscriptionId = '', resourceGroupName = ''] = scopePath.exec(path) ?? [];
  return { subscriptionId, resourceGroupName };
}

function named(match: RegExpExecArray): OperationPath {
  const [, subscriptionId = '', resourceGroupName = '', resourceName = '', pool, , operationId] =
    match;
  return {
    subscriptionId,
    resourceGroupName,
    resourceName,
    ...(pool !== undefined && { agentPoolName: pool }),
    ...(operationId !== undefined && { operationId }),
  };
}

/** ARM ID of the cluster. */
export function clusterId(path: ClusterPath): string {
  const group = `/subscriptions/${path.subscriptionId}/resourceGroups/${path.resourceGroupName}`;
  return `${group}/providers/Microsoft.ContainerService/managedClusters/${path.resourceName}`;
}

/** ARM ID of what the operation was started on: the agent pool, else the cluster. */
export function resourceId(path: OperationPath): string {
  const cluster = clusterId(path);
  return path.agentPoolName === undefined ? cluster : `${cluster}/agentPools/${path.agentPoolName}`;
}
