import type { BudgetStore } from '../store/budget-store.ts';
import type { Call, Due, DueLook, DueOperation, DueScan } from '../calls/plan.ts';
import { reserve, settle, type CallAnswer } from '../calls/reserve.ts';
import type { Clock } from '../time.ts';
import type { Check, Finding } from './check.ts';
import { findingOf, type DoctoredApp } from './target-finding.ts';
import type { Target } from './targets.ts';

/** What targets are asked with. */
export interface AskParts {
  readonly budget: BudgetStore;
  /** How much of ARM's documented buckets is ours. */
  readonly armBudget: number;
  readonly app: DoctoredApp;
  readonly clock: Clock;
}

const askMs = 10_000;

/** Something to ask, as the plan of a tick has it. */
interface Aim {
  readonly target: Target;
}
type AimedCall = Call<DueOperation & Aim, DueLook & Aim, DueScan & Aim>;

/** Asks all at once, as far as doctor's budget of each subscription goes. Rejects when the store fails. */
export async function askAll(targets: readonly Target[], parts: AskParts): Promise<Check[]> {
  const { armBudget, budget, app, clock } = parts;
  const found = new Map<Target, Finding>();

  async function ask(call: AimedCall): Promise<CallAnswer> {
    const target = targetOf(call);
    if (target === undefined) return { call, requests: 0, throttledUntil: null };
    const { calls, notBefore, remaining, result } = await target.read(askMs);
    found.set(target, findingOf(target, result, app));
    const isThrottled = !result.ok && result.failure.cause === 'throttled';
    return { call, requests: calls, throttledUntil: isThrottled ? notBefore : null, remaining };
  }

  const plan = await reserve(dueOf(targets, clock), armBudget, budget, clock, 'doctor');
  const answers = await Promise.all(plan.calls.map(ask));
  await settle(answers, armBudget, budget, clock, 'doctor');
  return targets.map((target) => ({
    name: target.name,
    ...(found.get(target) ?? noBudget),
  }));
}

const noBudget: Finding = {
  ok: 'skipped',
  message:
    'Checks have used up what they may take of the subscription’s request budget; check again in a minute.',
};

function dueOf(
  targets: readonly Target[],
  clock: Clock,
): Due<DueOperation & Aim, DueLook & Aim, DueScan & Aim> {
  const dueAt = clock().toISOString();
  const all = targets.map((target) => ({
    ...target.place,
    target,
    dueAt,
    trackingId: target.name,
    cluster: target.name,
    watchId: target.name,
    // Each is asked by itself.
    isUnlisted: true,
  }));
  return {
    operations: all.filter(({ target }) => target.kind === 'get'),
    looks: all.filter(({ target }) => target.kind === 'listOperations'),
    scans: all.filter(({ target }) => target.kind === 'listClusters'),
  };
}

function targetOf(call: AimedCall): Target | undefined {
  switch (call.kind) {
    case 'get':
      return call.operation.target;
    case 'listOperations':
      return call.look?.target;
    case 'listClusters':
      return call.scan.target;
  }
}
