import { describe, expect, it, vi } from 'vitest';

import { startArm } from '../../../local/arm/server.ts';
import { cluster, clusterId, read, requestToken } from './caller.ts';

const started = { ...cluster, scenario: 'neverEnds' } as const;

async function call(url: string, method = 'GET', body?: unknown) {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const answer = await fetch(url, init);
  const text = await answer.text();
  return { status: answer.status, text };
}

describe('a fault of ARM', () => {
  it.each([
    [403, 'AuthorizationFailed'],
    [429, 'TooManyRequests'],
    [500, 'InternalServerError'],
    [503, 'ServiceUnavailable'],
  ])('can be status %d with code %s', async (status, code) => {
    await using arm = await startArm();
    arm.faults.set({ kind: 'status', status, retryAfter: 17 });
    const answer = await read(arm, arm.start(started).id);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe('17');
    expect(answer.headers.get('x-ms-correlation-request-id')).not.toBeNull();
    expect(await answer.json()).toMatchObject({ error: { code } });
  });

  it.each([
    ['/operations/o1', 'managedClusters/operations/read', '/operations/o1'],
    ['/operations', 'managedClusters/operations/read', ''],
    ['/agentPools/p1/operations/o1', 'managedClusters/agentPools/operations/read', undefined],
  ])('is a 403 in ARM’s words, of %s too', async (rest, action, scope = rest) => {
    await using arm = await startArm();
    arm.faults.set({ kind: 'status', status: 403, resourceGroupName: 'RG-PROD' });
    const { error } = JSON.parse(await (await read(arm, `${clusterId}${rest}`)).text());
    expect(error).toEqual({
      code: 'AuthorizationFailed',
      message: `The client '00000000-0000-0000-0000-00000000c11e' with object id '00000000-0000-0000-0000-0000000b1ec7' does not have authorization to perform action 'Microsoft.ContainerService/${action}' over scope '${clusterId}${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    });
  });

  it('is a 403 for the clusters of one resource group, and names the identity that asks', async () => {
    await using arm = await startArm();
    arm.start(started);
    arm.start({ ...started, resourceGroupName: 'other' });
    arm.faults.set({ kind: 'status', status: 403, resourceGroupName: 'rg-prod' });
    const subscription = `/subscriptions/${cluster.subscriptionId}`;
    const clusters = 'providers/Microsoft.ContainerService/managedClusters';
    const query = { client_id: '22222222-2222-2222-2222-222222222222' };
    const token = JSON.parse(await (await requestToken(arm, { query })).text()).access_token;
    const list = async (scope: string) => {
      const url = `${arm.url}${scope}/${clusters}?api-version=2025-05-02-preview`;
      return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).text();
    };
    const refused = await list(`${subscription}/resourceGroups/rg-Prod`);
    expect(refused).toContain(`The client '${query.client_id}' with object id`);
    expect(refused).toContain(
      `action 'Microsoft.ContainerService/managedClusters/read' over scope '${subscription}/resourceGroups/rg-Prod' or`,
    );
    expect(JSON.parse(await list(`${subscription}/resourceGroups/other`)).value).toHaveLength(1);
    expect(JSON.parse(await list(subscription)).value).toHaveLength(2);
  });

  it('can have any code and message, in the flat form that was seen too', async () => {
    await using arm = await startArm();
    const error = { code: 'Throttled', message: 'slow down' };
    arm.faults.set({ kind: 'status', status: 429, flat: true, ...error });
    const answer = await read(arm, clusterId);
    expect(await answer.json()).toEqual(error);
    expect(answer.headers.get('retry-after')).toBeNull();
  });

  it('can destroy the connection', async () => {
    await using arm = await startArm();
    arm.faults.set({ kind: 'down' });
    await expect(read(arm, arm.start(started).id)).rejects.toThrow('fetch failed');
    expect(arm.calls).toMatchObject([{ status: null }]);
  });

  it('can leave one call without an answer while the next gets one', async () => {
    await using arm = await startArm();
    const { id } = arm.start(started);
    arm.faults.set({ kind: 'hang', times: 1 });
    const outcome = vi.fn<(answer: unknown) => void>();
    const hanging = read(arm, id).then(outcome, outcome);
    await vi.waitFor(() => expect(arm.callCount).toBe(1));
    expect((await read(arm, id)).status).toBe(200);
    expect(outcome).not.toHaveBeenCalled();
    expect(arm.calls.map(({ status }) => status)).toEqual([null, 200]);
    await arm.close();
    await hanging;
    expect(outcome).toHaveBeenCalledWith(expect.any(Error));
  });

  it('can break off in the middle of the body', async () => {
    await using arm = await startArm();
    arm.faults.set({ kind: 'cut' });
    const answer = await read(arm, arm.start(started).id);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  it('can be malformed in three ways, each with status 200', async () => {
    await using arm = await startArm();
    const { id } = arm.start(started);
    const bodyOf = async (form: 'html' | 'truncated' | 'noStatus') => {
      arm.faults.set({ kind: 'malformed', form });
      const answer = await read(arm, id);
      expect(answer.status).toBe(200);
      return answer.text();
    };
    expect(await bodyOf('html')).toContain('<!DOCTYPE html>');
    expect(JSON.parse(await bodyOf('noStatus'))).not.toHaveProperty('status');
    const truncated = await bodyOf('truncated');
    expect(() => JSON.parse(truncated)).toThrow('JSON');
  });

  it('can redirect to another host', async () => {
    await using arm = await startArm();
    arm.faults.set({ kind: 'redirect', location: 'https://elsewhere.example/' });
    const answer = await read(arm, arm.start(started).id);
    expect(answer.status).toBe(307);
    expect(answer.headers.get('location')).toBe('https://elsewhere.example/');
  });

  it('can be slow, on top of the latency of every call', async () => {
    await using arm = await startArm({ latencyMs: 20 });
    const { id } = arm.start(started);
    const before = performance.now();
    await read(arm, id);
    const between = performance.now();
    arm.faults.set({ kind: 'slow', ms: 40 });
    expect((await read(arm, id)).status).toBe(200);
    // Timers may fire a millisecond early.
    expect(between - before).toBeGreaterThan(18);
    expect(performance.now() - between).toBeGreaterThan(58);
  });

  it('can be limited to a subscription or to a resource group', async () => {
    await using arm = await startArm();
    const { id } = arm.start(started);
    const other = arm.start({ ...started, resourceGroupName: 'other' });
    const foreign = arm.start({ ...started, subscriptionId: 'foreign' });
    const statuses = async () => {
      const answers = [other.id, foreign.id, id].map(
        async (path) => (await read(arm, path)).status,
      );
      return Promise.all(answers);
    };
    arm.faults.set({ kind: 'status', status: 503, subscriptionId: cluster.subscriptionId });
    expect(await statuses()).toEqual([503, 200, 503]);
    arm.faults.set({ kind: 'status', status: 503, resourceGroupName: 'RG-PROD' });
    expect(await statuses()).toEqual([200, 503, 503]);
    arm.faults.set({ kind: 'down', resourceGroupName: 'rg', subscriptionId: 'foreign' });
    expect(await statuses()).toEqual([200, 200, 200]);
    arm.faults.set({ kind: 'status', status: 503 });
    expect(await statuses()).toEqual([503, 503, 503]);
    arm.faults.clear();
    expect(await statuses()).toEqual([200, 200, 200]);
  });

  it('is over after its times', async () => {
    await using arm = await startArm();
    const { id } = arm.start(started);
    arm.faults.set({ kind: 'status', status: 500, times: 2 });
    expect((await read(arm, id)).status).toBe(500);
    expect(arm.faults.list()).toEqual([{ kind: 'status', status: 500, times: 1 }]);
    expect((await read(arm, id)).status).toBe(500);
    expect((await read(arm, id)).status).toBe(200);
    expect(arm.faults.list()).toEqual([]);
  });
});

describe('the routes of the stand-in itself', () => {
  it('list and replace the faults', async () => {
    await using arm = await startArm();
    const url = `${arm.url}/_standin/faults`;
    const faults = [
      { kind: 'slow', ms: 5 },
      { kind: 'down', times: 3 },
    ];
    expect(await call(url, 'PUT', faults)).toEqual({ status: 200, text: JSON.stringify(faults) });
    expect(arm.faults.list()).toEqual(faults);
    expect(JSON.parse((await call(url)).text)).toEqual(faults);
    expect(await call(url, 'PUT', [])).toEqual({ status: 200, text: '[]' });
    expect(arm.faults.list()).toEqual([]);
  });

  it('say what is wrong with a fault, and keep those that are', async () => {
    await using arm = await startArm();
    arm.faults.set({ kind: 'down' });
    const url = `${arm.url}/_standin/faults`;
    const { status, text } = await call(url, 'PUT', [{ kind: 'slow' }]);
    expect(status).toBe(400);
    expect(text).toContain('[0].ms');
    expect((await call(url, 'PUT')).status).toBe(400);
    expect((await call(url, 'DELETE')).status).toBe(405);
    expect(arm.faults.list()).toEqual([{ kind: 'down' }]);
  });

  it('start an operation, and list what is played with its status', async () => {
    await using arm = await startArm();
    const url = `${arm.url}/_standin/operations`;
    const { status, text } = await call(url, 'POST', { ...cluster, scenario: 'quick' });
    expect(status).toBe(201);
    const { id, operationId, operationUrl } = JSON.parse(text);
    expect(operationUrl).toContain(operationId);
    expect((await read(arm, id)).status).toBe(200);
    const listed = JSON.parse((await call(url)).text);
    expect(listed).toMatchObject([{ id, operationId, scenario: 'quick', status: 'Succeeded' }]);
    expect(arm.operations()).toEqual(listed);
  });

  it('retire an api-version, and bring it back', async () => {
    await using arm = await startArm();
    const { id } = arm.start({ ...cluster, scenario: 'quick' });
    const url = `${arm.url}/_standin/api-versions`;
    const versions: string[] = JSON.parse((await call(url)).text);
    expect(versions).toContain('2025-05-02-preview');
    const left = versions.filter((version) => version !== '2025-05-02-preview');
    expect(await call(url, 'PUT', left)).toEqual({ status: 200, text: JSON.stringify(left) });
    const refused = await read(arm, id);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain(`The supported api-versions are '${left.join(', ')}'`);
    expect((await call(url, 'PUT', 'all')).status).toBe(400);
    await call(url, 'PUT', versions);
    expect((await read(arm, id)).status).toBe(200);
  });

  it('offer api-versions in one location, and refuse others there by any code', async () => {
    await using arm = await startArm();
    arm.addCluster(cluster, 'northeurope');
    const { id } = arm.start({ ...cluster, scenario: 'quick' });
    const url = `${arm.url}/_standin/api-versions`;
    for (const [code, status, words] of [
      ['NoRegisteredProviderFound', 400, "for location 'northeurope'"],
      ['InvalidApiVersionParameter', 400, 'The supported versions are'],
      ['InvalidAPIVersion', 400, 'is not a valid API version'],
      ['UnsupportedApiVersion', 400, 'does not support the API version'],
      ['InvalidResourceType', 404, 'could not be found in the namespace'],
    ] as const) {
      const offer = { location: 'northeurope', offered: ['2031-01-02-preview'], code };
      expect((await call(url, 'PUT', offer)).status).toBe(200);
      const refused = await read(arm, id);
      expect(refused.status).toBe(status);
      expect(await refused.text()).toContain(words);
    }
    const other = { ...cluster, resourceName: 'elsewhere' };
    const elsewhere = arm.start({ ...other, scenario: 'quick' });
    expect((await read(arm, elsewhere.id)).status).toBe(200);
    const offered = ['2025-05-02-preview'];
    const withoutOperations = offered;
    await call(url, 'PUT', { location: 'northeurope', offered, withoutOperations });
    expect((await read(arm, id)).status).toBe(404);
  });

  it('refuse a scenario that does not exist, and name those that do', async () => {
    await using arm = await startArm();
    const { status, text } = await call(`${arm.url}/_standin/operations`, 'POST', {
      ...cluster,
      scenario: 'toString',
    });
    expect(status).toBe(400);
    expect(text).toContain('upgradeSucceeds');
    const names = JSON.parse((await call(`${arm.url}/_standin/scenarios`)).text);
    expect(names).toEqual(expect.arrayContaining(['upgradeFails', 'hostile']));
    expect((await call(`${arm.url}/_standin/unknown`)).status).toBe(404);
  });
});
