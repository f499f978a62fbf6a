import { createHash } from 'node:crypto';
import type { IsoTime } from '../time.ts';
import type { ErrorDetail } from './error-detail.ts';
import type { ClusterReference } from './scope.ts';

/** How a cluster is set up, as far as people change it. It holds no secret, and is small: it is kept for watched clusters. */
export interface ClusterConfig {
  /** The api-version that showed it: another one may show other settings, so those are compared within one version only. */
  readonly apiVersion: string;
  /** Its version, such as `1.32.7`; `null`: not shown. */
  readonly kubernetes: string | null;
  /** `Running` or `Stopped`; `null`: not shown. */
  readonly power: string | null;
  /** By their names in words. */
  readonly settings: Settings;
  /** In the order of their names. */
  readonly pools: readonly PoolConfig[];
}

/** How an agent pool is set up. What is not shown is `null`. */
export interface PoolConfig {
  readonly name: string;
  readonly kubernetes: string | null;
  /** How many nodes it has. The autoscaler changes it without an operation. */
  readonly count: number | null;
  readonly vmSize: string | null;
  readonly nodeImage: string | null;
  readonly power: string | null;
  readonly settings: Settings;
}

/** Settings in words: `{ 'SKU tier': 'Standard', 'local accounts': 'off' }`. What follows a `#` is compared, and not shown. */
export type Settings = Readonly<Record<string, string>>;

/** The state that ARM shows of a cluster or a pool, such as `Succeeded`, `Failed`, `Upgrading`; empty: it shows none. */
export type ProvisioningState = string;

/** An agent pool as one reading shows it. */
export interface SeenPool {
  readonly name: string;
  readonly provisioningState: ProvisioningState;
  /** The version that it is to have. After a failure nobody knows which one its nodes run. */
  readonly requestedVersion: string | null;
  /** Why it could not be provisioned; `null`: no reason is shown, or it has not failed. */
  readonly error: ErrorDetail | null;
}

/** A cluster as one reading shows it. */
export interface SeenCluster {
  readonly provisioningState: ProvisioningState;
  /** See {@link SeenPool.requestedVersion}. */
  readonly requestedVersion: string | null;
  readonly pools: readonly SeenPool[];
  readonly config: ClusterConfig;
}

/** A cluster as a List shows it, or a Get of its own. */
export interface ListedCluster {
  readonly reference: ClusterReference;
  /** `null`: its document cannot be read. */
  readonly seen: SeenCluster | null;
}

/** A cluster as it was read while nothing ran. */
export interface SettledCluster {
  /** When the reading began. */
  readonly at: IsoTime;
  readonly config: ClusterConfig;
}

/** Whether a cluster or pool is as it was asked to be, and nothing runs. */
export function hasSucceeded(state: ProvisioningState): boolean {
  return /^succeeded$/i.test(state);
}

/**
 * Whether nothing runs and nothing has failed: only then does a cluster have what it shows. While an operation runs,
 * and after it has failed, ARM shows the target.
 */
export function isSettled({ provisioningState, pools }: SeenCluster): boolean {
  return (
    hasSucceeded(provisioningState) &&
    pools.every((pool) => pool.provisioningState === '' || hasSucceeded(pool.provisioningState))
  );
}

/** A short text that differs where configurations differ. */
export function configKey(config: ClusterConfig): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16);
}
