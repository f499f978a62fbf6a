import { describe, expect, it } from 'vitest';

import type { ErrorDetail } from '../../../local/arm/sample-errors.ts';
import { play } from '../../../local/arm/play.ts';
import { scenarios } from '../../../local/arm/scenarios.ts';
import type { ScenarioName } from '../../../local/arm/scenarios.ts';
import { startArm } from '../../../local/arm/server.ts';
import { cluster, createClock, read } from './caller.ts';

function at(scenario: ScenarioName, seconds: number, speed = 1) {
  const startedAt = '2026-09-21T14:00:00.317Z';
  const now = new Date(Date.parse(startedAt) + seconds * 1000);
  return play({ ...cluster, operationId: 'o1', scenario, speed, startedAt }, now);
}

function codes(error: ErrorDetail | undefined): string[] {
  return error === undefined ? [] : [error.code, ...(error.details ?? []).flatMap(codes)];
}

describe('a scenario', () => {
  it.each([
    ['upgradeSucceeds', 0, 'InProgress', 0],
    ['upgradeSucceeds', 5.9, 'InProgress', 0],
    ['upgradeSucceeds', 30.5, 'UpgradingNodes: 8/20 nodes completed', 41],
    ['upgradeSucceeds', 69, 'UpgradingNodes: 20/20 nodes completed', 95],
    ['upgradeSucceeds', 70, 'Succeeded', 100],
    ['upgradeFails', 30, 'UpgradingNodes: 4/8 nodes completed', 50],
    ['upgradeFails', 60, 'Failed', undefined],
    ['poolCanceled', 25, 'ScalingAgentPool: 3/5 nodes completed', 60],
    ['poolCanceled', 40, 'Canceling', 60],
    ['poolCanceled', 50, 'Canceled', undefined],
    ['stallsThenMoves', 15, 'UpgradingNodes: 3/10 nodes completed', 35],
    ['stallsThenMoves', 69, 'UpgradingNodes: 3/10 nodes completed', 35],
    ['stallsThenMoves', 70, 'UpgradingNodes: 4/10 nodes completed', 45],
    ['stallsThenMoves', 110, 'Succeeded', 100],
    ['errorWhileRunning', 40, 'InProgress', 25],
    ['clusterUpgrade', 9, 'InProgress', 0],
    ['clusterUpgrade', 42, 'UpgradingNodes: 6/11 nodes completed', 56],
    ['clusterUpgrade', 65, 'Succeeded', 100],
    ['nodeImageUpgrade', 20, 'UpgradingNodes: 2/5 nodes completed', 41],
    ['nodeImageUpgrade', 40, 'Succeeded', 100],
    ['short', 17, 'ScalingAgentPool: 1/2 nodes completed', 50],
    ['short', 18, 'Succeeded', 100],
    ['quick', 0, 'Succeeded', 100],
    ['neverEnds', 1e9, 'InProgress', undefined],
    ['hostile', 10, 'Failed', undefined],
    ['upgradeSucceeds', -5, 'InProgress', 0],
  ] as const)('%s shows after %d s: %s (%s %%)', (scenario, seconds, status, percent) => {
    const shown = at(scenario, seconds);
    expect(shown.status).toBe(status);
    expect(shown.percentComplete).toBe(percent);
  });

  it.each(Object.entries(scenarios))('%s has its steps in order from 0', (_, steps) => {
    const times = steps.map((step) => step.at);
    expect(times[0]).toBe(0);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('has seven fractional digits in its times, and an end only when it has ended', () => {
    expect(at('upgradeSucceeds', 69)).toMatchObject({ startTime: '2026-09-21T14:00:00.3179428Z' });
    expect(at('upgradeSucceeds', 69)).not.toHaveProperty('endTime');
    expect(at('upgradeSucceeds', 80).endTime).toBe('2026-09-21T14:01:10.3179428Z');
    expect(at('poolCanceled', 80).endTime).toBe('2026-09-21T14:00:50.3179428Z');
  });

  it('runs faster at a higher speed', () => {
    expect(at('upgradeSucceeds', 7, 10)).toMatchObject({
      status: 'Succeeded',
      endTime: '2026-09-21T14:00:07.3179428Z',
    });
  });

  it('fails an upgrade with the cause at the bottom, and in the sub-operation of its pool', () => {
    const { error, operations } = at('upgradeFails', 60);
    expect(codes(error)).toEqual(['UpgradeFailed', 'ReconcileAgentPoolFailed', 'PodDrainFailure']);
    const message = error?.details?.[0]?.details?.[0]?.message;
    expect(message?.split('\n').length).toBeGreaterThan(3);
    expect(message).toContain(String.raw`\"kind\":\"Status\"`);
    expect(operations?.map(({ status, error: { code } = { code: '' } }) => [status, code])).toEqual(
      [
        ['Succeeded', ''],
        ['Failed', 'PodDrainFailure'],
      ],
    );
    const running = at('upgradeFails', 20).operations;
    expect(running?.map(({ status }) => status)).toEqual(['Succeeded', 'InProgress']);
    expect(running?.map(({ name }) => name)).toEqual(operations?.map(({ name }) => name));
  });

  it('upgrades a cluster’s pools in turn, each a sub-operation with a counter of its own', () => {
    const pools = (seconds: number) =>
      at('clusterUpgrade', seconds).operations?.map(
        ({ id, status }) => `${id.split('/').at(-3)} ${status}`,
      );
    expect(pools(9)).toBeUndefined();
    expect(pools(21)).toEqual(['systempool UpgradingNodes: 2/3 nodes completed']);
    expect(pools(42)).toEqual([
      'systempool Succeeded',
      'userpool UpgradingNodes: 3/6 nodes completed',
    ]);
    expect(pools(65)).toEqual(['systempool Succeeded', 'userpool Succeeded', 'gpupool Succeeded']);
    expect(at('clusterUpgrade', 65).operations?.at(1)).toMatchObject({
      startTime: '2026-09-21T14:00:25.3179428Z',
      endTime: '2026-09-21T14:00:55.3179428Z',
    });
  });

  it('shows one error while running, then another, then fails', () => {
    const shown = [0, 15, 30, 50].map((seconds) => at('errorWhileRunning', seconds));
    expect(shown.map(({ status, error }) => [status, error?.code])).toEqual([
      ['InProgress', undefined],
      ['InProgress', 'QuotaExceeded'],
      ['InProgress', 'PodDrainFailure'],
      ['Failed', 'UpgradeFailed'],
    ]);
  });

  it('is hostile in every way, in valid JSON', async () => {
    const clock = createClock();
    await using arm = await startArm({ now: clock.now });
    const { id } = arm.start({ ...cluster, scenario: 'hostile' });
    clock.advance(10);
    const body = await (await read(arm, id)).text();
    const { error } = JSON.parse(body);
    expect(error.message.length).toBeGreaterThanOrEqual(200_000);
    for (const part of ['<!channel>', '@here', '`inline`', '```', '\u0000', '\uD83D and']) {
      expect(error.message).toContain(part);
    }
    expect(body).toContain(String.raw`\ud83d and \ude00`);
    expect(codes(error)).toHaveLength(41);
  });

  it('is played over HTTP as the clock goes, with status 200 also when it failed', async () => {
    const clock = createClock();
    await using arm = await startArm({ now: clock.now });
    const { id } = arm.start({ ...cluster, scenario: 'upgradeFails', speed: 2 });
    const status = async () => {
      const answer = await read(arm, id);
      return `${answer.status} ${JSON.parse(await answer.text()).status}`;
    };
    expect(await status()).toBe('200 InProgress');
    clock.advance(29);
    expect(await status()).toBe('200 UpgradingNodes: 4/8 nodes completed');
    clock.advance(1);
    expect(await status()).toBe('200 Failed');
  });
});
