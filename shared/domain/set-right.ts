import { hasSucceeded, type ProvisioningState, type SeenCluster } from './cluster-config.ts';
import type { LeftBehind } from './state-after-failure.ts';
import { sameName } from './azure-names.ts';
import type { IsoTime } from '../time.ts';

/** What was posted as failed in a watched cluster, and is not set right yet. */
export interface Broken {
  /** The agent pool's name; `null`: it is the cluster itself. */
  readonly pool: string | null;
  /** When the operation failed. */
  readonly since: IsoTime;
  /** The operation (its tracking ID) whose ending says that it is set right; absent: none does yet. */
  readonly by?: string;
}

/**
 * What is broken after a failure that left this behind; the same list where nothing is new. What an ending has said to be
 * set right, and failed again, is broken anew.
 */
export function withBroken(
  before: readonly Broken[],
  left: readonly Pick<LeftBehind, 'pool' | 'provisioningState'>[],
  since: IsoTime,
): readonly Broken[] {
  const failed = left.filter(({ provisioningState }) => /^failed$/i.test(provisioningState));
  const added = failed
    .filter(({ pool }) => !before.some((one) => one.by === undefined && isSame(one.pool, pool)))
    .map(({ pool }) => ({ pool, since }));
  if (added.length === 0) return before;
  const kept = before.filter((one) => !added.some(({ pool }) => isSame(one.pool, pool)));
  return [...kept, ...added];
}

/** What of it a later reading shows as it should be. */
export function restoredIn(broken: readonly Broken[], seen: SeenCluster): readonly Broken[] {
  return broken.filter((one) => hasSucceeded(stateOf(one, seen) ?? ''));
}

/** What of it is still to be watched; a pool that is gone is not. */
export function stillBroken(broken: readonly Broken[], seen: SeenCluster): readonly Broken[] {
  return broken.filter((one) => !isGone(one, seen) && !hasSucceeded(stateOf(one, seen) ?? ''));
}

/** Whether it is a pool that is there no more: nobody can set that right. No cluster is without pools. */
export function isGone(one: Broken, seen: SeenCluster): boolean {
  return seen.pools.length > 0 && stateOf(one, seen) === null;
}

function stateOf({ pool }: Broken, seen: SeenCluster): ProvisioningState | null {
  if (pool === null) return seen.provisioningState;
  return seen.pools.find(({ name }) => sameName(name, pool))?.provisioningState ?? null;
}

function isSame(one: string | null, other: string | null): boolean {
  return one === null || other === null ? one === other : sameName(one, other);
}
