import {
  hasSucceeded,
  type ProvisioningState,
  type SeenCluster,
  type SeenPool,
} from './cluster-config.ts';
import type { ErrorDetail } from './error-detail.ts';

/** In which state a failed operation left a cluster, or one of its pools. */
export interface LeftBehind {
  /** The agent pool's name; `null`: it is the cluster itself. */
  readonly pool: string | null;
  readonly provisioningState: ProvisioningState;
  /** The version that was asked for, of what has failed; absent: not shown. It need not be what runs. */
  readonly requestedVersion?: string;
  /** Why the pool could not be provisioned; absent: ARM shows no reason. */
  readonly error?: ErrorDetail;
}

/** A cluster has at most 100 pools (learn.microsoft.com/azure/aks/quotas-skus-regions). */
const mostPools = 100;
/** All errors of pools together, in UTF-16 units of JSON: each may be as large as that of an operation. */
const mostErrorText = 16_000;

/**
 * The state after a failure: the cluster's, and that of each pool, those that did not succeed first.
 *
 * @param cluster `null`: it could not be read
 * @param pools with their errors; `null`: they could not be read
 */
export function leftBehind(
  cluster: SeenCluster | null,
  pools: readonly SeenPool[] | null,
): LeftBehind[] {
  let room = mostErrorText;
  const bounded = (pool: SeenPool): SeenPool => {
    room -= pool.error === null ? 0 : JSON.stringify(pool.error).length;
    return room < 0 ? { ...pool, error: null } : pool;
  };
  const ofPools = (pools ?? cluster?.pools ?? [])
    .filter(({ provisioningState }) => provisioningState !== '')
    .toSorted(
      (a, b) =>
        Number(hasSucceeded(a.provisioningState)) - Number(hasSucceeded(b.provisioningState)) ||
        Number(a.name > b.name) - Number(a.name < b.name),
    )
    .slice(0, mostPools)
    .map((pool) => entry(pool.name, bounded(pool)));
  const ofCluster =
    cluster === null || cluster.provisioningState === ''
      ? []
      : [entry(null, { ...cluster, error: null })];
  return [...ofCluster, ...ofPools];
}

function entry(
  pool: string | null,
  {
    provisioningState,
    requestedVersion,
    error,
  }: Pick<SeenPool, 'provisioningState' | 'requestedVersion' | 'error'>,
): LeftBehind {
  const isAsItShouldBe = hasSucceeded(provisioningState);
  return {
    pool,
    provisioningState,
    ...(isAsItShouldBe || requestedVersion === null ? {} : { requestedVersion }),
    ...(isAsItShouldBe || error === null ? {} : { error }),
  };
}
