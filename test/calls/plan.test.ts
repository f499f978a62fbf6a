import { describe, expect, it } from 'vitest';
import type { Allowance } from '../../shared/domain/arm-budget.ts';
import {
  costOf,
  plan,
  subscriptionOf,
  type AnyWanted,
  type Call,
  type Items,
  type WantedTask,
} from '../../shared/calls/plan.ts';
import { plus, type IsoTime } from '../../shared/time.ts';
import { fc } from '../support/properties.ts';

type One = AnyWanted<Items>;
type AnyCall = Call<Items>;

const at = (seconds: number): IsoTime => plus('2024-05-06T07:00:00.000Z', seconds * 1000);
const plenty: Allowance = { reads: 1000, lists: 1000 };

function wanted(
  task: WantedTask,
  key: string,
  listOf: string | null,
  due: number,
  subscriptionId = 's',
): One {
  return { task, key, subscriptionId, listOf, dueAt: at(due), item: null };
}
const read = (key: string, cluster: string | null, due = 0, subscriptionId = 's'): One =>
  wanted('read', key, cluster, due, subscriptionId);
const look = (cluster: string, due = 0): One => wanted('look', cluster, cluster, due);
const scan = (key: string, due = 0): One => wanted('scan', key, null, due);

/** A plan in short: `get a`, `list c: a b + look`, `clusters w`. */
function planned(all: readonly One[], allowed: Allowance = plenty): string[] {
  return plan(all, new Map([['s', allowed]])).calls.map(inShort);
}

function inShort({ request, wanted: served }: AnyCall): string {
  const [{ key, listOf }] = served;
  switch (request) {
    case 'get':
      return `get ${key}`;
    case 'listOperations': {
      const names = served.map((one) => (one.task === 'look' ? ' + look' : ` ${one.key}`));
      return `list ${listOf}:${names.join('')}`;
    }
    case 'listClusters':
      return `clusters ${key}`;
    case 'getCluster':
      return `cluster ${key}`;
  }
}

/** How often a plan for so many operations looks at whose and how old they are. */
function stepsFor(count: number): number {
  let steps = 0;
  const counted = (one: ReturnType<typeof read>): ReturnType<typeof read> => ({
    ...one,
    get subscriptionId() {
      steps += 1;
      return one.subscriptionId;
    },
    get dueAt() {
      steps += 1;
      return one.dueAt;
    },
  });
  const operations = Array.from({ length: count }, (_, n) =>
    counted(read(`${n}`, n % 10 === 0 ? null : `cluster-${n % 3000}`, (n * 7919) % count)),
  );
  plan(operations, new Map([['s', { reads: 2000, lists: 500 }]]));
  return steps;
}

describe('a plan', () => {
  it.each<[string, One[], string[]]>([
    ['nothing when nothing is wanted', [], []],
    ['a Get for a single operation', [read('a', 'c')], ['get a']],
    [
      'one List for two operations of a cluster',
      [read('a', 'c'), read('b', 'c'), read('d', 'e', 1)],
      ['list c: a b', 'get d'],
    ],
    [
      'one List for a look and what is due of its cluster',
      [read('a', 'c'), look('c'), look('e')],
      ['list c: a + look', 'list e: + look'],
    ],
    [
      'Gets for what Lists do not show',
      [read('a', 'c'), read('b', null, 1), read('d', null, 2)],
      ['get a', 'get b', 'get d'],
    ],
    ['a List of clusters for each scan', [scan('v'), scan('w', 1)], ['clusters v', 'clusters w']],
    [
      'the longest due first, a cluster by its oldest',
      [
        read('a', 'c', 9),
        read('b', 'd', 5),
        read('e', 'c', 1),
        look('f', 3),
        look('d', 7),
        scan('w', 4),
      ],
      ['list c: a e', 'list f: + look', 'clusters w', 'list d: b + look'],
    ],
    [
      'one List for a cluster, however its name is written',
      [read('a', 'Aks-Prod'), read('b', 'aks-prod', 0, 'S')],
      ['list Aks-Prod: a b'],
    ],
  ])('has %s', (_, all, calls) => {
    expect(planned(all)).toEqual(calls);
  });

  const twoClusters = [
    read('a', 'c', 0),
    read('b', 'c', 5),
    read('d', 'e', 1),
    read('f', 'e', 4),
    read('g', 'h', 3),
    look('e', 2),
    scan('w', 2),
  ];

  it.each<[string, Allowance, string[]]>([
    [
      'Gets, the oldest first, once Lists are used up',
      { reads: 9, lists: 1 },
      ['list c: a b', 'get d', 'get g', 'get f'],
    ],
    [
      'as many of them as reads are left',
      { reads: 3, lists: 1 },
      ['list c: a b', 'get d', 'get g'],
    ],
    ['Gets alone', { reads: 9, lists: 0 }, ['get a', 'get d', 'get g', 'get f', 'get b']],
    ['the oldest alone', { reads: 1, lists: 9 }, ['list c: a b']],
    ['no call without reads', { reads: 0, lists: 9 }, []],
  ])('has %s', (_, allowed, calls) => {
    expect(planned(twoClusters, allowed)).toEqual(calls);
  });

  it('leaves over what cannot be paid, and calls nothing in a subscription without allowance', () => {
    const all = [...twoClusters, read('z', 'y', 0, 'other')];
    const { calls, leftOver } = plan(all, new Map([['s', { reads: 3, lists: 1 }]]));
    expect(calls).toHaveLength(3);
    expect(leftOver.map(({ key }) => key)).toEqual(['f', 'e', 'w', 'z']);
  });

  it('takes steps in proportion to what is wanted', () => {
    expect(stepsFor(5000)).toBeGreaterThan(5000);
    expect(stepsFor(10_000) / stepsFor(5000)).toBeLessThan(2.5);
  });
});

describe('whatever is wanted', () => {
  const subscriptionId = fc.constantFrom('s', 'S', 't');
  const cluster = fc.constantFrom('a', 'b', 'B', 'c', 'd');
  const dueAt = fc.integer({ min: 0, max: 9 }).map(at);
  const rest = { subscriptionId, dueAt, item: fc.constant(null) };
  const anyWanted = fc
    .tuple(
      fc.uniqueArray(
        fc.record({
          task: fc.constant('read'),
          key: fc.nat(99).map(String),
          listOf: fc.option(cluster),
          ...rest,
        }),
        { selector: ({ key }) => key, maxLength: 30 },
      ),
      fc.uniqueArray(
        fc
          .record({ task: fc.constant('look'), listOf: cluster, ...rest })
          .map((one) => ({ ...one, key: one.listOf })),
        { selector: clusterOf, maxLength: 6 },
      ),
      fc.uniqueArray(
        fc.record({
          task: fc.constant('scan'),
          key: fc.nat(9).map((id) => `scope-${id}`),
          listOf: fc.constant(null),
          ...rest,
        }),
        { selector: ({ key }) => key, maxLength: 4 },
      ),
    )
    .map(([reads, looks, scans]): One[] => [...reads, ...looks, ...scans]);
  const anyAllowance = fc.record({ reads: fc.nat(20), lists: fc.nat(8) });
  const anyAllowances = fc
    .record({ s: anyAllowance, t: anyAllowance }, { requiredKeys: [] })
    .map((allowed) => new Map(Object.entries(allowed)));

  /** How many calls serve everything, and not one fewer. */
  function fewestCalls(all: readonly One[]): number {
    const listed = all.filter(({ listOf }) => listOf !== null);
    return new Set(listed.map(clusterOf)).size + all.length - listed.length;
  }

  it('each thing is either served by one call or left over', () => {
    fc.assert(
      fc.property(anyWanted, anyAllowances, (all, allowances) => {
        const { calls, leftOver } = plan(all, allowances);
        const found = [...calls.flatMap<One>((call) => call.wanted), ...leftOver];
        expect(found).toHaveLength(all.length);
        expect(new Set(found)).toEqual(new Set(all));
      }),
    );
  });

  it('no subscription is called more than its allowance', () => {
    fc.assert(
      fc.property(anyWanted, anyAllowances, (all, allowances) => {
        for (const [id, calls] of bySubscription(plan(all, allowances).calls)) {
          const { reads, lists } = allowances.get(id) ?? { reads: 0, lists: 0 };
          const cost = costOf(calls.map((call) => ({ call, requests: 1 })));
          expect(cost.reads).toBeLessThanOrEqual(reads);
          expect(cost.lists).toBeLessThanOrEqual(lists);
        }
      }),
    );
  });

  it('the calls are as few as can be while Lists last, and at most one for each thing after', () => {
    fc.assert(
      fc.property(anyWanted, anyAllowances, (all, allowances) => {
        const { calls } = plan(all, allowances);
        const enough = new Map(['s', 't'].map((id) => [id, plenty]));
        expect(plan(all, enough).calls).toHaveLength(fewestCalls(all));
        for (const [id, ofOne] of bySubscription(calls)) {
          const here = all.filter((one) => subscriptionOf(one) === id);
          const listsLeft = (allowances.get(id)?.lists ?? 0) - listsIn(ofOne);
          const most = listsLeft > 0 ? fewestCalls(here) : here.length;
          expect(ofOne.length).toBeLessThanOrEqual(most);
          // Two Gets in one cluster only where a List cannot be had, or would not show them.
          const clusters = ofOne
            .filter(({ request, wanted: [{ listOf }] }) => request === 'get' && listOf !== null)
            .map(({ wanted: [one] }) => clusterOf(one));
          const needless = clusters.length - new Set(clusters).size;
          expect(listsLeft > 0 ? needless : 0).toBe(0);
        }
      }),
    );
  });

  it('what is left over is not older than what is served, but for Lists when only Gets can be paid', () => {
    fc.assert(
      fc.property(anyWanted, anyAllowances, (all, allowances) => {
        const { calls, leftOver } = plan(all, allowances);
        const called = bySubscription(calls);
        for (const item of leftOver) {
          const id = subscriptionOf(item);
          const ofOne = called.get(id) ?? [];
          const younger = ofOne.filter((call) => item.dueAt < oldestOf(call.wanted));
          // A look or a scan gives way to Gets, and only when no List is left.
          const givesWay = !isRead(item) && listsIn(ofOne) === allowances.get(id)?.lists;
          expect(younger.filter(({ request }) => request !== 'get' || !givesWay)).toEqual([]);
        }
      }),
    );
  });

  it('nothing is left over while it can be paid', () => {
    fc.assert(
      fc.property(anyWanted, anyAllowances, (all, allowances) => {
        const { calls, leftOver } = plan(all, allowances);
        const called = bySubscription(calls);
        for (const item of leftOver) {
          const ofOne = called.get(subscriptionOf(item)) ?? [];
          const { reads, lists } = allowances.get(subscriptionOf(item)) ?? { reads: 0, lists: 0 };
          const isPaidOut = ofOne.length === reads;
          expect(isPaidOut || (!isRead(item) && listsIn(ofOne) === lists)).toBe(true);
        }
      }),
    );
  });

  it('the order in which it is given decides nothing', () => {
    const shuffled = anyWanted.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, anyAllowances, ([all, other], allowances) => {
        const served = (given: readonly One[]): string[] =>
          plan(given, allowances).calls.map((call) =>
            call.wanted
              .map((item) => JSON.stringify(item))
              .toSorted()
              .join(' '),
          );
        expect(served(other)).toEqual(served(all));
      }),
    );
  });

  it('one subscription’s allowance is nothing to another', () => {
    fc.assert(
      fc.property(anyWanted, anyAllowance, anyAllowance, anyAllowance, (all, mine, some, other) => {
        const ofMine = (theirs: Allowance): string[] =>
          plan(all, new Map(Object.entries({ s: mine, t: theirs })))
            .calls.filter((call) => subscriptionOf(call) === 's')
            .map(inShort);
        expect(ofMine(some)).toEqual(ofMine(other));
      }),
    );
  });

  /**
   * Nothing starves. A round that does not serve a thing makes as many calls as it may (reads; Lists, for what
   * needs one), each of which serves something that is due no later. What is served comes back due later. So it
   * waits for as many rounds, at most, as it takes to serve one by one what is due no later than it.
   */
  it('each thing is served after as many rounds as what is due before it takes', () => {
    const enough = fc.record({
      reads: fc.integer({ min: 1, max: 6 }),
      lists: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(anyWanted, enough, (first, allowed) => {
        const allowances = new Map(['s', 't'].map((id) => [id, allowed]));
        const callsARound = Math.min(allowed.reads, allowed.lists);
        const boundOf = (item: One, all: readonly One[]): number => {
          const before = all.filter(
            (one) => subscriptionOf(one) === subscriptionOf(item) && one.dueAt <= item.dueAt,
          );
          return Math.ceil(before.length / (isRead(item) ? allowed.reads : callsARound));
        };
        let due = first;
        const bounds = new Map(due.map((item) => [item, boundOf(item, due)]));
        const waited = new Map<One, number>();
        for (let round = 1; round <= 12; round += 1) {
          const served = new Set(plan(due, allowances).calls.flatMap<One>((call) => call.wanted));
          for (const item of served)
            expect((waited.get(item) ?? 0) + 1).toBeLessThanOrEqual(bounds.get(item) ?? 0);
          for (const item of due) waited.set(item, (waited.get(item) ?? 0) + 1);
          for (const [item, bound] of bounds)
            expect(served.has(item) || (waited.get(item) ?? 0) < bound).toBe(true);
          // What was served is due again at once.
          due = due.map((item) => (served.has(item) ? { ...item, dueAt: at(9 + round) } : item));
          for (const item of served) bounds.delete(item);
          for (const item of due) if (!bounds.has(item)) bounds.set(item, boundOf(item, due));
        }
      }),
    );
  });
});

function isRead({ task }: One): boolean {
  return task === 'read';
}

function oldestOf(items: readonly One[]): IsoTime {
  return items.map(({ dueAt }) => dueAt).toSorted()[0] ?? '';
}

function clusterOf({ subscriptionId, listOf }: Pick<One, 'subscriptionId' | 'listOf'>): string {
  return `${subscriptionId}/${listOf}`.toLowerCase();
}

function listsIn(calls: readonly AnyCall[]): number {
  return calls.filter(({ request }) => request !== 'get').length;
}

function bySubscription(calls: readonly AnyCall[]): Map<string, AnyCall[]> {
  return Map.groupBy(calls, subscriptionOf);
}

it('each request costs a read, and one for a List costs a list as well', () => {
  const made = [
    { call: { request: 'get' }, requests: 1 },
    { call: { request: 'listOperations' }, requests: 3 },
    { call: { request: 'listClusters' }, requests: 2 },
  ] as const;
  expect(costOf(made)).toEqual({ reads: 6, lists: 5 });
});
