import { describe, expect, it } from 'vitest';
import { startArm } from '../../local/arm/server.ts';
import { demoSubscription, playDemo } from '../../local/demo.ts';
import type { Registration, TrackedOperation } from '../../local/notifier-api.ts';
import { operation } from '../browser/page-fixture.ts';

async function play(active: readonly TrackedOperation[]) {
  await using arm = await startArm();
  const registered: Registration[] = [];
  const begun = await playDemo(arm, {
    list: async () => [...active],
    register: async (body) => {
      registered.push(body);
      return operation();
    },
  });
  return { begun, registered, played: arm.operations() };
}

describe('the demo', () => {
  it('plays four endings and registers them in each of the three forms', async () => {
    const { begun, registered, played } = await play([]);
    expect(begun).toBe(true);
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
