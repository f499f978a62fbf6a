import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProduct, type Product } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(async () => await product[Symbol.asyncDispose]());

const idOf = ({
  subscriptionId,
  resourceGroupName,
  resourceName,
}: ReturnType<typeof someCluster>) =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/${resourceName}`;

describe('watches', () => {
  it('are created, found and deleted; creating is idempotent', async () => {
    const clusterId = idOf(someCluster());
    const made = await product.request('POST', '/api/watches', { clusterId, label: 'prod' });
    expect(made.status).toBe(201);
    const { watchId } = made.json();
    const path = `/api/watches/${String(watchId)}`;
    expect(made.headers.get('location')).toBe(path);
    expect(made.json()).toEqual({
      watchId,
      scope: clusterId,
      label: 'prod',
      channel: 'default',
      events: expect.arrayContaining(['started', 'finished']),
      createdAt: expect.stringMatching(/Z$/),
    });

    const again = await product.request('POST', '/api/watches', {
      clusterId: clusterId.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'),
      channel: 'payments',
    });
    expect(again.status).toBe(200);
    expect(again.json()).toMatchObject({ watchId, label: 'prod', channel: 'payments' });

    const listed = (await product.request('GET', '/api/watches')).json();
    expect(listed).toMatchObject({ value: [{ watchId, channel: 'payments' }] });

    expect((await product.request('GET', path)).json()).toMatchObject({ watchId, clusters: [] });
    await product.tick();
    expect((await product.request('GET', path)).json()).toMatchObject({
      clusters: [
        { id: clusterId, lastLookAt: null, reading: { ok: false, code: 'ResourceNotFound' } },
      ],
    });

    expect((await product.request('DELETE', path)).status).toBe(204);
    expect((await product.request('DELETE', path)).status).toBe(404);
    expect((await product.request('GET', path)).status).toBe(404);
    await product.tick();
    expect((await product.request('GET', '/api/operations?state=all')).json()).toEqual({
      value: [],
    });
  });

  it('show nothing of a reading before the first one, then why a scope cannot be listed', async () => {
    const { subscriptionId } = someCluster();
    product.arm.faults.set({ kind: 'status', status: 403, subscriptionId });
    const made = await product.request('POST', '/api/watches', { subscriptionId });
    expect(made.json()).toMatchObject({ lastScanAt: null, reading: null });
    const { watchId } = made.json();
    await product.tick();
    product.arm.faults.clear();
    const shown = await product.request('GET', `/api/watches/${String(watchId)}`);
    expect(shown.json()).toMatchObject({
      scope: `/subscriptions/${subscriptionId}`,
      lastScanAt: null,
      reading: { ok: false, code: 'AuthorizationFailed' },
    });
  });

  it('of a wrong form are refused with every problem', async () => {
    const answer = await product.request('POST', '/api/watches', { clusterId: 'x', channel: 'y' });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      errors: [{ pointer: '/clusterId' }, { pointer: '/channel' }],
    });
  });

  it.each(['nothing', '..%2Fx', '%01'])('with an ID that is none are not there: %s', async (id) => {
    expect((await product.request('GET', `/api/watches/${id}`)).status).toBe(404);
    expect((await product.request('DELETE', `/api/watches/${id}`)).status).toBe(404);
  });
});
