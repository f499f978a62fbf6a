import type { SettledCluster } from './cluster-config.ts';
import type { Broken } from './set-right.ts';
import type { ReadingTrouble } from './reading.ts';
import { nameKey } from './azure-names.ts';
import { emptyOutbox, type Outbox, type OwedMessage } from './outbox.ts';
import { scopeKey, scopesAround, type ClusterReference, type Scope } from './scope.ts';
import type { TrackingOptions } from './tracked.ts';
import type { IsoTime } from '../time.ts';

/** A standing order: find every operation in a scope, and tell it. */
export interface Watch {
  /** See {@link scopeIdOf}. */
  readonly watchId: string;
  readonly scope: Scope;
  /** What operations that it finds are tracked with. */
  readonly options: TrackingOptions;
  /** What had ended before is not posted. */
  readonly createdAt: IsoTime;
  /** When the scope's clusters are listed next; of a single cluster, when it is read next as a whole. */
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
  /** When watching began: what had ended before is not posted. */
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
  /** As it was last read while nothing ran; `null`: it never was. */
  readonly settled: SettledCluster | null;
  /** What was posted as failed there, and is not set right yet. */
  readonly broken: readonly Broken[];
  readonly outbox: Outbox<ClusterMessage>;
}

/** What a watched cluster itself owes. */
export type ClusterMessage = GapMessage | SetRightMessage;

/** The facts of the message that what had failed is as it should be, where no operation's ending says so. */
export interface SetRightMessage extends OwedMessage {
  readonly restored: readonly Broken[];
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
  settled: SettledCluster | null = null,
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
    settled,
    broken: [],
    outbox: emptyOutbox,
  };
}

/** Finds the watch that decides for a cluster, whatever many there are; `null`: none covers it. */
export function watchFinder<W extends Pick<Watch, 'scope'>>(
  watches: readonly W[],
): (cluster: ClusterReference) => W | null {
  const byScope = new Map(watches.map((watch) => [scopeKey(watch.scope), watch]));
  return (cluster) => {
    for (const scope of scopesAround(cluster)) {
      const watch = byScope.get(scopeKey(scope));
      if (watch !== undefined) return watch;
    }
    return null;
  };
}
