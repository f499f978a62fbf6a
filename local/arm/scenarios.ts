import type { OperationChanges } from './cluster-history.ts';
import {
  canceledByUser,
  hostileError,
  podDrainFailure,
  quotaExceeded,
  upgradeFailure,
} from './sample-errors.ts';
import type { ErrorDetail } from './sample-errors.ts';

/** What an operation shows from a moment on, until the next step. */
export interface Step {
  /** Seconds after the start. */
  readonly at: number;
  readonly status: string;
  readonly percent?: number;
  readonly error?: ErrorDetail;
  /** Sub-operations, one per agent pool. */
  readonly pools?: readonly PoolStep[];
}

/** A sub-operation as a step shows it; `from` and `to` are seconds after the start. */
export interface PoolStep {
  readonly pool: string;
  readonly status: string;
  readonly from: number;
  readonly to?: number;
  readonly error?: ErrorDetail;
}

/** AKS counts in the status: `UpgradingNodes: 3/20 nodes completed`. Evenly spread over time. */
function counting(what: string, nodes: number, from: number, to: number): Step[] {
  return Array.from({ length: nodes }, (_, done) => ({
    at: from + ((to - from) / nodes) * done,
    status: `${what}: ${done}/${nodes} nodes completed`,
    percent: Math.round(5 + (90 / nodes) * done),
  }));
}

/** One pool after the other, `secondsPerNode` for each node, with counters of their own and one over all. */
function upgradingInTurn(
  pools: readonly (readonly [pool: string, nodes: number])[],
  from: number,
  secondsPerNode: number,
): Step[] {
  const all = pools.reduce((sum, [, nodes]) => sum + nodes, 0);
  const steps: Step[] = [];
  const ended: PoolStep[] = [];
  let done = 0;
  for (const [pool, nodes] of pools) {
    const begun = from + done * secondsPerNode;
    for (let upgraded = 0; upgraded < nodes; upgraded += 1, done += 1) {
      const status = `UpgradingNodes: ${upgraded}/${nodes} nodes completed`;
      steps.push({
        at: from + done * secondsPerNode,
        status: `UpgradingNodes: ${done}/${all} nodes completed`,
        percent: Math.round(10 + (85 / all) * done),
        pools: [...ended, { pool, status, from: begun }],
      });
    }
    ended.push({ pool, status: 'Succeeded', from: begun, to: from + done * secondsPerNode });
  }
  const end = from + all * secondsPerNode;
  return [...steps, { at: end, status: 'Succeeded', percent: 100, pools: ended }];
}

const systemRuns: PoolStep = { pool: 'systempool', status: 'InProgress', from: 0 };
const systemDone: PoolStep = { pool: 'systempool', status: 'Succeeded', from: 0, to: 18 };
const userRuns: PoolStep = { pool: 'userpool', status: 'InProgress', from: 18 };

/** What can be played, as steps in order of time; every first step is at 0. */
export const scenarios = {
  upgradeSucceeds: [
    { at: 0, status: 'InProgress', percent: 0 },
    ...counting('UpgradingNodes', 20, 6, 66),
    { at: 66, status: 'UpgradingNodes: 20/20 nodes completed', percent: 95 },
    { at: 70, status: 'Succeeded', percent: 100 },
  ],
  upgradeFails: [
    { at: 0, status: 'InProgress', percent: 0, pools: [systemRuns] },
    { at: 6, status: 'UpgradingNodes: 0/8 nodes completed', percent: 5, pools: [systemRuns] },
    { at: 12, status: 'UpgradingNodes: 2/8 nodes completed', percent: 25, pools: [systemRuns] },
    {
      at: 18,
      status: 'UpgradingNodes: 3/8 nodes completed',
      percent: 40,
      pools: [systemDone, userRuns],
    },
    {
      at: 30,
      status: 'UpgradingNodes: 4/8 nodes completed',
      percent: 50,
      pools: [systemDone, userRuns],
    },
    {
      // A failed record carries no percentComplete.
      at: 60,
      status: 'Failed',
      error: upgradeFailure,
      pools: [systemDone, { ...userRuns, status: 'Failed', to: 60, error: podDrainFailure }],
    },
  ],
  poolCanceled: [
    { at: 0, status: 'InProgress', percent: 0 },
    { at: 6, status: 'ScalingAgentPool: 1/5 nodes completed', percent: 20 },
    { at: 14, status: 'ScalingAgentPool: 2/5 nodes completed', percent: 40 },
    { at: 22, status: 'ScalingAgentPool: 3/5 nodes completed', percent: 60 },
    { at: 36, status: 'Canceling', percent: 60 },
    { at: 50, status: 'Canceled', error: canceledByUser },
  ],
  stallsThenMoves: [
    { at: 0, status: 'InProgress', percent: 0 },
    { at: 5, status: 'UpgradingNodes: 1/10 nodes completed', percent: 15 },
    { at: 10, status: 'UpgradingNodes: 2/10 nodes completed', percent: 25 },
    { at: 15, status: 'UpgradingNodes: 3/10 nodes completed', percent: 35 },
    { at: 70, status: 'UpgradingNodes: 4/10 nodes completed', percent: 45 },
    { at: 80, status: 'UpgradingNodes: 6/10 nodes completed', percent: 60 },
    { at: 90, status: 'UpgradingNodes: 8/10 nodes completed', percent: 75 },
    { at: 100, status: 'UpgradingNodes: 10/10 nodes completed', percent: 95 },
    { at: 110, status: 'Succeeded', percent: 100 },
  ],
  errorWhileRunning: [
    { at: 0, status: 'InProgress', percent: 10 },
    { at: 15, status: 'InProgress', percent: 40, error: quotaExceeded },
    // A retry starts over: percentComplete goes back.
    { at: 30, status: 'InProgress', percent: 25, error: podDrainFailure },
    { at: 50, status: 'Failed', error: upgradeFailure },
  ],
  clusterUpgrade: [
    // The control plane comes first.
    { at: 0, status: 'InProgress', percent: 0 },
    ...upgradingInTurn(
      [
        ['systempool', 3],
        ['userpool', 6],
        ['gpupool', 2],
      ],
      10,
      5,
    ),
  ],
  nodeImageUpgrade: [
    { at: 0, status: 'InProgress', percent: 0 },
    ...counting('UpgradingNodes', 5, 4, 34),
    { at: 40, status: 'Succeeded', percent: 100 },
  ],
  // Over between two ticks.
  short: [
    { at: 0, status: 'InProgress', percent: 0 },
    { at: 6, status: 'ScalingAgentPool: 1/2 nodes completed', percent: 50 },
    { at: 18, status: 'Succeeded', percent: 100 },
  ],
  quick: [{ at: 0, status: 'Succeeded', percent: 100 }],
  neverEnds: [{ at: 0, status: 'InProgress' }],
  hostile: [
    { at: 0, status: 'InProgress', percent: 0 },
    { at: 8, status: 'Failed', error: hostileError },
  ],
} as const satisfies Readonly<Record<string, readonly Step[]>>;

/** The name of something that can be played. */
export type ScenarioName = keyof typeof scenarios;

const newVersion = '1.34.1';
const newImage = { nodeImageVersion: 'AKSUbuntu-2204gen2containerd-202611.05.0' };
const upgradedPool = {
  orchestratorVersion: newVersion,
  currentOrchestratorVersion: newVersion,
  ...newImage,
};
const upgrade: OperationChanges = {
  cluster: { properties: { kubernetesVersion: newVersion, currentKubernetesVersion: newVersion } },
  pools: { systempool: upgradedPool, userpool: upgradedPool, gpupool: upgradedPool },
};

/** What they change of their cluster, where whoever starts one says nothing else. */
export const scenarioChanges: Readonly<Partial<Record<ScenarioName, OperationChanges>>> = {
  upgradeSucceeds: upgrade,
  upgradeFails: { ...upgrade, pools: { systempool: upgradedPool, userpool: upgradedPool } },
  poolCanceled: { pools: { userpool: { count: 11 } } },
  stallsThenMoves: upgrade,
  errorWhileRunning: upgrade,
  clusterUpgrade: upgrade,
  nodeImageUpgrade: { pools: { systempool: newImage, userpool: newImage, gpupool: newImage } },
  short: { pools: { userpool: { count: 8 } } },
};

/** The `subOperationType` of those that show one. */
export const subOperationTypes: Readonly<Partial<Record<ScenarioName, string>>> = {
  upgradeSucceeds: 'Upgrading',
  upgradeFails: 'Upgrading',
  poolCanceled: 'Scaling',
  stallsThenMoves: 'Upgrading',
  errorWhileRunning: 'Upgrading',
  clusterUpgrade: 'Upgrading',
  nodeImageUpgrade: 'Upgrading',
  short: 'Scaling',
};
