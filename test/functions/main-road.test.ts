import { expect, it } from 'vitest';
import { startProduct } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';

it('posts how a registered operation ends, once, and moves it to the history', async () => {
  await using product = await startProduct();
  const cluster = someCluster();
  const { id } = product.arm.start({ ...cluster, scenario: 'neverEnds' });

  const registered = await product.request('POST', '/api/operations', {
    id,
    label: 'weekly upgrade',
  });
  expect(registered.status).toBe(201);
  await product.tick();
  expect(product.slack.messages).toEqual([]);

  product.arm.set(id, { status: 'Failed', error: { code: 'PodDrainFailure', message: 'too bad' } });
  await product.tick();
  await product.tick();
  expect(product.slack.messages.map(({ payload }) => payload)).toMatchObject([
    {
      text: expect.stringMatching(new RegExp(`^Failed: ${cluster.resourceName}: .+\nNext: .+\\.$`)),
      attachments: [{ color: '#d13438' }],
    },
  ]);
  const location = registered.headers.get('location') ?? '';
  expect((await product.request('GET', location)).json()).toMatchObject({
    state: 'finished',
    outcome: 'failed',
    undelivered: 0,
    history: [{ event: 'finished', from: 'InProgress', to: 'Failed', code: 'PodDrainFailure' }],
  });
});
