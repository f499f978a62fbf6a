import { createHash } from 'node:crypto';
import { nameKey, patterns } from './azure-names.ts';

/**
 * A subscription, a resource group or a cluster, as ARM names it: what is watched, listed or read, and where trouble is.
 * Names compare by {@link nameKey}.
 */
export interface Scope {
  readonly subscriptionId: string;
  /** `null`: the whole subscription; then there is no `resourceName` either. */
  readonly resourceGroupName: string | null;
  /** The managed cluster's name; `null`: all clusters there. */
  readonly resourceName: string | null;
}

/** The narrowest scope: one cluster. */
export interface ClusterReference extends Scope {
  readonly resourceGroupName: string;
  readonly resourceName: string;
}

/** A whole subscription. */
export function subscriptionScope(subscriptionId: string): Scope {
  return { subscriptionId, resourceGroupName: null, resourceName: null };
}

/** Whether a scope is one cluster. */
export function isCluster(scope: Scope): scope is ClusterReference {
  return scope.resourceGroupName !== null && scope.resourceName !== null;
}

/** The scope's ARM ID. */
export function armIdOf({ subscriptionId, resourceGroupName, resourceName }: Scope): string {
  const subscription = `/subscriptions/${subscriptionId}`;
  if (resourceGroupName === null) return subscription;
  const group = `${subscription}/resourceGroups/${resourceGroupName}`;
  return resourceName === null ? group : `${group}/${clustersPath}/${resourceName}`;
}

/** Where ARM lists the clusters of a scope, below its ARM ID. */
export const clustersPath = 'providers/Microsoft.ContainerService/managedClusters';

/** Identifies a scope in memory: quicker to compute than {@link scopeIdOf}. */
export function scopeKey(scope: Scope): string {
  return nameKey(armIdOf(scope));
}

/** What names the row of a scope: a watch's ID, and a watched cluster's. See {@link idOf}. */
export function scopeIdOf(scope: Scope): string {
  return idOf(scope, armIdOf(scope));
}

/**
 * `{subscriptionId}.{128 bits of SHA-256, hex}` of a normalised ({@link nameKey}) ARM ID. URL-safe, and it names its table
 * partition.
 */
export function idOf({ subscriptionId }: Pick<Scope, 'subscriptionId'>, armId: string): string {
  const digest = createHash('sha256').update(nameKey(armId)).digest('hex').slice(0, 32);
  return `${nameKey(subscriptionId)}.${digest}`;
}

/** A scope and all scopes that contain it, the narrowest first. */
export function scopesAround(scope: Scope): readonly Scope[] {
  const { subscriptionId, resourceGroupName } = scope;
  const subscription = subscriptionScope(subscriptionId);
  if (resourceGroupName === null) return [subscription];
  const group = { subscriptionId, resourceGroupName, resourceName: null };
  return isCluster(scope) ? [scope, group, subscription] : [group, subscription];
}

/** Whether `inner` is the scope or lies within it. */
export function contains(scope: Scope, inner: Scope): boolean {
  const key = scopeKey(scope);
  return scopesAround(inner).some((around) => scopeKey(around) === key);
}

const clusterPath =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerService\/managedClusters\/([^/]+)(\/.*)?$/i;
const groupPath = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/?$/i;
const subscriptionPath = /^(?:\/subscriptions\/)?([^/]+)\/?$/i;

/** `/subscriptions/…/managedClusters/{name}` taken apart, or `null` when it is not that. */
export function parseClusterId(id: string): ClusterReference | null {
  const parsed = parseBelowCluster(id);
  return parsed?.below === '' ? parsed.cluster : null;
}

/** The cluster that an ARM ID begins with, and what follows; `null` when it does not begin with one. */
export function parseBelowCluster(
  id: string,
): { readonly cluster: ClusterReference; readonly below: string } | null {
  const match = clusterPath.exec(id.replace(/\/$/, ''));
  if (match === null) return null;
  const [, subscriptionId = '', resourceGroupName = '', resourceName = '', below = ''] = match;
  const cluster = { subscriptionId, resourceGroupName, resourceName };
  return patterns.subscriptionId.test(subscriptionId) &&
    patterns.resourceGroupName.test(resourceGroupName) &&
    patterns.resourceName.test(resourceName)
    ? { cluster, below }
    : null;
}

/** `/subscriptions/…/resourceGroups/{name}` taken apart, or `null` when it is not that. */
export function parseGroupId(id: string): Scope | null {
  const [, subscriptionId = '', resourceGroupName = ''] = groupPath.exec(id) ?? [];
  return patterns.subscriptionId.test(subscriptionId) &&
    patterns.resourceGroupName.test(resourceGroupName)
    ? { subscriptionId, resourceGroupName, resourceName: null }
    : null;
}

/** A subscription's ID, or `/subscriptions/{id}`; `null` when it is neither. */
export function parseSubscriptionId(id: string): Scope | null {
  const [, subscriptionId = ''] = subscriptionPath.exec(id) ?? [];
  return patterns.subscriptionId.test(subscriptionId) ? subscriptionScope(subscriptionId) : null;
}
