import type { BudgetStore } from '../store/budget-store.ts';
import type { Call, Wanted, WantedTask } from '../calls/plan.ts';
import { reserve, settle, type CallAnswer } from '../calls/reserve.ts';
import type { Clock } from '../time.ts';
import type { Check, Finding } from './check.ts';
import { findingOf, type DoctoredApp } from './target-finding.ts';
import type { Target } from './targets.ts';

/** What targets are asked with. */
export interface AskNeeds {
  readonly budget: BudgetStore;
  /** How much of ARM's documented buckets is ours. */
  readonly armBudget: number;
  readonly app: DoctoredApp;
  readonly clock: Clock;
}

const askMs = 10_000;

/** Whatever is asked, it is for a target. */
type Aims = Record<WantedTask, Target>;

/** Asks all at once, as far as doctor's budget of each subscription goes. Rejects when the store fails. */
export async function askAll(targets: readonly Target[], needs: AskNeeds): Promise<Check[]> {
  const { armBudget, budget, app, clock } = needs;
  const found = new Map<Target, Finding>();

  async function ask(call: Call<Aims>): Promise<CallAnswer> {
    const [{ item: target }] = call.wanted;
    const { calls, notBefore, remaining, result } = await target.read(askMs);
    found.set(target, findingOf(target, result, app));
    const isThrottled = !result.ok && result.failure.cause === 'throttled';
    return { call, requests: calls, throttledUntil: isThrottled ? notBefore : null, remaining };
  }

  const dueAt = clock().toISOString();
  const wanted = targets.map((item): Wanted<Target> => ({
    task: item.task,
    key: item.name,
    subscriptionId: item.scope.subscriptionId,
    listOf: item.task === 'look' ? item.name : null,
    dueAt,
    item,
  }));
  const plan = await reserve<Aims>(wanted, armBudget, budget, clock, 'doctor');
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
