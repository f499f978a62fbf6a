import {
  afterAnswers,
  allowance,
  emptyBudget,
  isCredible,
  isFull,
  isLowRemaining,
  spent,
  type SubscriptionBudget,
  type Warnings,
} from '../arm/budget.ts';
import type { BudgetStore } from '../store/budget-store.ts';
import type { Clock, IsoTime } from '../time.ts';
import {
  costOf,
  plan,
  subscriptionOf,
  subscriptionOfCall,
  type Call,
  type Due,
  type DueLook,
  type DueOperation,
  type DueScan,
  type Plan,
} from './plan.ts';

/** What a planned call came to. */
export interface CallAnswer {
  readonly call: Call<DueOperation, DueLook, DueScan>;
  /** Requests made, pages included; 0: it was not made after all, and its tokens come back. */
  readonly requests: number;
  /** The end of a 429's `Retry-After`; `null`: it was no 429. */
  readonly throttledUntil: IsoTime | null;
  /** The lowest `x-ms-ratelimit-remaining-…` that came back. */
  readonly remaining?: number | undefined;
}

/** By subscription, in lower case; one that is not there is full. */
type Budgets = ReadonlyMap<string, SubscriptionBudget>;

const writeAttempts = 5;

/**
 * Plans what is due, and takes what that costs out of the stored budgets *before* a call is made: instances
 * that run at the same time share one budget, and one that is killed has paid. When others are quicker at
 * each attempt, everything is left over. Rejects when the store fails.
 *
 * @param share how much of the documented buckets is ours (`ARM_BUDGET`)
 */
export async function reserve<O extends DueOperation, L extends DueLook, S extends DueScan>(
  due: Due<O, L, S>,
  share: number,
  store: BudgetStore,
  clock: Clock,
): Promise<Plan<O, L, S>> {
  const items = [...due.operations, ...due.looks, ...due.scans];
  const subscriptions = new Set(items.map((item) => subscriptionOf(item)));
  const planned = await changeBudgets(subscriptions, share, store, clock, (budgets, now) => {
    const budgetOf = (id: string): SubscriptionBudget | null => budgets.get(id) ?? null;
    const allowances = [...subscriptions].map(
      (id) => [id, allowance(budgetOf(id), share, now)] as const,
    );
    const result = plan(due, new Map(allowances));
    const changed = [...Map.groupBy(result.calls, subscriptionOfCall)].map(([id, calls]) => {
      const cost = costOf(calls.map((call) => ({ call, requests: 1 })));
      return [id, spent(budgetOf(id), share, now, cost)] as const;
    });
    return { result, changed: new Map(changed) };
  });
  return planned ?? plan(due, new Map());
}

/**
 * Enters into the stored budgets what was not planned: pages beyond the first, calls that were not made, and
 * what ARM said about its limits. It gives up when others are quicker at each attempt: ARM will say it again.
 * Rejects when the store fails.
 */
export async function settle(
  answers: readonly CallAnswer[],
  share: number,
  store: BudgetStore,
  clock: Clock,
): Promise<void> {
  const news = Map.groupBy(answers.filter(isNews), ({ call }) => subscriptionOfCall(call));
  await changeBudgets(new Set(news.keys()), share, store, clock, (budgets, now) => {
    const changed = [...news].map(([id, said]) => {
      const beyondPlan = said.map(({ call, requests }) => ({ call, requests: requests - 1 }));
      const paid = spent(budgets.get(id) ?? null, share, now, costOf(beyondPlan));
      return [id, afterAnswers(paid, now, warningsIn(said))] as const;
    });
    return { result: null, changed: new Map(changed) };
  });
}

/**
 * Changes the stored budgets of some subscriptions, by what is stored at that moment. What `decide` came to;
 * `null` when others were quicker at each attempt. Writes only what is new.
 */
async function changeBudgets<T>(
  subscriptions: ReadonlySet<string>,
  share: number,
  store: BudgetStore,
  clock: Clock,
  decide: (budgets: Budgets, now: IsoTime) => { result: T; changed: Budgets },
): Promise<T | null> {
  if (subscriptions.size === 0) return null;
  for (let attempt = 0; attempt < writeAttempts; attempt += 1) {
    const { budgets, etag } = await store.load();
    const now = clock().toISOString();
    const anew = begunAnew(budgets, subscriptions, now);
    const known = new Map([...(budgets ?? []), ...anew]);
    const { result, changed } = decide(known, now);
    if (anew.size + changed.size === 0) return result;
    const next = [...new Map([...known, ...changed])];
    const worthKeeping = next.filter(([, budget]) => !isFull(budget, share, now));
    if ((await store.save(new Map(worthKeeping), etag)) !== null) return result;
  }
  return null;
}

/**
 * Budgets that cannot be read or cannot be true begin anew, *empty*: a full bucket at each such find would be
 * a burst. They are written at once, also when they pay for nothing, so that tokens come back from now on and
 * a broken row holds calls back for seconds, not for ever.
 */
function begunAnew(
  budgets: Budgets | null,
  subscriptions: ReadonlySet<string>,
  now: IsoTime,
): Budgets {
  const broken = [...subscriptions].filter((id) => {
    const budget = budgets?.get(id);
    return budgets === null || (budget !== undefined && !isCredible(budget, now));
  });
  return new Map(broken.map((id) => [id, emptyBudget(now)]));
}

function isNews({ requests, throttledUntil, remaining }: CallAnswer): boolean {
  return requests !== 1 || throttledUntil !== null || isLowRemaining(remaining);
}

function warningsIn(answers: readonly CallAnswer[]): Warnings {
  const ends = answers.map(({ throttledUntil }) => throttledUntil).filter((end) => end !== null);
  return {
    throttledUntil: ends.toSorted().at(-1) ?? null,
    isLow: answers.some(({ remaining }) => isLowRemaining(remaining)),
  };
}
