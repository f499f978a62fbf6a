import { describe, expect, it } from 'vitest';
import { proxyNames } from '../../../shared/settings/proxy.ts';
import { readSettings } from '../../../shared/settings/settings.ts';
import parameters from '../../../infra/main.parameters.json' with { type: 'json' };
import { readTemplate } from './bicep.ts';

/** What the platform sets by itself, and the proxies of a network. */
const ofTheSystem = [
  'IDENTITY_ENDPOINT',
  'WEBSITE_RESOURCE_GROUP',
  'WEBSITE_SITE_NAME',
  ...proxyNames,
];
/** What the Functions host reads, and not the app. */
const ofTheHost = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__credential',
];
/** What the app knows and the template does without. */
const leftOut = [
  // No connection string: it would hold a key. The endpoints are given one by one.
  'AzureWebJobsStorage',
  'AzureWebJobsStorage__accountName',
  // The tables are in the storage account of the host.
  'OPERATIONS_STORAGE',
  'OPERATIONS_STORAGE__accountName',
  'OPERATIONS_STORAGE__clientId',
  'OPERATIONS_STORAGE__tableServiceUri',
  // It follows from AZURE_CLOUD.
  'ARM_ENDPOINT',
];
/** Flex Consumption has its own place for these, and refuses or ignores them as settings. */
const notOnFlex =
  /^(FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|WEBSITE_|TZ$|ENABLE_ORYX|SCM_)/;

const app = readTemplate('app.bicep');
const setting = app.resources.find(({ symbol }) => symbol === 'appSettings')?.properties ?? [];
const written = new Map(
  setting
    .filter(({ path }) => path.startsWith('properties.'))
    .map(({ path, text }) => [path.slice('properties.'.length), text]),
);
const whole = setting.find(({ path }) => path === 'properties')?.text ?? '';
const optional = Object.keys(parameters.parameters.settings.value);

/** The settings that the app asks for when nothing is set. */
function askedFor(): string[] {
  const asked = new Set<string>();
  const nothing: Record<string, string> = {};
  readSettings(
    new Proxy(nothing, {
      get(_target, name) {
        asked.add(String(name));
        return undefined;
      },
    }),
  );
  return [...asked];
}

/** Some value of the kind that a setting has. */
function like(name: string): string {
  if (name === 'AZURE_CLOUD') return 'AzureUSGovernment';
  return name.endsWith('ServiceUri')
    ? 'https://acct.table.core.windows.net/'
    : 'https://hooks.slack.com/services/T/B/x';
}

describe('the app settings of the template', () => {
  it('are exactly those that the app knows, and what the host needs: none is missing', () => {
    expect([...written.keys(), ...optional, ...leftOut, ...ofTheSystem].toSorted()).toEqual(
      [...askedFor(), ...ofTheHost].toSorted(),
    );
  });

  it('let the app work, without and with the optional ones', () => {
    const env = Object.fromEntries([...written.keys()].map((name) => [name, like(name)]));
    expect(readSettings(env)).toMatchObject({
      problems: [],
      settings: { storage: { kind: 'identity' } },
    });
    // An optional one that is not given is the empty text for azd, and unset for the app.
    expect(
      readSettings({ ...env, ...Object.fromEntries(optional.map((name) => [name, ''])) }).problems,
    ).toEqual([]);
  });

  it('hold no secret: webhooks and the heartbeat are references to Key Vault', () => {
    const secret = /^'@Microsoft\.KeyVault\(SecretUri=\$\{secretsUrl\}\/([a-z-]+)\)'$/;
    expect(app.variables.get('secretsUrl')).toBe(
      "'https://${vault.name}${environment().suffixes.keyvaultDns}/secrets'",
    );
    for (const [name, kept] of [
      ['SLACK_WEBHOOK_URL', 'slack-webhook'],
      ['HEARTBEAT_URL', 'heartbeat-url'],
    ] as const) {
      expect(secret.exec(written.get(name) ?? '')?.[1]).toBe(kept);
      expect(app.text).toContain(`name: '${kept}'\n  properties: { value: `);
    }
    expect(whole).not.toMatch(
      /: (slackWebhookUrl|heartbeatUrl)\b|channel\.value|list(Keys|Secrets)\(/,
    );
  });

  it('have a reference for each further channel, to the secret that is made of it', () => {
    const secretName = "slack-webhook-${replace(toLower(name), '_', '-')}";
    expect(whole).toContain("name => 'SLACK_WEBHOOK_URL_${toUpper(name)}'");
    expect(whole).toContain(`'@Microsoft.KeyVault(SecretUri=\${secretsUrl}/${secretName})'`);
    expect(app.text).toContain(`name: '${secretName.replace('(name)', '(channel.key)')}'`);
  });

  it('name the identity to whoever signs in: host, app and Application Insights', () => {
    const client = 'identity.properties.clientId';
    expect(written.get('AzureWebJobsStorage__credential')).toBe("'managedidentity'");
    expect(written.get('AzureWebJobsStorage__clientId')).toBe(client);
    expect(written.get('AZURE_CLIENT_ID')).toBe(client);
    expect(written.get('APPLICATIONINSIGHTS_AUTHENTICATION_STRING')).toBe(
      `'ClientId=\${${client}};Authorization=AAD'`,
    );
    for (const service of ['blob', 'table'])
      expect(written.get(`AzureWebJobsStorage__${service}ServiceUri`)).toBe(
        `storage.properties.primaryEndpoints.${service}`,
      );
  });

  it('are none that Flex Consumption does not take', () => {
    expect([...written.keys(), ...optional].filter((name) => notOnFlex.test(name))).toEqual([]);
  });
});
