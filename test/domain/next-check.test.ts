import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { nextCheck } from '../../shared/domain/next-check.ts';
import { neverRead, type OperationState } from '../../shared/domain/tracked.ts';
import { elapsed, latest, plus } from '../../shared/time.ts';
import { known, minutes, start, trouble } from '../support/operation-builders.ts';

/** Seconds until the next reading, for an operation registered and last changed at `start`. */
function wait(state: OperationState, at: string, notBefore: string | null = null): number {
  const next = nextCheck(state, start, at, notBefore);
  return next === null ? Number.NaN : elapsed(at, next) / 1000;
}

const quiet = known('InProgress');

describe('the next reading', () => {
  it.each([
    ['just registered: at every tick', neverRead, 0, 0],
    ['4 minutes quiet: at every tick', quiet, 4, 0],
    ['5 minutes quiet: every minute', quiet, 5, 59],
    ['29 minutes quiet: every minute', quiet, 29, 59],
    ['30 minutes quiet: every two', quiet, 30, 119],
    ['for days: every two', quiet, 5000, 119],
    ['changed again just now: at every tick', { ...quiet, lastChangedAt: minutes(60) }, 62, 0],
    ['1 failure: in 30 s', { ...quiet, trouble: trouble('network', 1) }, 90, 29],
    ['2 failures: in a minute', { ...quiet, trouble: trouble('network', 2) }, 90, 59],
    ['4 failures: in four', { ...quiet, trouble: trouble('notFound', 4) }, 90, 239],
    ['5 failures: in five', { ...quiet, trouble: trouble('forbidden', 5) }, 90, 299],
    ['5000 failures: in five', { ...quiet, trouble: trouble('forbidden', 5000) }, 90, 299],
  ])('%s', (_, state, at, seconds) => {
    expect(wait(state, minutes(at))).toBe(seconds);
  });

  it('waits for ARM’s Retry-After, but is no sooner for it', () => {
    expect(wait(quiet, minutes(1), minutes(11))).toBe(600);
    expect(wait(quiet, minutes(60), minutes(60.1))).toBe(119);
  });

  it('is none after an ending', () => {
    expect(nextCheck({ ...quiet, outcome: 'failed' }, start, minutes(1), minutes(9))).toBeNull();
  });

  it('comes within two minutes while reading works, never before ARM allows it, and none after an ending only', () => {
    const states = fc.record({
      lastChangedAt: fc.option(fc.integer({ min: 0, max: 10_000 }).map(minutes)),
      outcome: fc.option(fc.constantFrom('failed' as const, 'lost' as const)),
      trouble: fc.option(
        fc.integer({ min: 1, max: 2000 }).map((count) => trouble('network', count)),
      ),
    });
    const later = fc.option(fc.integer({ min: -60, max: 900 }));
    fc.assert(
      fc.property(states, fc.integer({ min: 0, max: 10_000 }), later, (changes, at, seconds) => {
        const state = { ...quiet, ...changes };
        const tickAt = minutes(at);
        const notBefore = seconds === null ? null : plus(tickAt, seconds * 1000);
        const next = nextCheck(state, start, tickAt, notBefore);
        expect(next === null).toBe(state.outcome !== null);
        if (next === null) return;
        expect(next >= tickAt && next >= (notBefore ?? '')).toBe(true);
        const most = plus(tickAt, (state.trouble === null ? 2 : 5) * 60_000);
        expect(next <= latest(most, notBefore)).toBe(true);
      }),
    );
  });
});
