import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { postTimeoutMs } from '../../shared/slack/webhook.ts';
import { occurrences } from '../../shared/settings/ncrontab.ts';
import { deadlineOf, intervalOf } from '../../shared/tick/deadline.ts';

const schedules = [
  '*/2 * * * * *',
  '*/10 * * * * *',
  '*/30 * * * * *',
  '0 */1 * * * *',
  '15 */7 * * * *',
  '0 0 8-17 * * MON-FRI',
  '0 0 0 1 * *',
];
const moments = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2028-12-31'), noInvalidDate: true })
  .map((date) => new Date(Math.ceil(date.getTime() / 1000) * 1000));
/** A schedule, when one of its ticks is due, and when the next one is. */
const ticks = fc.tuple(fc.constantFrom(...schedules), moments).map(([schedule, after]) => {
  const [due, next] = occurrences(schedule).nextRuns(2, after);
  if (due === undefined || next === undefined) throw new Error(schedule);
  return { schedule, due, next };
});

describe('the deadline of a tick', () => {
  it('is before the next tick, with time to spare for the last writes', () => {
    fc.assert(
      fc.property(ticks, ({ schedule, due, next }) => {
        const { end } = deadlineOf(schedule, due);
        const interval = next.getTime() - due.getTime();
        expect(next.getTime() - end).toBeGreaterThanOrEqual(Math.min(2000, interval / 10));
        expect(end - due.getTime()).toBeGreaterThanOrEqual(Math.min(interval, 60_000) / 2);
      }),
    );
  });

  it('is before the next tick also when the tick is late, save that it has a second at least', () => {
    fc.assert(
      fc.property(ticks, fc.integer({ min: 0, max: 400_000 }), ({ schedule, due }, lateMs) => {
        const now = new Date(due.getTime() + lateMs);
        const next = occurrences(schedule).nextRun(now);
        const { end } = deadlineOf(schedule, now);
        expect(end).toBeLessThanOrEqual(Math.max((next ?? now).getTime(), now.getTime() + 1000));
      }),
    );
  });

  it('leaves a post the time it takes, or half of the tick when there is not as much', () => {
    fc.assert(
      fc.property(ticks, ({ schedule, due }) => {
        const { end, lastPost } = deadlineOf(schedule, due);
        const half = (end - due.getTime()) / 2;
        expect(end - lastPost).toBe(Math.min(postTimeoutMs, Math.floor(half)));
        expect([end, lastPost].every(Number.isInteger)).toBe(true);
      }),
    );
  });

  it('is five minutes away at most, however rare the ticks', () => {
    const now = new Date('2026-01-01T00:00:00Z');
    expect(deadlineOf('0 0 0 1 1 *', now).end - now.getTime()).toBeLessThanOrEqual(300_000);
  });
});

describe('the interval', () => {
  it.each([
    ['*/30 * * * * *', 30_000],
    ['0 */5 * * * *', 300_000],
    ['0 20/25 * * * *', 25 * 60_000],
    ['0 0 3 * * *', 86_400_000],
  ])('of %s is %d ms', (schedule, ms) => {
    expect(intervalOf(schedule, new Date('2026-01-01T00:00:01Z'))).toBe(ms);
  });
});
