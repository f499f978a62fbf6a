import { describe, expect, it } from 'vitest';

import { startArm } from '../../../local/arm/server.ts';
import { cluster, clusterId, createClock, read } from './caller.ts';

const started = { ...cluster, scenario: 'neverEnds' } as const;

describe('reading an operation', () => {
  it('finds it whatever the case of its path', async () => {
    await using arm = await startArm();
    const { id, operationId } = arm.start(started);
    expect(id).toBe(`${clusterId}/operations/${operationId}`);
    for (const path of [id, id.toUpperCase(), id.toLowerCase()]) {
      const answer = await read(arm, path);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ id, name: operationId, resourceId: clusterId });
    }
  });

  it('finds one of an agent pool in the pool and in the cluster, not in another pool', async () => {
    await using arm = await startArm();
    const { id, operationId } = arm.start({ ...started, agentPoolName: 'userpool' });
    expect(id).toBe(`${clusterId}/agentPools/userpool/operations/${operationId}`);
    const inCluster = await read(arm, `${clusterId}/operations/${operationId}`);
    expect(await inCluster.json()).toEqual(await (await read(arm, id)).json());
    const elsewhere = await read(arm, id.replace('userpool', 'otherpool'));
    expect(elsewhere.status).toBe(404);
  });

  it('distinguishes an unknown cluster from an unknown record', async () => {
    await using arm = await startArm();
    const { id } = arm.start(started);
    const code = async (path: string) => {
      const answer = await read(arm, path);
      expect(answer.status).toBe(404);
      return JSON.parse(await answer.text()).error.code;
    };
    expect(await code(`${clusterId}/operations/unknown`)).toBe('NotFound');
    expect(await code(`${clusterId}x/operations/unknown`)).toBe('ResourceNotFound');
    arm.forget(id);
    expect(await code(id)).toBe('NotFound');
    arm.forget(clusterId.toUpperCase());
    expect(await code(id)).toBe('ResourceNotFound');
  });

  it('loses an agent pool’s path with the pool, and everything with the resource group', async () => {
    await using arm = await startArm();
    const { id } = arm.start({ ...started, agentPoolName: 'old' });
    const atCluster = id.replace('/agentPools/old', '');
    arm.forget(id.replace(/\/operations\/.*/, '').toUpperCase());
    const gone = await read(arm, id);
    expect([gone.status, JSON.parse(await gone.text()).code]).toEqual([404, 'NotFound']);
    expect((await read(arm, atCluster)).status).toBe(200);
    arm.forget(id.replace(/\/providers\/.*/, '').toUpperCase());
    for (const path of [atCluster, `${clusterId}/operations`]) {
      const answer = await read(arm, path);
      expect(JSON.parse(await answer.text()).error.code).toBe('ResourceGroupNotFound');
    }
    arm.start(started);
    expect((await read(arm, `${clusterId}/operations`)).status).toBe(200);
  });

  it('carries the request IDs and the reads left in every answer', async () => {
    await using arm = await startArm({ now: createClock().now });
    const left: (string | null)[] = [];
    for (const path of [arm.start(started).id, `${clusterId}/operations/unknown`]) {
      const { headers } = await read(arm, path);
      expect(headers.get('x-ms-request-id')).toMatch(/^[\da-f-]{36}$/);
      expect(headers.get('x-ms-correlation-request-id')).toMatch(/^[\da-f-]{36}$/);
      left.push(headers.get('x-ms-ratelimit-remaining-subscription-reads'));
    }
    expect(left).toEqual(['249', '248']);
  });

  it.each([
    ['?', 'MissingApiVersionParameter'],
    ['?api-version=2025-05-02', 'NoRegisteredProviderFound'],
    ['?api-version=latest', 'InvalidApiVersionParameter'],
  ])('refuses the query "%s" with %s', async (query, code) => {
    await using arm = await startArm();
    const answer = await read(arm, arm.start(started).id + query);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code } });
  });

  it('names the supported versions once one is retired', async () => {
    await using arm = await startArm();
    const { id } = arm.start(started);
    arm.apiVersions.delete('2025-05-02-preview');
    const message = await (await read(arm, id)).text();
    expect(message).toContain("API version '2025-05-02-preview'");
    expect(message).toContain([...arm.apiVersions].join(', '));
  });

  it('refuses anything but GET, and other resources', async () => {
    await using arm = await startArm();
    const { id } = arm.start(started);
    expect((await read(arm, id, { method: 'DELETE' })).status).toBe(405);
    expect((await read(arm, '/subscriptions/s/providers/x')).status).toBe(404);
  });

  it('answers what a test fixed, as a body or as a whole answer', async () => {
    await using arm = await startArm();
    const { id } = arm.start(started);
    arm.set(id.toUpperCase(), { status: 'Weird', percentComplete: 7 });
    expect(await (await read(arm, id)).json()).toEqual({ status: 'Weird', percentComplete: 7 });
    arm.set(id, { status: 502, headers: { 'x-from': 'proxy' }, body: '{"half' });
    const answer = await read(arm, id);
    expect(answer.status).toBe(502);
    expect(answer.headers.get('x-from')).toBe('proxy');
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.text()).toBe('{"half');
    expect(() => arm.set(clusterId, {})).toThrow('not the ARM ID of an operation');
  });
});

describe('the operation URL', () => {
  it('has the form of the Azure-AsyncOperation header and is no route of ARM', async () => {
    await using arm = await startArm();
    const { operationUrl, operationId } = arm.start(started);
    const url = new URL(operationUrl);
    expect(url.origin).toBe('https://management.azure.com');
    expect(url.pathname).toBe(
      `/subscriptions/${cluster.subscriptionId}/providers/Microsoft.ContainerService/locations/westeurope/operations/${operationId}`,
    );
    expect([...url.searchParams.keys()]).toEqual(['api-version', 't', 'c', 's', 'h']);
    expect(operationUrl.length).toBeGreaterThan(2000);
    arm.apiVersions.add('2016-03-30');
    expect((await read(arm, url.pathname + url.search)).status).toBe(404);
  });
});

describe('the record of calls', () => {
  it('holds what was asked and answered, without token and secrets', async () => {
    const clock = createClock();
    await using arm = await startArm({ now: clock.now });
    const { id } = arm.start(started);
    await read(arm, `${id}?api-version=2025-05-02-preview&s=secret`);
    expect(arm.callCount).toBe(1);
    expect(arm.calls).toEqual([
      {
        at: clock.now(),
        method: 'GET',
        path: id,
        apiVersion: '2025-05-02-preview',
        userAgent: 'node',
        subscriptionId: cluster.subscriptionId,
        status: 200,
      },
    ]);
  });
});
