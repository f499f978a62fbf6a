import { describe, expect, it } from 'vitest';
import { compare } from '../../shared/domain/compare.ts';
import type { Reading } from '../../shared/domain/reading.ts';
import type { OperationState } from '../../shared/domain/tracked.ts';
import type { Usual } from '../../shared/domain/usual-duration.ts';
import { failed, known, minutes, saw, start, told } from '../support/operation-builders.ts';

const policy = { stalledAfterMs: 30 * 60_000, giveUpAfterMs: 7 * 24 * 3_600_000 };
const min = 60_000;
/** Overdue after 123 minutes. */
const usual: Usual = {
  lowMs: 28 * min,
  medianMs: 34 * min,
  highMs: 41 * min,
  runs: 12,
  of: 'here',
};
const upgrading = known('UpgradingNodes: 8/20', { startTime: start, usual });
const overdue = { ...upgrading, stalled: true };
const at = (minute: number, done = 9): Reading =>
  saw(minutes(minute), `UpgradingNodes: ${done}/20`, { startTime: start });

type Row = [name: string, stored: OperationState, reading: Reading, expected: readonly string[]];
const stalled = ['stalled UpgradingNodes>'];

describe('an operation far beyond its usual', () => {
  it.each<Row>([
    ['counts as stalled while it claims progress', upgrading, at(124), stalled],
    ['does not a moment before', upgrading, at(123), []],
    ['is told once', overdue, at(125), []],
    ['stays stalled when it moves', overdue, at(140, 10), []],
    ['stays stalled when it stands', overdue, at(200, 8), []],
    ['is not told while it cannot be read', upgrading, failed(minutes(300), 'network'), []],
    [
      'is told beside a new phase',
      upgrading,
      saw(minutes(124), 'Canceling', { startTime: start }),
      ['statusChanged UpgradingNodes>Canceling', 'stalled Canceling>'],
    ],
    [
      'is told by its ending when that is seen first',
      upgrading,
      saw(minutes(124), 'Succeeded', { startTime: start }),
      ['finished UpgradingNodes>Succeeded'],
    ],
    [
      'counts from its registration where ARM gives no start',
      { ...upgrading, startTime: null },
      saw(minutes(124), 'UpgradingNodes: 9/20'),
      stalled,
    ],
    ['is not known where nothing is usual', { ...upgrading, usual: null }, at(1000), []],
  ])('%s', (_name, stored, reading, expected) => {
    expect(told(compare(stored, reading, start, policy).events)).toEqual(expected);
  });

  it('says how long it runs, and how long is usual', () => {
    const { events } = compare(upgrading, at(180), start, policy);
    expect(events[0]?.why).toBe('running for 3 h, usual here: 28–41 min, 12 runs');
  });

  it('that stood still before moves again only until it is overdue', () => {
    expect(told(compare(overdue, at(60), start, policy).events)).toEqual([
      'movingAgain UpgradingNodes>UpgradingNodes',
    ]);
    expect(compare(overdue, at(124), start, policy).next.stalled).toBe(true);
  });

  it('is posted once on its way to the end, however it moves', () => {
    let state: OperationState = upgrading;
    const events: string[] = [];
    for (let minute = 1; minute < 400; minute += 1) {
      // It stands still for half an hour and more, now and then.
      const reading = at(minute, Math.floor(minute / 40));
      const step = compare(state, reading, start, policy);
      events.push(...told(step.events));
      state = step.next;
    }
    const [ended] = compare(state, saw(minutes(400), 'Succeeded'), start, policy).events;
    expect(events.slice(-2)).toEqual(['movingAgain UpgradingNodes>UpgradingNodes', ...stalled]);
    expect(ended?.event).toBe('finished');
  });

  it('is not posted with STALLED_AFTER=0', () => {
    const off = { ...policy, stalledAfterMs: 0 };
    expect(compare(upgrading, at(1000), start, off).events).toEqual([]);
  });

  it('is measured by what was found with the reading, and that is kept', () => {
    const fresh = { ...upgrading, usual: null };
    const { next, events } = compare(fresh, at(124), start, policy, usual);
    expect([told(events), next.usual]).toEqual([stalled, usual]);
    const unread = compare(next, failed(minutes(130), 'network'), start, policy);
    expect(unread.next.usual).toEqual(usual);
  });
});
