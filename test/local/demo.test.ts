import { describe, expect, it } from 'vitest';
import { startArm } from '../../local/arm/server.ts';
import type { Arm } from '../../local/arm/server.ts';
import { demoSubscription, playDemo, playRepairs, repairsAfterMs } from '../../local/demo.ts';
import type { Registration, TrackedOperation } from '../../local/notifier-api.ts';
import { operation } from '../browser/page-fixture.ts';
import { createClock, read } from './arm/caller.ts';

async function play(active: readonly TrackedOperation[]) {
  await using arm = await startArm();
  const registered: Registration[] = [];
  const watched: string[] = [];
  const begun = await playDemo(arm, {
    list: async () => [...active],
    register: async (body) => {
      registered.push(body);
      return operation();
    },
    watch: async (subscriptionId) => void watched.push(subscriptionId),
  });
  return { begun, registered, watched, played: arm.operations() };
}

/** A cluster's `provisioningState` and what its agent pools show. */
async function shownOf(arm: Arm, group: string, name: string) {
  const id = `/subscriptions/${demoSubscription}/resourceGroups/${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;
  const body = async (path: string) => JSON.parse(await (await read(arm, path)).text());
  const { properties } = await body(id);
  const pools: { name: string; properties: Record<string, unknown> }[] = (
    await body(`${id}/agentPools`)
  ).value;
  return { properties, pool: pools.find((pool) => pool.name === 'userpool')?.properties };
}

describe('the demo', () => {
  it('plays four endings and registers them in each of the three forms', async () => {
    const { begun, registered, watched, played } = await play([]);
    expect([begun, watched]).toEqual([true, [demoSubscription]]);
    expect(played).toHaveLength(4);
    expect(registered.map((body) => Object.keys(body).toSorted())).toEqual([
      ['operationId', 'resourceGroupName', 'resourceName', 'subscriptionId'],
      ['clusterId', 'label', 'mention', 'operationUrl'],
      ['channel', 'id'],
      ['id', 'label'],
    ]);
    expect(registered[1]?.['clusterId']).toMatch(/\/managedClusters\/aks-prod-weu$/);
    expect(registered[2]?.['id']).toContain('/agentPools/userpool/operations/');
  });

  it('upgrades a cluster, leaves another one Failed, and sets that and a half-done scaling right', async () => {
    const clock = createClock();
    await using arm = await startArm({ now: clock.now });
    const api = { list: async () => [], register: async () => operation(), watch: async () => {} };
    await playDemo(arm, api);
    clock.advance(repairsAfterMs / 1000);
    expect(await shownOf(arm, 'rg-staging-weu', 'aks-staging-weu')).toMatchObject({
      properties: { provisioningState: 'Succeeded', kubernetesVersion: '1.34.1' },
      pool: { nodeImageVersion: expect.stringContaining('202611.05.0') },
    });
    const prod = () => shownOf(arm, 'rg-prod-weu', 'aks-prod-weu');
    expect(await prod()).toMatchObject({
      properties: { provisioningState: 'Failed' },
      pool: { status: { provisioningError: { code: 'PodDrainFailure' } } },
    });
    const payments = () => shownOf(arm, 'rg-payments-neu', 'aks-payments-neu');
    expect((await payments()).pool).toMatchObject({ provisioningState: 'Canceled', count: 9 });
    await playRepairs(arm, api);
    clock.advance(65);
    expect(await prod()).toMatchObject({
      properties: { provisioningState: 'Succeeded' },
      pool: { provisioningState: 'Succeeded' },
    });
    expect((await prod()).pool).not.toHaveProperty('status');
    expect((await payments()).pool).toMatchObject({ provisioningState: 'Succeeded', count: 11 });
  });

  it('does not begin again while an earlier one runs', async () => {
    const { begun, registered, played } = await play([
      operation({ subscriptionId: demoSubscription }),
    ]);
    expect([begun, registered, played]).toEqual([false, [], []]);
  });

  it('is not held up by other operations', async () => {
    expect((await play([operation()])).begun).toBe(true);
  });
});
