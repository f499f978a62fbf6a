import type { OperationReference } from './reference.ts';
import { phaseOf } from './status.ts';

/** What an operation can do, and the noun that messages use for it. */
const actionNouns = {
  upgrade: 'upgrade',
  scale: 'scaling',
  create: 'creation',
  update: 'update',
  delete: 'deletion',
  start: 'start',
  stop: 'stop',
} as const;

/** See {@link OperationKind.action}. */
export type OperationAction = keyof typeof actionNouns;

/** All actions. */
export const operationActions: readonly OperationAction[] = [
  'upgrade',
  'scale',
  'create',
  'update',
  'delete',
  'start',
  'stop',
];

/** What runs, as far as it is known. */
export interface OperationKind {
  /** What it was started on; `null`: not known. */
  readonly target: 'cluster' | 'agentPool' | null;
  /** The agent pool's name, where it is one and is named. */
  readonly agentPoolName: string | null;
  /** `null`: not known. */
  readonly action: OperationAction | null;
  /** Whether the action is concluded from the phase; ARM's own word for it is better. */
  readonly isGuess: boolean;
}

/** The kind of an operation of which nothing is known. */
export const unknownKind: OperationKind = {
  target: null,
  agentPoolName: null,
  action: null,
  isGuess: true,
};

/** What ARM shows of an operation's kind; absent fields are empty texts. */
export interface KindEvidence {
  /** `PutManagedCluster`, `PutAgentPool`, `PatchAgentPool` (from api-version 2026-07-02-preview on). */
  readonly operationType: string;
  /** `Upgrading`, `Scaling`, `Creating`, `Updating` (from api-version 2026-07-02-preview on). */
  readonly subOperationType: string;
  /** What the operation was started on. */
  readonly on: Pick<OperationKind, 'target' | 'agentPoolName'>;
  readonly status: string;
}

/**
 * The kind that ARM's answer shows. What the operation was started on is never concluded from the phase: an
 * upgrade of a cluster goes through phases of its agent pools.
 */
export function kindOf({
  operationType,
  subOperationType,
  on,
  status,
}: KindEvidence): OperationKind {
  const target = typedTarget(operationType) ?? on.target;
  const typed = actionOf(subOperationType) ?? typedAction(operationType);
  return {
    target,
    agentPoolName: target === 'agentPool' ? on.agentPoolName : null,
    action: typed ?? guessedAction(phaseOf(status)),
    isGuess: typed === null,
  };
}

function typedTarget(operationType: string): OperationKind['target'] {
  if (/AgentPool$/i.test(operationType)) return 'agentPool';
  return /ManagedCluster$/i.test(operationType) ? 'cluster' : null;
}

/** A `Put` creates or updates; only the other verbs say which. */
function typedAction(operationType: string): OperationAction | null {
  if (/^Patch/i.test(operationType)) return 'update';
  return /^Delete/i.test(operationType) ? 'delete' : null;
}

const participles: readonly (readonly [RegExp, OperationAction])[] = [
  [/^upgrading/i, 'upgrade'],
  [/^scaling/i, 'scale'],
  [/^creating/i, 'create'],
  [/^updating/i, 'update'],
  [/^deleting/i, 'delete'],
  [/^starting/i, 'start'],
  [/^stopping/i, 'stop'],
];

function actionOf(participle: string): OperationAction | null {
  return participles.find(([form]) => form.test(participle))?.[1] ?? null;
}

/**
 * `UpgradingNodes` and `ScalingAgentPool` are what an operation is about; `CreatingNodes` may be a step of
 * an upgrade, and `Updating` may mean anything.
 */
function guessedAction(phase: string): OperationAction | null {
  return /^(?:(?:upgrading|scaling).*|creating|deleting|starting|stopping)$/i.test(phase)
    ? actionOf(phase)
    : null;
}

/** What is known after a reading: nothing is forgotten, the first guess stays, and ARM's word replaces it. */
export function knownKind(stored: OperationKind, seen: OperationKind): OperationKind {
  const isNews = seen.action !== null && (stored.action === null || !seen.isGuess);
  const { action, isGuess } = isNews ? seen : stored;
  const target = seen.target ?? stored.target;
  const agentPoolName =
    target === 'agentPool' ? (seen.agentPoolName ?? stored.agentPoolName) : null;
  return { target, agentPoolName, action, isGuess };
}

/**
 * The kind of an operation, completed from its reference: an operation that was registered with an agent pool is one of
 * that pool, unless ARM's types say otherwise.
 */
export function kindOn({ agentPoolName }: OperationReference, kind: OperationKind): OperationKind {
  if (agentPoolName === null || (kind.target === 'cluster' && !kind.isGuess)) return kind;
  return { ...kind, target: 'agentPool', agentPoolName: kind.agentPoolName ?? agentPoolName };
}

/** `agent pool np1 upgrade`, `cluster upgrade`, `upgrade`, `agent pool np1`: as much as is known; `null`: nothing. */
export function kindWords({
  target,
  agentPoolName,
  action,
}: Omit<OperationKind, 'isGuess'>): string | null {
  const noun = action === null ? null : actionNouns[action];
  if (target === 'agentPool')
    return ['agent pool', agentPoolName, noun].filter((word) => word !== null).join(' ');
  return target === 'cluster' && noun !== null ? `cluster ${noun}` : noun;
}

/** What operations must share for their durations to be compared. */
export interface KindKey {
  /** `agentPool.upgrade`; `cluster.any`, `any.any` where the rest is not known. */
  readonly key: string;
  /** Whether all of it is known: else operations of many kinds share the key. */
  readonly isExact: boolean;
}

/** See {@link KindKey}. */
export function kindKey({ target, action }: OperationKind): KindKey {
  const isExact = target !== null && action !== null;
  return { key: `${target ?? 'any'}.${action ?? 'any'}`, isExact };
}
