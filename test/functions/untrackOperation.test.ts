import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProduct, type Product } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(async () => await product[Symbol.asyncDispose]());

async function track(status: string): Promise<{ id: string; name: string; path: string }> {
  const cluster = someCluster();
  const { id } = product.arm.start({ ...cluster, scenario: 'neverEnds' });
  product.arm.set(id, { status });
  const answer = await product.request('POST', '/api/operations', { id });
  const path = answer.headers.get('location') ?? '';
  return { id, name: cluster.resourceName, path };
}
const toldOf = (name: string): number =>
  product.slack.messages.filter(({ payload }) => JSON.stringify(payload).includes(name)).length;

describe('DELETE /api/operations/{trackingId}', () => {
  it('forgets the operation: no message comes after it, and it is nowhere to be found', async () => {
    const { id, name, path } = await track('InProgress');
    await product.tick();
    product.arm.set(id, { status: 'Failed' });
    expect(
      await product.request('DELETE', path.toUpperCase().replace('/API/', '/api/')),
    ).toMatchObject({ status: 204, text: '' });
    await product.tick();
    expect(toldOf(name)).toBe(0);
    expect((await product.request('GET', path)).status).toBe(404);
    const list = await product.request('GET', `/api/operations?state=all&resourceName=${name}`);
    expect(list.json()['value']).toEqual([]);
  });

  it('waits for a message that is being posted at this moment', async () => {
    const { name, path } = await track('Succeeded');
    const posts = product.slack.attempts.length;
    product.slack.faults.set({ kind: 'slow', ms: 700, times: 1 });
    const tick = product.tick();
    await expect.poll(() => product.slack.attempts.length, { timeout: 15_000 }).toBe(posts + 1);
    expect(toldOf(name)).toBe(0);
    expect([204, 404]).toContain((await product.request('DELETE', path)).status);
    expect(toldOf(name)).toBe(1);
    await tick;
    await product.tick();
    expect(toldOf(name)).toBe(1);
  });

  it.each([
    'nothing',
    '00000000-0000-4000-8000-000000000000.0123456789abcdef0123456789abcdef',
    `..%2f..`,
    "'%20or%20''%20eq%20'",
  ])('answers 404 to %s, and so does GET', async (trackingId) => {
    for (const method of ['DELETE', 'GET']) {
      const answer = await product.request(method, `/api/operations/${trackingId}`);
      expect(answer.status).toBe(404);
    }
  });

  it('answers 404 as a problem', async () => {
    const answer = await product.request('DELETE', '/api/operations/nothing');
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json()).toEqual({
      type: 'urn:aks-operation-notifier:not-tracked',
      title: 'Not tracked',
      status: 404,
      detail: 'No operation is tracked under this tracking ID.',
    });
  });
});
