import { expect, it } from 'vitest';
import { startProduct } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';
import { blocksToRun, run } from './shell.ts';
import { deployed } from './stand-ins.ts';

const blocks = blocksToRun('docs/operating.md', 'sh');
const key = { 'x-functions-key': deployed.key };

const retry = blocks.take('/retry');
it('docs/operating.md has a parked channel tried again, which then takes its message', async () => {
  await using product = await startProduct({ FUNCTION_KEY: deployed.key });
  const { arm, slack } = product;
  const standing = async () =>
    (await product.request('GET', '/api/channels', undefined, key)).json()['value'];
  const { id } = arm.start({ ...someCluster(), scenario: 'neverEnds' });
  arm.set(id, { status: 'Succeeded' });
  await product.request('POST', '/api/operations', { id, channel: 'payments' }, key);
  slack.faults.set({ kind: 'status', status: 404, times: 1 });
  await product.tick();
  expect(await standing()).toMatchObject([{}, { name: 'payments', state: 'parked' }]);
  await run(retry, product);
  await product.tick();
  expect(await standing()).toMatchObject([{}, { name: 'payments', state: 'ok' }]);
});

it('docs/operating.md has no other block to run', () => {
  expect(blocks.left()).toEqual([]);
});
