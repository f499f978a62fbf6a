import { describe, expect, it } from 'vitest';
import {
  afterAnswers,
  allowance,
  doctorAllowance,
  emptyBudget,
  isCredible,
  isLowRemaining,
  lackOf,
  shareLeft,
  spent,
  type Allowance,
  type SubscriptionBudget,
} from '../../shared/domain/arm-budget.ts';
import { doctorShare, ticksShare } from '../../shared/domain/budget-shares.ts';
import { elapsed, latest, plus, type IsoTime } from '../../shared/time.ts';
import { fc } from '../support/properties.ts';

const now = '2024-05-06T07:00:00.000Z';
const after = (seconds: number): IsoTime => plus(now, seconds * 1000);
const half = ticksShare(0.5);
const noCalls: Allowance = { reads: 0, lists: 0 };
const empty = spent(null, half, now, { reads: 100, lists: 30 });

describe('the budget of a subscription', () => {
  it.each([
    [1, { reads: 200, lists: 60 }],
    [0.5, { reads: 100, lists: 30 }],
    [0.1, { reads: 20, lists: 6 }],
    [0.001, { reads: 1, lists: 1 }],
  ])('is, at first, our share of the documented buckets: %d of them', (share, calls) => {
    expect(allowance(null, ticksShare(share), now)).toEqual(calls);
  });

  it.each([
    [0, { reads: 0, lists: 0 }],
    [0.9, { reads: 0, lists: 0 }],
    [1, { reads: 1, lists: 0 }],
    [30, { reads: 30, lists: 15 }],
    [60, { reads: 60, lists: 30 }],
    [3600, { reads: 100, lists: 30 }],
  ])('comes back at our share of the pace: after %d s', (seconds, calls) => {
    expect(allowance(empty, half, after(seconds))).toEqual(calls);
  });

  it('keeps parts of tokens, so that frequent ticks lose nothing', () => {
    let budget = empty;
    for (let tick = 1; tick <= 10; tick += 1)
      budget = spent(budget, half, after(tick / 2), noCalls);
    expect(allowance(budget, half, after(5))).toEqual({ reads: 5, lists: 2 });
  });

  it('has a share left, which is that of the emptier bucket, and none while ARM holds it back', () => {
    const left = (budget: SubscriptionBudget | null, seconds: number): number =>
      shareLeft(budget, half, after(seconds));
    expect(left(null, 0)).toBe(1);
    expect(left(spent(null, half, now, { reads: 50, lists: 6 }), 0)).toBe(0.5);
    expect(left(spent(null, half, now, { reads: 50, lists: 24 }), 0)).toBe(0.2);
    expect(left(spent(null, half, now, { reads: 150, lists: 0 }), 0)).toBe(0);
    expect(left(empty, 30)).toBe(0.3);
    const held = afterAnswers(spent(null, half, now, noCalls), now, {
      throttledUntil: after(20),
      isLow: false,
    });
    expect(left(held, 10)).toBe(0);
  });

  it('wins nothing by rounding', () => {
    const share = ticksShare(0.8);
    let budget = spent(null, share, now, { reads: 160, lists: 48 });
    for (let ms = 1; ms <= 1000; ms += 1) budget = spent(budget, share, after(ms / 1000), noCalls);
    expect(allowance(budget, share, after(1)).lists).toBe(0);
  });

  it('gives instances whose clocks differ no more than one would get', () => {
    let budget = empty;
    let reads = 0;
    for (let second = 30; second <= 3600; second += 30) {
      for (const time of [after(second), after(second - 10)]) {
        const calls = allowance(budget, half, time);
        reads += calls.reads;
        budget = spent(budget, half, time, calls);
      }
    }
    expect(reads).toBe(3600);
  });

  it('gives nothing beyond what was planned until that is paid back', () => {
    const owing = spent(empty, half, now, { reads: 10, lists: 10 });
    expect(owing).toMatchObject({ reads: -10, lists: -10 });
    expect(allowance(owing, half, after(10))).toEqual({ reads: 0, lists: 0 });
    expect(allowance(owing, half, after(30))).toEqual({ reads: 20, lists: 5 });
  });

  it('takes back what was not called, up to a full bucket', () => {
    const given = spent(empty, half, now, { reads: -3, lists: -1 });
    expect(allowance(given, half, now)).toEqual({ reads: 3, lists: 1 });
    const overfull = spent(null, half, now, { reads: -3, lists: -1 });
    expect(allowance(overfull, half, now)).toEqual({ reads: 100, lists: 30 });
  });

  it('follows a share that becomes smaller', () => {
    expect(allowance(spent(null, ticksShare(1), now, noCalls), half, now)).toEqual({
      reads: 100,
      lists: 30,
    });
  });
});

describe('after a 429', () => {
  const throttled = afterAnswers(spent(null, half, now, noCalls), now, {
    throttledUntil: after(40),
    isLow: true,
  });

  it.each([
    ['nothing is called before its Retry-After is over', 39.999, noCalls],
    ['no burst follows', 40, noCalls],
    ['tokens come back at a quarter of the pace', 40 + 60, { reads: 15, lists: 7 }],
    ['for five minutes', 40 + 300, { reads: 75, lists: 30 }],
    ['and then as usual', 40 + 310, { reads: 85, lists: 30 }],
  ])('%s', (_, seconds, calls) => {
    expect(allowance(throttled, half, after(seconds))).toEqual(calls);
  });

  it('another one, of a call that was on its way, shortens nothing and gives nothing', () => {
    const owing = spent(throttled, half, after(1), { reads: 5, lists: 0 });
    const again = afterAnswers(owing, after(2), { throttledUntil: after(10), isLow: false });
    expect(again).toEqual({ ...throttled, reads: -5 });
  });

  it('refunds do not lift the ban', () => {
    const refunded = spent(throttled, half, after(1), { reads: -50, lists: 0 });
    expect(allowance(refunded, half, after(39))).toEqual(noCalls);
  });
});

describe('when little remains of what ARM allows', () => {
  const low = afterAnswers(spent(null, half, now, noCalls), now, {
    throttledUntil: null,
    isLow: true,
  });

  it.each([
    ['a quarter of what was left is left', 0, { reads: 25, lists: 7 }],
    ['tokens come back at a quarter of the pace', 40, { reads: 35, lists: 12 }],
    ['for one minute', 60, { reads: 40, lists: 15 }],
    ['and then as usual', 70, { reads: 50, lists: 20 }],
  ])('%s', (_, seconds, calls) => {
    expect(allowance(low, half, after(seconds))).toEqual(calls);
  });

  it('what is owed stays owed', () => {
    const owing = spent(empty, half, now, { reads: 8, lists: 8 });
    expect(afterAnswers(owing, now, { throttledUntil: null, isLow: true })).toMatchObject({
      reads: -8,
      lists: -8,
    });
  });

  it('a longer slowness stays', () => {
    const throttled = afterAnswers(empty, now, { throttledUntil: after(60), isLow: false });
    const slowUntil = after(60 + 300);
    const then = afterAnswers(throttled, after(10), { throttledUntil: null, isLow: true });
    expect(then.slowUntil).toBe(slowUntil);
  });

  it.each([
    [undefined, false],
    [249, false],
    [50, false],
    [49, true],
    [0, true],
  ])('%s remaining: %s', (remaining, isLow) => {
    expect(isLowRemaining(remaining)).toBe(isLow);
  });

  it('our own greatest burst out of ARM’s bucket of 250 is no reason', () => {
    expect(isLowRemaining(250 - allowance(null, ticksShare(1), now).reads)).toBe(false);
  });
});

describe('an entry', () => {
  it('need not be kept once it is full and nothing holds it back', () => {
    const slowed = afterAnswers(empty, now, { throttledUntil: now, isLow: false });
    expect(lackOf(empty, half, now)).toBe(130);
    expect(lackOf(empty, half, after(99))).toBe(1);
    expect(lackOf(empty, half, after(100))).toBe(0);
    expect(lackOf({ ...empty, reads: 100 }, half, after(59))).toBe(0.5);
    expect(lackOf({ ...empty, reads: 100, notBefore: after(900) }, half, after(800))).toBe(
      Infinity,
    );
    expect(lackOf({ ...empty, reads: 100, slowUntil: after(900) }, half, after(800))).toBe(
      Infinity,
    );
    expect(lackOf(slowed, half, after(299))).toBe(Infinity);
    expect(lackOf(slowed, half, after(300))).toBe(25);
    expect(lackOf(slowed, half, after(325))).toBe(0);
  });

  it('is not believed when it is farther ahead than any of ours can be', () => {
    const longest = afterAnswers(empty, now, { throttledUntil: after(15 * 60), isLow: true });
    expect(isCredible(longest, now)).toBe(true);
    expect(isCredible(emptyBudget(after(3600)), now)).toBe(false);
    expect(isCredible({ ...empty, notBefore: after(3600) }, now)).toBe(false);
    expect(isCredible({ ...empty, slowUntil: after(3600) }, now)).toBe(false);
    expect(isCredible(empty, after(1e6))).toBe(true);
  });
});

describe('whatever happens', () => {
  const step = fc.record({
    /** Instances' clocks differ: time may run backwards. */
    seconds: fc.double({ min: -20, max: 60, noNaN: true }),
    wanted: fc.oneof(
      fc.constant({ reads: 200, lists: 60 }),
      fc.record({ reads: fc.nat(50), lists: fc.nat(20) }),
    ),
    isLow: mostly(false, fc.constant(true)),
    retryAfter: mostly(null, fc.integer({ min: 0, max: 600 })),
  });
  const shares = fc.double({ min: 0.01, max: 1, noNaN: true });

  it('no more is called than a full bucket and the pace allow, and nothing while ARM forbids it', () => {
    fc.assert(
      fc.property(shares, fc.array(step, { maxLength: 60, size: 'max' }), (share, steps) => {
        let budget: SubscriptionBudget | null = null;
        let time = now;
        let forbiddenUntil: IsoTime | null = null;
        const times: IsoTime[] = [];
        const called = { reads: 0, lists: 0 };
        for (const { seconds, wanted, isLow, retryAfter } of steps) {
          time = plus(time, Math.round(seconds * 1000));
          times.push(time);
          const allowed = allowance(budget, ticksShare(share), time);
          const isForbidden = forbiddenUntil !== null && time < forbiddenUntil;
          expect(isForbidden ? allowed : noCalls).toEqual(noCalls);
          const calls = {
            reads: Math.min(wanted.reads, allowed.reads),
            lists: Math.min(wanted.lists, allowed.lists),
          };
          called.reads += calls.reads;
          called.lists += calls.lists;
          const throttledUntil = retryAfter === null ? null : plus(time, retryAfter * 1000);
          if (throttledUntil !== null) forbiddenUntil = latest(throttledUntil, forbiddenUntil);
          budget = afterAnswers(spent(budget, ticksShare(share), time, calls), time, {
            throttledUntil,
            isLow,
          });
          // What is stored stays small.
          expect(JSON.stringify([budget.reads, budget.lists])).toMatch(
            /^\[-?\d{1,3}(\.\d{1,3})?,-?\d{1,3}(\.\d{1,3})?\]$/,
          );
        }
        const [first = now] = times.toSorted();
        const span = elapsed(first, latest(first, ...times)) / 1000;
        expect(called.reads).toBeLessThanOrEqual(
          Math.max(200 * share, 1) + 2 * share * span + 1e-6,
        );
        expect(called.lists).toBeLessThanOrEqual(Math.max(60 * share, 1) + share * span + 1e-6);
      }),
    );
  });

  it('the bucket is full again after a while', () => {
    fc.assert(
      fc.property(shares, fc.array(step, { maxLength: 20, size: 'max' }), (share, steps) => {
        let budget = spent(null, ticksShare(share), now, noCalls);
        let time = now;
        for (const { seconds, isLow, retryAfter } of steps) {
          time = plus(time, Math.round(seconds * 1000));
          const throttledUntil = retryAfter === null ? null : plus(time, retryAfter * 1000);
          const calls = allowance(budget, ticksShare(share), time);
          budget = afterAnswers(spent(budget, ticksShare(share), time, calls), time, {
            throttledUntil,
            isLow,
          });
        }
        // A wait of 10 minutes, 5 slow ones, clocks apart, and the time to fill a bucket of one token.
        const longest = 600 + 300 + 20 * steps.length + Math.max(100, 1 / share);
        expect(lackOf(budget, ticksShare(share), plus(time, Math.ceil(longest * 1000)))).toBe(0);
      }),
    );
  });
});

/** Nearly always the usual value. */
function mostly<T, U>(usual: U, other: fc.Arbitrary<T>): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: 15, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}

describe('checks on demand', () => {
  const wish = fc.record({
    seconds: fc.nat(90),
    wanted: fc.record({ reads: fc.nat(60), lists: fc.nat(40) }),
    isTick: fc.boolean(),
  });
  const kinds = ['reads', 'lists'] as const;

  it('keep to their own share, and leave the ticks half of the bucket, whoever else calls', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.array(wish, { maxLength: 60, size: 'max' }),
        (armBudget, wishes) => {
          const [share, ownShare] = [ticksShare(armBudget), doctorShare(armBudget)];
          let common: SubscriptionBudget | null = null;
          let own: SubscriptionBudget | null = null;
          let time = now;
          const called = { reads: 0, lists: 0 };
          for (const { seconds, wanted, isTick } of wishes) {
            time = plus(time, seconds * 1000);
            const before = allowance(common, share, time);
            const allowed = isTick ? before : doctorAllowance(common, own, armBudget, time);
            const calls = {
              reads: Math.min(wanted.reads, allowed.reads),
              lists: Math.min(wanted.lists, allowed.lists),
            };
            common = spent(common, share, time, calls);
            if (isTick) continue;
            own = spent(own, ownShare, time, calls);
            const left = allowance(common, share, time);
            for (const kind of kinds) {
              called[kind] += calls[kind];
              const full = allowance(null, share, time)[kind];
              expect(calls[kind] === 0 || left[kind] >= Math.floor(full / 2)).toBe(true);
            }
          }
          const span = elapsed(now, time) / 1000;
          const most = (capacity: number, perSecond: number): number =>
            Math.max((capacity * armBudget) / 3, 1) + (perSecond * armBudget * span) / 10 + 1e-6;
          expect(called.reads).toBeLessThanOrEqual(most(200, 2));
          expect(called.lists).toBeLessThanOrEqual(most(60, 1));
        },
      ),
    );
  });

  it.each([1, 0.5, 0.02, 0.001])(
    'are possible while the ticks call little: ARM_BUDGET=%d',
    (part) => {
      const { reads, lists } = doctorAllowance(null, null, part, now);
      expect(Math.min(reads, lists)).toBeGreaterThan(0);
    },
  );
});
