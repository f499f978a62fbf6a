import type { Listing } from '../domain/reading.ts';
import type { BudgetStore } from '../store/budget-store.ts';
import type { Clock } from '../time.ts';
import { subscriptionOf, type AnyWanted } from './plan.ts';
import { reserve, settle, type CallAnswer, type Spender } from './reserve.ts';

/** Pays for calls that come up one by one in a tick, out of a budget that others share. */
export interface Purse {
  /** Takes what one request costs; `false`: the budget has nothing left for now. Rejects when the store fails. */
  take(subscriptionId: string): Promise<boolean>;
  /** Takes down what a call came to that was paid for. */
  used(subscriptionId: string, answer: Pick<Listing<unknown>, UsedFields>): void;
  /** Gives back what was not used, and pays for what was used beyond. Rejects when the store fails. */
  settle(): Promise<void>;
  /** Requests made so far. */
  readonly calls: number;
}

type UsedFields = 'calls' | 'notBefore' | 'remaining' | 'result';

interface PurseItems {
  readonly read: null;
  readonly look: never;
  readonly scan: never;
}

/** Each write to the budget takes so many requests out of it. */
const portion = 10;

/** @param armBudget see {@link reserve} */
export function createPurse(
  spender: Spender,
  armBudget: number,
  store: BudgetStore,
  clock: Clock,
): Purse {
  const tokens = new Map<string, number>();
  const empty = new Set<string>();
  const fillings = new Map<string, Promise<void>>();
  const answers: CallAnswer[] = [];

  async function fill(subscriptionId: string): Promise<void> {
    const dueAt = clock().toISOString();
    const wanted = Array.from({ length: portion }, (_, index): AnyWanted<PurseItems, 'read'> => ({
      task: 'read',
      key: `${index}`,
      subscriptionId,
      listOf: null,
      dueAt,
      item: null,
    }));
    const { calls } = await reserve<PurseItems>(wanted, armBudget, store, clock, spender);
    tokens.set(subscriptionId, calls.length);
    if (calls.length === 0) empty.add(subscriptionId);
  }

  return {
    async take(given) {
      const subscriptionId = subscriptionOf({ subscriptionId: given });
      while (!empty.has(subscriptionId)) {
        const left = tokens.get(subscriptionId) ?? 0;
        if (left > 0) {
          tokens.set(subscriptionId, left - 1);
          return true;
        }
        const filling =
          fillings.get(subscriptionId) ??
          fill(subscriptionId).finally(() => fillings.delete(subscriptionId));
        fillings.set(subscriptionId, filling);
        await filling;
      }
      return false;
    },
    used(subscriptionId, { calls: requests, notBefore, remaining, result }) {
      const isThrottled = !result.ok && result.failure.cause === 'throttled';
      const throttledUntil = isThrottled ? notBefore : null;
      answers.push({
        call: { request: 'get', subscriptionId },
        requests,
        throttledUntil,
        remaining,
      });
    },
    async settle() {
      const unused = [...tokens].flatMap(([subscriptionId, left]) =>
        Array.from({ length: left }, (): CallAnswer => ({
          call: { request: 'get', subscriptionId },
          requests: 0,
          throttledUntil: null,
        })),
      );
      await settle([...answers, ...unused], armBudget, store, clock, spender);
      tokens.clear();
    },
    get calls() {
      return answers.reduce((sum, { requests }) => sum + requests, 0);
    },
  };
}
