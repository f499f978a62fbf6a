import type { ArmReader } from '../arm/client.ts';
import { createPurse } from '../calls/purse.ts';
import { restoredIn, isGone, withBroken, type Broken } from '../domain/set-right.ts';
import { changesBetween, ranAlone } from '../domain/cluster-changes.ts';
import { isSettled, type SeenCluster, type SeenPool } from '../domain/cluster-config.ts';
import { withBefore } from '../domain/settled-cluster.ts';
import { isPosted } from '../domain/apply-reading.ts';
import { cancelationOf } from '../explain/explain.ts';
import { nameKey } from '../domain/azure-names.ts';
import { kindOn } from '../domain/operation-kind.ts';
import { leftBehind, type LeftBehind } from '../domain/state-after-failure.ts';
import type { ListedOperation, Listing } from '../domain/reading.ts';
import { scopeKey, type ClusterReference } from '../domain/scope.ts';
import type { OperationEvent, TrackedOperation } from '../domain/tracked.ts';
import type { WatchedCluster } from '../domain/watch.ts';
import type { BudgetStore } from '../store/budget-store.ts';
import { retryOnConflict } from '../store/table.ts';
import type { WatchStore } from '../store/watch-store.ts';
import type { Clock, IsoTime } from '../time.ts';

/** What it takes to see what operations have done. */
export interface EndingNeeds {
  readonly arm: Pick<ArmReader, 'listClusters' | 'listOperations' | 'listPools'>;
  readonly watches: WatchStore;
  readonly budget: BudgetStore;
  readonly armBudget: number;
  readonly clock: Clock;
}

/** What an ending can say beyond what the operation itself tells. */
export interface Conclusion {
  readonly facts: Pick<TrackedOperation, 'changes' | 'left'>;
  readonly events: readonly OperationEvent[];
  /** Takes down at the watched cluster what the ending says; to be called once that is recorded. Never rejects. */
  readonly remember: () => Promise<void>;
}

/** What looking at endings came to in one tick. */
export interface EndingsSeen {
  /** Requests made to see what ended operations changed or left behind. */
  readonly endingCalls: number;
  /** Endings that say what changed. */
  readonly changesFound: number;
  /** Endings that say in which state they left the cluster. */
  readonly leftFound: number;
}

/** Looks at clusters whose operations end, in one tick. */
export interface Endings {
  /**
   * What an operation has changed, set right or left behind. Never rejects.
   *
   * @param until nothing is asked of Azure from then on (milliseconds since the epoch), see {@link endingWaitsMs}
   */
  conclude(ended: Ended, until: number): Promise<Conclusion>;
  /** Pays for what was asked. */
  finish(): Promise<void>;
  readonly seen: EndingsSeen;
}

/** An operation as the reading of its end shows it. */
export type Ended = Pick<TrackedOperation, 'trackingId' | 'reference' | 'options' | 'state'>;

/** No ending waits for longer after it was read, in milliseconds. */
export const endingWaitsMs = 3000;
/** After so many failures in a row nothing more is asked in this tick: the endings are worth more. */
const mostFailures = 5;

/** An ending that says nothing more. */
export const nothing: Conclusion = { facts: {}, events: [], remember: async () => {} };

/**
 * @param isWatched whether a watch covers a cluster, as far as this tick knows
 * @param end when the tick breaks off all calls (milliseconds since the epoch)
 */
export function createEndings(
  isWatched: (cluster: ClusterReference) => boolean,
  end: number,
  needs: EndingNeeds,
): Endings {
  const { arm, watches, budget, armBudget, clock } = needs;
  const purse = createPurse('endings', armBudget, budget, clock);
  const readings = new Map<string, Promise<ClusterReading>>();
  let failures = 0;
  let changesFound = 0;
  let leftFound = 0;

  function timeLeft(until: number): number {
    return Math.min(until, end) - clock().getTime();
  }

  /** Makes an optional call, if there is a budget and time for it; what it lists, or `null`. */
  async function ask<T>(
    { subscriptionId }: ClusterReference,
    until: number,
    call: (timeoutMs: number) => Promise<Listing<T>>,
  ): Promise<Listing<T> | null> {
    if (failures >= mostFailures || timeLeft(until) <= 0) return null;
    if (!(await purse.take(subscriptionId))) return null;
    const listing = await call(Math.max(timeLeft(until), 1));
    purse.used(subscriptionId, listing);
    failures = listing.result.ok ? 0 : failures + 1;
    return listing;
  }

  /** The cluster as it is now; operations of it that end in the same tick share the reading. */
  async function readCluster(cluster: ClusterReference, until: number): Promise<ClusterReading> {
    const key = scopeKey(cluster);
    const reading: Promise<ClusterReading> =
      readings.get(key) ??
      ask(cluster, until, async (ms) => await arm.listClusters(cluster, ms)).then((listing) => ({
        at: listing?.at ?? clock().toISOString(),
        seen: listing?.result.ok === true ? (listing.result.items[0]?.seen ?? null) : null,
      }));
    readings.set(key, reading);
    return await reading;
  }

  async function operationsOf(
    cluster: ClusterReference,
    until: number,
  ): Promise<readonly ListedOperation[] | null> {
    const listing = await ask(cluster, until, async (ms) => await arm.listOperations(cluster, ms));
    const isWhole = listing?.result.ok === true && listing.result.isComplete;
    return isWhole ? listing.result.items : null;
  }

  async function poolsOf(
    cluster: ClusterReference,
    until: number,
  ): Promise<readonly SeenPool[] | null> {
    const listing = await ask(cluster, until, async (ms) => await arm.listPools(cluster, ms));
    return listing?.result.ok === true ? listing.result.items : null;
  }

  /** Changes a watched cluster's row; what `change` made of it, or `null`: it is not watched, or others were quicker. */
  async function changeRow(
    cluster: ClusterReference,
    change: (row: WatchedCluster) => WatchedCluster,
  ): Promise<WatchedCluster | null> {
    const written = await retryOnConflict(async () => {
      const stored = await watches.findCluster(cluster);
      if (stored === null) return { row: null };
      const row = change(stored.value);
      const isSame = row === stored.value;
      return isSame || (await watches.saveCluster(row, stored.etag)) !== null ? { row } : null;
    });
    return written?.row ?? null;
  }

  async function succeeded(
    { trackingId, reference, state }: Ended,
    until: number,
  ): Promise<Conclusion> {
    const cluster = clusterOf(reference);
    const row = isWatched(cluster) ? ((await watches.findCluster(cluster))?.value ?? null) : null;
    if (row === null) return nothing;
    const [{ at, seen }, operations] = await Promise.all([
      readCluster(cluster, until),
      row.settled === null ? null : operationsOf(cluster, until),
    ]);
    if (seen === null) return nothing;
    const changes = changesOf(row, seen, operations, reference.operationId, state.startTime);
    if (changes.length > 0) changesFound += 1;
    const restored = await claimRestored(cluster, row, seen, trackingId);
    return {
      facts: changes.length === 0 ? {} : { changes },
      events: restored.length === 0 ? [] : [setRightAgain(restored)],
      remember: async () => {
        const changed = changeRow(cluster, (now) => {
          const broken = now.broken.filter((one) => one.by !== trackingId && !isGone(one, seen));
          const isSame = broken.length === now.broken.length;
          return withBefore(isSame ? now : { ...now, broken }, seen, at);
        });
        // Then a scan does it.
        await changed.catch(() => {});
      },
    };
  }

  /**
   * What this ending says is set right. It is marked before the ending is recorded, and dropped afterwards: so it is
   * said once, whenever the process ends.
   */
  async function claimRestored(
    cluster: ClusterReference,
    { broken }: WatchedCluster,
    seen: SeenCluster,
    by: string,
  ): Promise<readonly Broken[]> {
    if (restoredIn(broken, seen).length === 0) return [];
    const isFree = (one: Broken): boolean => (one.by ?? by) === by;
    const marked = await changeRow(cluster, (now) => {
      const mine = new Set(restoredIn(now.broken, seen).filter(isFree));
      return {
        ...now,
        broken: now.broken.map((one) => (mine.has(one) ? { ...one, by } : one)),
      };
    });
    return (marked?.broken ?? []).filter((one) => one.by === by);
  }

  async function failed(ended: Ended, until: number): Promise<Conclusion> {
    const { reference, state, options } = ended;
    const cluster = clusterOf(reference);
    const [{ at, seen }, pools] = await Promise.all([
      readCluster(cluster, until),
      poolsOf(cluster, until),
    ]);
    const left = leftBehind(seen, pools);
    if (left.length > 0) leftFound += 1;
    const isToBeFollowed = isWatched(cluster) && isPosted(options, 'finished');
    if (isToBeFollowed) {
      const what = failedIn(left, targetOf(ended));
      await changeRow(cluster, (now) => {
        const broken = withBroken(now.broken, what, state.endTime ?? at);
        return broken === now.broken ? now : { ...now, broken };
      });
    }
    return { ...nothing, facts: left.length === 0 ? {} : { left } };
  }

  return {
    async conclude(ended, until) {
      try {
        const { outcome, error } = ended.state;
        if (outcome === 'succeeded') return await succeeded(ended, until);
        const isByAks = outcome === 'canceled' && cancelationOf(error) === 'byAks';
        return outcome === 'failed' || isByAks ? await failed(ended, until) : nothing;
      } catch {
        // It is optional: if the store fails, the ending itself says so.
        return nothing;
      }
    },
    finish: async () => await purse.settle(),
    get seen() {
      return { endingCalls: purse.calls, changesFound, leftFound };
    },
  };
}

/** A cluster as one call showed it. */
interface ClusterReading {
  readonly at: IsoTime;
  /** `null`: it could not be read. */
  readonly seen: SeenCluster | null;
}

function changesOf(
  { settled }: WatchedCluster,
  seen: SeenCluster,
  operations: readonly ListedOperation[] | null,
  operationId: string,
  startTime: IsoTime | null,
): readonly string[] {
  if (settled === null || operations === null || startTime === null || !isSettled(seen)) return [];
  const isKnown = ranAlone({ operationId, startTime }, operations, settled.at);
  return isKnown ? changesBetween(settled.config, seen.config) : [];
}

function setRightAgain(restored: readonly Broken[]): OperationEvent {
  const why = 'what was posted as failed there is as it should be';
  return { event: 'setRightAgain', restored, why };
}

type State = Pick<LeftBehind, 'pool' | 'provisioningState'>;

/**
 * What is to be set right: what is shown as failed. Where nothing is, and the target's state is not shown or not final
 * yet, that has failed.
 */
function failedIn(left: readonly LeftBehind[], target: State): readonly State[] {
  const shown = left.find((one) => nameKey(one.pool ?? '') === nameKey(target.pool ?? ''));
  const isFinal = /^(?:succeeded|failed)$/i.test(shown?.provisioningState ?? '');
  const hasFailed = left.some(({ provisioningState }) => /^failed$/i.test(provisioningState));
  return isFinal || hasFailed ? left : [target];
}

/** What an operation was started on, which has failed with it. */
function targetOf({ reference, state }: Ended): State {
  const { agentPoolName } = kindOn(reference, state.kind);
  return { pool: agentPoolName, provisioningState: 'Failed' };
}

function clusterOf({
  subscriptionId,
  resourceGroupName,
  resourceName,
}: ClusterReference): ClusterReference {
  return { subscriptionId, resourceGroupName, resourceName };
}
