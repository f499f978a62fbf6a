import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dueAsks,
  noAsks,
  withAsked,
  withLearned,
  withSeen,
  type Asking,
} from '../../shared/domain/caller-asks.ts';
import { elapsed, plus } from '../../shared/time.ts';

const startTime = '2026-09-21T14:00:00.000Z';
const minutes = (count: number): string => plus(startTime, count * 60_000);
const one: Asking = {
  trackingId: 'a.1',
  subscriptionId: '00000000-0000-0000-0000-0000000000a1',
  resourceGroupName: 'rg',
  startTime,
  registeredAt: startTime,
};

/** At which minutes after the start it is asked, with a tick each minute from the registration on. */
function askedAt(asking: Asking, isFound: (minute: number) => boolean = () => false): number[] {
  const asked: number[] = [];
  let asks = noAsks;
  const first = Math.ceil(elapsed(startTime, asking.registeredAt) / 60_000);
  for (let minute = first; minute < first + 200; minute += 1) {
    const now = minutes(minute);
    // It is read in each tick for a while; a long operation for hours.
    if (!isFound(minute)) asks = withSeen(asks, [asking], now);
    for (const group of dueAsks(asks, now)) {
      asked.push(minute);
      asks = withAsked(asks, group.asks, now).next;
      const settled = isFound(minute) ? [asking.trackingId] : [];
      asks = withLearned(asks, [
        { subscriptionId: asking.subscriptionId, hasEvents: false, settled, asked: ['a.1'] },
      ]);
    }
  }
  return asked;
}

describe('when the activity log is asked', () => {
  it('is 5, 12 and 25 minutes after the start, and never more', () => {
    expect(askedAt(one)).toEqual([5, 12, 25]);
  });

  it('is no more once the caller is known', () => {
    expect(askedAt(one, (minute) => minute >= 10)).toEqual([5, 12]);
  });

  it('is what is left of these times after a late registration, and once, at once, after the last', () => {
    expect(askedAt({ ...one, registeredAt: minutes(8) })).toEqual([12, 25]);
    expect(askedAt({ ...one, registeredAt: minutes(40) })).toEqual([40]);
    expect(askedAt({ ...one, registeredAt: minutes(3000) })).toEqual([3000]);
  });

  it('is never more than three times, whenever it was registered', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 5000 }), (minute) => {
        const asked = askedAt({ ...one, registeredAt: minutes(minute) });
        expect(asked.length).toBeGreaterThanOrEqual(1);
        expect(asked.length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 50 },
    );
  });

  it('is once for all operations of a group', () => {
    const many = Array.from({ length: 50 }, (_, at) => ({
      ...one,
      trackingId: `a.${at}`,
      resourceGroupName: at % 2 === 0 ? 'rg' : 'RG',
    }));
    const asks = withSeen(
      noAsks,
      [...many, { ...one, trackingId: 'b', resourceGroupName: 'x' }],
      startTime,
    );
    expect(dueAsks(asks, minutes(5)).map((group) => group.asks.length)).toEqual([50, 1]);
  });

  it('is once for starts within five minutes of the first, wherever a day is divided', () => {
    const starting = (minute: number): Asking => ({
      ...one,
      trackingId: `a.${minute}`,
      startTime: minutes(minute),
    });
    const asks = withSeen(noAsks, [11, 4, 0, 5, 6].map(starting), minutes(11));
    const groups = dueAsks(asks, minutes(16)).map(({ asks: some }) =>
      some.map(({ trackingId }) => trackingId),
    );
    expect(groups).toEqual([
      ['a.0', 'a.4', 'a.5'],
      ['a.6', 'a.11'],
    ]);
  });

  it('is not counted twice by two instances', () => {
    const asks = withSeen(noAsks, [one], startTime);
    const due = dueAsks(asks, minutes(5)).flatMap((group) => group.asks);
    const first = withAsked(asks, due, minutes(5));
    expect([...first.own]).toEqual(['a.1']);
    expect([...withAsked(first.next, due, minutes(5)).own]).toEqual([]);
  });

  it('is remembered of a thousand operations at most', () => {
    const many = Array.from({ length: 1500 }, (_, at) => ({ ...one, trackingId: `a.${at}` }));
    expect(withSeen(noAsks, many, startTime).asks).toHaveLength(1000);
  });
});
