import { describe, expect, it } from 'vitest';
import { nameDay, writeSlackDate } from '../../../local/page/dates.ts';
import {
  describeDuration,
  describeElapsed,
  describeKind,
  describeNextCheck,
  describePart,
  describeState,
  describeUsual,
  percentOf,
  splitStatus,
  toWords,
} from '../../../local/page/operation-words.ts';
import { operation } from '../../browser/page-fixture.ts';

const now = new Date('2026-09-21T14:20:00Z');
const at = Date.parse('2026-09-21T14:13:20Z') / 1000;
const london = { now, locale: 'en-GB', timeZone: 'Europe/London' };

describe('the dates of messages', () => {
  it.each([
    ['{date_short_pretty} {time}', 'Today 15:13'],
    ['{date_num}', '21/09/2026'],
    ['{date_long}', 'Monday, 21 September 2026'],
    ['since {time_secs}', 'Since 15:13:20'],
  ])('writes %s in the zone of the reader', (template, words) => {
    expect(writeSlackDate(at, template, london)).toBe(words);
  });

  it.each([
    [at - 86_400, 'Yesterday'],
    [at + 86_400, 'Tomorrow'],
    [at - 3 * 86_400, '18 Sept 2026'],
  ])('calls %s %s', (seconds, words) => {
    expect(writeSlackDate(seconds, '{date_short_pretty}', london)).toBe(words);
  });

  it.each([
    [Number.NaN, '{time}'],
    [1e20, '{time}'],
    [at, '{unknown}'],
    [at, ''],
  ])('leaves %s with the template %j to the fallback', (seconds, template) => {
    expect(writeSlackDate(seconds, template, london)).toBeNull();
  });

  it('names the day of a message where the reader is', () => {
    const lateEvening = new Date('2026-09-20T23:30:00Z');
    expect(nameDay(lateEvening, london)).toBe('Today');
    expect(nameDay(lateEvening, { ...london, timeZone: 'UTC' })).toBe('Yesterday');
  });
});

describe('the words for an operation', () => {
  it.each([
    [-5, '0 s'],
    [8000, '8 s'],
    [60_000, '1 min'],
    [252_000, '4 min 12 s'],
    [3_600_000, '1 h'],
    [11_100_000, '3 h 5 min'],
    [176_400_000, '2 d 1 h'],
  ])('says %i ms as %s', (ms, words) => {
    expect(describeDuration(ms)).toBe(words);
  });

  it('takes the counter from the phase', () => {
    expect(splitStatus('UpgradingNodes: 8/20 nodes completed')).toEqual({
      phase: 'UpgradingNodes',
      detail: '8/20 nodes completed',
    });
    expect(splitStatus('InProgress')).toEqual({ phase: 'InProgress', detail: '' });
  });

  it.each([
    [{ outcome: 'failed' }, { word: 'Failed', tone: 'bad' }],
    [{ outcome: 'gaveUp' }, { word: 'Given up', tone: 'warning' }],
    [{ status: null }, { word: 'Registered', tone: 'muted' }],
    [{}, { word: 'Running', tone: 'running' }],
  ] as const)('says the state of %j in a word', (parts, badge) => {
    expect(describeState(operation(parts))).toEqual(badge);
  });

  it('counts from the start that ARM gave, to the end or to now', () => {
    const startTime = '2026-09-21T14:13:00Z';
    expect(describeElapsed(operation({ startTime }), now)).toBe('7 min');
    const ended = operation({ startTime, state: 'finished', endTime: '2026-09-21T14:14:30Z' });
    expect(describeElapsed(ended, now)).toBe('took 1 min 30 s');
  });

  const np1 = { target: 'agentPool', agentPoolName: 'np1', action: 'upgrade' } as const;

  it('says what runs, or at least on which agent pool', () => {
    expect(describeKind(operation({ kind: np1 }))).toBe('agent pool np1 upgrade');
    expect(describeKind(operation({ agentPoolName: 'np1' }))).toBe('np1');
    expect(describeKind(operation({ kind: null }))).toBe('');
  });

  it('says how long it usually takes, where that is known', () => {
    const usual = { lowSeconds: 1680, medianSeconds: 2040, highSeconds: 2460, runs: 12 };
    expect(describeUsual(operation({ usual: { ...usual, of: 'here' } }))).toBe(
      'usual here: 28–41 min, 12 runs',
    );
    expect(describeUsual(operation({ usual: null }))).toBe('');
  });

  it('takes the counter for the progress where Azure gives no percentage', () => {
    const progress = { done: 1, total: 4, unit: 'nodes' };
    expect(percentOf(operation({ percentComplete: 40, progress }))).toBe(40);
    expect(percentOf(operation({ percentComplete: null, progress }))).toBe(25);
    expect(percentOf(operation({ percentComplete: null, progress: null }))).toBeNull();
  });

  it('says where a sub-operation stands', () => {
    const part = { kind: np1, status: 'Failed', percentComplete: 40.4, progress: null, code: 'X' };
    expect(describePart(part)).toEqual({
      what: 'agent pool np1 upgrade',
      how: 'Failed · 40 % · X',
    });
    const unknown = { kind: null, status: 'InProgress', percentComplete: null, progress: null };
    expect(describePart(unknown)).toEqual({ what: 'Sub-operation', how: 'InProgress' });
  });

  it('says when an operation is looked at again', () => {
    const nextCheckAt = '2026-09-21T14:20:04Z';
    expect(describeNextCheck(operation({ nextCheckAt }), now)).toBe('next check in 4 s');
    expect(describeNextCheck(operation({ nextCheckAt: now.toISOString() }), now)).toBe('check due');
    expect(describeNextCheck(operation({ nextCheckAt, state: 'finished' }), now)).toBe('');
  });

  it('reads an event name as words', () => {
    expect(toWords('statusChanged')).toBe('Status changed');
  });
});
