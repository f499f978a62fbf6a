import { describe, expect, it } from 'vitest';
import type { Allowance } from '../../shared/domain/arm-budget.ts';
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
} from '../../shared/calls/plan.ts';
import { plus, type IsoTime } from '../../shared/time.ts';
import { fc } from '../support/properties.ts';

type AnyDue = Due<DueOperation, DueLook, DueScan>;
type AnyCall = Call<DueOperation, DueLook, DueScan>;
type Item = DueOperation | DueLook | DueScan;

const at = (seconds: number): IsoTime => plus('2024-05-06T07:00:00.000Z', seconds * 1000);
const plenty: Allowance = { reads: 1000, lists: 1000 };

function operation(
  trackingId: string,
  cluster: string,
  due = 0,
  rest: Partial<DueOperation> = {},
): DueOperation {
  return {
    trackingId,
    cluster,
    subscriptionId: 's',
    dueAt: at(due),
    isUnlisted: false,
    ...rest,
  };
}
const look = (cluster: string, due = 0): DueLook => ({
  cluster,
  subscriptionId: 's',
  dueAt: at(due),
});
const scan = (watchId: string, due = 0): DueScan => ({
  watchId,
  subscriptionId: 's',
  dueAt: at(due),
});

/** A plan in short: `get a`, `list c: a b + look`, `clusters w`. */
function planned(due: Partial<AnyDue>, allowed: Allowance = plenty): string[] {
  const all = { operations: [], looks: [], scans: [], ...due };
  return plan(all, new Map([['s', allowed]])).calls.map(inShort);
}

function inShort(call: AnyCall): string {
  switch (call.kind) {
    case 'get':
      return `get ${call.operation.trackingId}`;
    case 'listOperations': {
      const names = call.operations.map(({ trackingId }) => ` ${trackingId}`).join('');
      return `list ${call.cluster}:${names}${call.look === null ? '' : ' + look'}`;
    }
    case 'listClusters':
      return `clusters ${call.scan.watchId}`;
  }
}

describe('a plan', () => {
  it.each<[string, Partial<AnyDue>, string[]]>([
    ['nothing when nothing is due', {}, []],
    ['a Get for a single operation', { operations: [operation('a', 'c')] }, ['get a']],
    [
      'one List for two operations of a cluster',
      { operations: [operation('a', 'c'), operation('b', 'c'), operation('d', 'e', 1)] },
      ['list c: a b', 'get d'],
    ],
    [
      'one List for a look and what is due of its cluster',
      { operations: [operation('a', 'c')], looks: [look('c'), look('e')] },
      ['list c: a + look', 'list e: + look'],
    ],
    [
      'Gets for what Lists do not show',
      {
        operations: [
          operation('a', 'c'),
          operation('b', 'c', 1, { isUnlisted: true }),
          operation('d', 'c', 2, { isUnlisted: true }),
        ],
      },
      ['get a', 'get b', 'get d'],
    ],
    [
      'a List of clusters for each scan',
      { scans: [scan('v'), scan('w', 1)] },
      ['clusters v', 'clusters w'],
    ],
    [
      'the longest due first, a cluster by its oldest',
      {
        operations: [operation('a', 'c', 9), operation('b', 'd', 5), operation('e', 'c', 1)],
        looks: [look('f', 3), look('d', 7)],
        scans: [scan('w', 4)],
      },
      ['list c: a e', 'list f: + look', 'clusters w', 'list d: b + look'],
    ],
    [
      'one List for a cluster, however its name is written',
      {
        operations: [
          operation('a', 'Aks-Prod'),
          operation('b', 'aks-prod', 0, { subscriptionId: 'S' }),
        ],
      },
      ['list Aks-Prod: a b'],
    ],
  ])('has %s', (_, due, calls) => {
    expect(planned(due)).toEqual(calls);
  });

  const twoClusters = {
    operations: [
      operation('a', 'c', 0),
      operation('b', 'c', 5),
      operation('d', 'e', 1),
      operation('f', 'e', 4),
      operation('g', 'h', 3),
    ],
    looks: [look('e', 2)],
    scans: [scan('w', 2)],
  };

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
    const elsewhere = operation('z', 'y', 0, { subscriptionId: 'other' });
    const due = { ...twoClusters, operations: [...twoClusters.operations, elsewhere] };
    const { calls, leftOver } = plan(due, new Map([['s', { reads: 3, lists: 1 }]]));
    expect(calls).toHaveLength(3);
    expect(leftOver).toEqual({
      operations: [due.operations[3], elsewhere],
      looks: due.looks,
      scans: due.scans,
    });
  });

  it('of 10,000 operations takes less than 50 ms of CPU', () => {
    const operations = Array.from({ length: 10_000 }, (_, n) =>
      operation(`${n}`, `cluster-${n % 3000}`, (n * 7919) % 10_000, { isUnlisted: n % 10 === 0 }),
    );
    const looks = Array.from({ length: 500 }, (_, n) => look(`cluster-${n}`, n));
    const due = { operations, looks, scans: [] };
    // Of this thread, the quickest of a few: others use this machine too.
    const times = Array.from({ length: 10 }, () => {
      const began = process.threadCpuUsage();
      plan(due, new Map([['s', { reads: 2000, lists: 500 }]]));
      const { user, system } = process.threadCpuUsage(began);
      return (user + system) / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });
});

describe('whatever is due', () => {
  const subscriptionId = fc.constantFrom('s', 'S', 't');
  const cluster = fc.constantFrom('a', 'b', 'B', 'c', 'd');
  const dueAt = fc.integer({ min: 0, max: 9 }).map(at);
  const anyDue: fc.Arbitrary<AnyDue> = fc.record({
    operations: fc.uniqueArray(
      fc.record({
        trackingId: fc.nat(99).map(String),
        subscriptionId,
        cluster,
        dueAt,
        isUnlisted: fc.boolean(),
      }),
      { selector: ({ trackingId }) => trackingId, maxLength: 30 },
    ),
    looks: fc.uniqueArray(fc.record({ cluster, subscriptionId, dueAt }), {
      selector: clusterOf,
      maxLength: 6,
    }),
    scans: fc.uniqueArray(fc.record({ watchId: fc.nat(9).map(String), subscriptionId, dueAt }), {
      selector: ({ watchId }) => watchId,
      maxLength: 4,
    }),
  });
  const anyAllowance = fc.record({ reads: fc.nat(20), lists: fc.nat(8) });
  const anyAllowances = fc
    .record({ s: anyAllowance, t: anyAllowance }, { requiredKeys: [] })
    .map((allowed) => new Map(Object.entries(allowed)));

  /** How many calls serve everything, and not one fewer. */
  function fewestCalls({ operations, looks, scans }: AnyDue): number {
    const looked = looks.map(clusterOf);
    const listed = operations.filter(({ isUnlisted }) => !isUnlisted).map(clusterOf);
    const unlisted = operations.length - listed.length;
    return new Set([...looked, ...listed]).size + unlisted + scans.length;
  }

  it('each thing is either served by one call or left over', () => {
    fc.assert(
      fc.property(anyDue, anyAllowances, (due, allowances) => {
        const { calls, leftOver } = plan(due, allowances);
        const all = [...calls.flatMap(servedBy), ...itemsOf(leftOver)];
        expect(all).toHaveLength(itemsOf(due).length);
        expect(new Set(all)).toEqual(new Set(itemsOf(due)));
      }),
    );
  });

  it('no subscription is called more than its allowance', () => {
    fc.assert(
      fc.property(anyDue, anyAllowances, (due, allowances) => {
        for (const [id, calls] of bySubscription(plan(due, allowances).calls)) {
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
      fc.property(anyDue, anyAllowances, (due, allowances) => {
        const { calls } = plan(due, allowances);
        const all = new Map(['s', 't'].map((id) => [id, plenty]));
        expect(plan(due, all).calls).toHaveLength(fewestCalls(due));
        for (const [id, ofOne] of bySubscription(calls)) {
          const items = {
            operations: due.operations.filter((one) => subscriptionOf(one) === id),
            looks: due.looks.filter((one) => subscriptionOf(one) === id),
            scans: due.scans.filter((one) => subscriptionOf(one) === id),
          };
          const listsLeft = (allowances.get(id)?.lists ?? 0) - listsIn(ofOne);
          const most = listsLeft > 0 ? fewestCalls(items) : itemsOf(items).length;
          expect(ofOne.length).toBeLessThanOrEqual(most);
          // Two Gets in one cluster only where a List cannot be had, or would not show them.
          const clusters = ofOne.flatMap((call) =>
            call.kind === 'get' && !call.operation.isUnlisted ? [clusterOf(call.operation)] : [],
          );
          const needless = clusters.length - new Set(clusters).size;
          expect(listsLeft > 0 ? needless : 0).toBe(0);
        }
      }),
    );
  });

  it('what is left over is not older than what is served, but for Lists when only Gets can be paid', () => {
    fc.assert(
      fc.property(anyDue, anyAllowances, (due, allowances) => {
        const { calls, leftOver } = plan(due, allowances);
        const called = bySubscription(calls);
        for (const item of itemsOf(leftOver)) {
          const id = subscriptionOf(item);
          const ofOne = called.get(id) ?? [];
          const younger = ofOne.filter((call) => item.dueAt < oldestOf(servedBy(call)));
          // A look or a scan gives way to Gets, and only when no List is left.
          const givesWay = !isOperation(item) && listsIn(ofOne) === allowances.get(id)?.lists;
          expect(younger.filter(({ kind }) => kind !== 'get' || !givesWay)).toEqual([]);
        }
      }),
    );
  });

  it('nothing is left over while it can be paid', () => {
    fc.assert(
      fc.property(anyDue, anyAllowances, (due, allowances) => {
        const { calls, leftOver } = plan(due, allowances);
        const called = bySubscription(calls);
        for (const item of itemsOf(leftOver)) {
          const ofOne = called.get(subscriptionOf(item)) ?? [];
          const { reads, lists } = allowances.get(subscriptionOf(item)) ?? { reads: 0, lists: 0 };
          const isPaidOut = ofOne.length === reads;
          expect(isPaidOut || (!isOperation(item) && listsIn(ofOne) === lists)).toBe(true);
        }
      }),
    );
  });

  it('the order in which it is given decides nothing', () => {
    const shuffled = anyDue.chain((due) =>
      fc.tuple(
        fc.constant(due),
        fc.record({
          operations: fc.shuffledSubarray([...due.operations], {
            minLength: due.operations.length,
          }),
          looks: fc.shuffledSubarray([...due.looks], { minLength: due.looks.length }),
          scans: fc.shuffledSubarray([...due.scans], { minLength: due.scans.length }),
        }),
      ),
    );
    fc.assert(
      fc.property(shuffled, anyAllowances, ([due, other], allowances) => {
        const served = (given: AnyDue): string[] =>
          plan(given, allowances).calls.map((call) =>
            servedBy(call)
              .map((item) => JSON.stringify(item))
              .toSorted()
              .join(' '),
          );
        expect(served(other)).toEqual(served(due));
      }),
    );
  });

  it('one subscription’s allowance is nothing to another', () => {
    fc.assert(
      fc.property(anyDue, anyAllowance, anyAllowance, anyAllowance, (due, mine, some, other) => {
        const ofMine = (theirs: Allowance): string[] =>
          plan(due, new Map(Object.entries({ s: mine, t: theirs })))
            .calls.filter((call) => subscriptionOfCall(call) === 's')
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
      fc.property(anyDue, enough, (first, allowed) => {
        const allowances = new Map(['s', 't'].map((id) => [id, allowed]));
        const callsARound = Math.min(allowed.reads, allowed.lists);
        const boundOf = (item: Item, all: readonly Item[]): number => {
          const before = all.filter(
            (one) => subscriptionOf(one) === subscriptionOf(item) && one.dueAt <= item.dueAt,
          );
          return Math.ceil(before.length / (isOperation(item) ? allowed.reads : callsARound));
        };
        let due = first;
        const bounds = new Map(itemsOf(due).map((item) => [item, boundOf(item, itemsOf(due))]));
        const waited = new Map<Item, number>();
        for (let round = 1; round <= 12; round += 1) {
          const served = new Set(plan(due, allowances).calls.flatMap(servedBy));
          for (const item of served)
            expect((waited.get(item) ?? 0) + 1).toBeLessThanOrEqual(bounds.get(item) ?? 0);
          for (const item of itemsOf(due)) waited.set(item, (waited.get(item) ?? 0) + 1);
          for (const [item, bound] of bounds)
            expect(served.has(item) || (waited.get(item) ?? 0) < bound).toBe(true);
          // What was served is due again at once.
          const again = <T extends Item>(item: T): T =>
            served.has(item) ? { ...item, dueAt: at(9 + round) } : item;
          due = {
            operations: due.operations.map(again),
            looks: due.looks.map(again),
            scans: due.scans.map(again),
          };
          for (const item of served) bounds.delete(item);
          for (const item of itemsOf(due))
            if (!bounds.has(item)) bounds.set(item, boundOf(item, itemsOf(due)));
        }
      }),
    );
  });
});

function isOperation(item: Item): item is DueOperation {
  return 'trackingId' in item;
}

function itemsOf({ operations, looks, scans }: AnyDue): Item[] {
  return [...operations, ...looks, ...scans];
}

function servedBy(call: AnyCall): Item[] {
  switch (call.kind) {
    case 'get':
      return [call.operation];
    case 'listOperations':
      return [...call.operations, ...(call.look === null ? [] : [call.look])];
    case 'listClusters':
      return [call.scan];
  }
}

function oldestOf(items: readonly Item[]): IsoTime {
  return items.map(({ dueAt }) => dueAt).toSorted()[0] ?? '';
}

function clusterOf(item: DueOperation | DueLook): string {
  return `${item.subscriptionId}/${item.cluster}`.toLowerCase();
}

function listsIn(calls: readonly AnyCall[]): number {
  return calls.filter(({ kind }) => kind !== 'get').length;
}

function bySubscription(calls: readonly AnyCall[]): Map<string, AnyCall[]> {
  return Map.groupBy(calls, subscriptionOfCall);
}
