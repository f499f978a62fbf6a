import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { clouds } from '../../shared/settings/clouds.ts';
import { readSettings, type Settings } from '../../shared/settings/settings.ts';

const webhook = 'https://hooks.slack.com/services/T0/B0/xyz';
const account =
  'DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=a2V5;EndpointSuffix=core.windows.net';
const minimal = { AzureWebJobsStorage: account, SLACK_WEBHOOK_URL: webhook };
/** Every setting that is checked. */
const known = [
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
  'ARM_BUDGET',
  'SHOW_CALLER',
  'WATCH_INTERVAL',
  'STALLED_AFTER',
  'GIVE_UP_AFTER',
  'RETENTION',
  'HEARTBEAT_URL',
];
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
      storage: { signIn: 'connectionString', connectionString: account },
      tableName: 'AksOperations',
      channels: new Map([['default', webhook]]),
      cloud: clouds.AzureCloud,
      armEndpoint: 'https://management.azure.com',
      apiVersion: 'auto',
      clientId: null,
      managedIdentity: false,
      pollSchedule: '*/30 * * * * *',
      armBudget: 0.5,
      showsCaller: true,
      watchIntervalMs: 120_000,
      stalledAfterMs: 30 * 60_000,
      drainStalledAfterMs: 35 * 60_000,
      giveUpAfterMs: 7 * day,
      retentionMs: 30 * day,
      site: null,
      heartbeatUrl: null,
    });
  });

  it.each<[Env, Settings['site']]>([
    [
      { WEBSITE_SITE_NAME: 'aks-notifier', WEBSITE_RESOURCE_GROUP: 'RG_(1)' },
      { name: 'aks-notifier', resourceGroupName: 'RG_(1)' },
    ],
    [{ WEBSITE_SITE_NAME: 'aks-notifier' }, null],
    [{ WEBSITE_SITE_NAME: '$(reboot)', WEBSITE_RESOURCE_GROUP: 'rg' }, null],
    [{ WEBSITE_SITE_NAME: 'aks-notifier', WEBSITE_RESOURCE_GROUP: '"; reboot; "' }, null],
  ])('know the Function App from what the platform says: %j', (env, site) => {
    expect(read(env).site).toEqual(site);
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
    ['AKS_API_VERSION', '2027-01-02-preview', { apiVersion: '2027-01-02-preview' }],
    ['POLL_SCHEDULE', '0 */2 * * * *', { pollSchedule: '0 */2 * * * *' }],
    ['ARM_BUDGET', '1', { armBudget: 1 }],
    ['SHOW_CALLER', 'False', { showsCaller: false }],
    ['SHOW_CALLER', 'true', { showsCaller: true }],
    ['ARM_BUDGET', '.25', { armBudget: 0.25 }],
    ['WATCH_INTERVAL', '30s', { watchIntervalMs: 30_000 }],
    ['WATCH_INTERVAL', '1h', { watchIntervalMs: 3_600_000 }],
    ['STALLED_AFTER', '45s', { stalledAfterMs: 45_000, drainStalledAfterMs: 45_000 }],
    ['STALLED_AFTER', '30m', { stalledAfterMs: 1_800_000, drainStalledAfterMs: 1_800_000 }],
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
    ['AKS_API_VERSION', '2026-10-01'],
    ['AKS_API_VERSION', '2025-05-02-privatepreview'],
    ['AKS_API_VERSION', '2025-05-02-PREVIEW'],
    ['ARM_BUDGET', '0'],
    ['SHOW_CALLER', 'no'],
    ['ARM_BUDGET', '1.01'],
    ['ARM_BUDGET', '-0.5'],
    ['ARM_BUDGET', '50%'],
    ['ARM_BUDGET', '1e-1'],
    ['WATCH_INTERVAL', '29s'],
    ['WATCH_INTERVAL', '61m'],
    ['WATCH_INTERVAL', '0'],
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

  it.each([
    ['ARM_BUDGET', '50%', 'must be a number above 0 and at most 1, such as 0.5.'],
    ['WATCH_INTERVAL', '2h', 'must be a length of time from 30s to 1h, such as 2m.'],
    [
      'STALLED_AFTER',
      'soon',
      'must be a length of time such as 45s, 12h or 30m, or 0 to turn it off.',
    ],
  ])('say what %s may be', (setting, value, message) => {
    const { problems } = readSettings({ ...minimal, [setting]: value });
    expect(problems).toEqual([{ setting, message }]);
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

  it.each(known)('show an unresolved Key Vault reference in %s, once', (setting) => {
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
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...known), values), (env) => {
        const said = JSON.stringify(readSettings(env).problems);
        for (const value of Object.values(env)) expect(said).not.toContain(value);
      }),
    );
  });
});
