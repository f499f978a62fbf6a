import { describe, expect, it } from 'vitest';
import {
  createBudgetStore,
  mostBudgets,
  type BudgetStore,
} from '../../shared/store/budget-store.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Wanted } from '../../shared/calls/plan.ts';
import { reserve, settle, type CallAnswer } from '../../shared/calls/reserve.ts';
import { plus } from '../../shared/time.ts';
import { createRows, simulatedTable } from '../simulation/simulated-table.ts';
import { createClock, type TestClock } from '../support/clock.ts';

const half = 0.5;
const key = { partitionKey: 'arm', rowKey: 'budget' };

/** So many wanted reads, each on a cluster of its own. */
function dueIn(subscriptionId: string, count: number, clock: TestClock) {
  return Array.from({ length: count }, (_, n): Wanted<null, 'read'> => ({
    task: 'read',
    key: `${subscriptionId}.${n}`,
    subscriptionId,
    listOf: `cluster-${n}`,
    dueAt: clock.now().toISOString(),
    item: null,
  }));
}

/** A table in memory; each request takes a turn of the event loop, so that others come in between. */
function memoryTable() {
  const requests: string[] = [];
  const table = simulatedTable(createRows(), async (name, _key, run) => {
    requests.push(name);
    await new Promise(setImmediate);
    return run(false);
  });
  return { table, requests };
}

/** How many calls are granted to so many due operations. */
async function granted(
  store: BudgetStore,
  clock: TestClock,
  count = 1000,
  subscriptionId = 's',
): Promise<number> {
  const { calls } = await reserve(dueIn(subscriptionId, count, clock), half, store, clock.now);
  return calls.length;
}

/** An answer to a Get of subscription `s` as it usually is. */
function answer(rest: Partial<CallAnswer> = {}): CallAnswer {
  return {
    call: { request: 'get', subscriptionId: 's' },
    requests: 1,
    throttledUntil: null,
    ...rest,
  };
}
const listAnswer = (requests: number): CallAnswer =>
  answer({ call: { request: 'listOperations', subscriptionId: 's' }, requests });

describe('reserving', () => {
  it('gives a full bucket at first and the pace after, through restarts', async () => {
    const { table } = memoryTable();
    const clock = createClock();
    expect(await granted(createBudgetStore(table), clock)).toBe(100);
    expect(await granted(createBudgetStore(table), clock)).toBe(0);
    clock.pass(30);
    expect(await granted(createBudgetStore(table), clock)).toBe(30);
  });

  it('gives what is due, and leaves over what cannot be paid', async () => {
    const clock = createClock();
    const due = dueIn('s', 101, clock);
    const store = createBudgetStore(memoryTable().table);
    const { calls, leftOver } = await reserve(due, half, store, clock.now);
    expect(calls).toHaveLength(100);
    expect(leftOver).toHaveLength(1);
  });

  it('gives instances that reserve at the same time one budget together', async () => {
    const { table } = memoryTable();
    const clock = createClock();
    const instances = Array.from({ length: 4 }, () => createBudgetStore(table));
    const each = await Promise.all(instances.map((store) => granted(store, clock, 40)));
    expect(each.toSorted((a, b) => a - b)).toEqual([0, 20, 40, 40]);
  });

  it('keeps subscriptions apart, however their IDs are written', async () => {
    const store = createBudgetStore(memoryTable().table);
    const clock = createClock();
    expect(await granted(store, clock, 1000, 's')).toBe(100);
    expect(await granted(store, clock, 1000, 'T')).toBe(100);
    expect(await granted(store, clock, 1000, 'S')).toBe(0);
    expect(await granted(store, clock, 1000, 't')).toBe(0);
  });

  it('writes before a call is made: what the store does not take is not called', async () => {
    const store = createBudgetStore(memoryTable().table);
    const failing = { ...store, save: async () => await Promise.reject(new Error('no store')) };
    await expect(granted(failing, createClock())).rejects.toThrow('no store');
  });

  it('leaves everything over when others are quicker each time', async () => {
    const { table, requests } = memoryTable();
    const store = { ...createBudgetStore(table), save: async () => null };
    const clock = createClock();
    const due = dueIn('s', 3, clock);
    expect(await reserve(due, half, store, clock.now)).toEqual({ calls: [], leftOver: due });
    expect(requests).toEqual(Array.from({ length: 20 }, () => 'get'));
  });

  it('plans anew on what somebody quicker has left', async () => {
    const { table } = memoryTable();
    const clock = createClock();
    const store = createBudgetStore(table);
    let isFirst = true;
    const slow: BudgetStore = {
      ...store,
      async save(budgets, etag) {
        if (isFirst) expect(await granted(store, clock, 90)).toBe(90);
        isFirst = false;
        return await store.save(budgets, etag);
      },
    };
    expect(await granted(slow, clock, 50)).toBe(10);
  });

  it('asks the store nothing when nothing is due, and writes nothing when nothing can be paid', async () => {
    const { table, requests } = memoryTable();
    const store = createBudgetStore(table);
    const clock = createClock();
    expect(await reserve([], half, store, clock.now)).toEqual({ calls: [], leftOver: [] });
    expect(requests).toEqual([]);
    await granted(store, clock);
    requests.length = 0;
    await granted(store, clock);
    expect(requests).toEqual(['get']);
  });

  it('forgets subscriptions whose buckets are full again', async () => {
    const store = createBudgetStore(memoryTable().table);
    const clock = createClock();
    await granted(store, clock, 10, 'a');
    await granted(store, clock, 60, 'b');
    clock.pass(30);
    await granted(store, clock, 1, 'c');
    expect([...((await store.load()).budgets ?? []).keys()]).toEqual(['b', 'c']);
  });
});

describe('more subscriptions than a row holds', () => {
  const many = 10_000;
  const dueInEach = (clock: TestClock) =>
    Array.from({ length: many }, (_, n) => dueIn(`many-${n}`, 1, clock)).flat();

  it('are read all the same, and the budgets are kept that matter', async () => {
    const store = createBudgetStore(memoryTable().table);
    const clock = createClock();
    const throttled = answer({ throttledUntil: plus(clock.now().toISOString(), 60_000) });
    await settle([throttled], half, store, clock.now);
    expect(await granted(store, clock, 90, 'busy')).toBe(90);
    const { calls } = await reserve(dueInEach(clock), half, store, clock.now);
    expect(calls).toHaveLength(many);
    expect(await granted(store, clock, 1000, 's')).toBe(0);
    expect(await granted(store, clock, 1000, 'busy')).toBe(10);
    expect((await store.load()).budgets?.size).toBe(mostBudgets);
  });
});

describe('a stored budget', () => {
  it.each<[string, (table: Table, now: string) => Promise<unknown>]>([
    [
      'that cannot be read',
      async (table) => await table.upsert(key, { version: 2, budgets: '{"s":{"tokens":4}}' }),
    ],
    [
      'that a clock far ahead has written',
      async (table, now) => {
        const ahead = plus(now, 24 * 3_600_000);
        const budget = { reads: 0, lists: 0, at: ahead, notBefore: null, slowUntil: null };
        await createBudgetStore(table).save(new Map([['s', budget]]), null);
      },
    ],
  ])('%s begins anew, empty: no burst, and no standstill', async (_, write) => {
    const { table } = memoryTable();
    const clock = createClock();
    await write(table, clock.now().toISOString());
    const store = createBudgetStore(table);
    expect(await granted(store, clock)).toBe(0);
    clock.pass(30);
    expect(await granted(store, clock)).toBe(30);
  });
});

describe('settling', () => {
  it('says nothing when all went as planned', async () => {
    const { table, requests } = memoryTable();
    const answers = [answer(), answer({ remaining: 240 }), listAnswer(1)];
    await settle(answers, half, createBudgetStore(table), createClock().now);
    expect(requests).toEqual([]);
  });

  it.each<[string, CallAnswer[], number]>([
    ['pages that were not planned are paid', [listAnswer(4), listAnswer(3)], 95],
    ['calls that were not made are given back', [answer({ requests: 0 })], 100],
    ['little that remains leaves a quarter', [answer({ remaining: 20 }), answer()], 25],
    [
      'a 429 leaves nothing',
      [answer({ throttledUntil: '2024-05-06T07:00:40.000Z' }), answer(), listAnswer(3)],
      0,
    ],
  ])('%s', async (_, answers, left) => {
    const store = createBudgetStore(memoryTable().table);
    const clock = createClock();
    await settle(answers, half, store, clock.now);
    expect(await granted(store, clock)).toBe(left);
    expect(await granted(store, clock, 1000, 'other')).toBe(100);
  });

  it('gives back to the bucket what the plan had taken', async () => {
    const store = createBudgetStore(memoryTable().table);
    const clock = createClock();
    expect(await granted(store, clock)).toBe(100);
    await settle([answer({ requests: 0 }), answer({ requests: 0 })], half, store, clock.now);
    expect(await granted(store, clock)).toBe(2);
  });

  it('obeys the longest of several 429s', async () => {
    const store = createBudgetStore(memoryTable().table);
    const clock = createClock();
    const until = (seconds: number) =>
      answer({ throttledUntil: plus(clock.now().toISOString(), seconds * 1000) });
    await settle([until(10), until(60), until(20)], half, store, clock.now);
    clock.pass(60);
    expect(await granted(store, clock)).toBe(0);
    clock.pass(40);
    expect(await granted(store, clock)).toBe(10);
  });

  it('is not lost between instances that settle at the same time', async () => {
    const { table } = memoryTable();
    const clock = createClock();
    const instances = Array.from({ length: 3 }, () => createBudgetStore(table));
    await Promise.all(instances.map((store) => settle([listAnswer(11)], half, store, clock.now)));
    expect(await granted(createBudgetStore(table), clock)).toBe(70);
  });

  it('gives up when others are quicker each time', async () => {
    const { table, requests } = memoryTable();
    const store = { ...createBudgetStore(table), save: async () => null };
    await settle([listAnswer(2)], half, store, createClock().now);
    expect(requests).toHaveLength(20);
  });
});
