import { describe, expect, it } from 'vitest';
import { compare } from '../../shared/domain/compare.ts';
import type { Reading } from '../../shared/domain/reading.ts';
import { neverRead, type OperationState } from '../../shared/domain/tracked.ts';
import {
  failed,
  known,
  minutes,
  saw,
  start,
  told,
  trouble,
} from '../support/operation-builders.ts';

const day = 24 * 60;
const policy = { stalledAfterMs: 30 * 60_000, giveUpAfterMs: 7 * day * 60_000 };
const drain = { code: 'PodDrainFailure' };
const running = known('InProgress', { percentComplete: 40 });
const upgrading = known('UpgradingNodes: 8/20');
const stalled = known('InProgress', { stalled: true, percentComplete: 40 });
const missedTwice = known('InProgress', { trouble: trouble('notFound', 2) });

/** Nothing has moved since {@link running}. */
function still(at: number): Reading {
  return saw(minutes(at), 'InProgress', { percentComplete: 40 });
}

function missing(at: number): Reading {
  return failed(minutes(at), 'notFound');
}

type Row = [name: string, stored: OperationState, reading: Reading, expected: readonly string[]];

function tells(
  _name: string,
  stored: OperationState,
  reading: Reading,
  expected: readonly string[],
): void {
  const { events } = compare(stored, reading, start, policy);
  expect(told(events)).toEqual(expected);
  for (const { why } of events) expect(why).not.toBe('');
}

describe('stalled', () => {
  it.each<Row>([
    ['is told after STALLED_AFTER without a move', running, still(30), ['stalled InProgress>']],
    ['is not told a moment before', running, still(29.99), []],
    ['is not told twice', stalled, still(90), []],
    [
      'is not told when the counter has moved',
      upgrading,
      saw(minutes(45), 'UpgradingNodes: 9/20'),
      [],
    ],
    ['is not told when reading failed', running, failed(minutes(45), 'network'), []],
    [
      'is not told when the percentage has moved',
      running,
      saw(minutes(45), 'InProgress', { percentComplete: 41 }),
      [],
    ],
    [
      'is told beside a new error',
      running,
      saw(minutes(30), 'InProgress', { percentComplete: 40, error: drain }),
      ['errorAppeared (PodDrainFailure)', 'stalled InProgress>'],
    ],
  ])('%s', tells);
});

describe('moving again', () => {
  it.each<Row>([
    [
      'is told when the percentage moves',
      stalled,
      saw(minutes(2), 'InProgress', { percentComplete: 50 }),
      ['movingAgain InProgress>InProgress'],
    ],
    [
      'is told beside a new phase',
      stalled,
      saw(minutes(2), 'Canceling'),
      ['statusChanged InProgress>Canceling', 'movingAgain InProgress>Canceling'],
    ],
    [
      'is not told when only the error is new',
      stalled,
      saw(minutes(2), 'InProgress', { percentComplete: 40, error: drain }),
      ['errorAppeared (PodDrainFailure)'],
    ],
  ])('%s', tells);
});

describe('finished', () => {
  it.each<Row>([
    [
      'takes up moving again',
      stalled,
      saw(minutes(2), 'Canceled'),
      ['finished InProgress>Canceled'],
    ],
    [
      'outweighs giving up',
      running,
      saw(minutes(8 * day), 'Succeeded'),
      ['finished InProgress>Succeeded'],
    ],
  ])('%s', tells);
});

describe('lost', () => {
  it.each<Row>([
    [
      'is told after three "not found" over three minutes',
      missedTwice,
      failed(minutes(3), 'notFound', 'ResourceNotFound'),
      ['lost InProgress> (ResourceNotFound)'],
    ],
    [
      'is told of what was never read',
      { ...neverRead, trouble: trouble('notFound', 2) },
      missing(3),
      ['lost (notFound)'],
    ],
    ['outweighs giving up', missedTwice, missing(8 * day), ['lost InProgress> (notFound)']],
    ['is not told after one', running, missing(3), []],
    [
      'is not told after two',
      known('InProgress', { trouble: trouble('notFound', 1) }),
      missing(9),
      [],
    ],
    ['is not told before three minutes', missedTwice, missing(2.99), []],
    [
      'does not count other failures',
      known('InProgress', { trouble: trouble('network', 9) }),
      missing(9),
      [],
    ],
  ])('%s', tells);
});

describe('gave up', () => {
  it.each<Row>([
    [
      'is told after GIVE_UP_AFTER',
      running,
      saw(minutes(7 * day), 'InProgress'),
      ['gaveUp InProgress>'],
    ],
    [
      'takes up the other events',
      running,
      saw(minutes(7 * day), 'Canceling', { error: drain }),
      ['gaveUp Canceling>'],
    ],
    [
      'is told of what cannot be read',
      neverRead,
      failed(minutes(7 * day), 'forbidden'),
      ['gaveUp'],
    ],
    ['is not told before', stalled, still(7 * day - 1), []],
  ])('%s', tells);
});

const elsewhere = [
  'unauthenticated',
  'forbidden',
  'throttled',
  'serverError',
  'network',
  'malformed',
  'unsupportedApiVersion',
  'rejected',
] as const;
describe('a reading that failed says nothing about the operation, however often', () => {
  it.each<Row>(
    elsewhere.map((cause): Row => [
      `with ${cause}`,
      known('InProgress', { trouble: trouble(cause, 50) }),
      failed(minutes(50), cause),
      [],
    ]),
  )('%s', tells);
});

describe('STALLED_AFTER', () => {
  it('of 0 turns the stall off', () => {
    const off = { ...policy, stalledAfterMs: 0 };
    expect(compare(running, still(6 * day), start, off).events).toEqual([]);
  });
});

describe('a reading that began before the stored one', () => {
  it.each([
    ['an ending', saw(minutes(-1), 'Succeeded')],
    ['a failure', missing(-1)],
  ])('changes nothing when it is %s', (_, reading) => {
    expect(compare(running, reading, start, policy)).toEqual({ next: running, events: [] });
  });
});
