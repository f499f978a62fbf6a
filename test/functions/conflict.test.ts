import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProduct, type Product } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';
import { startTableProxy } from '../support/tables.ts';

let tables: Awaited<ReturnType<typeof startTableProxy>>;
let product: Product;
beforeAll(async () => {
  tables = await startTableProxy();
  product = await startProduct({ AzureWebJobsStorage: tables.connectionString });
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await tables[Symbol.asyncDispose]();
});

const post = async (path: string, body?: object) => await product.request('POST', path, body);

/** Each request that writes by etag, with what is there before it. */
const changes: Readonly<
  Record<string, (isThere: boolean) => Promise<() => ReturnType<typeof post>>>
> = {
  'registering an operation': async (isThere) => {
    const operation = { ...someCluster(), operationId: 'x' };
    if (isThere) await post('/api/operations', operation);
    return async () => await post('/api/operations', { ...operation, label: 'again' });
  },
  'creating a watch': async (isThere) => {
    const watch = { subscriptionId: someCluster().subscriptionId };
    if (isThere) await post('/api/watches', watch);
    return async () => await post('/api/watches', { ...watch, label: 'again' });
  },
  'untracking an operation': async (isWatched) => {
    const { subscriptionId, ...cluster } = someCluster();
    if (isWatched) await post('/api/watches', { subscriptionId });
    const created = await post('/api/operations', { subscriptionId, ...cluster, operationId: 'x' });
    const path = created.headers.get('location') ?? '';
    return async () => await product.request('DELETE', path);
  },
  'retrying a channel': async () => {
    const { id } = product.arm.start({ ...someCluster(), scenario: 'neverEnds' });
    product.arm.set(id, { status: 'Succeeded' });
    product.slack.faults.set({
      kind: 'status',
      status: 410,
      body: 'channel_is_archived',
      channel: 'payments',
    });
    await post('/api/operations', { id, channel: 'payments' });
    await product.tick();
    return async () => await post('/api/channels/payments/retry');
  },
};

it.each(
  Object.keys(changes).flatMap((name) => [true, false].map((isThere) => [name, isThere] as const)),
)(
  '%s (there before: %s) that others are quicker at each time is a conflict, and works afterwards',
  async (name, isThere) => {
    const change = await changes[name]?.(isThere);
    const before = tables.requests.length;
    tables.fault = ({ method }) => (method === 'GET' ? null : 'late');
    const answer = await change?.();
    tables.fault = () => null;
    expect(answer?.status).toBe(409);
    expect(answer?.json()).toMatchObject({
      type: 'urn:aks-operation-notifier:conflict',
      title: 'Conflict',
      status: 409,
    });
    expect(answer?.text).toContain('try again');
    expect(answer?.text).not.toMatch(/storage/i);
    expect(tables.requests.length - before).toBeLessThan(200);
    expect((await change?.())?.status).toBeLessThan(300);
  },
);
