import { expect, it } from 'vitest';
import { allowance, spent, type SubscriptionBudget } from '../../shared/domain/arm-budget.ts';
import { ticksShare } from '../../shared/domain/budget-shares.ts';
import { costOf, plan, type Wanted } from '../../shared/calls/plan.ts';
import { elapsed, plus, type IsoTime } from '../../shared/time.ts';

const subscriptionId = '00000000-0000-4000-8000-000000000001';
const start = '2024-05-06T07:00:00.000Z';
const share = 0.5;
const seconds = 1000;
const tickMs = 30 * seconds;
const end = 20 * 60 * seconds;

/** A bucket as Azure has it; a foreign client takes from it at a pace of its own. */
function realBucket(capacity: number, perSecond: number, foreignPerSecond = 0) {
  const stepMs = 500;
  let tokens = capacity;
  let foreignDue = 0;
  let at = start;
  return {
    /** Takes a token, if there is one. */
    take(now: IsoTime): boolean {
      for (; elapsed(at, now) >= stepMs; at = plus(at, stepMs)) {
        tokens = Math.min(capacity, tokens + (perSecond * stepMs) / 1000);
        foreignDue += (foreignPerSecond * stepMs) / 1000;
        if (foreignDue < 1) continue;
        foreignDue -= 1;
        if (tokens >= 1) tokens -= 1;
      }
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

interface ReadAt {
  readonly readAt: IsoTime;
}
type RunningOperation = Wanted<null, 'read'> & ReadAt;
type WatchedCluster = Wanted<null, 'look'> & ReadAt;

/**
 * 600 operations on 30 watched clusters of one subscription, all of which want to be read at each tick, through
 * 20 minutes; what ARM refuses, and how old (in seconds) what it tells anew had become.
 */
function playFleet(listsCountAsStatus: boolean) {
  const status = realBucket(200, 2, 2 / 3);
  const others = listsCountAsStatus ? status : realBucket(60, 1);
  let operations = Array.from({ length: 600 }, (_, n): RunningOperation => ({
    task: 'read',
    key: `operation-${n}`,
    subscriptionId,
    listOf: `cluster-${n % 30}`,
    dueAt: start,
    item: null,
    readAt: start,
  }));
  let looks = Array.from({ length: 30 }, (_, n): WatchedCluster => ({
    task: 'look',
    key: `cluster-${n}`,
    subscriptionId,
    listOf: `cluster-${n}`,
    dueAt: start,
    item: null,
    readAt: start,
  }));
  let budget: SubscriptionBudget | null = null;
  let refused = 0;
  const ages: number[] = [];
  const lookAges: number[] = [];
  const calls: number[] = [];

  for (let tick = 0; tick * tickMs <= end; tick += 1) {
    // Ticks come a little late, and not by the same each time.
    const now = plus(start, tick * tickMs + ((tick * 7) % 10) * 100);
    const isDue = ({ dueAt }: { dueAt: IsoTime }): boolean => dueAt <= now;
    const planned = plan(
      [...operations, ...looks].filter(isDue),
      new Map([[subscriptionId, allowance(budget, ticksShare(share), now)]]),
    );
    const cost = costOf(planned.calls.map((call) => ({ call, requests: 1 })));
    budget = spent(budget, ticksShare(share), now, cost);
    calls.push(planned.calls.length);

    const seen = new Set<Wanted<unknown>>();
    for (const call of planned.calls) {
      if (!(call.request === 'get' ? status : others).take(now)) {
        refused += 1;
      } else {
        for (const one of call.wanted) seen.add(one);
      }
    }
    const ageOf = ({ readAt }: { readAt: IsoTime }): number =>
      Math.round(elapsed(readAt, now) / seconds);
    ages.push(...operations.filter((item) => seen.has(item)).map(ageOf));
    lookAges.push(...looks.filter((item) => seen.has(item)).map(ageOf));
    operations = operations.map((item) =>
      seen.has(item) ? { ...item, readAt: now, dueAt: plus(now, -seconds) } : item,
    );
    looks = looks.map((item) =>
      seen.has(item) ? { ...item, readAt: now, dueAt: plus(now, 119 * seconds) } : item,
    );
  }
  const waiting = operations.map(({ readAt }) => elapsed(readAt, plus(start, end)) / seconds);
  return { refused, ages: [...ages, ...waiting], lookAges, calls };
}

it.each([
  ['the bucket of status reads, which others use too', true],
  ['a bucket of their own', false],
])(
  'a fleet of 600 operations on 30 clusters is never refused, and is read each minute, with Lists in %s',
  (_, listsCountAsStatus) => {
    const { refused, ages, lookAges, calls } = playFleet(listsCountAsStatus);
    expect(refused).toBe(0);
    // A full bucket at first, then what comes back in 30 seconds.
    expect(calls.slice(0, 2)).toEqual([30, 100]);
    expect(Math.max(...calls.slice(2))).toBeLessThanOrEqual(31);
    expect(ages.length).toBeGreaterThan(600 * 20);
    // Half the Lists' pace serves 15 clusters a tick; a tick that comes early serves one fewer.
    const old = ages.filter((age) => age > 61);
    expect(old.length).toBeLessThan(ages.length / 100);
    expect(Math.max(...ages)).toBeLessThanOrEqual(91);
    expect(Math.max(...lookAges)).toBeLessThanOrEqual(151);
  },
);
