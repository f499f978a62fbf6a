import { scopeIdOf } from '../../shared/domain/scope.ts';
import { emptyOutbox } from '../../shared/domain/outbox.ts';
import { describe, expect, it } from 'vitest';
import { outboxLimit } from '../../shared/domain/outbox.ts';
import type { ListedOperation } from '../../shared/domain/reading.ts';
import { firstLook, look, nextLook } from '../../shared/domain/cluster-look.ts';
import { knownLimit, type WatchedCluster } from '../../shared/domain/watch.ts';
import { elapsed, plus } from '../../shared/time.ts';
import { minutes, seen } from '../support/operation-builders.ts';
import { fc } from '../support/properties.ts';

const reference = {
  subscriptionId: '00000000-0000-4000-8000-000000000001',
  resourceGroupName: 'rg',
  resourceName: 'aks',
};
const fresh: WatchedCluster = {
  reference,
  since: minutes(0),
  known: [],
  nextLookAt: minutes(1),
  lastLookAt: null,
  trouble: null,
  channel: 'default',
  settled: null,
  broken: [],
  outbox: emptyOutbox,
};
const looked: WatchedCluster = { ...fresh, lastLookAt: minutes(2), known: ['old'] };

function operation(
  operationId: string,
  status: string,
  from: number | null = null,
  to: number | null = null,
): ListedOperation {
  return {
    operationId,
    agentPoolName: null,
    seen: seen(status, {
      startTime: from === null ? null : minutes(from),
      endTime: to === null ? null : minutes(to),
    }),
  };
}
const many = (count: number, from: number): ListedOperation[] =>
  Array.from({ length: count }, (_, at) => operation(`new-${count - at}`, 'Succeeded', from, from));
const idsOf = (items: readonly ListedOperation[]): string[] =>
  items.map(({ operationId }) => operationId);

describe('the first look', () => {
  it.each([
    ['is running', operation('a', 'InProgress', -60), true],
    ['had ended before', operation('a', 'Failed', -60, -1), false],
    ['has ended since', operation('a', 'Failed', -60, 0.5), true],
    ['has ended, nobody says when, and began before', operation('a', 'Failed', -60), false],
    ['has ended, nobody says when, and began since', operation('a', 'Failed', 0.2), true],
    ['has ended and tells no times', operation('a', 'Failed'), false],
  ])('finds an operation that %s, or not', (_, item, expected) => {
    const { found, next } = look(fresh, [item], minutes(1));
    expect(idsOf(found)).toEqual(expected ? ['a'] : []);
    expect(next).toMatchObject({ known: ['a'], lastLookAt: minutes(1) });
  });
});

describe('a later look', () => {
  it('finds what is new, ended or not, oldest first', () => {
    const items = [
      operation('C', 'InProgress'),
      operation('b', 'Succeeded'),
      operation('OLD', 'InProgress'),
    ];
    const { found, next } = look(looked, items, minutes(4));
    expect(idsOf(found)).toEqual(['b', 'C']);
    expect(next.known).toEqual(['c', 'b', 'old']);
    expect(look(next, items, minutes(6)).found).toEqual([]);
  });

  it('finds nothing that ended before the watch, even if the list shows it late', () => {
    expect(look(looked, [operation('late', 'Succeeded', -9, -5)], minutes(4)).found).toEqual([]);
  });

  it('finds nothing twice, though a list leaves it out for once', () => {
    const gone = look(looked, [], minutes(4)).next;
    expect(look(gone, [operation('old', 'InProgress')], minutes(6)).found).toEqual([]);
  });

  it('never grows without bound', () => {
    let cluster = looked;
    for (let round = 0; round < 40; round += 1)
      cluster = look(
        cluster,
        Array.from({ length: 50 }, (_, at) => operation(`${round}-${at}`, 'Succeeded')),
        minutes(round),
      ).next;
    expect(cluster.known.length).toBeLessThanOrEqual(knownLimit);
    // Each of these lists may have hidden some.
    expect(cluster.outbox.owed).toHaveLength(outboxLimit);
  });
});

const owed = (cluster: WatchedCluster, items: ListedOperation[]): number =>
  look(cluster, items, minutes(9)).next.outbox.owed.length;

describe('what a list may have hidden', () => {
  it('is reported when all fifty are new', () => {
    const { next } = look(looked, many(50, 3), minutes(9));
    expect(next.outbox.owed).toEqual([{ id: 1, at: minutes(9), after: minutes(2) }]);
  });

  it.each([
    ['one of them was known', looked, [...many(49, 3), operation('old', 'Succeeded')]],
    ['there are fewer', looked, many(49, 3)],
    ['there are none', looked, []],
    ['they are from before the watch', fresh, many(50, -3)],
  ])('is nothing when %s', (_, cluster, items) => {
    expect(owed(cluster, items)).toBe(0);
  });

  it('is reported of the first look too', () => {
    expect(owed(fresh, many(50, 1))).toBe(1);
  });
});

describe('the time of looks', () => {
  const interval = 120_000;

  it('is spread evenly over the interval', () => {
    const waits = Array.from({ length: 300 }, (_, at) =>
      elapsed(
        minutes(0),
        firstLook(scopeIdOf({ ...reference, resourceName: `aks-${at}` }), interval, minutes(0)),
      ),
    );
    const quarters = [0, 1, 2, 3].map(
      (quarter) => waits.filter((wait) => Math.floor((wait / interval) * 4) === quarter).length,
    );
    expect(quarters.reduce((sum, count) => sum + count, 0)).toBe(300);
    for (const count of quarters) expect(count).toBeGreaterThan(45);
  });

  it('stays spread, and is in the future', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e7 }), fc.nat(12), (late, failures) => {
        const now = plus(minutes(0), late);
        const next = nextLook(minutes(0), interval, now, failures);
        expect(next > now).toBe(true);
        expect(elapsed(now, next)).toBeLessThanOrEqual(Math.max(interval, 10 * 60_000));
      }),
    );
    expect(nextLook(minutes(0), interval, minutes(0.5))).toBe(minutes(2));
    expect(nextLook(minutes(0), interval, minutes(0.5), 0, minutes(5))).toBe(minutes(5));
  });
});
