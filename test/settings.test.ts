import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clouds } from '../shared/arm/clouds.ts';
import { readSettings, type Settings } from '../shared/settings.ts';

const webhook = 'https://hooks.slack.com/services/T0/B0/xyz';
const account =
  'DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=a2V5;EndpointSuffix=core.windows.net';
const minimal = { AzureWebJobsStorage: account, SLACK_WEBHOOK_URL: webhook };
type Env = Readonly<Record<string, string>>;

/** The settings that the minimum and these make; throws when there is a problem. */
function read(env: Env = {}): Settings {
  const { settings, problems } = readSettings({ ...minimal, ...env });
  if (settings === null || problems.length > 0) throw new Error(JSON.stringify(problems));
  return settings;
}

/** Names of the settings that are wrong. */
function wrong(env: Env): string[] {
  return readSettings(env).problems.map(({ setting }) => setting);
}

const day = 24 * 3_600_000;

describe('the settings', () => {
  it('need a store and a webhook only', () => {
    expect(read()).toEqual({
      storage: { kind: 'connectionString', connectionString: account },
      tableName: 'AksOperations',
      channels: new Map([['default', webhook]]),
      cloud: clouds.AzureCloud,
      armEndpoint: 'https://management.azure.com',
      apiVersion: '2025-05-02-preview',
      clientId: null,
      managedIdentity: false,
      pollSchedule: '*/30 * * * * *',
      stalledAfterMs: 30 * 60_000,
      giveUpAfterMs: 7 * day,
      retentionMs: 30 * day,
      heartbeatUrl: null,
    });
  });

  it.each<[string, string, Partial<Settings>]>([
    ['OPERATIONS_TABLE', 'Prod2', { tableName: 'Prod2' }],
    [
      'AZURE_CLOUD',
      'AzureUSGovernment',
      { cloud: clouds.AzureUSGovernment, armEndpoint: 'https://management.usgovcloudapi.net' },
    ],
    [
      'AZURE_CLOUD',
      'AzureChinaCloud',
      { cloud: clouds.AzureChinaCloud, armEndpoint: 'https://management.chinacloudapi.cn' },
    ],
    ['AZURE_CLIENT_ID', 'c1', { clientId: 'c1' }],
    ['IDENTITY_ENDPOINT', 'http://169.254.129.2:8081/msi/token', { managedIdentity: true }],
    ['ARM_ENDPOINT', 'https://arm.example//', { armEndpoint: 'https://arm.example' }],
    ['ARM_ENDPOINT', 'http://127.0.0.1:8080', { armEndpoint: 'http://127.0.0.1:8080' }],
    ['AKS_API_VERSION', '2027-01-01', { apiVersion: '2027-01-01' }],
    ['POLL_SCHEDULE', '0 */2 * * * *', { pollSchedule: '0 */2 * * * *' }],
    ['STALLED_AFTER', '45s', { stalledAfterMs: 45_000 }],
    ['STALLED_AFTER', '0', { stalledAfterMs: 0 }],
    ['GIVE_UP_AFTER', '12h', { giveUpAfterMs: day / 2 }],
    ['RETENTION', ' 90d ', { retentionMs: 90 * day }],
    ['HEARTBEAT_URL', 'https://hc.example/1', { heartbeatUrl: 'https://hc.example/1' }],
    [
      'SLACK_WEBHOOK_URL',
      'http://localhost:1/x',
      { channels: new Map([['default', 'http://localhost:1/x']]) },
    ],
    ['RETENTION', '', {}],
  ])('take %s=%s', (setting, value, change) => {
    expect(read({ [setting]: value })).toMatchObject(change);
  });

  it.each([
    ['OPERATIONS_TABLE', '1st'],
    ['OPERATIONS_TABLE', 'aks-operations'],
    ['OPERATIONS_TABLE', 'T'.repeat(56)],
    ['AZURE_CLOUD', 'AzureGermanCloud'],
    ['AZURE_CLOUD', 'toString'],
    ['ARM_ENDPOINT', 'http://management.azure.com'],
    ['ARM_ENDPOINT', 'http://127.0.0.1.evil.example'],
    ['ARM_ENDPOINT', 'https://arm.example/?x'],
    ['ARM_ENDPOINT', 'https://user:geheim@arm.example'],
    ['AKS_API_VERSION', 'latest'],
    ['STALLED_AFTER', '30'],
    ['STALLED_AFTER', '-5m'],
    ['GIVE_UP_AFTER', '0'],
    ['GIVE_UP_AFTER', '0d'],
    ['RETENTION', '1 month'],
    ['RETENTION', '999999d'],
    ['HEARTBEAT_URL', 'ftp://hc.example'],
    ['SLACK_WEBHOOK_URL', 'http://hooks.slack.com/services/x'],
    ['SLACK_WEBHOOK_URL', 'hooks'],
    ['SLACK_WEBHOOK_URL', ''],
    ['AzureWebJobsStorage', ''],
    ['AzureWebJobsStorage', 'acct'],
    ['AzureWebJobsStorage', account.replace('https', 'http')],
    ['OPERATIONS_STORAGE', 'TableEndpoint=http://acct.example;SharedAccessSignature=sv'],
    ['OPERATIONS_STORAGE__tableServiceUri', 'http://acct.table.core.windows.net'],
    ['OPERATIONS_STORAGE__accountName', 'My-Account'],
  ])('do not work with %s=%j', (setting, value) => {
    const reading = readSettings({ ...minimal, [setting]: value });
    expect(reading.settings).toBeNull();
    expect(reading.problems).toMatchObject([{ setting }]);
  });

  it('are all checked at once', () => {
    const env = {
      AZURE_CLOUD: 'x',
      STALLED_AFTER: 'x',
      POLL_SCHEDULE: 'x',
      SLACK_WEBHOOK_URL_A: 'x',
    };
    expect(wrong(env).toSorted()).toEqual(
      [...Object.keys(env), 'AzureWebJobsStorage', 'SLACK_WEBHOOK_URL'].toSorted(),
    );
  });

  it.each([
    ...Object.keys(minimal),
    'OPERATIONS_STORAGE',
    'OPERATIONS_STORAGE__tableServiceUri',
    'OPERATIONS_STORAGE__accountName',
    'OPERATIONS_STORAGE__clientId',
    'OPERATIONS_TABLE',
    'SLACK_WEBHOOK_URL_PAYMENTS',
    'AZURE_CLOUD',
    'AZURE_CLIENT_ID',
    'ARM_ENDPOINT',
    'AKS_API_VERSION',
    'POLL_SCHEDULE',
    'STALLED_AFTER',
    'GIVE_UP_AFTER',
    'RETENTION',
    'HEARTBEAT_URL',
  ])('show an unresolved Key Vault reference in %s, once', (setting) => {
    const value = '@Microsoft.KeyVault(SecretUri=https://kv.example/secrets/s)';
    const { problems } = readSettings({ ...minimal, [setting]: value });
    expect(problems).toEqual([
      { setting, message: expect.stringContaining('Key Vault reference that was not resolved') },
    ]);
  });

  it('never show a value in a problem', () => {
    const values = fc.oneof(
      fc.stringMatching(/^[a-zA-Z0-9:/@.;=?&-]{12,40}$/),
      fc
        .stringMatching(/^[a-z0-9]{12,20}$/)
        .map((part) => `http://${part}.example/services/${part}`),
      fc.stringMatching(/^[a-z0-9]{12,20}$/).map((key) => `AccountName=a;AccountKey=${key}`),
    );
    const names = [
      'AzureWebJobsStorage',
      'OPERATIONS_STORAGE__accountName',
      'OPERATIONS_TABLE',
      'SLACK_WEBHOOK_URL',
      'SLACK_WEBHOOK_URL_A',
      'AZURE_CLOUD',
      'ARM_ENDPOINT',
      'AKS_API_VERSION',
      'POLL_SCHEDULE',
      'STALLED_AFTER',
      'GIVE_UP_AFTER',
      'RETENTION',
      'HEARTBEAT_URL',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), values), (env) => {
        const said = JSON.stringify(readSettings(env).problems);
        for (const value of Object.values(env)) expect(said).not.toContain(value);
      }),
    );
  });
});

describe('the store', () => {
  const uri = 'https://acct.table.core.windows.net';
  it.each<[string, Env, Settings['storage']]>([
    [
      'the connection string of its own',
      { OPERATIONS_STORAGE: 'UseDevelopmentStorage=true', AzureWebJobsStorage: account },
      { kind: 'connectionString', connectionString: 'UseDevelopmentStorage=true' },
    ],
    [
      'that of the host otherwise',
      { AzureWebJobsStorage: 'TableEndpoint=http://127.0.0.1:10002/a;SharedAccessSignature=sv' },
      {
        kind: 'connectionString',
        connectionString: 'TableEndpoint=http://127.0.0.1:10002/a;SharedAccessSignature=sv',
      },
    ],
    [
      'an identity with a URI',
      { AzureWebJobsStorage__tableServiceUri: uri },
      { kind: 'identity', tableServiceUri: uri, clientId: null },
    ],
    [
      'an identity with an account of the cloud',
      { OPERATIONS_STORAGE__accountName: 'acct', AZURE_CLOUD: 'AzureChinaCloud' },
      {
        kind: 'identity',
        tableServiceUri: 'https://acct.table.core.chinacloudapi.cn',
        clientId: null,
      },
    ],
    [
      'the identity of the app',
      { AzureWebJobsStorage__accountName: 'acct', AZURE_CLIENT_ID: 'app' },
      { kind: 'identity', tableServiceUri: uri, clientId: 'app' },
    ],
    [
      'an identity of its own',
      {
        OPERATIONS_STORAGE__accountName: 'acct',
        OPERATIONS_STORAGE__clientId: 'own',
        AZURE_CLIENT_ID: 'app',
      },
      { kind: 'identity', tableServiceUri: uri, clientId: 'own' },
    ],
  ])('is reached by %s', (_, env, storage) => {
    expect(readSettings({ SLACK_WEBHOOK_URL: webhook, ...env })).toMatchObject({
      settings: { storage },
      problems: [],
    });
  });
});

describe('the channels', () => {
  it('are named by their settings, in any case of letters', () => {
    const { channels } = read({
      SLACK_WEBHOOK_URL_PAYMENTS: `${webhook}1`,
      Slack_Webhook_Url_Team_2: `${webhook}2`,
    });
    expect(channels).toEqual(
      new Map([
        ['default', webhook],
        ['payments', `${webhook}1`],
        ['team_2', `${webhook}2`],
      ]),
    );
  });

  it.each<[string, Env, string]>([
    ['has no usable URL', { SLACK_WEBHOOK_URL_A: 'x' }, 'SLACK_WEBHOOK_URL_A'],
    [
      'is named twice',
      { SLACK_WEBHOOK_URL_A: webhook, SLACK_WEBHOOK_URL_a: webhook },
      'SLACK_WEBHOOK_URL_a',
    ],
    [
      'is named like the default one',
      { SLACK_WEBHOOK_URL_DEFAULT: webhook },
      'SLACK_WEBHOOK_URL_DEFAULT',
    ],
    ['has no name', { SLACK_WEBHOOK_URL_: webhook }, 'SLACK_WEBHOOK_URL_'],
  ])('work all but one that %s', (_, env, setting) => {
    const { settings, problems } = readSettings({ ...minimal, ...env });
    expect(problems).toMatchObject([{ setting }]);
    expect(settings?.channels.get('default')).toBe(webhook);
  });
});
