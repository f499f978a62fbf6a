import { createHash } from 'node:crypto';

import { counted } from './cluster-history.ts';
import type { OperationChanges } from './cluster-history.ts';
import type { ErrorDetail } from './sample-errors.ts';
import { clusterId, resourceId } from './resource-path.ts';
import type { OperationPath } from './resource-path.ts';
import { scenarios, subOperationTypes } from './scenarios.ts';
import type { PoolStep, ScenarioName, Step } from './scenarios.ts';

/** ARM's OperationStatusResult. */
export interface OperationStatusResult {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly percentComplete?: number;
  readonly startTime: string;
  readonly endTime?: string;
  readonly resourceId: string;
  readonly operationType?: string;
  readonly subOperationType?: string;
  readonly operations?: readonly OperationStatusResult[];
  readonly error?: ErrorDetail;
}

/** An operation that is played. */
export interface PlayedOperation extends OperationPath {
  readonly operationId: string;
  readonly scenario: ScenarioName;
  /** How many scenario seconds pass in a second. */
  readonly speed: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What it changes of its cluster; default: what the scenario changes. */
  readonly changes?: OperationChanges;
}

/**
 * What the operation shows at `now`.
 * @param hasTypes whether the api-version shows `operationType` and `subOperationType`
 */
export function play(
  operation: PlayedOperation,
  now: Date,
  hasTypes = false,
): OperationStatusResult {
  const steps: readonly [Step, ...Step[]] = scenarios[operation.scenario];
  const step = stepsUntil(operation, now).at(-1) ?? steps[0];
  const time = (seconds: number) => armTime(operation, seconds);
  return {
    id: `${resourceId(operation)}/operations/${operation.operationId}`,
    name: operation.operationId,
    status: step.status,
    ...(step.percent !== undefined && { percentComplete: step.percent }),
    startTime: time(0),
    ...(isTerminal(step.status) && { endTime: time(step.at) }),
    resourceId: resourceId(operation),
    ...(hasTypes && typesOf(operation.scenario, operation.agentPoolName)),
    ...(step.pools && {
      operations: step.pools.map((pool) => poolResult(operation, pool, time, hasTypes)),
    }),
    ...(step.error && { error: step.error }),
  };
}

/** The part of its nodes that the operation has counted as done until `now`, also after its end. */
export function reachedBy(operation: PlayedOperation, now: Date): number {
  return Math.max(0, ...stepsUntil(operation, now).map(({ status }) => counted(status) ?? 0));
}

function stepsUntil({ scenario, startedAt, speed }: PlayedOperation, now: Date): readonly Step[] {
  const elapsed = ((now.getTime() - Date.parse(startedAt)) / 1000) * speed;
  return scenarios[scenario].filter(({ at }) => at <= elapsed);
}

function poolResult(
  operation: PlayedOperation,
  { pool, status, from, to, error }: PoolStep,
  time: (seconds: number) => string,
  hasTypes: boolean,
): OperationStatusResult {
  const resource = `${clusterId(operation)}/agentPools/${pool}`;
  const name = derivedGuid(`${operation.operationId}/${pool}`);
  return {
    id: `${resource}/operations/${name}`,
    name,
    status,
    startTime: time(from),
    ...(to !== undefined && { endTime: time(to) }),
    resourceId: resource,
    ...(hasTypes && typesOf(operation.scenario, pool)),
    ...(error && { error }),
  };
}

function typesOf(
  scenario: ScenarioName,
  agentPoolName: string | undefined,
): Pick<OperationStatusResult, 'operationType' | 'subOperationType'> {
  const subOperationType = subOperationTypes[scenario];
  if (subOperationType === undefined) return {};
  const operationType = agentPoolName === undefined ? 'PutManagedCluster' : 'PutAgentPool';
  return { operationType, subOperationType };
}

/** ARM writes seven fractional digits, four more than `Date` has. */
function armTime({ startedAt, speed }: PlayedOperation, seconds: number): string {
  const at = new Date(Date.parse(startedAt) + (seconds / speed) * 1000);
  return at.toISOString().replace('Z', '9428Z');
}

function isTerminal(status: string): boolean {
  return status === 'Succeeded' || status === 'Failed' || status === 'Canceled';
}

/** The same GUID for the same text, so that a sub-operation keeps its name from read to read. */
function derivedGuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
