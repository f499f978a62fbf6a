import { describe, expect, it } from 'vitest';
import { assessHealth, type HealthInputs } from '../shared/health.ts';
import type { TickSummary } from '../shared/domain/tick-summary.ts';
import { plus } from '../shared/time.ts';

const now = '2026-09-21T14:00:00.000Z';
const ago = (seconds: number): string => plus(now, -seconds * 1000);

const quiet: TickSummary = {
  version: '0.1.0+abc',
  startedAt: ago(21),
  completedAt: ago(20),
  due: 5,
  read: 5,
  changed: 0,
  failedReadings: 0,
  found: 0,
  armCalls: 0,
  leftOver: 0,
  deferred: 0,
  oldestDueAt: null,
  delivered: 0,
  undelivered: 0,
  oldestOwedAt: null,
  unroutable: 0,
  failingChannels: 0,
  unreadable: 0,
  incidents: 0,
  apiVersion: null,
  corruptRows: 0,
  refusedRows: 0,
  loadMs: 1,
  pollMs: 1,
  totalMs: 3,
};

function assess(inputs: Partial<HealthInputs>): ReturnType<typeof assessHealth> {
  return assessHealth({
    now,
    tickIntervalMs: 30_000,
    problems: [],
    isConfigured: true,
    store: { lastTick: quiet, awaitedSince: null, parkedChannels: 0 },
    ...inputs,
  });
}

function afterTick(tick: Partial<TickSummary>, parkedChannels = 0): Partial<HealthInputs> {
  return {
    store: { lastTick: { ...quiet, ...tick }, awaitedSince: null, parkedChannels },
  };
}

describe('health', () => {
  it.each<[string, Partial<HealthInputs>]>([
    ['a tick has just completed', {}],
    ['the last tick is three intervals old', afterTick({ completedAt: ago(90) })],
    [
      'a message has been owed for ten minutes',
      afterTick({ undelivered: 1, oldestOwedAt: ago(600) }),
    ],
  ])('is ok when %s', (_, inputs) => {
    expect(assess(inputs)).toMatchObject({ status: 'ok', reasons: [] });
  });

  it.each<[string, Partial<HealthInputs>, string]>([
    [
      'the last tick is older than three intervals',
      afterTick({ completedAt: ago(91) }),
      'The last tick completed 2 min ago, which is more than 3 intervals.',
    ],
    [
      'no tick completes',
      { store: { lastTick: null, awaitedSince: ago(91), parkedChannels: 0 } },
      'No tick has ever completed.',
    ],
    [
      'a message is owed for longer than ten minutes',
      afterTick({ oldestOwedAt: ago(601) }),
      'A message has been undelivered for 10 min.',
    ],
    [
      'a channel is parked',
      afterTick({}, 2),
      '2 Slack channel(s) cannot be posted to until a person acts; their messages are kept.',
    ],
    ['the store is away', { store: null }, 'Table storage cannot be reached.'],
    [
      'a setting is wrong',
      { problems: [{ setting: 'RETENTION', message: 'must be …' }] },
      'The setting RETENTION is wrong.',
    ],
  ])('is unhealthy when %s', (_, inputs, reason) => {
    expect(assess(inputs)).toMatchObject({ status: 'unhealthy', reasons: [reason] });
  });

  it('blames the settings, not the store, when they keep the store from being asked', () => {
    const problems = [{ setting: 'AzureWebJobsStorage', message: 'must be set.' }];
    expect(assess({ store: null, problems, isConfigured: false }).reasons).toEqual([
      'The setting AzureWebJobsStorage is wrong.',
    ]);
  });

  it('blames both, when a setting is wrong that the app can work without', () => {
    const problems = [{ setting: 'POLL_SCHEDULE', message: 'must be …' }];
    expect(assess({ store: null, problems }).reasons).toEqual([
      'The setting POLL_SCHEDULE is wrong.',
      'Table storage cannot be reached.',
    ]);
  });

  it('is starting for three intervals without a tick', () => {
    const inputs = {
      store: { lastTick: null, awaitedSince: ago(90), parkedChannels: 0 },
    };
    expect(assess(inputs)).toMatchObject({ status: 'starting', reasons: [], lastTick: null });
  });

  it.each<[string, Partial<TickSummary>, string]>([
    [
      'operations that cannot be read',
      { unreadable: 3 },
      '3 operation(s) cannot be read from Azure at the moment.',
    ],
    [
      'what keeps a watch from being read',
      { incidents: 1 },
      '1 cause(s) keep operations or watches from being read; a message about each was posted.',
    ],
    [
      'a channel that did not take a message',
      { failingChannels: 1 },
      '1 Slack channel(s) do not take messages at the moment.',
    ],
    [
      'operations left over',
      { leftOver: 4 },
      '4 due operation(s) were left over by the last tick.',
    ],
    [
      'readings that wait for the budget',
      { deferred: 5 },
      '5 due reading(s) wait for the request budget (ARM_BUDGET).',
    ],
    ['rows that cannot be read', { corruptRows: 1 }, '1 stored row(s) could not be read.'],
  ])('mentions %s, and is ok', (_, tick, remark) => {
    expect(assess(afterTick(tick))).toMatchObject({ status: 'ok', reasons: [remark] });
  });

  it('shows the numbers of the last tick', () => {
    const tick = {
      oldestDueAt: ago(50),
      undelivered: 7,
      oldestOwedAt: ago(70),
      unreadable: 2,
      corruptRows: 3,
    };
    expect(assess(afterTick(tick, 0))).toMatchObject({
      lastTick: {
        startedAt: ago(21),
        completedAt: ago(20),
        ageSeconds: 20,
        version: '0.1.0+abc',
      },
      oldestDueAt: ago(50),
      undelivered: { messages: 7, oldestAt: ago(70) },
      parkedChannels: 0,
      unreadable: 2,
      corruptRows: 3,
      settingsProblems: [],
    });
  });
});
