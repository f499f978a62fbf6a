import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { startArm } from '../../../local/arm/server.ts';
import type { Arm } from '../../../local/arm/server.ts';
import { cluster, clusterId, createClock, read } from './caller.ts';

const started = { ...cluster, scenario: 'neverEnds' } as const;
const poolsPath = `${clusterId}/agentPools`;
const group = clusterId.replace(/\/managedClusters\/.*/, '/managedClusters');
const subscription = `/subscriptions/${cluster.subscriptionId}/providers/Microsoft.ContainerService/managedClusters`;

interface Pool {
  readonly [field: string]: unknown;
  readonly name: string;
}

async function get(arm: Arm, path: string) {
  const answer = await read(arm, path);
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

const document = async (arm: Arm) => (await get(arm, clusterId)).body;

/** `provisioningState` of the cluster, then of each pool. */
async function states(arm: Arm): Promise<string[]> {
  const { properties } = await document(arm);
  const pools: Pool[] = properties.agentPoolProfiles;
  return [
    properties.provisioningState,
    ...pools.map(({ name, provisioningState }) => `${name} ${String(provisioningState)}`),
  ];
}

/** A field of each pool. */
async function ofPools(arm: Arm, field: string): Promise<Record<string, unknown>> {
  const pools: Pool[] = (await document(arm)).properties.agentPoolProfiles;
  return Object.fromEntries(pools.map((pool) => [pool.name, pool[field]]));
}

/** The `provisioningError` codes in the list of agent pools. */
async function poolErrors(arm: Arm): Promise<Record<string, string>> {
  const { value } = (await get(arm, poolsPath)).body;
  const pools: {
    name: string;
    properties: { status?: { provisioningError: { code: string } } };
  }[] = value;
  return Object.fromEntries(
    pools.flatMap(({ name, properties: { status } }) =>
      status === undefined ? [] : [[name, status.provisioningError.code]],
    ),
  );
}

async function callAdmin(arm: Arm, method: string, body: unknown): Promise<number> {
  const answer = await fetch(`${arm.url}/_standin/clusters`, {
    method,
    body: JSON.stringify(body),
  });
  return answer.status;
}

describe('reading a cluster', () => {
  it('shows the same whole document by GET and in both lists', async () => {
    await using arm = await startArm();
    arm.addCluster(cluster, 'northeurope');
    const { status, body } = await get(arm, clusterId.toUpperCase());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: clusterId.replace('resourceGroups', 'resourcegroups'),
      name: cluster.resourceName,
      location: 'northeurope',
      sku: { name: 'Base', tier: 'Standard' },
      properties: {
        provisioningState: 'Succeeded',
        powerState: { code: 'Running' },
        kubernetesVersion: '1.33.2',
        currentKubernetesVersion: '1.33.2',
        networkProfile: { networkPlugin: 'azure', networkPolicy: 'cilium' },
        autoUpgradeProfile: { upgradeChannel: 'patch', nodeOSUpgradeChannel: 'NodeImage' },
        disableLocalAccounts: false,
      },
    });
    expect(body.properties.agentPoolProfiles[1]).toMatchObject({
      name: 'userpool',
      mode: 'User',
      count: 6,
      orchestratorVersion: '1.33.2',
      enableAutoScaling: true,
      minCount: 3,
      maxCount: 10,
    });
    for (const list of [group, subscription])
      expect((await get(arm, list)).body.value).toEqual([body]);
  });

  it('lists agent pools, in pages when there are many', async () => {
    await using arm = await startArm({ pageSize: 2 });
    arm.addCluster(cluster);
    const first = (await get(arm, poolsPath)).body;
    const second = (await get(arm, first.nextLink.slice(arm.url.length))).body;
    const pools: (Pool & { properties: object })[] = [...first.value, ...second.value];
    expect(second).not.toHaveProperty('nextLink');
    expect(pools.map(({ name }) => name)).toEqual(['systempool', 'userpool', 'gpupool']);
    const { name, ...properties } = (await document(arm)).properties.agentPoolProfiles[0];
    expect(pools[0]).toEqual({
      id: `${clusterId.replace('resourceGroups', 'resourcegroups')}/agentPools/systempool`,
      name,
      type: 'Microsoft.ContainerService/managedClusters/agentPools',
      properties,
    });
  });

  it.each([clusterId, poolsPath])('refuses as for its other calls: %s', async (path) => {
    await using arm = await startArm();
    const code = async (at: string) => {
      const { status, body } = await get(arm, at);
      return `${status} ${body.error?.code}`;
    };
    expect(await code(path)).toBe('404 ResourceNotFound');
    arm.addCluster(cluster);
    expect(await code(path)).toBe('200 undefined');
    expect(await code(`${path}?api-version=2025-05-01`)).toBe('200 undefined');
    expect(await code(`${path}?api-version=2020-01-01`)).toBe('400 NoRegisteredProviderFound');
    expect(await code(`${path}?`)).toBe('400 MissingApiVersionParameter');
    arm.offer({ offered: [...arm.apiVersions], stable: ['2026-10-01'] });
    expect(await code(`${path}?api-version=2025-05-01`)).toBe('400 NoRegisteredProviderFound');
    const refused = await fetch(`${arm.url}${path}?api-version=2025-05-02-preview`);
    expect(refused.status).toBe(401);
    expect((await read(arm, path, { method: 'DELETE' })).status).toBe(405);
    arm.faults.set({ kind: 'status', status: 403, times: 1 });
    expect((await get(arm, path)).body.error.message).toMatch(
      /action 'Microsoft\.ContainerService\/managedClusters(?:\/agentPools)?\/read' over scope '[^']+aks-prod-weu'/,
    );
    arm.forget(clusterId.replace(/\/providers\/.*/, ''));
    expect(await code(path)).toBe('404 ResourceGroupNotFound');
  });

  it('plays faults for the cluster or its pools alone', async () => {
    await using arm = await startArm();
    const { id } = arm.start(started);
    arm.faults.set({ kind: 'status', status: 503, reads: 'agentPools' });
    const statuses = async () =>
      await Promise.all([id, clusterId, poolsPath].map(async (at) => (await read(arm, at)).status));
    expect(await statuses()).toEqual([200, 200, 503]);
    arm.faults.set({ kind: 'status', status: 503, reads: 'cluster' });
    expect(await statuses()).toEqual([200, 503, 200]);
  });

  it('has 60 reads of each cluster, and agent pools among the other calls', async () => {
    await using arm = await startArm({ now: createClock().now, rateLimit: true });
    arm.addCluster(cluster);
    arm.addCluster({ ...cluster, resourceName: 'second' });
    const statuses = async (path: string, count: number) => {
      const all: number[] = [];
      for (let at = 0; at < count; at += 1) all.push((await read(arm, path)).status);
      return all.filter((status) => status === 200).length;
    };
    expect(await statuses(clusterId, 61)).toBe(60);
    expect(await statuses(clusterId.replace(cluster.resourceName, 'second'), 1)).toBe(1);
    expect(await statuses(poolsPath, 61)).toBe(60);
  });
});

describe('setting a cluster', () => {
  it('changes parts of the document, adds pools and removes them', async () => {
    await using arm = await startArm();
    arm.changeCluster(clusterId, {
      cluster: {
        location: 'swedencentral',
        sku: { tier: 'Premium' },
        properties: { disableLocalAccounts: true, apiServerAccessProfile: null },
      },
      pools: { gpupool: null, userpool: { maxCount: 20 }, spot: { count: 1 } },
    });
    const { location, sku, properties } = await document(arm);
    expect([location, sku]).toEqual(['swedencentral', { name: 'Base', tier: 'Premium' }]);
    expect(properties.disableLocalAccounts).toBe(true);
    expect(properties).not.toHaveProperty('apiServerAccessProfile');
    expect(await ofPools(arm, 'maxCount')).toEqual({
      systempool: undefined,
      userpool: 20,
      spot: undefined,
    });
    expect(await ofPools(arm, 'count')).toEqual({ systempool: 3, userpool: 6, spot: 1 });
    arm.forget(`${poolsPath}/UserPool`);
    expect(await ofPools(arm, 'count')).toEqual({ systempool: 3, spot: 1 });
  });

  it('replaces the whole document, however strange', async () => {
    await using arm = await startArm();
    arm.start(started);
    for (const whole of [{ properties: null }, { properties: { agentPoolProfiles: 'many' } }]) {
      arm.replaceCluster(clusterId, whole);
      arm.start({ ...cluster, scenario: 'upgradeSucceeds' });
      const body = await document(arm);
      expect(body).toMatchObject({ name: cluster.resourceName, location: 'westeurope' });
      expect(body).not.toHaveProperty('sku');
      expect((await get(arm, poolsPath)).body).toEqual({ value: [] });
    }
  });

  it('is done over HTTP too, with an error for what is none', async () => {
    await using arm = await startArm();
    const pools = { userpool: { count: 9 } };
    expect(await callAdmin(arm, 'PATCH', { id: clusterId, pools })).toBe(200);
    expect(await ofPools(arm, 'count')).toMatchObject({ userpool: 9 });
    expect(await callAdmin(arm, 'PUT', { id: clusterId, document: { tags: { a: 'b' } } })).toBe(
      200,
    );
    expect(await document(arm)).toMatchObject({ tags: { a: 'b' } });
    for (const body of [{ id: '/subscriptions/s' }, { pools }, { id: clusterId, pool: {} }])
      expect(await callAdmin(arm, 'PATCH', body)).toBe(400);
  });

  it('holds while an operation runs and after it, until a later one', async () => {
    await using arm = await startArm();
    const { id } = arm.start(started);
    expect((await states(arm))[0]).toBe('Updating');
    const failed = { properties: { provisioningState: 'Failed' } };
    arm.changeCluster(clusterId, { cluster: failed, pools: { userpool: { count: 4 } } });
    expect((await states(arm))[0]).toBe('Failed');
    arm.start(started);
    expect((await states(arm))[0]).toBe('Updating');
    arm.set(id, { status: 'Succeeded' });
    expect((await states(arm))[0]).toBe('Updating');
    expect(await ofPools(arm, 'count')).toMatchObject({ userpool: 4 });
  });
});

describe('a cluster while operations change it', () => {
  it('shows the target of an upgrade at once, and Succeeded at its end', async () => {
    const clock = createClock();
    await using arm = await startArm({ now: clock.now });
    arm.addCluster(cluster);
    arm.start({ ...cluster, scenario: 'clusterUpgrade' });
    clock.advance(12);
    const running = (await document(arm)).properties;
    expect(running).toMatchObject({
      provisioningState: 'Upgrading',
      kubernetesVersion: '1.34.1',
      currentKubernetesVersion: '1.34.1',
    });
    expect(await states(arm)).toEqual([
      'Upgrading',
      'systempool Upgrading',
      'userpool Succeeded',
      'gpupool Succeeded',
    ]);
    clock.advance(20);
    expect(await states(arm)).toContain('userpool Upgrading');
    expect(await states(arm)).toContain('systempool Succeeded');
    clock.advance(40);
    expect(new Set((await states(arm)).map((state) => state.split(' ').at(-1)))).toEqual(
      new Set(['Succeeded']),
    );
    expect(Object.values(await ofPools(arm, 'currentOrchestratorVersion'))).toEqual([
      '1.34.1',
      '1.34.1',
      '1.34.1',
    ]);
    expect(await ofPools(arm, 'nodeImageVersion')).toMatchObject({
      gpupool: 'AKSUbuntu-2204gen2containerd-202611.05.0',
    });
  });

  it('is left Failed with the target shown and the cause at the pool, until the next good end', async () => {
    const clock = createClock();
    await using arm = await startArm({ now: clock.now });
    arm.start({ ...cluster, scenario: 'upgradeFails' });
    clock.advance(60);
    expect(await states(arm)).toEqual([
      'Failed',
      'systempool Succeeded',
      'userpool Failed',
      'gpupool Succeeded',
    ]);
    expect(await poolErrors(arm)).toEqual({ userpool: 'PodDrainFailure' });
    expect(JSON.stringify(await document(arm))).not.toContain('provisioningError');
    expect(await ofPools(arm, 'orchestratorVersion')).toEqual({
      systempool: '1.34.1',
      userpool: '1.34.1',
      gpupool: '1.33.2',
    });
    arm.start({ ...cluster, scenario: 'clusterUpgrade' });
    expect(await states(arm)).toEqual([
      'Upgrading',
      'systempool Upgrading',
      'userpool Upgrading',
      'gpupool Upgrading',
    ]);
    clock.advance(70);
    expect(await states(arm)).not.toContain('userpool Failed');
    expect(await poolErrors(arm)).toEqual({});
  });

  it('has a count that moves with the counter and stays where the operation stopped', async () => {
    const clock = createClock();
    await using arm = await startArm({ now: clock.now });
    arm.start({ ...cluster, agentPoolName: 'userpool', scenario: 'poolCanceled' });
    const counts: unknown[] = [];
    for (const seconds of [0, 6, 8, 8, 14, 14]) {
      clock.advance(seconds);
      counts.push((await ofPools(arm, 'count'))['userpool']);
    }
    expect(counts).toEqual([6, 7, 8, 9, 9, 9]);
    expect(await states(arm)).toEqual([
      'Succeeded',
      'systempool Succeeded',
      'userpool Canceled',
      'gpupool Succeeded',
    ]);
    arm.start({ ...cluster, agentPoolName: 'userpool', scenario: 'short' });
    expect(await states(arm)).toContain('userpool Scaling');
    expect((await states(arm))[0]).toBe('Updating');
    clock.advance(18);
    expect(await ofPools(arm, 'count')).toMatchObject({ userpool: 8 });
  });

  it('changes what its start says, and is left as its start says', async () => {
    await using arm = await startArm();
    const { id } = arm.start({
      ...started,
      changes: {
        doing: 'Stopping',
        cluster: { properties: { powerState: { code: 'Stopped' } } },
        pools: { gpupool: null, spot: { count: 2 } },
        left: { cluster: 'Canceled', pools: { spot: 'Failed' } },
      },
    });
    expect(await states(arm)).toEqual([
      'Stopping',
      'systempool Succeeded',
      'userpool Succeeded',
      'gpupool Deleting',
      'spot Stopping',
    ]);
    arm.set(id, { status: 'Failed', error: { code: 'X', message: 'x' } });
    expect(await states(arm)).toEqual([
      'Canceled',
      'systempool Succeeded',
      'userpool Succeeded',
      'gpupool Failed',
      'spot Failed',
    ]);
    expect(await poolErrors(arm)).toEqual({ gpupool: 'X', spot: 'X' });
    arm.set(id, { status: 'Succeeded' });
    expect((await document(arm)).properties.powerState).toEqual({ code: 'Stopped' });
    expect(Object.keys(await ofPools(arm, 'name'))).toEqual(['systempool', 'userpool', 'spot']);
  });

  it('keeps what operations change over a restart', async () => {
    const clock = createClock();
    const folder = await mkdtemp(join(tmpdir(), 'arm-'));
    await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
    const stateFile = join(folder, 'arm.json');
    const changes = { pools: { userpool: { vmSize: 'Standard_D16s_v5' } } };
    {
      await using arm = await startArm({ now: clock.now, stateFile });
      arm.start({ ...cluster, scenario: 'nodeImageUpgrade', changes });
    }
    clock.advance(60);
    await using arm = await startArm({ now: clock.now, stateFile });
    expect(await ofPools(arm, 'vmSize')).toMatchObject({ userpool: 'Standard_D16s_v5' });
  });
});
