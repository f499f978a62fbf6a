/** What the path of an operation status call names, as it was written. */
export interface OperationPath {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly resourceName: string;
  readonly agentPoolName?: string;
  /** Absent in the path of a list. */
  readonly operationId?: string;
}

const clusterPath =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerService\/managedClusters\/([^/]+)(?:\/agentPools\/([^/]+))?(\/operations(?:\/([^/]+))?)?\/?$/i;
const scopePath = /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?/i;

/** Reads the path (or ARM ID) of a cluster's or agent pool's operation or operation list. */
export function parseOperationPath(path: string): OperationPath | undefined {
  const match = clusterPath.exec(path);
  return match?.[5] === undefined ? undefined : named(match);
}

/** Reads the ARM ID of a cluster. */
export function parseClusterId(id: string): OperationPath | undefined {
  const match = clusterPath.exec(id);
  return match === null || match[4] !== undefined || match[5] !== undefined
    ? undefined
    : named(match);
}

/** Subscription and resource group of any ARM path; empty where it names none. */
export function scopeOf(path: string): { subscriptionId: string; resourceGroupName: string } {
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
export function clusterId(path: OperationPath): string {
  const group = `/subscriptions/${path.subscriptionId}/resourceGroups/${path.resourceGroupName}`;
  return `${group}/providers/Microsoft.ContainerService/managedClusters/${path.resourceName}`;
}

/** ARM ID of what the operation was started on: the agent pool, else the cluster. */
export function resourceId(path: OperationPath): string {
  const cluster = clusterId(path);
  return path.agentPoolName === undefined ? cluster : `${cluster}/agentPools/${path.agentPoolName}`;
}
