import {
  hasSucceeded,
  type ProvisioningState,
  type SeenCluster,
  type SeenPool,
} from './cluster-config.ts';
import { truncate } from '../text.ts';
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
/** No state and no version is longer, in characters; a longer one is cut. */
const longestWord = 40;
/**
 * All together, in UTF-16 units of JSON: one column holds it, which takes 32,768. States and versions of a hundred pools
 * always fit; the errors of pools have what is left, as each may be as large as that of an operation.
 */
const mostText = 30_000;

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
  const ofPools = (pools ?? cluster?.pools ?? [])
    .filter(({ provisioningState }) => provisioningState !== '')
    .toSorted(
      (a, b) =>
        Number(hasSucceeded(a.provisioningState)) - Number(hasSucceeded(b.provisioningState)) ||
        Number(a.name > b.name) - Number(a.name < b.name),
    )
    .slice(0, mostPools)
    .map((pool) => entry(pool.name, pool));
  const ofCluster =
    cluster === null || cluster.provisioningState === ''
      ? []
      : [entry(null, { ...cluster, error: null })];
  return withoutErrorsBeyond(mostText, [...ofCluster, ...ofPools]);
}

/** The same with the first errors alone, as far as there is room for them. */
function withoutErrorsBeyond(most: number, left: readonly LeftBehind[]): LeftBehind[] {
  const plain = left.map(({ error: _error, ...one }) => one);
  let room = most - JSON.stringify(plain).length;
  return left.map((one, at) => {
    const without = plain[at] ?? one;
    room -= JSON.stringify(one).length - JSON.stringify(without).length;
    return room < 0 ? without : one;
  });
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
    provisioningState: truncate(provisioningState, longestWord),
    ...(isAsItShouldBe || requestedVersion === null
      ? {}
      : { requestedVersion: truncate(requestedVersion, longestWord) }),
    ...(isAsItShouldBe || error === null ? {} : { error }),
  };
}
