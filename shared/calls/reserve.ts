import { retryOnConflict } from '../store/table.ts';
import {
  afterAnswers,
  allowance,
  doctorAllowance,
  callersAllowance,
  emptyBudget,
  endingsAllowance,
  isCredible,
  isLowRemaining,
  lackOf,
  shareLeft,
  spent,
  type Allowance,
  type SubscriptionBudget,
  type Warnings,
} from '../domain/arm-budget.ts';
import {
  doctorShare,
  callersShare,
  endingsShare,
  ticksShare,
  type Share,
} from '../domain/budget-shares.ts';
import { mostBudgets, type BudgetStore } from '../store/budget-store.ts';
import type { Clock, IsoTime } from '../time.ts';
import {
  costOf,
  plan,
  subscriptionOf,
  type AnyWanted,
  type Call,
  type Items,
  type Plan,
} from './plan.ts';

/** The result of a planned call. */
export interface CallAnswer {
  readonly call: Pick<Call<Items>, 'request' | 'subscriptionId'>;
  /** Requests made, pages included; 0: it was not made after all, and its tokens come back. */
  readonly requests: number;
  /** The end of a 429's `Retry-After`; `null`: it was no 429. */
  readonly throttledUntil: IsoTime | null;
  /** The lowest `x-ms-ratelimit-remaining-…` that came back. */
  readonly remaining?: number | undefined;
}

/**
 * Who makes the calls: checks on demand have a small budget of their own, and pay from the common one too. Calls that
 * look for callers, or at what ended operations have done, pay from their own alone: they never take one from a tick.
 */
export type Spender = 'ticks' | 'doctor' | OptionalSpender;
type OptionalSpender = 'callers' | 'endings';

/** By {@link pursesOf}; one that is not there is full. */
type Budgets = ReadonlyMap<string, SubscriptionBudget>;

/**
 * Plans what is wanted, and takes what that costs out of the stored budgets *before* a call is made: instances
 * that run at the same time share one budget, and one that is killed has paid. When others are quicker at
 * each attempt, everything is left over. Rejects when the store fails.
 *
 * @param armBudget how much of the documented buckets is ours (`ARM_BUDGET`)
 */
export async function reserve<T extends Items>(
  wanted: readonly AnyWanted<T>[],
  armBudget: number,
  store: BudgetStore,
  clock: Clock,
  spender: Spender = 'ticks',
): Promise<Plan<T>> {
  const subscriptions = new Set(wanted.map(subscriptionOf));
  const purses = pursesOf(subscriptions, spender);
  const planned = await changeBudgets(purses, armBudget, store, clock, (budgets, now) => {
    const allowances = [...subscriptions].map(
      (id) => [id, allowanceOf(spender, id, budgets, armBudget, now)] as const,
    );
    const result = plan(wanted, new Map(allowances));
    const changed = [...Map.groupBy(result.calls, subscriptionOf)].flatMap(([id, calls]) => {
      const cost = costOf(calls.map((call) => ({ call, requests: 1 })));
      return paid(pursesOf([id], spender), cost, budgets, armBudget, now);
    });
    return { result, changed: new Map(changed) };
  });
  return planned ?? plan(wanted, new Map());
}

/**
 * Enters into the stored budgets what was not planned: pages beyond the first, calls that were not made, and
 * what ARM said about its limits. It gives up when others are quicker at each attempt: ARM will say it again.
 * Rejects when the store fails.
 */
export async function settle(
  answers: readonly CallAnswer[],
  armBudget: number,
  store: BudgetStore,
  clock: Clock,
  spender: Spender = 'ticks',
): Promise<void> {
  const news = Map.groupBy(answers.filter(isNews), ({ call }) => subscriptionOf(call));
  const purses = pursesOf(news.keys(), spender);
  await changeBudgets(purses, armBudget, store, clock, (budgets, now) => {
    const changed = [...news].flatMap(([id, said]) => {
      const beyondPlan = said.map(({ call, requests }) => ({ call, requests: requests - 1 }));
      const purse = pursesOf([id], spender);
      return paid(purse, costOf(beyondPlan), budgets, armBudget, now).map(
        // What ARM said holds for all, whoever asked; calls that nobody waits for hold back such calls alone.
        ([key, budget]) =>
          [
            key,
            key === id || isOptional(spender)
              ? afterAnswers(budget, now, warningsIn(said))
              : budget,
          ] as const,
      );
    });
    return { result: null, changed: new Map(changed) };
  });
}

/** The store, and how little was left in it at any time for a tick. */
export interface NotedBudget {
  readonly store: BudgetStore;
  /** The smallest {@link shareLeft} of a subscription, of what ticks may use, so far; `null`: nobody asked for a budget. */
  readonly least: number | null;
}

/** Notes how much is left whenever the budgets are read or written through it. */
export function noting(store: BudgetStore, armBudget: number, clock: Clock): NotedBudget {
  let least: number | null = null;
  const share = ticksShare(armBudget);
  function note(budgets: Budgets): void {
    const now = clock().toISOString();
    const left = [...budgets].map(([purse, budget]) =>
      isOfTicks(purse) ? shareLeft(budget, share, now) : 1,
    );
    least = Math.min(least ?? 1, ...left);
  }
  return {
    store: {
      async load() {
        const loaded = await store.load();
        if (loaded.budgets !== null) note(loaded.budgets);
        return loaded;
      },
      async save(budgets, etag) {
        const written = await store.save(budgets, etag);
        if (written !== null) note(budgets);
        return written;
      },
    },
    get least() {
      return least;
    },
  };
}

/** Where calls of some subscriptions are paid from: the common budget of each, and what the spender has of its own. */
function pursesOf(subscriptions: Iterable<string>, spender: Spender): Set<string> {
  return new Set(
    [...subscriptions].flatMap((id) => {
      switch (spender) {
        case 'ticks':
          return [id];
        case 'doctor':
          return [id, ownPurse(spender, id)];
        case 'callers':
        case 'endings':
          return [ownPurse(spender, id)];
      }
    }),
  );
}

/** Whose budget is whose. */
const shares: Readonly<Record<Spender, (armBudget: number) => Share>> = {
  ticks: ticksShare,
  doctor: doctorShare,
  callers: callersShare,
  endings: endingsShare,
};

function isOptional(spender: Spender): spender is OptionalSpender {
  return spender === 'callers' || spender === 'endings';
}

/** What a spender has of its own; no subscription's ID begins so. */
function ownPurse(spender: Exclude<Spender, 'ticks'>, subscription: string): string {
  return `${spender} ${subscription}`;
}

function isOfTicks(purse: string): boolean {
  return !purse.includes(' ');
}

function shareOf(purse: string, armBudget: number): Share {
  const [owner = ''] = purse.split(' ', 1);
  const spender = (['doctor', 'callers', 'endings'] as const).find((one) => one === owner);
  return shares[spender ?? 'ticks'](armBudget);
}

function allowanceOf(
  spender: Spender,
  subscription: string,
  budgets: Budgets,
  armBudget: number,
  now: IsoTime,
): Allowance {
  const common = budgets.get(subscription) ?? null;
  switch (spender) {
    case 'ticks':
      return allowance(common, ticksShare(armBudget), now);
    case 'doctor': {
      const own = budgets.get(ownPurse(spender, subscription)) ?? null;
      return doctorAllowance(common, own, armBudget, now);
    }
    case 'callers': {
      const own = budgets.get(ownPurse(spender, subscription)) ?? null;
      return callersAllowance(common, own, armBudget, now);
    }
    case 'endings': {
      const own = budgets.get(ownPurse(spender, subscription)) ?? null;
      return endingsAllowance(common, own, armBudget, now);
    }
  }
}

/** What is left in purses that pay the same. */
function paid(
  purses: ReadonlySet<string>,
  cost: Allowance,
  budgets: Budgets,
  armBudget: number,
  now: IsoTime,
): [purse: string, left: SubscriptionBudget][] {
  return [...purses].map((purse) => {
    const left = spent(budgets.get(purse) ?? null, shareOf(purse, armBudget), now, cost);
    return [purse, left];
  });
}

/**
 * Changes the budgets in some purses, by what is stored at that moment. What `decide` came to;
 * `null` when others were quicker at each attempt. Writes only what is new.
 */
async function changeBudgets<T>(
  purses: ReadonlySet<string>,
  armBudget: number,
  store: BudgetStore,
  clock: Clock,
  decide: (budgets: Budgets, now: IsoTime) => { result: T; changed: Budgets },
): Promise<T | null> {
  if (purses.size === 0) return null;
  const written = await retryOnConflict(async () => {
    const { budgets, etag } = await store.load();
    const now = clock().toISOString();
    const anew = begunAnew(budgets, purses, now);
    const known = new Map([...(budgets ?? []), ...anew]);
    const { result, changed } = decide(known, now);
    if (anew.size + changed.size === 0) return { result };
    const next = worthKeeping(new Map([...known, ...changed]), armBudget, now);
    return (await store.save(next, etag)) === null ? null : { result };
  });
  return written?.result ?? null;
}

/** Leaves out full budgets; if a row cannot hold all others, keeps those that lack the most. */
function worthKeeping(budgets: Budgets, armBudget: number, now: IsoTime): Budgets {
  const lacking = [...budgets]
    .map((entry) => ({ entry, lack: lackOf(entry[1], shareOf(entry[0], armBudget), now) }))
    .filter(({ lack }) => lack > 0);
  const kept =
    lacking.length <= mostBudgets
      ? lacking
      : lacking.toSorted((a, b) => compareNumbers(b.lack, a.lack)).slice(0, mostBudgets);
  return new Map(kept.map(({ entry }) => entry));
}

/** Also of two that are infinite. */
function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/**
 * Budgets that cannot be read or cannot be true begin anew, *empty*: a full bucket each time would allow a burst. They are
 * written at once, also if they pay for nothing, so that tokens come back from now on and a broken row delays calls for
 * seconds, not for ever.
 */
function begunAnew(budgets: Budgets | null, purses: ReadonlySet<string>, now: IsoTime): Budgets {
  const broken = [...purses].filter((id) => {
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
