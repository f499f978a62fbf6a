import { describe, expect, it } from 'vitest';
import { plus } from '../../shared/time.ts';
import { startApp, type TestApp, startProxiedApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';

type Cluster = ReturnType<typeof someCluster>;

const upgrade = { operationType: 'PutManagedCluster', subOperationType: 'Upgrading' };
const minute = 60_000;

/** What ARM shows of an upgrade that began now. */
function upgradeIn(app: TestApp) {
  const startTime = app.clock.now().toISOString();
  return (status: string) => ({ ...upgrade, startTime, status });
}

/** Runs an upgrade that takes so long, from its first reading to the message about its end. */
async function runUpgrade(app: TestApp, cluster: Cluster, minutes: number): Promise<void> {
  const shows = upgradeIn(app);
  const operation = await app.track({ cluster, answer: shows('InProgress') });
  await app.tickFor(1);
  const ended = shows('Succeeded');
  operation.set({ ...ended, endTime: plus(ended.startTime, minutes * minute) });
  await app.tickFor(2);
}

/** What ARM shows of an agent pool within an upgrade. */
const pool = (name: string, status: string) => ({
  name,
  resourceId: `/x/agentPools/${name}`,
  subOperationType: 'Upgrading',
  status,
});

const summaries = ({ slack }: TestApp): string[] =>
  slack.messages.map(({ payload }) => JSON.stringify(payload));

describe('how long operations usually take', () => {
  it('is shown from the sixth run on, also of other clusters, and by the API', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    for (const minutes of [28, 30, 34, 36, 41]) await runUpgrade(app, cluster, minutes);
    expect(summaries(app).join('')).not.toContain('usual');
    await runUpgrade(app, cluster, 33);
    expect(summaries(app).at(-1)).toContain(', 33 min (usually 30–36 min)');
    await runUpgrade(app, someCluster(), 33);
    expect(summaries(app).at(-1)).toContain(', 33 min (usually 31–36 min on all clusters)');
    expect(app.told.at(-1)).toMatch(/^Succeeded: aks-\w+, upgrade$/);
  });

  it('makes an operation stall that goes on and on, once', async () => {
    await using app = await startProxiedApp();
    const cluster = someCluster();
    for (let run = 0; run < 5; run += 1) await runUpgrade(app, cluster, 2);
    const before = app.told.length;
    const shows = upgradeIn(app);
    const operation = await app.track({ cluster, answer: shows('UpgradingNodes: 0/90') });
    for (let node = 1; node < 60; node += 1) {
      operation.set(shows(`UpgradingNodes: ${node}/90 nodes`));
      await app.tickFor(1, 60);
    }
    operation.set(shows('Succeeded'));
    await app.tickFor(4, 60);
    expect(app.told.slice(before)).toEqual([
      `Stalled: ${cluster.resourceName}, upgrade`,
      `Succeeded: ${cluster.resourceName}, upgrade`,
    ]);
    expect(summaries(app).at(-2)).toMatch(
      / 3[23] min so far \(usually 2 min\).*Still upgrading nodes, \d+ of 90; it still moves/s,
    );
  });

  it('counts a run once, wherever the process dies', async () => {
    let died = true;
    for (let request = 0; died; request += 1) {
      await using app = await startProxiedApp();
      const cluster = someCluster();
      const shows = upgradeIn(app);
      const operation = await app.track({ cluster, answer: shows('InProgress') });
      await app.tickFor(1);
      operation.set(shows('Succeeded'));
      let seen = 0;
      app.tables.fault = () => {
        seen += 1;
        if (seen <= request) return null;
        // Done, and nobody is there to hear it; and then nothing more.
        return seen === request + 1 ? 'lose' : 'refuse';
      };
      died = await app.tickFor(1).then(
        () => false,
        () => true,
      );
      app.tables.fault = () => null;
      const next = app.another();
      for (let tick = 0; tick < 6; tick += 1) {
        app.clock.pass(30);
        await next.tick();
      }
      const state = app.table('State');
      const rows = [];
      for await (const page of state.pages({ filter: "PartitionKey eq 'usual'" }))
        rows.push(...page.rows.map(({ columns }) => JSON.parse(String(columns['runs'])).length));
      expect({ request, rows }).toEqual({ request, rows: [1, 1] });
    }
  });
});

describe('what runs', () => {
  it('is posted and shown with where each agent pool stands', async () => {
    await using app = await startApp();
    const shows = upgradeIn(app);
    const operation = await app.track({ answer: shows('InProgress') });
    await app.tickFor(1);
    const operations = [pool('np1', 'Succeeded'), pool('np2', 'UpgradingNodes: 1/3')];
    operation.set({ ...shows('InProgress'), operations });
    await app.tickFor(1);
    expect(app.told).toEqual([]);
    expect((await operation.stored()).state.parts).toHaveLength(2);
    const failed = [pool('np1', 'Succeeded'), { ...pool('np2', 'Failed'), error: { code: 'X' } }];
    operation.set({ ...shows('Failed'), operations: failed });
    await app.tickFor(1);
    expect(app.told).toEqual([`Failed: ${operation.name}, upgrade, pool np2 (X)`]);
    expect(summaries(app)[0]).toContain('*Parts* np2: failed (X) · np1: succeeded');
  });

  it('stays known when a later reading does not show it', async () => {
    await using app = await startApp();
    const operation = await app.track({ answer: { ...upgrade, status: 'InProgress' } });
    await app.tickFor(1);
    operation.set({ status: 'Succeeded' });
    await app.tickFor(1);
    expect(app.told).toEqual([`Succeeded: ${operation.name}, upgrade`]);
  });
});
