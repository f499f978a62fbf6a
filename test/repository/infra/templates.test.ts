import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describedFor } from '../../functions/openapi/described.ts';
import { trackedFiles } from '../../support/checkout.ts';
import { firstColumn, tableOf } from '../docs/pages.ts';
import {
  infra,
  paramsOf,
  resourcesOf,
  snapshots,
  textOf,
  theOne,
  type Resource,
} from './snapshots.ts';

/*
 * What is true of every deployment, said of those that are evaluated. Types, names and values are the compiler's
 * concern, and every value that a deployment sets is in the snapshots: npm run check:infra.
 */

const templates = trackedFiles
  .flatMap((name) => /^infra\/(.*\.bicep)$/.exec(name)?.[1] ?? [])
  .map((name) => ({ name, text: readFileSync(join(infra, name), 'utf8') }));

/** Deployments of everything, in more than one way. */
const whole = ['required', 'everything', 'government'];

const isRole = ({ type }: Resource): boolean => type === 'Microsoft.Authorization/roleAssignments';

describe.each(templates)('infra/$name', ({ name, text }) => {
  it('describes every parameter', () => {
    expect(paramsOf(name).filter(({ described }) => !described)).toEqual([]);
    expect(paramsOf(name)).toHaveLength([...text.matchAll(/^param /gm)].length);
  });

  it('is the same from deployment to deployment: no time, no chance', () => {
    expect(text).not.toMatch(/\b(utcNow|newGuid|deployment)\(/);
  });

  it('asks no registry for a module', () => {
    expect(text).not.toMatch(/'(br|ts)[:/]/);
  });
});

it('a snapshot is there for each deployment that is evaluated', () => {
  const evaluated = trackedFiles.flatMap(
    (file) => /^infra\/snapshots\/(.+)\.bicepparam$/.exec(file)?.[1] ?? [],
  );
  expect(snapshots).toEqual(evaluated);
  expect(snapshots).toEqual(expect.arrayContaining(whole));
});

describe.each(snapshots)('the snapshot %s', (name) => {
  it('knows every resource by name before anything is deployed, but roles, named after whom they are for', () => {
    const unknown = resourcesOf(name).filter(
      ({ id, type, condition }) =>
        condition !== undefined || (id.startsWith('[') && !type.endsWith('/roleAssignments')),
    );
    expect(unknown).toEqual([]);
  });

  it('holds no secret', () => {
    expect(textOf(name)).not.toMatch(/hooks\.slack\.com|monitor\.example/);
  });
});

it.each(['main.bicep', 'app.bicep'])('%s takes webhooks and the heartbeat as secrets', (name) => {
  expect(paramsOf(name).flatMap((param) => (param.secure ? param.name : []))).toEqual([
    'slackWebhookUrl',
    'channelWebhookUrls',
    'heartbeatUrl',
  ]);
});

/** Built-in roles that the app may hold (learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
const builtInRoles: Readonly<Record<string, string>> = {
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  'acdd72a7-3385-48ef-bd42-f606fba81ae7': 'Reader',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
};

/** Where a role is given, and which: `storageAccounts/sthost: Storage Blob Data Owner`. */
function roleOf(resource: Resource): string {
  const { roleDefinitionId } = propertiesOf(resource);
  const [on = ''] = resource.id.split('/providers/Microsoft.Authorization/');
  const role = builtInRoles[String(roleDefinitionId).split('/').at(-1) ?? ''];
  return `${on.split('/').slice(-2).join('/')}: ${role}`;
}

const propertiesOf = (resource: Resource): Readonly<Record<string, unknown>> =>
  Object(resource['properties']);

describe('the roles', () => {
  it('are as narrow as they can be: each on one resource, and Reader where it was asked for', () => {
    expect(resourcesOf('roles').map(roleOf)).toEqual([
      'storageAccounts/sthost: Storage Blob Data Owner',
      'storageAccounts/stpackage: Storage Blob Data Contributor',
      'storageAccounts/sthost: Storage Table Data Contributor',
      'vaults/kv: Key Vault Secrets User',
      'components/appi: Monitoring Metrics Publisher',
    ]);
    expect(
      ['reader-subscription', 'reader-resource-group', 'reader-cluster'].map((name) =>
        resourcesOf(name).map(roleOf),
      ),
    ).toEqual([
      ['subscriptions/00000000-0000-4000-8000-00000000000a: Reader'],
      ['resourceGroups/rg-test: Reader'],
      ['managedClusters/aks-test: Reader'],
    ]);
  });

  it.each(whole)('are given in %s to the app’s identity, and nothing else is', (name) => {
    const others = resourcesOf(name).filter(isRole).length - resourcesOf('roles').length;
    expect(others).toBe(name === 'everything' ? 3 : 0);
    for (const role of resourcesOf(name).filter(isRole))
      expect(propertiesOf(role)).toMatchObject({
        principalId: expect.stringMatching(
          /^\[reference\('[^']+\/userAssignedIdentities\/[^']+', '[^']+'\)\.principalId\]$/,
        ),
        principalType: 'ServicePrincipal',
      });
  });

  it('have names that follow from where, whom and what: those of an identity made anew are others', () => {
    for (const { id, name } of resourcesOf('everything').filter(isRole)) {
      expect(name).toMatch(
        /^\[guid\('[^']+', (?:toLower\()?reference\('[^']+', '[^']+'\)\.principalId\)?, '[0-9a-f-]{36}'\)\]$/,
      );
      expect(id).toContain(name.slice(1, -1));
    }
  });

  it('of the host’s blobs does not reach the package: that has an account, and a role, of its own', () => {
    expect(
      resourcesOf('roles')
        .map(roleOf)
        .filter((role) => /Blob/.test(role)),
    ).toEqual([
      'storageAccounts/sthost: Storage Blob Data Owner',
      'storageAccounts/stpackage: Storage Blob Data Contributor',
    ]);
    for (const name of whole) {
      const packages = theOne(name, 'Microsoft.Storage/storageAccounts/blobServices/containers');
      const [, account] = /\/storageAccounts\/(staksnpkg\w+)\//.exec(packages.id) ?? [];
      expect(account).toBeDefined();
      expect(JSON.stringify(theOne(name, 'Microsoft.Web/sites'))).toContain(
        `/storageAccounts/${account}'`,
      );
    }
  });

  it('for queues are none, as neither the app nor the host of its triggers has any', () => {
    const triggers = trackedFiles
      .filter((name) => /^(?:functions|shared)\/.*\.ts$/.test(name))
      .flatMap(
        (name) => readFileSync(join(infra, '..', name), 'utf8').match(/\bapp\.\w+\(/g) ?? [],
      );
    expect(new Set(triggers)).toEqual(new Set(['app.http(', 'app.timer(']));
    for (const name of snapshots) expect(textOf(name)).not.toMatch(/primaryEndpoints\.queue/);
  });

  it('are listed in docs/deploying.md, each under its name', () => {
    expect(firstColumn('docs/deploying.md', 'role').toSorted()).toEqual(
      Object.values(builtInRoles).toSorted(),
    );
  });
});

describe.each(whole)('what %s deploys', (name) => {
  const site = theOne(name, 'Microsoft.Web/sites');
  const vault = theOne(name, 'Microsoft.KeyVault/vaults');

  it('runs on Flex Consumption with Node.js 24, over https', () => {
    expect(theOne(name, 'Microsoft.Web/serverfarms')['sku']).toMatchObject({ name: 'FC1' });
    expect(site).toMatchObject({
      kind: 'functionapp,linux',
      properties: {
        httpsOnly: true,
        functionAppConfig: { runtime: { name: 'node', version: '24' } },
      },
    });
  });

  it('opens storage and secrets by identity alone, and lets nobody in by password', () => {
    expect(propertiesOf(vault)).toMatchObject({ enableRbacAuthorization: true });
    expect(propertiesOf(site)['keyVaultReferenceIdentity']).toMatch(/\/userAssignedIdentities\//);
    const accounts = resourcesOf(name).filter(
      ({ type }) => type === 'Microsoft.Storage/storageAccounts',
    );
    expect(accounts).toHaveLength(2);
    for (const account of accounts)
      expect(propertiesOf(account)).toMatchObject({
        allowBlobPublicAccess: false,
        allowSharedKeyAccess: false,
        supportsHttpsTrafficOnly: true,
      });
    const passwords = resourcesOf(name).filter(({ type }) =>
      type.endsWith('/basicPublishingCredentialsPolicies'),
    );
    expect(passwords.map(propertiesOf)).toEqual([{ allow: false }, { allow: false }]);
  });

  it('writes down who reads secrets', () => {
    expect(theOne(name, 'Microsoft.Insights/diagnosticSettings')).toMatchObject({
      id: expect.stringContaining(vault.id),
      properties: { logs: [{ category: 'AuditEvent', enabled: true }] },
    });
  });

  it('sends traces by identity, where Application Insights takes one: in the public cloud', () => {
    expect(propertiesOf(theOne(name, 'Microsoft.Insights/components'))['DisableLocalAuth']).toBe(
      name !== 'government',
    );
  });

  it('alerts on what queries/no-tick.kql asks', () => {
    const query = readFileSync(join(infra, 'queries/no-tick.kql'), 'utf8');
    const minutes = name === 'everything' ? 10 : 5;
    expect(propertiesOf(theOne(name, 'Microsoft.Insights/scheduledQueryRules'))).toMatchObject({
      enabled: true,
      windowSize: `PT${minutes}M`,
      criteria: {
        allOf: [
          {
            query: query
              .replace('my-function-app', site.name)
              .replace('ago(5m)', `ago(${minutes}m)`),
          },
        ],
      },
    });
  });
});

describe('the alerts', () => {
  it('reach somebody, where there is an address', () => {
    const to = theOne('everything', 'Microsoft.Insights/actionGroups').id;
    for (const type of ['metricAlerts', 'scheduledQueryRules'])
      expect(
        JSON.stringify(propertiesOf(theOne('everything', `Microsoft.Insights/${type}`))['actions']),
      ).toContain(to);
  });

  it('say in the mail what docs/operating.md shows', () => {
    const site = theOne('required', 'Microsoft.Web/sites').name;
    const alerts = ['metricAlerts', 'scheduledQueryRules'].map((type) => {
      const alert = theOne('required', `Microsoft.Insights/${type}`);
      expect(propertiesOf(alert)).toMatchObject({ severity: 1 });
      return [
        `\`${alert.name.replace(site, '$APP')}\``,
        // What only Azure knows, the host of the app, stands in the page as $HOST.
        String(propertiesOf(alert)['description']).replace(
          /^\[format\('(.+)', reference\(.+\)\.defaultHostName\)\]$/,
          (_, text: string) => text.replace('{0}', '$HOST'),
        ),
      ];
    });
    expect(tableOf('docs/operating.md', 'alert')).toEqual(alerts);
  });

  it('ask for a health that there is, without a key', () => {
    const test = theOne('required', 'Microsoft.Insights/webtests');
    expect(propertiesOf(test)['Request']).toMatchObject({
      HttpVerb: 'GET',
      RequestUrl: expect.stringMatching(/^\[format\('https:\/\/\{0\}\/api\/health', /),
    });
    const health = describedFor('GET', '/api/health');
    expect(health?.security).toEqual([]);
    expect(Object.keys(health?.responses ?? {})).toEqual(expect.arrayContaining(['200', '503']));
  });

  it('find their traces: of these none is left out by sampling, or by a level', () => {
    const host: unknown = JSON.parse(readFileSync(join(infra, '../host.json'), 'utf8'));
    expect(host).toEqual({
      version: '2.0',
      logging: {
        applicationInsights: {
          samplingSettings: { isEnabled: true, excludedTypes: 'Request;Exception;Trace' },
        },
      },
    });
  });
});

const configOf = (name: string): unknown =>
  propertiesOf(theOne(name, 'Microsoft.Web/sites'))['siteConfig'];

describe('who may call the app', () => {
  it('is everybody with a key, if nothing is said', () => {
    expect(configOf('required')).toMatchObject({ ipSecurityRestrictionsDefaultAction: 'Allow' });
  });

  it('is who is named, and the places that look at health', () => {
    expect(configOf('everything')).toMatchObject({
      ipSecurityRestrictionsDefaultAction: 'Deny',
      ipSecurityRestrictions: [
        { ipAddress: '203.0.113.0/24', action: 'Allow' },
        { ipAddress: '2001:db8::/32', action: 'Allow' },
        { tag: 'ServiceTag', ipAddress: 'ApplicationInsightsAvailability', action: 'Allow' },
      ],
    });
  });
});

it('azd takes main.parameters.json: a main.bicepparam would come first', () => {
  expect(existsSync(join(infra, 'main.bicepparam'))).toBe(false);
});
