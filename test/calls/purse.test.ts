import { describe, expect, it } from 'vitest';
import { createPurse } from '../../shared/calls/purse.ts';
import { createBudgetStore } from '../../shared/store/budget-store.ts';
import { createRows, simulatedTable } from '../simulation/simulated-table.ts';
import { createClock } from '../support/clock.ts';

const subscriptionId = '00000000-0000-4000-8000-000000000001';
const answer = (calls: number, throttledUntil: string | null = null) => ({
  calls,
  notBefore: throttledUntil,
  result:
    throttledUntil === null
      ? ({ ok: true, items: [], isComplete: true } as const)
      : ({
          ok: false,
          failure: { cause: 'throttled', code: 'TooManyRequests', message: '' },
        } as const),
});

/** Purses of several ticks and instances on one budget, of which a tenth is used: ten calls at once. */
function purses() {
  const clock = createClock();
  let requests = 0;
  const table = simulatedTable(createRows(), async (_name, _key, run) => {
    requests += 1;
    return run(false);
  });
  const store = createBudgetStore(table);
  const purse = () => createPurse('endings', 0.1, store, clock.now);
  /** How many calls a purse pays for, of so many that are wanted. */
  const paid = async (from: ReturnType<typeof purse>, wanted: number) => {
    const taken = await Promise.all(
      Array.from({ length: wanted }, async () => await from.take(subscriptionId)),
    );
    return taken.filter(Boolean).length;
  };
  return { clock, purse, paid, requests: () => requests };
}

describe('a purse', () => {
  it('pays as long as the budget has something, and no more', async () => {
    const { purse, paid } = purses();
    expect([await paid(purse(), 25), await paid(purse(), 25)]).toEqual([10, 0]);
  });

  it('takes what it pays with out of the budget before a call is made, with few requests', async () => {
    const { purse, paid, requests } = purses();
    // This one never gives back what it did not use: its process ended.
    expect(await paid(purse(), 1)).toBe(1);
    expect(requests()).toBe(2);
    expect(await paid(purse(), 25)).toBe(0);
  });

  it('gives back what was not used, and pays for further pages', async () => {
    const { purse, paid } = purses();
    const first = purse();
    expect(await paid(first, 4)).toBe(4);
    first.used(subscriptionId, answer(3));
    await first.settle();
    // Ten, less four that were taken and two further pages.
    expect([first.calls, await paid(purse(), 25)]).toEqual([3, 4]);
  });

  it('is empty while ARM throttles, and does not hold the readings back', async () => {
    const { clock, purse, paid } = purses();
    const first = purse();
    await paid(first, 1);
    first.used(subscriptionId, answer(1, new Date(clock.now().getTime() + 120_000).toISOString()));
    await first.settle();
    expect(await paid(purse(), 1)).toBe(0);
    clock.pass(3600);
    expect(await paid(purse(), 1)).toBe(1);
  });
});
