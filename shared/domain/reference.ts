import { createHash } from 'node:crypto';
import { nameKey } from './names.ts';

/** The cluster that an operation runs on, as ARM names it. Names compare by {@link nameKey}. */
export interface ClusterReference {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  /** The managed cluster's name. */
  readonly resourceName: string;
}

/** Names one operation of one managed cluster. */
export interface OperationReference extends ClusterReference {
  /** The agent pool that the operation was started on; `null` for an operation of the cluster. */
  readonly agentPoolName: string | null;
  readonly operationId: string;
}

/**
 * The parts' shapes, from the ARM reference of "Operation Status Result - Get". A resource group's name has letters
 * and decimal digits of .NET's `Char.IsLetterOrDigit` (Azure's "Naming rules and restrictions"), which knows those
 * of one UTF-16 unit.
 */
export const patterns = {
  subscriptionId: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  resourceGroupName: /^(?!.*[\u{10000}-\u{10ffff}])[\p{L}\p{Nd}_.()-]{0,89}[\p{L}\p{Nd}_()-]$/u,
  resourceName: /^[a-z0-9](?:[-_a-z0-9]{0,61}[a-z0-9])?$/i,
  agentPoolName: /^[a-z][a-z0-9]{0,11}$/i,
  /** A GUID in practice; ARM promises only a non-empty string. */
  operationId: /^(?!\.{1,2}$)[^\s/\\?#%\p{C}]{1,256}$/u,
} as const;

const clusterPath =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerService\/managedClusters\/([^/]+)(\/.*)?$/i;
const operationPath = /^(?:\/agentPools\/([^/]+))?\/operations\/([^/]+)$/i;
/** The path of an `Azure-AsyncOperation` (or `Location`) header: no resource group, no cluster. */
const asyncPath =
  /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.ContainerService\/locations\/[^/]+\/operation(?:s|results)\/([^/]+)\/?$/i;

/** `/subscriptions/…/managedClusters/{name}` taken apart, or `null` when it is not that. */
export function parseClusterId(id: string): ClusterReference | null {
  const match = clusterPath.exec(id.replace(/\/$/, ''));
  if (match === null || match[4] !== undefined) return null;
  return clusterFrom(match);
}

/** `/subscriptions/…/managedClusters/{name}[/agentPools/{pool}]/operations/{operationId}` taken apart, or `null`. */
export function parseOperationId(id: string): OperationReference | null {
  const match = clusterPath.exec(id.replace(/\/$/, ''));
  const cluster = match === null ? null : clusterFrom(match);
  const rest = operationPath.exec(match?.[4] ?? '');
  if (cluster === null || rest === null) return null;
  const [, agentPoolName = null, operationId = ''] = rest;
  if (agentPoolName !== null && !patterns.agentPoolName.test(agentPoolName)) return null;
  if (!patterns.operationId.test(operationId)) return null;
  return { ...cluster, agentPoolName, operationId };
}

/**
 * What an `Azure-AsyncOperation` URL tells: the subscription and the operation's ID. The rest of it,
 * signed query string included, is dropped here and nowhere kept. `null` when it is no such URL.
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

function clusterFrom(match: RegExpExecArray): ClusterReference | null {
  const [, subscriptionId = '', resourceGroupName = '', resourceName = ''] = match;
  const valid =
    patterns.subscriptionId.test(subscriptionId) &&
    patterns.resourceGroupName.test(resourceGroupName) &&
    patterns.resourceName.test(resourceName);
  return valid ? { subscriptionId, resourceGroupName, resourceName } : null;
}

/** The cluster's ARM ID. */
export function clusterArmId(cluster: ClusterReference): string {
  return `/subscriptions/${cluster.subscriptionId}/resourceGroups/${cluster.resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/${cluster.resourceName}`;
}

/** The operation's ARM ID, with its agent pool where it has one. */
export function operationArmId(operation: OperationReference): string {
  const pool = operation.agentPoolName === null ? '' : `/agentPools/${operation.agentPoolName}`;
  return `${clusterArmId(operation)}${pool}/operations/${operation.operationId}`;
}

/**
 * The key that an operation is tracked under: `{subscriptionId}.{128 bits of SHA-256, hex}` of the
 * normalised ({@link nameKey}, cluster-level) ID. URL-safe, and it names its table partition.
 *
 * The agent pool is no part of it: ARM shows one operation both at its pool and at its cluster, and
 * it must not be told twice.
 */
export function trackingIdOf(operation: OperationReference): string {
  const normalised = nameKey(operationArmId({ ...operation, agentPoolName: null }));
  const digest = createHash('sha256').update(normalised).digest('hex').slice(0, 32);
  return `${nameKey(operation.subscriptionId)}.${digest}`;
}

/** Whether a text has the form of a tracking ID (any case). */
export function isTrackingId(text: string): boolean {
  return (
    text.length === 69 &&
    patterns.subscriptionId.test(text.slice(0, 36)) &&
    /^\.[0-9a-f]{32}$/i.test(text.slice(36))
  );
}
