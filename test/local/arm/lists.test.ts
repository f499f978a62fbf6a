import { describe, expect, it } from 'vitest';

import { startArm } from '../../../local/arm/server.ts';
import type { Arm } from '../../../local/arm/server.ts';
import { cluster, clusterId, read } from './caller.ts';

const started = { ...cluster, scenario: 'neverEnds' } as const;
const subscription = `/subscriptions/${cluster.subscriptionId}`;
const clusters = '/providers/Microsoft.ContainerService/managedClusters';
const newest = '?api-version=2026-07-02-preview';

/** The names on each page of a List, following its links. */
async function pagesOf(arm: Arm, path: string): Promise<string[][]> {
  const pages: string[][] = [];
  let next: string | undefined = path;
  while (next !== undefined) {
    const page = JSON.parse(await (await read(arm, next)).text());
    pages.push(page.value.map(({ name }: { name: string }) => name));
    next = page.nextLink?.slice(arm.url.length);
  }
  return pages;
}

async function codeOf(arm: Arm, path: string): Promise<string> {
  const answer = await read(arm, path);
  return `${answer.status} ${JSON.parse(await answer.text()).error?.code}`;
}

describe('listing operations', () => {
  it('pages through the newest 50, newest first', async () => {
    await using arm = await startArm();
    const ids = Array.from({ length: 55 }, () => arm.start(started).operationId);
    const pages = await pagesOf(arm, `${clusterId}/operations`);
    expect(pages.map((page) => page.length)).toEqual([20, 20, 10]);
    expect(pages.flat()).toEqual(ids.slice(5).toReversed());
  });

  it('shows those of agent pools too, and has nothing for a cluster that has none', async () => {
    await using arm = await startArm({ pageSize: 50 });
    arm.addCluster(cluster);
    expect(await pagesOf(arm, `${clusterId}/operations`)).toEqual([[]]);
    arm.start({ ...started, operationId: 'a' });
    arm.start({ ...started, operationId: 'b', agentPoolName: 'userpool' });
    expect(await pagesOf(arm, `${clusterId}/operations`)).toEqual([['b', 'a']]);
  });

  it('has one list for each agent pool, from 2026-07-02-preview on', async () => {
    await using arm = await startArm();
    arm.start({ ...started, operationId: 'a' });
    arm.start({ ...started, operationId: 'b', agentPoolName: 'userpool' });
    const path = `${clusterId}/agentPools/UserPool/operations`;
    expect(await pagesOf(arm, `${path}${newest}`)).toEqual([['b']]);
    expect(await codeOf(arm, path)).toBe('404 InvalidResourceType');
  });

  it('knows no cluster that was not added', async () => {
    await using arm = await startArm();
    expect(await codeOf(arm, `${clusterId}/operations`)).toBe('404 ResourceNotFound');
  });
});

describe('the types of an operation', () => {
  it('are shown from 2026-07-02-preview on, where it has them', async () => {
    await using arm = await startArm();
    const upgrade = arm.start({ ...cluster, scenario: 'upgradeFails' });
    const scaling = arm.start({ ...cluster, scenario: 'short', agentPoolName: 'userpool' });
    const other = arm.start(started);
    const shown = async (path: string) => JSON.parse(await (await read(arm, path)).text());
    expect(await shown(upgrade.id + newest)).toMatchObject({
      operationType: 'PutManagedCluster',
      subOperationType: 'Upgrading',
      operations: [{ operationType: 'PutAgentPool', subOperationType: 'Upgrading' }],
    });
    expect(await shown(scaling.id + newest)).toMatchObject({
      operationType: 'PutAgentPool',
      subOperationType: 'Scaling',
    });
    expect(await shown(other.id + newest)).not.toHaveProperty('operationType');
    const older = await (await read(arm, upgrade.id)).text();
    expect(older).not.toContain('perationType');
    const listed = await shown(`${clusterId}/operations${newest}`);
    expect(listed.value.map((one: object) => Object.hasOwn(one, 'operationType'))).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('listing clusters', () => {
  it('shows those of the subscription or of one resource group, whatever the case, in pages', async () => {
    await using arm = await startArm({ pageSize: 2 });
    for (const resourceName of ['a', 'b', 'c']) arm.addCluster({ ...cluster, resourceName });
    arm.addCluster({ ...cluster, resourceGroupName: 'rg-Prod2', resourceName: 'd' });
    arm.addCluster({ ...cluster, subscriptionId: 's2', resourceName: 'e' });
    expect(await pagesOf(arm, `${subscription}${clusters}`)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    const group = `${subscription}/resourcegroups/RG-PROD${clusters}`;
    expect(await pagesOf(arm, group)).toEqual([['a', 'b'], ['c']]);
  });

  it('shows a cluster as AKS does, its ID with another case than elsewhere', async () => {
    await using arm = await startArm();
    expect(arm.addCluster(cluster)).toBe(clusterId);
    const { value } = JSON.parse(await (await read(arm, `${subscription}${clusters}`)).text());
    expect(value).toMatchObject([
      {
        id: clusterId.replace('resourceGroups', 'resourcegroups'),
        name: cluster.resourceName,
        type: 'Microsoft.ContainerService/ManagedClusters',
        location: 'westeurope',
        properties: { provisioningState: 'Succeeded' },
      },
    ]);
  });

  it('sees clusters come, by their first operation too, and go', async () => {
    await using arm = await startArm();
    const names = async () => (await pagesOf(arm, `${subscription}${clusters}`)).flat();
    arm.addCluster(cluster);
    arm.start({ ...started, resourceName: 'second' });
    arm.start({ ...started, resourceName: 'AKS-prod-weu' });
    expect(await names()).toEqual([cluster.resourceName, 'second']);
    arm.forget(clusterId);
    expect(await names()).toEqual(['second']);
    arm.forget(clusterId.replace(cluster.resourceName, 'second'));
    expect(await names()).toEqual([]);
  });

  it('can name another place for the next page', async () => {
    await using arm = await startArm();
    const { id } = arm.start(started);
    arm.faults.set({ kind: 'nextLink', location: 'https://elsewhere.example/' });
    for (const path of [`${subscription}${clusters}`, `${clusterId}/operations`]) {
      const { nextLink } = JSON.parse(await (await read(arm, path)).text());
      expect(nextLink).toBe('https://elsewhere.example/');
    }
    expect(await (await read(arm, id)).text()).not.toContain('elsewhere');
    expect(await codeOf(arm, `${clusterId}x/operations`)).toBe('404 ResourceNotFound');
  });

  it('says so of a subscription and a resource group that never were', async () => {
    await using arm = await startArm();
    expect(await codeOf(arm, `${subscription}${clusters}`)).toBe('404 SubscriptionNotFound');
    arm.addCluster(cluster);
    const group = `${subscription}/resourceGroups/rg${clusters}`;
    expect(await codeOf(arm, group)).toBe('404 ResourceGroupNotFound');
  });

  it('refuses a retired api-version, and anything but GET', async () => {
    await using arm = await startArm();
    arm.addCluster(cluster);
    const path = `${subscription}${clusters}`;
    expect((await read(arm, path, { method: 'PUT' })).status).toBe(405);
    arm.apiVersions.delete('2025-05-02-preview');
    const message = await (await read(arm, path)).text();
    expect(message).toContain("for type 'managedClusters'. The supported api-versions are '2024");
  });
});
