import { expect, it } from 'vitest';
import { startProduct } from '../../support/product.ts';
import { someCluster } from '../../support/settings.ts';
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

/** For snippets that ask Azure alone. */
async function runInAzure(snippet: string) {
  await using product = await startProduct({ FUNCTION_KEY: deployed.key });
  return await run(snippet, product, { env: { RESOURCE_GROUP: deployed.resourceGroup } });
}
const theApp = { '--resource-group': [deployed.resourceGroup], '--name': [deployed.app] };

const names = blocks.take('AZURE_RESOURCE_GROUP');
it('docs/operating.md asks azd for the two names that its commands need', async () => {
  const { out } = await runInAzure(`${names}printf '%s %s' "$RESOURCE_GROUP" "$APP"`);
  expect(out).toBe(`${deployed.resourceGroup} ${deployed.app}`);
});

const state = blocks.take('state ||');
it('docs/operating.md shows whether the app is stopped', async () => {
  expect((await runInAzure(state)).out).toBe('Running\n');
});

const restart = blocks.take('restart');
it('docs/operating.md restarts the app', async () => {
  const { calls, commands } = await runInAzure(restart);
  expect(commands).toEqual(['az functionapp restart']);
  expect(calls[0]?.options).toEqual(theApp);
});

const again = blocks.take('syncfunctiontriggers');
it('docs/operating.md stops and starts the app, and has its triggers read again', async () => {
  const { calls, commands } = await runInAzure(again);
  expect(commands).toEqual([
    'az functionapp stop',
    'az functionapp start',
    'az functionapp show',
    'az rest',
  ]);
  expect(calls[1]?.options).toEqual(theApp);
  expect(calls.at(-1)?.options).toEqual({
    '--method': ['post'],
    '--url': [
      expect.stringMatching(
        /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Web\/sites\/[^/]+\/syncfunctiontriggers\?api-version=[\d-]+$/,
      ),
    ],
  });
});

const anew = blocks.take('functionapp delete');
it('docs/operating.md makes the app anew, and leaves storage alone', async () => {
  const { calls, commands } = await runInAzure(anew);
  expect(commands).toEqual(['az functionapp delete', 'azd up']);
  expect(calls[0]?.options).toEqual(theApp);
});

const rotate = blocks.take('keys set');
it('docs/operating.md changes the key of one function and that of all, and shows neither', async () => {
  const { calls, commands, out } = await runInAzure(rotate);
  expect(commands).toEqual(['az functionapp function keys set', 'az functionapp keys set']);
  for (const { options } of calls)
    expect(options).toMatchObject({ ...theApp, '--key-name': ['default'], '--output': ['none'] });
  expect(calls[0]?.options).toMatchObject({ '--function-name': ['registerOperation'] });
  expect(calls[1]?.options).toMatchObject({ '--key-type': ['functionKeys'] });
  expect(out).toBe('');
});

it('docs/operating.md has no other block to run', () => {
  expect(blocks.left()).toEqual([]);
});
