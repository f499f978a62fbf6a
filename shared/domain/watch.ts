import type { ReadingTrouble } from './reading.ts';
import { createHash } from 'node:crypto';
import { nameKey, sameName } from './names.ts';
import { emptyOutbox, type Outbox, type OwedMessage } from './outbox.ts';
import { clusterArmId, type ClusterReference } from './reference.ts';
import type { TrackingOptions } from './tracked.ts';
import type { IsoTime } from '../time.ts';

/** What is watched: one cluster, or every cluster of a resource group or subscription. */
export interface WatchScope {
  readonly subscriptionId: string;
  /** `null`: the whole subscription. */
  readonly resourceGroupName: string | null;
  /** The cluster; `null`: all of them. */
  readonly resourceName: string | null;
}

/** A standing order: find every operation in a scope, and tell it. */
export interface Watch {
  /** See {@link watchIdOf}. */
  readonly watchId: string;
  readonly scope: WatchScope;
  /** What operations that it finds are tracked with. */
  readonly options: TrackingOptions;
  /** What had ended before is not told. */
  readonly createdAt: IsoTime;
  /** When the scope's clusters are listed next. */
  readonly nextScanAt: IsoTime;
  /** When they were listed last; `null` before the first time. */
  readonly lastScanAt: IsoTime | null;
  /** Why they cannot be listed; `null` while they can. */
  readonly trouble: ReadingTrouble | null;
}

/**
 * At most this many known IDs are kept at a cluster, the newest ones. It is more than ARM lists, in case a list leaves
 * some out or somebody untracks many, and no more than fits into a row.
 */
export const knownLimit = 400;

/** What a cluster knows with further IDs: those come first, and the oldest go. */
export function knowing(known: readonly string[], ids: readonly string[]): string[] {
  return [...new Set([...ids.map(nameKey), ...known])].slice(0, knownLimit);
}

/** A cluster that one watch or several cover. */
export interface WatchedCluster {
  readonly reference: ClusterReference;
  /** When watching began: what had ended before is not told. */
  readonly since: IsoTime;
  /** IDs (as {@link nameKey} writes them) of the operations that need no more attention: tracked once, or older than the watch. */
  readonly known: readonly string[];
  readonly nextLookAt: IsoTime;
  /** When its operations were listed last; `null` before the first time. */
  readonly lastLookAt: IsoTime | null;
  /** Why they cannot be listed; `null` while they can. */
  readonly trouble: ReadingTrouble | null;
  /** Where {@link outbox} goes: the channel of the watch that covers it. */
  readonly channel: string;
  readonly outbox: Outbox<GapMessage>;
}

/** The facts of the message that operations may have been missed. */
export interface GapMessage extends OwedMessage {
  /** When the cluster was looked at before; or when watching began. */
  readonly after: IsoTime;
}

/**
 * A cluster that a watch begins to cover.
 *
 * @param before what is remembered of it: it was watched once, and gone or given up
 */
export function newCluster(
  reference: ClusterReference,
  watch: Watch,
  nextLookAt: IsoTime,
  before: Pick<WatchedCluster, 'known' | 'since' | 'lastLookAt'> | null,
): WatchedCluster {
  const since = watch.createdAt;
  return {
    reference,
    since,
    known: before?.known ?? [],
    nextLookAt,
    // What passed while another watch, or none, was there is not looked back at.
    lastLookAt: before?.since === since ? before.lastLookAt : null,
    trouble: null,
    channel: watch.options.channel,
    outbox: emptyOutbox,
  };
}

/** The scope's ARM ID. */
export function scopeArmId({
  subscriptionId,
  resourceGroupName,
  resourceName,
}: WatchScope): string {
  if (resourceGroupName === null) return `/subscriptions/${subscriptionId}`;
  return resourceName === null
    ? `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}`
    : clusterArmId({ subscriptionId, resourceGroupName, resourceName });
}

/**
 * The key of a watch: `{subscriptionId}.{128 bits of SHA-256, hex}` of its normalised scope. URL-safe, and it
 * names its table partition.
 */
export function watchIdOf(scope: WatchScope): string {
  return idOf(scope.subscriptionId, scopeArmId(scope));
}

/** The key of a cluster, in the same form. */
export function clusterKeyOf(cluster: ClusterReference): string {
  return idOf(cluster.subscriptionId, clusterArmId(cluster));
}

function idOf(subscriptionId: string, armId: string): string {
  const digest = createHash('sha256').update(nameKey(armId)).digest('hex').slice(0, 32);
  return `${nameKey(subscriptionId)}.${digest}`;
}

/** Whether a cluster lies within a scope. */
export function covers(scope: WatchScope, cluster: ClusterReference): boolean {
  return (
    isMeant(scope.subscriptionId, cluster.subscriptionId) &&
    isMeant(scope.resourceGroupName, cluster.resourceGroupName) &&
    isMeant(scope.resourceName, cluster.resourceName)
  );
}

/** `null` means any. */
function isMeant(wanted: string | null, name: string): boolean {
  return wanted === null || sameName(wanted, name);
}

/** The scopes that a cluster lies within, the narrowest first: a watch of the first that has one decides for it. */
export function scopesOf({
  subscriptionId,
  resourceGroupName,
  resourceName,
}: ClusterReference): readonly WatchScope[] {
  return [
    { subscriptionId, resourceGroupName, resourceName },
    { subscriptionId, resourceGroupName, resourceName: null },
    { subscriptionId, resourceGroupName: null, resourceName: null },
  ];
}

/** Finds the watch that decides for a cluster, whatever many there are; `null`: none covers it. */
export function watchFinder<W extends Pick<Watch, 'scope'>>(
  watches: readonly W[],
): (cluster: ClusterReference) => W | null {
  const byScope = new Map(watches.map((watch) => [scopeKey(watch.scope), watch]));
  return (cluster) => {
    for (const scope of scopesOf(cluster)) {
      const watch = byScope.get(scopeKey(scope));
      if (watch !== undefined) return watch;
    }
    return null;
  };
}

/** What tells scopes apart while they are compared: quicker to have than what names rows. */
export function scopeKey(scope: WatchScope): string {
  return nameKey(scopeArmId(scope));
}
