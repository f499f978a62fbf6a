import { z } from 'zod';

import {
  clusterChangesSchema,
  defaultPool,
  isJson,
  merged,
  poolsOf,
  withPools,
} from './cluster-document.ts';
import type { ClusterChanges, Json } from './cluster-document.ts';

/** What an operation shows now, as far as its cluster's document follows from it. */
export interface OperationProgress {
  readonly outcome: Outcome;
  /** `Upgrading`, `Scaling`: the `provisioningState` while it runs. */
  readonly doing: string;
  /** The part of its nodes that are done, from 0 to 1. */
  readonly done: number;
  readonly error?: unknown;
  /** Its sub-operations, one for each agent pool. */
  readonly pools: readonly {
    readonly pool: string;
    readonly outcome: Outcome;
    readonly error?: unknown;
  }[];
}

/** Where an operation is. */
export type Outcome = 'running' | 'Succeeded' | 'Failed' | 'Canceled';

/** Something that changed a cluster: its document was set, wholly or in parts, or an operation was started. */
export type ClusterEvent =
  | { readonly kind: 'whole'; readonly document: Json }
  | { readonly kind: 'parts'; readonly changes: ClusterChanges }
  | {
      readonly kind: 'operation';
      readonly operationId: string;
      readonly agentPoolName: string | undefined;
      readonly changes: OperationChanges;
      readonly progress: () => OperationProgress;
    };

/** What an operation changes of its cluster. */
export const operationChangesSchema = clusterChangesSchema.extend({
  /** `provisioningState` while it runs; default: by what the operation does. */
  doing: z.string().exactOptional(),
  /**
   * `provisioningState` after a bad end; default: of what the operation was started on, and of each pool whose
   * sub-operation ended badly or which it was to change.
   */
  left: z
    .strictObject({
      cluster: z.string().exactOptional(),
      pools: z.record(z.string(), z.string()).exactOptional(),
    })
    .exactOptional(),
});

/** See {@link operationChangesSchema}. */
export type OperationChanges = z.infer<typeof operationChangesSchema>;

/**
 * The document of a cluster after all that happened to it, oldest first; pools carry their `status`.
 *
 * While an operation runs, and after it failed, the document shows the target as AKS does, with `provisioningState`
 * `Upgrading`, `Updating`, `Failed` and so on; `count` moves with the operation's counter and stays where that stopped.
 * What is set explicitly holds until a later operation changes it.
 */
export function documentAfter(start: Json, events: readonly ClusterEvent[]): Json {
  let document = start;
  // Whose provisioningState comes from an operation that still runs: no operation that ended changes it.
  let busy = new Set<string>();
  for (const event of events) {
    switch (event.kind) {
      case 'whole':
        ({ document } = event);
        busy = new Set();
        break;
      case 'parts':
        document = withChanges(document, event.changes, 1, true);
        if (setsState(event.changes.cluster)) busy.delete('');
        for (const [pool, patch] of Object.entries(event.changes.pools ?? {}))
          if (patch === null || 'provisioningState' in patch) busy.delete(pool.toLowerCase());
        break;
      case 'operation':
        document = afterOperation(document, event, busy);
        break;
      default:
        return event satisfies never;
    }
  }
  return document;
}

function setsState(patch: Json = {}): boolean {
  const { properties } = patch;
  return isJson(properties) && 'provisioningState' in properties;
}

function withChanges(
  document: Json,
  { cluster, pools: patches }: ClusterChanges,
  done: number,
  deletes: boolean,
): Json {
  const changed = cluster === undefined ? document : merged(document, cluster);
  const next = isJson(changed) ? changed : document;
  const before = poolsOf(next);
  if (before === null || patches === undefined) return next;
  let pools = before;
  for (const [name, patch] of Object.entries(patches)) {
    const pool = poolNamed(pools, name);
    if (patch === null) {
      if (deletes) pools = pools.filter((one) => one !== pool);
      continue;
    }
    const from = pool?.['count'] ?? 0;
    const to = patch['count'];
    const isCount = typeof from === 'number' && typeof to === 'number';
    const count = isCount ? { count: Math.round(from + (to - from) * done) } : {};
    const after = merged(pool ?? defaultPool(name, versionOf(next)), { ...patch, ...count });
    pools = withPool(pools, name, isJson(after) ? after : {});
  }
  return withPools(next, pools);
}

type OperationEvent = ClusterEvent & { readonly kind: 'operation' };

function afterOperation(document: Json, event: OperationEvent, busy: Set<string>): Json {
  const { agentPoolName, changes } = event;
  const shown = event.progress();
  const isOfPool = agentPoolName !== undefined;
  const patches = changes.pools ?? {};
  // What an operation runs on is there.
  const own = isOfPool && patches[agentPoolName] !== null ? { [agentPoolName]: {} } : {};
  const asked = { ...changes, pools: { ...own, ...patches } };
  const hasSucceeded = shown.outcome === 'Succeeded';
  const changed = withChanges(document, asked, hasSucceeded ? 1 : shown.done, hasSucceeded);
  const doing = changes.doing ?? shown.doing;

  let next = changed;
  for (const [name, { outcome, error }] of poolsConcerned(changed, asked, isOfPool, shown)) {
    if (!mayWrite(busy, name, outcome)) continue;
    const meanwhile = patches[name] === null ? 'Deleting' : doing;
    const left = isBad(outcome) ? changes.left?.pools?.[name] : undefined;
    next = withPoolState(next, name, outcome === 'running' ? meanwhile : (left ?? outcome), error);
  }

  const left = isBad(shown.outcome) ? changes.left?.cluster : undefined;
  const meanwhile = isOfPool ? 'Updating' : doing;
  const end = left ?? (isOfPool ? undefined : shown.outcome);
  const state = shown.outcome === 'running' ? meanwhile : end;
  if (state === undefined || !isJson(next['properties'])) return next;
  if (!mayWrite(busy, '', shown.outcome)) return next;
  return { ...next, properties: { ...next['properties'], provisioningState: state } };
}

/** What became of each agent pool with which an operation has to do, by name. */
function poolsConcerned(
  document: Json,
  { pools }: { readonly pools: object },
  isOfPool: boolean,
  shown: OperationProgress,
): Map<string, { readonly outcome: Outcome; readonly error?: unknown }> {
  const all = new Map<string, { readonly outcome: Outcome; readonly error?: unknown }>();
  // Pools are upgraded in turn: one of which nothing is shown yet has not begun.
  const isInTurn = !isOfPool && shown.pools.length > 0;
  if (!isInTurn) for (const name of Object.keys(pools)) all.set(name, shown);
  for (const one of shown.pools) all.set(one.pool, one);
  // A good end of the cluster's own operation sets all its pools right.
  if (!isOfPool && shown.outcome === 'Succeeded')
    for (const { name } of poolsOf(document) ?? []) all.set(String(name), shown);
  return all;
}

function withPoolState(document: Json, name: string, state: string, error: unknown): Json {
  const pools = poolsOf(document);
  const pool = pools === null ? undefined : poolNamed(pools, name);
  if (pools === null || pool === undefined) return document;
  const { status: _before, ...rest } = pool;
  const hasError = state === 'Failed' && error !== undefined;
  const status = hasError ? { status: { provisioningError: error } } : {};
  return withPools(
    document,
    withPool(pools, name, { ...rest, provisioningState: state, ...status }),
  );
}

/** Notes that a running operation decides the state; one that ended does not overrule it. */
function mayWrite(busy: Set<string>, name: string, outcome: Outcome): boolean {
  const key = name.toLowerCase();
  if (outcome === 'running') busy.add(key);
  return outcome === 'running' || !busy.has(key);
}

function isBad(outcome: Outcome): boolean {
  return outcome === 'Failed' || outcome === 'Canceled';
}

function poolNamed(pools: readonly Json[], name: string): Json | undefined {
  return pools.find((pool) => String(pool['name']).toLowerCase() === name.toLowerCase());
}

function withPool(pools: readonly Json[], name: string, pool: Json): readonly Json[] {
  const before = poolNamed(pools, name);
  return before === undefined
    ? [...pools, pool]
    : pools.map((one) => (one === before ? pool : one));
}

function versionOf({ properties }: Json): unknown {
  return isJson(properties) ? properties['kubernetesVersion'] : undefined;
}

/** Reads an operation status, played or fixed by a test; what says nothing runs on. */
export function progressOf(
  body: unknown,
  reached: number,
): Omit<OperationProgress, 'doing'> & { readonly doing?: string } {
  if (!isJson(body)) return { outcome: 'running', done: reached, pools: [] };
  const { status, error, operations, subOperationType } = body;
  const doing = typeof subOperationType === 'string' ? subOperationType : undefined;
  return {
    outcome: outcomeOf(status),
    done: Math.max(reached, counted(status) ?? 0),
    ...(error !== undefined && { error }),
    pools: (Array.isArray(operations) ? operations : []).filter(isJson).flatMap((one) => {
      const [, pool] = /\/agentPools\/([^/]+)/i.exec(String(one['resourceId'])) ?? [];
      const inner = one['error'] === undefined ? {} : { error: one['error'] };
      return pool === undefined ? [] : [{ pool, outcome: outcomeOf(one['status']), ...inner }];
    }),
    ...(doing !== undefined && { doing }),
  };
}

/** The part of the nodes that a status counts as done; `null`: it has no counter. */
export function counted(status: unknown): number | null {
  const [, done, all] = /: (\d+)\/(\d+) nodes/.exec(String(status)) ?? [];
  return done === undefined || Number(all) === 0 ? null : Number(done) / Number(all);
}

function outcomeOf(status: unknown): Outcome {
  const text = String(status).trim().toLowerCase();
  const ends = { succeeded: 'Succeeded', failed: 'Failed', canceled: 'Canceled' } as const;
  return Object.entries(ends).find(([name]) => name === text)?.[1] ?? 'running';
}
