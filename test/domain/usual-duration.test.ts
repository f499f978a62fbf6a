import type { ClusterReference } from '../../shared/domain/scope.ts';
import { runOf, usualFor } from '../../shared/domain/apply-reading.ts';
import { describe, expect, it } from 'vitest';
import {
  unknownKind,
  type KindKey,
  type OperationKind,
} from '../../shared/domain/operation-kind.ts';
import { neverRead } from '../../shared/domain/tracked.ts';
import {
  isOverdue,
  runLimit,
  usualOf,
  usualWords,
  withRuns,
  type Run,
  type Usual,
} from '../../shared/domain/usual-duration.ts';
import { failed, known, minutes, reference, saw, start } from '../support/operation-builders.ts';
import { fc } from '../support/properties.ts';

const run = (id: number, minutesLong: number): Run => ({
  id: id.toString(16).padStart(16, '0'),
  seconds: minutesLong * 60,
});
const runs = (...lengths: number[]): Run[] => lengths.map((length, at) => run(at, length));
const min = 60_000;
const usual: Usual = {
  lowMs: 28 * min,
  medianMs: 34 * min,
  highMs: 41 * min,
  runs: 12,
  of: 'here',
};

describe('the run of an operation', () => {
  const trackingId = `11111111-2222-3333-4444-555555555555.${'0123456789abcdef'.repeat(2)}`;
  const ended = {
    ...known('Succeeded'),
    outcome: 'succeeded',
    startTime: start,
    endTime: minutes(34),
  } as const;

  it('lasts from its start to its end, or to when that was seen', () => {
    const id = '0123456789abcdef';
    expect(runOf({ trackingId, state: ended })).toEqual({ id, seconds: 34 * 60 });
    const unsaid = { ...ended, endTime: null, lastChangedAt: minutes(35) };
    expect(runOf({ trackingId, state: unsaid })).toEqual({ id, seconds: 35 * 60 });
  });

  it.each([
    ['failed', { outcome: 'failed' }],
    ['was canceled', { outcome: 'canceled' }],
    ['was lost', { outcome: 'lost' }],
    ['never began, as far as ARM says', { startTime: null }],
    ['ended before it began', { endTime: minutes(-1) }],
  ] as const)('counts for nothing when it %s', (_name, changes) => {
    expect(runOf({ trackingId, state: { ...ended, ...changes } })).toBeNull();
  });
});

describe('runs', () => {
  it('count once each, and the newest are kept', () => {
    const many = Array.from({ length: 60 }, (_, at) => run(at, at));
    const kept = withRuns([], [...many, run(59, 1), run(58, 2)]);
    expect(kept).toEqual(many.slice(-runLimit));
    expect(withRuns(kept, [run(59, 7)])).toEqual(kept);
    expect(withRuns(kept, [run(60, 60)]).at(-1)).toEqual(run(60, 60));
  });
});

describe('what is usual', () => {
  it.each<[string, Run[], Partial<Usual> | null]>([
    ['of no runs', [], null],
    ['of four runs', runs(1, 2, 3, 4), null],
    [
      'of five',
      runs(5, 1, 3, 2, 4),
      { lowMs: 2 * min, medianMs: 3 * min, highMs: 4 * min, runs: 5 },
    ],
    [
      'of an even number',
      runs(1, 2, 3, 4, 5, 6),
      { lowMs: 2.25 * min, medianMs: 3.5 * min, highMs: 4.75 * min },
    ],
    ['with one that took a day', runs(10, 11, 12, 13, 1440), { lowMs: 11 * min, highMs: 13 * min }],
  ])('%s', (_name, given, expected) => {
    expect({ usual: usualOf(given, 'here') }).toMatchObject({ usual: expected });
  });

  it('lies within the runs, in order, and does not depend on theirs', () => {
    const lengths = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 5, maxLength: 50 });
    fc.assert(
      fc.property(lengths, (given) => {
        const all = runs(...given);
        const { lowMs = -1, medianMs = -1, highMs = -1 } = usualOf(all, 'here') ?? {};
        const ms = all.map(({ seconds }) => seconds * 1000);
        const order = [Math.min(...ms), lowMs, medianMs, highMs, Math.max(...ms)];
        expect(order.toSorted((a, b) => a - b)).toEqual(order);
        expect(usualOf(all.toReversed(), 'here')).toEqual(usualOf(all, 'here'));
      }),
    );
  });

  it.each<[string, Partial<Usual>]>([
    ['usual here: 28–41 min, 12 runs', {}],
    ['usual on all clusters: 28–41 min, 50 runs', { of: 'everywhere', runs: 50 }],
    ['usual here: 34 min, 12 runs', { lowMs: 34 * min, highMs: 34 * min + 1000 }],
    ['usual here: 45 s – 2 min, 12 runs', { lowMs: 45_000, highMs: 2 * min }],
    ['usual here: 50 min – 1 h 20 min, 12 runs', { lowMs: 50 * min, highMs: 80 * min }],
    ['usual here: 2–3 h, 12 runs', { lowMs: 120 * min, highMs: 180 * min }],
  ])('is said as “%s”', (words, changes) => {
    expect(usualWords({ ...usual, ...changes })).toBe(words);
  });
});

describe('an operation is overdue', () => {
  it.each<[string, Usual | null, number, boolean]>([
    ['never, where nothing is usual', null, 10_000, false],
    ['not at three times its usual', usual, 123, false],
    ['beyond three times its usual', usual, 124, true],
    ['not within half an hour of a short one', { ...usual, highMs: 2 * min }, 32, false],
    ['never, where what is usual is of anything', { ...usual, of: 'mixed' }, 10_000, false],
    ['half an hour after a short one', { ...usual, highMs: 2 * min }, 33, true],
  ])('%s', (_name, given, ran, expected) => {
    expect(isOverdue(given, ran * min)).toBe(expected);
  });
});

describe('what is usual is looked up', () => {
  const upgrade: OperationKind = { ...unknownKind, target: 'cluster', action: 'upgrade' };
  const asked: string[] = [];
  const find = async (cluster: ClusterReference, { key }: KindKey): Promise<Usual> => {
    asked.push(`${cluster.resourceName} ${key}`);
    return usual;
  };
  const look = async (
    changes: Partial<typeof neverRead>,
    ...seen: Parameters<typeof saw>
  ): Promise<Usual | null> => {
    asked.length = 0;
    const operation = { reference, state: { ...neverRead, ...changes } };
    return await usualFor(operation, saw(...seen), find);
  };

  it('when it becomes known what runs', async () => {
    expect(await look({}, start, 'x', { kind: upgrade })).toEqual(usual);
    expect(asked).toEqual(['aks-prod-weu cluster.upgrade']);
  });

  it('not again, as the mark must not move', async () => {
    const before = { status: 'x', kind: upgrade, usual: { ...usual, runs: 7 } };
    expect(await look(before, start, 'x', { kind: upgrade })).toEqual(before.usual);
    const unusual = { status: 'x', kind: upgrade };
    expect(await look(unusual, start, 'x', { kind: upgrade })).toBeNull();
    expect(asked).toEqual([]);
  });

  it('again when ARM says that it is something else', async () => {
    const typed: OperationKind = { ...upgrade, action: 'scale', isGuess: false };
    await look({ kind: upgrade, usual }, start, 'x', { kind: typed });
    expect(asked).toEqual(['aks-prod-weu cluster.scale']);
  });

  it('of anything here while it is not known what runs', async () => {
    await look({}, start, 'InProgress');
    expect(asked).toEqual(['aks-prod-weu any.any']);
    await look({ status: 'InProgress' }, start, 'InProgress');
    expect(asked).toEqual([]);
  });

  it('not while it cannot be read', async () => {
    asked.length = 0;
    const operation = { reference, state: { ...neverRead, usual } };
    expect(await usualFor(operation, failed(start, 'network'), find)).toEqual(usual);
    expect(asked).toEqual([]);
  });
});
