import { describe, expect, it } from 'vitest';
import { compare } from '../../shared/domain/compare.ts';
import type { Reading } from '../../shared/domain/reading.ts';
import { neverRead, type OperationState } from '../../shared/domain/tracked.ts';
import { known, minutes, saw, start, told, type seen } from '../support/operation-builders.ts';

const policy = { stalledAfterMs: 30 * 60_000, giveUpAfterMs: 7 * 24 * 3_600_000 };
const quota = { code: 'QuotaExceeded', target: 'userpool', message: 'Retrying.' };
const drain = { code: 'PodDrainFailure', target: 'node-4', message: 'At 14:03.' };
const running = known('InProgress', { percentComplete: 40 });
const upgrading = known('UpgradingNodes: 8/20');
const inTrouble = known('InProgress', { error: quota });
const errorGone = compare(inTrouble, saw(minutes(1), 'InProgress'), start, policy).next;
const ended = compare(running, saw(minutes(1), 'Succeeded'), start, policy).next;

function now(...what: Parameters<typeof seen>): Reading {
  return saw(minutes(2), ...what);
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

describe('status changed', () => {
  it.each<Row>([
    [
      'is told when the phase is another',
      running,
      now('Canceling'),
      ['statusChanged InProgress>Canceling'],
    ],
    [
      'is told without the counters',
      upgrading,
      now('ScalingAgentPool: 0/3'),
      ['statusChanged UpgradingNodes>ScalingAgentPool'],
    ],
    [
      'is told of what only begins like an ending',
      running,
      now('Failed: 3/5 nodes'),
      ['statusChanged InProgress>Failed'],
    ],
    ['is not told of a counter', upgrading, now('UpgradingNodes: 9/20'), []],
    [
      'is not told of a percentage, also when it goes back',
      running,
      now('InProgress', { percentComplete: 10 }),
      [],
    ],
    ['is not told of another case of letters', running, now('INPROGRESS'), []],
    ['is not told of nothing new', running, now('InProgress', { percentComplete: 40 }), []],
  ])('%s', tells);
});

describe('the first reading', () => {
  it.each<Row>([
    ['is no news while the operation runs', neverRead, now('InProgress'), []],
    [
      'is told when it carries an error',
      neverRead,
      now('InProgress', { error: quota }),
      ['errorAppeared (QuotaExceeded)'],
    ],
    ['is told when it is an ending', neverRead, now('Succeeded'), ['finished >Succeeded']],
    [
      'is one message when it is a failure with its error',
      neverRead,
      now('Failed', { error: drain }),
      ['finished >Failed (PodDrainFailure)'],
    ],
  ])('%s', tells);
});

describe('an error', () => {
  it.each<Row>([
    [
      'is told when it appears while the operation runs',
      running,
      now('InProgress', { error: quota }),
      ['errorAppeared (QuotaExceeded)'],
    ],
    [
      'is told when it becomes another one',
      inTrouble,
      now('InProgress', { error: drain }),
      ['errorChanged (PodDrainFailure)'],
    ],
    [
      'is told when it has another target',
      inTrouble,
      now('InProgress', { error: { ...quota, target: 'systempool' } }),
      ['errorChanged (QuotaExceeded)'],
    ],
    [
      'is told beside a new phase',
      running,
      now('Canceling', { error: drain }),
      ['statusChanged InProgress>Canceling', 'errorAppeared (PodDrainFailure)'],
    ],
    [
      'is told without a code when it has none',
      running,
      now('InProgress', { error: { message: 'Ouch.' } }),
      ['errorAppeared'],
    ],
    [
      'is no news with another message',
      inTrouble,
      now('InProgress', { error: { ...quota, message: 'Retrying again.' } }),
      [],
    ],
    ['is no news when it goes', inTrouble, now('InProgress'), []],
    ['is no news when it goes and returns', errorGone, now('InProgress', { error: quota }), []],
  ])('%s', tells);
});

describe('finished', () => {
  it.each<Row>([
    ['is told of Succeeded', running, now('Succeeded'), ['finished InProgress>Succeeded']],
    [
      'takes up the new phase and the error',
      upgrading,
      now('Failed', { error: drain }),
      ['finished UpgradingNodes>Failed (PodDrainFailure)'],
    ],
    [
      'names the error that was told before',
      inTrouble,
      now('Failed', { error: quota }),
      ['finished InProgress>Failed (QuotaExceeded)'],
    ],
    [
      'is told of a failure without an error',
      running,
      now('Failed'),
      ['finished InProgress>Failed'],
    ],
    ['is told once', ended, now('Failed', { error: drain }), []],
  ])('%s', tells);
});
