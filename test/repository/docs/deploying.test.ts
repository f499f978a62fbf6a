import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSettings } from '../../../shared/settings/settings.ts';
import { startProduct, type Product } from '../../support/product.ts';
import { settingsFor } from '../../support/settings.ts';
import parameters from '../../../infra/main.parameters.json' with { type: 'json' };
import { read, tableOf } from './pages.ts';
import { blocksToRun, run } from './shell.ts';
import { deployed } from './stand-ins.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ FUNCTION_KEY: deployed.key });
});
afterAll(async () => await product[Symbol.asyncDispose]());

const blocks = blocksToRun('docs/deploying.md', 'sh');

const withAzd = blocks.take('azd up');
it('docs/deploying.md deploys with azd as the README does', async () => {
  expect((await run(withAzd, product)).commands.at(-1)).toBe('azd up');
});

/** What somebody pastes. */
const pasted = 'https://hooks.slack.com/services/T0/B0/pasted';

const withoutAzd = blocks.take('az deployment sub create');
it('docs/deploying.md deploys without azd: the template with the webhook that was pasted, and the package', async () => {
  const { calls, commands, files } = await run(withoutAzd, product, { stdin: `${pasted}\n` });
  expect(commands).toEqual([
    'npm ci',
    'npm run package',
    'az deployment sub create',
    'az functionapp list',
    'az functionapp deployment source config-zip',
  ]);
  expect(JSON.stringify(calls)).toContain(`slackWebhookUrl=${pasted}"`);
  expect(calls.at(-1)?.options).toMatchObject({ '--name': [deployed.app] });
  expect(files.has('.local/aks-operation-notifier.zip')).toBe(true);
});

const outputs = blocks.take('sub show');
it('docs/deploying.md shows the outputs of the deployment without azd', async () => {
  const { calls } = await run(outputs, product);
  const [create] = /sub create --name (\S+)/.exec(withoutAzd)?.slice(1) ?? [];
  expect(calls[0]).toMatchObject({
    command: 'az deployment sub show',
    options: { '--name': [create], '--query': ['properties.outputs'] },
  });
});

const isWell = blocks.take('HEALTH_URL');
it('docs/deploying.md waits until the deployed app works', async () => {
  const { calls } = await run(isWell, product);
  expect(calls.at(-1)).toMatchObject({
    command: 'npm run well',
    options: { '--url': [expect.stringMatching(/\/api\/health$/)] },
  });
});

const refresh = blocks.take('az rest');
it('docs/deploying.md has the references to Key Vault looked up again', async () => {
  const { calls } = await run(refresh, product);
  expect(calls.at(-1)?.options).toEqual({
    '--method': ['post'],
    '--url': [
      expect.stringMatching(
        /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Web\/sites\/[^/]+\/config\/configreferences\/appsettings\/refresh\?api-version=[\d-]+$/,
      ),
    ],
  });
});

const change = blocks.take('STALLED_AFTER');
it('docs/deploying.md changes a setting to what the app takes', async () => {
  const { calls, commands } = await run(change, product);
  expect(commands).toEqual(['azd env set', 'azd provision']);
  const [name = '', value] = calls[0]?.positionals ?? [];
  expect(
    readSettings({ ...settingsFor(product.arm, product.slack), [name]: value }).problems,
  ).toEqual([]);
});

const changeWebhook = blocks.take('slackWebhookUrl\nazd provision');
it('docs/deploying.md has azd ask for a new webhook', async () => {
  const { calls, commands } = await run(changeWebhook, product);
  expect(commands).toEqual(['azd env config unset', 'azd provision']);
  expect(calls[0]?.positionals).toEqual(['infra.parameters.slackWebhookUrl']);
});

const addChannels = blocks.take('CHANNEL_WEBHOOK_URLS');
it('docs/deploying.md gives azd the webhooks of further channels', async () => {
  const { calls, commands } = await run(addChannels, product, {
    stdin: `${pasted}1\n${pasted}2\n`,
  });
  expect(commands).toEqual(['azd env set', 'azd env set', 'azd provision']);
  expect(calls[0]?.positionals).toEqual(['CHANNELS', 'payments,ops']);
  expect(calls[1]?.positionals).toEqual([
    'CHANNEL_WEBHOOK_URLS',
    `"payments=${pasted}1,ops=${pasted}2"`,
  ]);
});

it('docs/deploying.md lists all that can be set, under both names', () => {
  const told = tableOf('docs/deploying.md', 'variable').map(
    ([variable, name]) => [variable, name] as const,
  );
  const variables = Object.entries(parameters.parameters).flatMap(([name, { value }]) =>
    typeof value === 'string' ? [[`\`${value.slice(2, -1)}\``, `\`${name}\``] as const] : [],
  );
  const asked = new Set(['AZURE_ENV_NAME', 'AZURE_LOCATION', 'SLACK_WEBHOOK_URL']);
  const rest = variables.filter(([variable]) => !asked.has(variable.slice(1, -1)));
  expect(new Map(told)).toEqual(new Map(rest));
});

it('docs/deploying.md names all settings of the app that azd sets', () => {
  const [, list = ''] =
    /settings are set the same way: ([^()]+)\(/.exec(read('docs/deploying.md')) ?? [];
  expect(list.match(/[A-Z_]{2,}/g)).toEqual(Object.keys(parameters.parameters.settings.value));
});

const stop = blocks.take('az functionapp stop');
it('docs/deploying.md stops the app to try the alerts', async () => {
  const { calls } = await run(stop, product);
  expect(calls.at(-1)).toMatchObject({
    command: 'az functionapp stop',
    options: { '--resource-group': [deployed.resourceGroup], '--name': [deployed.app] },
  });
});

const onCall = blocks.take('alert-processing-rule');
it('docs/deploying.md adds an action group to all alerts of the resource group', async () => {
  const { calls } = await run(onCall, product, { env: { ACTION_GROUP_ID: '/actionGroups/1' } });
  expect(calls.at(-1)?.options).toMatchObject({
    '--rule-type': ['AddActionGroups'],
    '--resource-group': [deployed.resourceGroup],
    '--action-groups': ['/actionGroups/1'],
    '--scopes': [expect.stringMatching(/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/)],
  });
});

const withoutQueues = blocks.take('Queue Data');
it('docs/deploying.md removes the role for queues that the templates no longer name', async () => {
  const { calls } = await run(withoutQueues, product);
  expect(calls.find(({ command }) => command === 'az role assignment list')?.options).toMatchObject(
    {
      '--assignee': [deployed.principalId],
      '--role': ['Storage Queue Data Contributor'],
    },
  );
  expect(calls.at(-1)).toMatchObject({
    command: 'az role assignment delete',
    options: { '--ids': ['/roleAssignments/1', '/roleAssignments/2'] },
  });
});

const otherNames = blocks.take('PRINCIPAL_ID)" --query');
it('docs/deploying.md removes the roles of an earlier version', async () => {
  const { calls } = await run(otherNames, product);
  expect(calls.find(({ command }) => command === 'az role assignment list')?.options).toEqual({
    '--all': [],
    '--assignee': [deployed.principalId],
    '--query': ['[].id'],
    '--output': ['tsv'],
  });
  expect(calls.at(-1)).toMatchObject({
    command: 'az role assignment delete',
    options: { '--ids': ['/roleAssignments/1', '/roleAssignments/2'] },
  });
});

const withPurge = blocks.take('azd down');
it('docs/deploying.md takes everything down with azd', async () => {
  expect((await run(withPurge, product)).commands).toEqual(['azd down']);
});

const recover = blocks.take('keyvault recover');
it('docs/deploying.md recovers a vault that nobody can purge', async () => {
  const { commands } = await run(recover, product, { env: { KEY_VAULT_NAME: 'kv' } });
  expect(commands).toEqual(['az group create', 'az keyvault recover']);
});

const takeDown = blocks.take('az group delete');
it('docs/deploying.md takes everything down, the roles first, while their identity is there', async () => {
  const env = {
    IDENTITY_PRINCIPAL_ID: deployed.principalId,
    AZURE_RESOURCE_GROUP: deployed.resourceGroup,
    KEY_VAULT_NAME: 'kv',
  };
  const { calls, commands } = await run(takeDown, product, { env });
  const listed = commands.indexOf('az role assignment list');
  const removed = commands.indexOf('az role assignment delete');
  expect(listed).toBeLessThan(removed);
  expect(removed).toBeLessThan(commands.indexOf('az group delete'));
  expect(calls[listed]?.options).toMatchObject({ '--assignee': [deployed.principalId] });
  expect(calls[removed]?.options).toEqual({
    '--ids': ['/roleAssignments/1', '/roleAssignments/2'],
  });
});

it('docs/deploying.md has no other block to run', () => {
  expect(blocks.left()).toEqual([]);
});
