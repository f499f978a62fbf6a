import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { compare } from '../../shared/domain/compare.ts';
import type { Reading } from '../../shared/domain/reading.ts';
import { phaseOf } from '../../shared/domain/status.ts';
import {
  neverRead,
  type OperationEvent,
  type OperationState,
} from '../../shared/domain/tracked.ts';
import { readings } from '../support/operation-arbitraries.ts';
import { failed, known, minutes, saw, start, trouble } from '../support/operation-builders.ts';

const policy = { stalledAfterMs: 30 * 60_000, giveUpAfterMs: 4 * 60 * 60_000 };

interface Step {
  readonly before: OperationState;
  readonly reading: Reading;
  readonly next: OperationState;
  readonly events: readonly OperationEvent[];
}

/** What becomes of an operation, reading by reading. */
function history(all: readonly Reading[], first: OperationState = neverRead): Step[] {
  let before = first;
  return all.map((reading) => {
    const step = { before, reading, ...compare(before, reading, start, policy) };
    before = step.next;
    return step;
  });
}

function names(steps: readonly Step[]): string[] {
  return steps.flatMap(({ events }) => events.map(({ event }) => event));
}

function gone(at: number): Reading {
  return failed(minutes(at), 'notFound');
}

describe('a run of "not found"', () => {
  it.each<[string, readonly Reading[], readonly string[]]>([
    ['ends in lost', [gone(0), gone(2), gone(4)], ['lost']],
    ['is not enough when it is quick', [gone(0), gone(1), gone(2)], []],
    [
      'starts over after another failure',
      [gone(0), gone(2), failed(minutes(3), 'network'), gone(4), gone(5)],
      [],
    ],
    [
      'starts over after a success',
      [gone(0), gone(2), saw(minutes(3), 'InProgress'), gone(4), gone(5)],
      [],
    ],
    [
      'ends in lost after it started over',
      [gone(0), failed(minutes(1), 'network'), gone(2), gone(3), gone(5)],
      ['lost'],
    ],
  ])('%s', (_, all, expected) => {
    expect(names(history(all))).toEqual(expected);
  });
});

describe('a run of failures', () => {
  it('counts on while only its cause changes, keeps its beginning, and ends with a success', () => {
    const steps = history([
      failed(minutes(1), 'network'),
      failed(minutes(2), 'throttled', 'TooManyRequests'),
      saw(minutes(3), 'InProgress'),
    ]);
    expect(steps[1]?.next.trouble).toEqual({
      cause: 'throttled',
      code: 'TooManyRequests',
      message: 'ARM said TooManyRequests.',
      since: minutes(1),
      failures: 2,
    });
    expect(steps[2]?.next.trouble).toBeNull();
  });

  it('leaves what was known of the operation alone', () => {
    const stored = known('InProgress', { percentComplete: 40, error: { code: 'X' } });
    const { next } = compare(stored, failed(minutes(1), 'network'), start, policy);
    expect(next).toEqual({ ...stored, lastCheckedAt: minutes(1), trouble: expect.anything() });
  });
});

describe('the state after a reading', () => {
  it('holds what ARM shows now, and the start time once it was seen', () => {
    const stored = known('InProgress', {
      percentComplete: 40,
      startTime: start,
      error: { code: 'X' },
    });
    const { next } = compare(stored, saw(minutes(2), 'UpgradingNodes: 1/2'), start, policy);
    expect(next).toEqual({
      ...stored,
      status: 'UpgradingNodes: 1/2',
      percentComplete: null,
      error: null,
      lastCheckedAt: minutes(2),
      lastChangedAt: minutes(2),
      lastProgressAt: minutes(2),
    });
  });

  it.each([
    ['Succeeded', 'succeeded'],
    ['Failed', 'failed'],
    ['Canceled', 'canceled'],
    ['Cancelled', 'canceled'],
  ])('of %s has an outcome, and is not stalled any more', (status, outcome) => {
    const stored = known('InProgress', { stalled: true, trouble: trouble('network', 1) });
    const { next } = compare(stored, saw(minutes(2), status), start, policy);
    expect(next).toMatchObject({
      outcome,
      stalled: false,
      trouble: null,
      lastChangedAt: minutes(2),
    });
  });

  it('counts a counter as progress, not as a change', () => {
    const { next } = compare(known('U: 1/2'), saw(minutes(2), 'U: 2/2'), start, policy);
    expect(next).toMatchObject({ lastChangedAt: start, lastProgressAt: minutes(2) });
  });
});

describe('stalled and moving again', () => {
  it('are posted in turns, once each', () => {
    const all: [at: number, percentComplete: number][] = [
      [0, 1],
      [29, 1],
      [31, 1],
      [60, 1],
      [61, 2],
      [70, 2],
      [92, 2],
    ];
    const steps = history(
      all.map(([at, percentComplete]) => saw(minutes(at), 'x', { percentComplete })),
    );
    expect(names(steps)).toEqual(['stalled', 'movingAgain', 'stalled']);
  });
});

describe('whatever is read, in whatever order', () => {
  it('an ending is final, and posted alone and once', () => {
    fc.assert(
      fc.property(readings, (all) => {
        const steps = history(all);
        const afterwards = steps.filter(({ before }) => before.outcome !== null);
        for (const { before, next } of afterwards) expect(next).toBe(before);
        expect(names(afterwards)).toEqual([]);
        const ending = steps.filter(({ before, next }) => next.outcome !== before.outcome);
        expect(ending).toHaveLength(steps.at(-1)?.next.outcome ? 1 : 0);
        const told = ending.map((step) => names([step]).join(' and '));
        expect(['finished', 'lost', 'gaveUp']).toEqual(expect.arrayContaining(told));
      }),
    );
  });

  it('no change of phase, error or outcome goes untold', () => {
    fc.assert(
      fc.property(readings, (all) => {
        const quiet = history(all).filter(({ events }) => events.length === 0);
        for (const { before, next } of quiet) {
          expect(next.outcome).toBe(before.outcome);
          expect(next.errorFingerprint).toBe(before.errorFingerprint);
          const phase = phaseOf(before.status ?? next.status ?? '').toLowerCase();
          expect(phaseOf(next.status ?? '').toLowerCase()).toBe(phase);
        }
      }),
    );
  });

  it('a reading that is replayed brings no news', () => {
    fc.assert(
      fc.property(readings, (all) => {
        // A replayed "not found" counts, so that it may be the one that confirms a loss.
        const steps = history(all).filter(({ next }) => next.trouble?.cause !== 'notFound');
        for (const { next, reading } of steps) {
          expect(compare(next, reading, start, policy).events).toEqual([]);
        }
      }),
    );
  });

  it('the time of the last reading never goes back', () => {
    fc.assert(
      fc.property(readings, (all) => {
        for (const { before, next } of history(all)) {
          expect((next.lastCheckedAt ?? '') >= (before.lastCheckedAt ?? '')).toBe(true);
        }
      }),
    );
  });
});
