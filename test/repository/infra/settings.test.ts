import { describe, expect, it } from 'vitest';
import { proxyNames } from '../../../shared/settings/proxy.ts';
import { readSettings } from '../../../shared/settings/settings.ts';
import parameters from '../../../infra/main.parameters.json' with { type: 'json' };
import * as z from 'zod';
import { resourcesOf, theOne } from './snapshots.ts';

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

/** The app settings of a snapshot, with what its parameter file gives. */
const settingsIn = (name: string): Readonly<Record<string, string>> =>
  z.record(z.string(), z.string()).parse(theOne(name, 'Microsoft.Web/sites/config')['properties']);

const required = settingsIn('settings-required');
const everything = settingsIn('settings-everything');
const optional = Object.keys(parameters.parameters.settings.value);
/** Those of further channels, and those that a parameter file gives by name. */
const ofThisSnapshot = /^(SLACK_WEBHOOK_URL_\w+|POLL_SCHEDULE|STALLED_AFTER)$/;

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

/** A reference to Key Vault, once the platform has looked it up. */
const resolved = (settings: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      value.startsWith('@Microsoft.KeyVault(') ? 'https://hooks.slack.com/services/T/B/x' : value,
    ]),
  );

describe('the app settings of the template', () => {
  it('are exactly those that the app knows, and what the host needs: none is missing', () => {
    const fixed = Object.keys(everything).filter((name) => !ofThisSnapshot.test(name));
    expect([...fixed, ...optional, ...leftOut, ...ofTheSystem].toSorted()).toEqual(
      [...askedFor(), ...ofTheHost].toSorted(),
    );
  });

  it('let the app work, without and with the optional ones', () => {
    for (const settings of [required, everything])
      expect(readSettings(resolved(settings))).toMatchObject({
        problems: [],
        settings: { storage: { signIn: 'identity' } },
      });
    // An optional one that is not given is the empty text for azd, and left out.
    expect(required).not.toHaveProperty('STALLED_AFTER');
    expect(everything).toMatchObject({ STALLED_AFTER: '45m' });
    expect(everything).not.toHaveProperty('WATCH_INTERVAL');
  });

  it('hold no secret: webhooks and the heartbeat are references to secrets that are made', () => {
    const made = new Set(
      resourcesOf('everything').flatMap(({ id }) => /\/secrets\/([\w-]+)$/.exec(id)?.[1] ?? []),
    );
    const referred = Object.entries(everything)
      .filter(([name]) => /^(SLACK_WEBHOOK_URL|HEARTBEAT_URL)/.test(name))
      .map(([, value]) => /^@Microsoft\.KeyVault\(SecretUri=.+\/([a-z-]+)\)$/.exec(value)?.[1]);
    expect(new Set(referred)).toEqual(made);
    expect(made.size).toBe(4);
  });

  it('name the identity to whoever signs in: host, app and Application Insights', () => {
    const client = '00000000-0000-4000-8000-0000000000fd';
    expect(everything).toMatchObject({
      AzureWebJobsStorage__credential: 'managedidentity',
      AzureWebJobsStorage__clientId: client,
      AZURE_CLIENT_ID: client,
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${client};Authorization=AAD`,
    });
    expect(required).not.toHaveProperty('APPLICATIONINSIGHTS_AUTHENTICATION_STRING');
  });

  it('are none that Flex Consumption does not take', () => {
    expect(
      [...Object.keys(everything), ...optional].filter((name) => notOnFlex.test(name)),
    ).toEqual([]);
  });
});
