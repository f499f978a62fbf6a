import type { Scope } from '../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import type { ArmReader } from '../../shared/arm/client.ts';
import { clouds } from '../../shared/settings/clouds.ts';
import { checkArm } from '../../shared/doctor/arm.ts';
import { register } from '../../shared/requests/register.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { startInMemory, type InMemory, type VirtualTime } from '../support/in-memory.ts';
import { seen } from '../support/operation-builders.ts';
import { someCluster } from '../support/settings.ts';

const quick = { slack: false };
/** A third of the buckets at once, and a tenth of their pace. */
const most = {
  reads: { atOnce: 66, perMinute: 12 },
  lists: { atOnce: 20, perMinute: 6 },
} as const;

/** Twenty clusters of one subscription, each in a resource group of its own: so many places doctor asks. */
const subscriptionId = '00000000-0000-4000-8000-000000000001';
const clusters = Array.from({ length: 20 }, (_, at) => ({
  subscriptionId,
  resourceGroupName: `rg-${at}`,
  resourceName: `aks-${at}`,
}));
const operationId = '11111111-1111-4111-8111-111111111111';
const seconds = (time: VirtualTime): number => time.now().getTime() / 1000;
const failsAfter = 92;
const failed = { operationId, agentPoolName: null, seen: seen('Failed') };

/** ARM in which an operation on the first cluster fails; `counted` counts the calls. */
function armOf(counted: { calls: number }, since: number) {
  return (time: VirtualTime): ArmReader => {
    const answer = () => {
      counted.calls += 1;
      return { at: time.now().toISOString(), calls: 1, notBefore: null };
    };
    const hasFailed = () => seconds(time) >= since + failsAfter;
    return {
      readStatus: async ({ resourceName }) => ({
        ...answer(),
        result: {
          ok: true,
          seen: seen(resourceName === 'aks-0' && hasFailed() ? 'Failed' : 'InProgress'),
        },
      }),
      listOperations: async ({ resourceName }) => ({
        ...answer(),
        result: {
          ok: true,
          items: resourceName === 'aks-0' && hasFailed() ? [failed] : [],
          isComplete: true,
        },
      }),
      listClusters: async () => ({
        ...answer(),
        result: { ok: true, items: [], isComplete: true },
      }),
      listPools: async () => ({
        ...answer(),
        result: { ok: true, items: [], isComplete: true },
      }),
    };
  };
}

/** Has doctor ask each of the clusters by a Get. */
async function track({ needs }: InMemory): Promise<void> {
  for (const cluster of clusters) {
    const reference = { ...cluster, agentPoolName: null, operationId };
    await register({ reference, options: {} }, needs.operations, needs.clock);
  }
}

/** Has doctor ask each of the clusters by a List. */
async function watchEach({ needs }: InMemory): Promise<void> {
  for (const scope of clusters)
    await ensureWatch({ scope, options: {} }, needs.watches, needs.clock);
}

/** Doctor's part that asks ARM. */
async function ask({ needs }: InMemory): Promise<void> {
  const tokens = { get: async () => 'token', insteadOf: async () => null };
  const cloud = clouds.AzureCloud;
  const app = { ...needs.app, armEndpoint: cloud.armEndpoint, cloud };
  await checkArm({ ...needs, app, tokens, tables: [] });
}

/** What callers do each two seconds. */
type Callers = (app: InMemory) => Promise<unknown>;
const nobody: Callers = async () => {};
const one: Callers = ask;
const four: Callers = async (app) => {
  for (let round = 0; round < 3; round += 1)
    await Promise.all([app, app, app, app].map(async (each) => await ask(each)));
};

/** Ticks for four minutes; how many messages there were after each, and doctor's calls to ARM in each minute. */
async function play(setUp: (app: InMemory) => Promise<void>, callers: Callers) {
  const counted = { calls: 0 };
  const app = startInMemory((time) => armOf(counted, seconds(time))(time), 30_000);
  await app.time.run(async () => await setUp(app));
  const told: number[] = [];
  const calls = [0, 0, 0, 0];
  for (let tick = 0; tick < 8; tick += 1) {
    for (let step = 0; step < 14; step += 1) {
      await app.time.run(async () => await app.time.sleep(2000));
      const before = counted.calls;
      await app.time.run(async () => await callers(app));
      const minute = Math.floor(tick / 2);
      calls[minute] = (calls[minute] ?? 0) + counted.calls - before;
    }
    await app.tick();
    told.push(app.told.length);
  }
  return { told, calls };
}

async function watch(app: TestApp, scope: Scope): Promise<void> {
  const { watches } = app.root.app();
  await ensureWatch({ scope, options: {} }, watches, app.clock.now);
}

describe('whoever calls doctor, and however often', () => {
  it.each([
    ['tracked operations', track, most.reads],
    ['watched clusters', watchEach, most.lists],
  ])('keeps no tick from its usual time, of %s', async (_, setUp, { atOnce, perMinute }) => {
    const usual = await play(setUp, nobody);
    expect(usual.told.at(-1)).toBeGreaterThan(0);
    expect(usual.calls).toEqual([0, 0, 0, 0]);
    for (const callers of [one, four]) {
      const { told, calls } = await play(setUp, callers);
      expect(told).toEqual(usual.told);
      const [first = 0, ...later] = calls;
      expect(first).toBeGreaterThanOrEqual(clusters.length);
      expect(first).toBeLessThanOrEqual(atOnce + perMinute);
      expect(Math.max(...later)).toBeLessThanOrEqual(perMinute);
    }
  });

  it('gets the report that is being made', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    app.arm.addCluster(cluster);
    await watch(app, cluster);
    const callers = Array.from({ length: 10 }, async () => await app.root.diagnose(quick));
    const [report, ...others] = await Promise.all(callers);
    for (const same of others) expect(same).toBe(report);
    expect(app.arm.callCount).toBe(1);
    // Whoever wants test messages is not served by whoever wants none.
    const [quiet, loud] = await Promise.all(
      [true, false].map(async (slack) => await app.root.diagnose({ slack })),
    );
    expect(quiet).not.toBe(loud);
    expect(await app.root.diagnose(quick)).not.toBe(report);
  });

  it('reads one page of a list, however many it has', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    for (let at = 0; at < 50; at += 1)
      app.arm.addCluster({ ...cluster, resourceName: `aks-${at}` });
    await watch(app, { ...cluster, resourceName: null });
    const { checks } = await app.root.diagnose(quick);
    expect(checks.map(({ message }) => message)).toContain('It can be read: 20 clusters or more.');
    expect(app.arm.callCount).toBe(1);
  });
});
