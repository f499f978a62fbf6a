import { patterns } from './azure-names.ts';
import { armIdOf, idOf, parseBelowCluster, type ClusterReference } from './scope.ts';

/** Names one operation of one managed cluster. */
export interface OperationReference extends ClusterReference {
  /** The agent pool that the operation was started on; `null` for an operation of the cluster. */
  readonly agentPoolName: string | null;
  readonly operationId: string;
}

const operationPath = /^(?:\/agentPools\/([^/]+))?\/operations\/([^/]+)$/i;
/** The path of an `Azure-AsyncOperation` (or `Location`) header: no resource group, no cluster. */
const asyncPath =
  /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.ContainerService\/locations\/[^/]+\/operation(?:s|results)\/([^/]+)\/?$/i;

/** `/subscriptions/…/managedClusters/{name}[/agentPools/{pool}]/operations/{operationId}` taken apart, or `null`. */
export function parseOperationId(id: string): OperationReference | null {
  const parsed = parseBelowCluster(id);
  const below = operationPath.exec(parsed?.below ?? '');
  if (parsed === null || below === null) return null;
  const [, agentPoolName = null, operationId = ''] = below;
  if (agentPoolName !== null && !patterns.agentPoolName.test(agentPoolName)) return null;
  if (!patterns.operationId.test(operationId)) return null;
  return { ...parsed.cluster, agentPoolName, operationId };
}

/**
 * What an `Azure-AsyncOperation` URL names: the subscription and the operation's ID. The rest of it,
 * signed query string included, is dropped here and kept nowhere. `null` when it is no such URL.
 */
export function parseOperationUrl(
  url: string,
): Pick<OperationReference, 'subscriptionId' | 'operationId'> | null {
  const match = asyncPath.exec(URL.parse(url)?.pathname ?? '');
  const [, subscriptionId = '', operationId = ''] = match ?? [];
  if (!patterns.subscriptionId.test(subscriptionId)) return null;
  if (!patterns.operationId.test(operationId)) return null;
  return { subscriptionId, operationId };
}

/** Whether a URL is on one of these origins, and names no user. */
export function isUrlOf(url: string, origins: ReadonlySet<string>): boolean {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.username !== '' || parsed.password !== '') return false;
  return origins.has(parsed.origin);
}

/** The operation's ARM ID, with its agent pool where it has one. */
export function operationArmId(operation: OperationReference): string {
  const pool = operation.agentPoolName === null ? '' : `/agentPools/${operation.agentPoolName}`;
  return `${armIdOf(operation)}${pool}/operations/${operation.operationId}`;
}

/**
 * The key that an operation is tracked under: {@link idOf} its ARM ID at its cluster.
 *
 * The agent pool is no part of it: ARM shows one operation both at its pool and at its cluster, and
 * it must not be posted twice.
 */
export function trackingIdOf(operation: OperationReference): string {
  return idOf(operation, operationArmId({ ...operation, agentPoolName: null }));
}

/** Whether a text has the form of a tracking ID (any case). */
export function isTrackingId(text: string): boolean {
  return (
    text.length === 69 &&
    patterns.subscriptionId.test(text.slice(0, 36)) &&
    /^\.[0-9a-f]{32}$/i.test(text.slice(36))
  );
}
