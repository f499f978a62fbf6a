import { describe, expect, it } from 'vitest';
import { createRoot } from '../../shared/app.ts';
import { readSettings, type Settings } from '../../shared/settings/settings.ts';

const webhook = 'https://hooks.slack.com/services/T0/B0/xyz';
const account =
  'DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=a2V5;EndpointSuffix=core.windows.net';
type Env = Readonly<Record<string, string>>;

describe('the store', () => {
  const uri = 'https://acct.table.core.windows.net';
  it.each<[string, Env, Settings['storage']]>([
    [
      'the connection string of its own',
      { OPERATIONS_STORAGE: 'UseDevelopmentStorage=true', AzureWebJobsStorage: account },
      { signIn: 'connectionString', connectionString: 'UseDevelopmentStorage=true' },
    ],
    [
      'that of the host otherwise',
      { AzureWebJobsStorage: 'TableEndpoint=http://127.0.0.1:10002/a;SharedAccessSignature=sv' },
      {
        signIn: 'connectionString',
        connectionString: 'TableEndpoint=http://127.0.0.1:10002/a;SharedAccessSignature=sv',
      },
    ],
    [
      'an identity with a URI',
      { AzureWebJobsStorage__tableServiceUri: uri },
      { signIn: 'identity', tableServiceUri: uri, clientId: null },
    ],
    [
      'an identity with an account of the cloud',
      { OPERATIONS_STORAGE__accountName: 'acct', AZURE_CLOUD: 'AzureChinaCloud' },
      {
        signIn: 'identity',
        tableServiceUri: 'https://acct.table.core.chinacloudapi.cn',
        clientId: null,
      },
    ],
    [
      'the identity of the app',
      { AzureWebJobsStorage__accountName: 'acct', AZURE_CLIENT_ID: 'app' },
      { signIn: 'identity', tableServiceUri: uri, clientId: 'app' },
    ],
    [
      'an identity of its own',
      {
        OPERATIONS_STORAGE__accountName: 'acct',
        OPERATIONS_STORAGE__clientId: 'own',
        AZURE_CLIENT_ID: 'app',
      },
      { signIn: 'identity', tableServiceUri: uri, clientId: 'own' },
    ],
  ])('is reached by %s', (_, env, storage) => {
    expect(readSettings({ SLACK_WEBHOOK_URL: webhook, ...env })).toMatchObject({
      settings: { storage },
      problems: [],
    });
  });

  it.each([
    ['where the account is', 'DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=a2V5'],
    ['a value for each name', `${account};QueueEndpoint`],
  ])('is not reached by a connection string without %s, and the app loads', (_, storage) => {
    const env = { AzureWebJobsStorage: storage, SLACK_WEBHOOK_URL: webhook };
    expect(readSettings(env).problems).toMatchObject([{ setting: 'AzureWebJobsStorage' }]);
    expect(() => createRoot(env)).not.toThrow();
  });
});

describe('the channels', () => {
  it('are named by their settings, in any case of letters', () => {
    const { settings, problems } = readSettings({
      AzureWebJobsStorage: account,
      SLACK_WEBHOOK_URL: webhook,
      SLACK_WEBHOOK_URL_PAYMENTS: `${webhook}1`,
      Slack_Webhook_Url_Team_2: `${webhook}2`,
    });
    expect(problems).toEqual([]);
    expect(settings?.channels).toEqual(
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
    const { settings, problems } = readSettings({
      AzureWebJobsStorage: account,
      SLACK_WEBHOOK_URL: webhook,
      ...env,
    });
    expect(problems).toMatchObject([{ setting }]);
    expect(settings?.channels.get('default')).toBe(webhook);
  });
});
