import { armIdOf } from '../../../shared/domain/scope.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import sample from '../../../local.settings.sample.json' with { type: 'json' };
import { readSettings } from '../../../shared/settings/settings.ts';
import { startProduct, type Product } from '../../support/product.ts';
import { settingsFor, someCluster } from '../../support/settings.ts';
import { blocksOf } from './pages.ts';
import { blocksToRun, run } from './shell.ts';
import { deployed } from './stand-ins.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ FUNCTION_KEY: deployed.key });
});
afterAll(async () => await product[Symbol.asyncDispose]());

/** Settings that join the app to the same stand-ins. */
const settings = () => settingsFor(product.arm, product.slack);
const key = { 'x-functions-key': deployed.key };
async function ask(path: string): Promise<unknown> {
  return (await product.request('GET', path, undefined, key)).json()['value'];
}

const blocks = blocksToRun('README.md', 'sh', 'jsonc');

const start = blocks.take('npm start');
const test = blocks.take('npm test');
it('README.md starts and tests by scripts that there are', async () => {
  // On one line, as people copy it.
  expect([start, test]).toEqual(['npm ci && npm start\n', 'npm ci && npm test\n']);
  expect((await run(start, product)).commands).toEqual(['npm ci', 'npm start']);
  expect((await run(test, product)).commands).toEqual(['npm ci', 'npm test']);
});

const prepare = blocks.take('local.settings.json');
const develop = blocks.take('npm run dev');
it('README.md makes the settings of npm run dev from the sample, and checks them before it', async () => {
  const { commands, files } = await run(prepare, product);
  expect(commands).toEqual(['az login']);
  expect(JSON.parse(files.get('local.settings.json') ?? '')).toEqual(sample);
  const file = JSON.stringify({ Values: settings() });
  const checked = await run(develop, product, { files: { 'local.settings.json': file } });
  expect(checked.commands).toEqual(['npm run doctor', 'npm run dev']);
  expect(checked.out).toMatch(/^✓ settings:/m);
  expect(checked.out).not.toContain('✗');
});

const check = blocks.take('NOTIFIER_KEY="$KEY"\nnpm run doctor');
it('README.md has the deployed app check itself, with a message to each channel', async () => {
  const before = product.slack.messages.length;
  const { out } = await run(check, product);
  expect(out).toMatch(/^✓ settings:/m);
  expect(out).not.toContain('✗');
  expect(product.slack.messages).toHaveLength(before + 2);
});

const deploy = blocks.take('azd up');
it('README.md deploys with azd', async () => {
  const { commands } = await run(deploy, product);
  expect(commands).toEqual([
    'npm ci',
    'az login',
    'azd auth login',
    'azd env new',
    'azd env set',
    'azd env set',
    'azd up',
  ]);
});

const names = blocks.take('KEY=$(');
it('README.md gets the name and a key of the app that was deployed', async () => {
  const unset = { APP: '', KEY: '' };
  const { out } = await run(`${names}printf '%s %s' "$APP" "$KEY"`, product, { env: unset });
  expect(out).toBe(`${deployed.app} ${deployed.key}`);
});

const watch = blocks.take('/api/watches');
it('README.md creates a watch', async () => {
  await run(watch, product);
  const [, scope] = /"resourceGroupId": "([^"]+)"/.exec(watch) ?? [];
  expect(await ask('/api/watches')).toMatchObject([{ scope, mention: 'here' }]);
});

it.each([
  [
    'with curl',
    blocks.take('curl --fail-with-body -X POST "https://$APP.azurewebsites.net/api/operations"'),
  ],
  ['with the script', blocks.take('track-latest.sh')],
])('README.md registers the operation that an upgrade starts: %s', async (_, snippet) => {
  const { commands, subscriptionId, operationId } = await run(snippet, product);
  expect(commands).toContain('az aks upgrade');
  expect(await ask(`/api/operations?subscriptionId=${subscriptionId}`)).toMatchObject([
    { operationId, label: 'weekly upgrade', mention: 'here' },
  ]);
});

const ways = blocks.take('operationUrl');
it('README.md names an operation in three ways, and it is one, at the cluster or the pool', async () => {
  const cluster = someCluster();
  const parts = { ...cluster, operationId: randomUUID(), agentPoolName: 'np1' };
  const location = `/subscriptions/${cluster.subscriptionId}/providers/Microsoft.ContainerService/locations/westeurope`;
  const filled = ways
    .replaceAll(/ *\/\/ .*$/gm, '')
    .replaceAll('/subscriptions/…/managedClusters/{name}', armIdOf(cluster))
    .replaceAll('{operationId}', parts.operationId)
    .replaceAll('{pool}', parts.agentPoolName)
    .replaceAll(
      '<the Azure-AsyncOperation header>',
      `https://management.azure.com${location}/operations/${parts.operationId}?api-version=2017-08-31&t=1&c=x`,
    )
    .replaceAll(
      /(?<="(\w+)": ")…/g,
      (_, field: string) => new Map(Object.entries(parts)).get(field) ?? '',
    );
  const lines = filled.trim().split('\n');
  expect(lines).toHaveLength(3);
  const bodies = lines.flatMap((line) => [
    line.replaceAll(/\[.*\]|, "agentPoolName": "np1"/g, ''),
    line.replaceAll(/[[\]]/g, ''),
  ]);
  const answers = [];
  for (const body of bodies)
    answers.push(await product.request('POST', '/api/operations', JSON.parse(body), key));
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 200]);
  expect(new Set(answers.map((answer) => answer.json()['trackingId'])).size).toBe(1);
});

const versions = blocks.take('az provider show');
it('README.md shows the newest previews of managed clusters, and sets one that the app takes', async () => {
  const { out, calls } = await run(versions, product, {
    env: { RESOURCE_GROUP: deployed.resourceGroup },
  });
  expect(out.split('\n')).toEqual([
    '2025-05-02-preview',
    '2026-04-02-preview',
    '2026-07-02-preview',
    '',
  ]);
  const [assignment = ''] = calls.at(-1)?.options['--settings'] ?? [];
  const [name = '', value] = assignment.split('=');
  expect(name).toBe('AKS_API_VERSION');
  expect(readSettings({ ...settings(), [name]: value })).toMatchObject({
    problems: [],
    settings: { apiVersion: value },
  });
});

const alert = blocks.take('scheduled-query');
it('README.md makes an alert of the query above it', async () => {
  const query = blocksOf('README.md').find(({ code }) => code.includes('Ticks == 0'));
  const { calls } = await run(alert, product, {
    env: {
      WORKSPACE_ID: '/subscriptions/x/workspaces/y',
      ACTION_GROUP_ID: '/subscriptions/x/actionGroups/y',
    },
    files: { 'no-tick.kql': query?.code ?? '' },
  });
  const { '--condition': condition, '--condition-query': given } = calls[0]?.options ?? {};
  const [, placeholder = ''] = /^count '(\w+)' > 0$/.exec(condition?.[0] ?? '') ?? [];
  expect(given).toEqual([`${placeholder}=${query?.code.trimEnd()}`]);
});

it('README.md has no other block to run', () => {
  expect(blocks.left()).toEqual([]);
});
