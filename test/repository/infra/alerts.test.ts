import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describedFor } from '../../functions/openapi/described.ts';
import { readTemplate, type Property } from './bicep.ts';

/*
 * What speaks when the app is dead: nobody notices that it broke. So every value is here once more, with what it is
 * for, and a change of one is a change of two.
 */

const alerts = readTemplate('alerts.bicep');
const main = readTemplate('main.bicep');
const app = readTemplate('app.bicep');

/** The values that are written, objects and lists of objects by what is in them. */
function valuesOf(properties: readonly Property[]): [path: string, text: string][] {
  return properties
    .filter(({ text }) => !/^(?:\{|\[\s*\{)/.test(text))
    .map(({ path, text }) => [path, text.replaceAll(/\s+/g, ' ')]);
}

const expected: Readonly<Record<string, { if: string | null; values: [string, string][] }>> = {
  // Whom alerts reach.
  mail: {
    if: 'hasMail',
    values: [
      ['name', "'ag-${functionAppName}'"],
      ['location', "'global'"],
      ['tags', 'tags'],
      ['properties.enabled', 'true'],
      ['properties.groupShortName', "'aksnotifier'"],
      ['properties.emailReceivers.name', "'mail'"],
      ['properties.emailReceivers.emailAddress', 'alertEmail'],
      ['properties.emailReceivers.useCommonAlertSchema', 'true'],
    ],
  },
  // Looks at health from outside: anything but 200 is a failure, after a second try.
  healthTest: {
    if: 'hasHealthTest',
    values: [
      ['name', "'health-${functionAppName}'"],
      ['location', 'location'],
      ['tags', "union(tags, { 'hidden-link:${insightsId}': 'Resource' })"],
      ['tags.hidden-link:${insightsId}', "'Resource'"],
      ['kind', "'standard'"],
      ['properties.SyntheticMonitorId', "'health-${functionAppName}'"],
      ['properties.Name', "'health-${functionAppName}'"],
      ['properties.Kind', "'standard'"],
      ['properties.Enabled', 'true'],
      ['properties.Frequency', 'healthTestSeconds'],
      ['properties.Timeout', '30'],
      ['properties.RetryEnabled', 'true'],
      ['properties.Locations', 'map(healthTestLocations, place => { Id: place })'],
      ['properties.Locations.Id', 'place'],
      ['properties.Request.RequestUrl', 'healthUrl'],
      ['properties.Request.HttpVerb', "'GET'"],
      ['properties.Request.ParseDependentRequests', 'false'],
      ['properties.ValidationRules.ExpectedHttpStatusCode', '200'],
    ],
  },
  // Two places see no health.
  unhealthy: {
    if: 'hasHealthTest',
    values: [
      ['name', "'unhealthy-${functionAppName}'"],
      ['location', "'global'"],
      [
        'tags',
        "union(tags, { 'hidden-link:${insightsId}': 'Resource', 'hidden-link:${healthTest.id}': 'Resource' })",
      ],
      ['tags.hidden-link:${insightsId}', "'Resource'"],
      ['tags.hidden-link:${healthTest.id}', "'Resource'"],
      [
        'properties.description',
        "'AKS Operation Notifier is unhealthy or does not answer: open its health, which gives the reasons.'",
      ],
      ['properties.severity', '1'],
      ['properties.enabled', 'true'],
      ['properties.scopes', '[healthTest.id, insightsId]'],
      ['properties.evaluationFrequency', "'PT5M'"],
      ['properties.windowSize', "'PT${healthTestSeconds / 60}M'"],
      [
        'properties.criteria.odata.type',
        "'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'",
      ],
      ['properties.criteria.webTestId', 'healthTest.id'],
      ['properties.criteria.componentId', 'insightsId'],
      ['properties.criteria.failedLocationCount', '2'],
      ['properties.autoMitigate', 'true'],
      ['properties.actions', 'hasMail ? [{ actionGroupId: mail.id }] : []'],
      ['properties.actions.actionGroupId', 'mail.id'],
    ],
  },
  // The query has one row when no tick completed: more than none of these raise it, the first time.
  noTick: {
    if: null,
    values: [
      ['name', "'no-tick-${functionAppName}'"],
      ['location', 'location'],
      ['tags', 'tags'],
      ['kind', "'LogAlert'"],
      ['properties.displayName', "'No completed tick: ${functionAppName}'"],
      [
        'properties.description',
        "'AKS Operation Notifier completed no tick for ${noTickMinutes} minutes.'",
      ],
      ['properties.severity', '1'],
      ['properties.enabled', 'true'],
      ['properties.scopes', '[workspaceId]'],
      ['properties.evaluationFrequency', "'PT5M'"],
      ['properties.windowSize', "'PT${noTickMinutes}M'"],
      ['properties.skipQueryValidation', 'true'],
      [
        'properties.criteria.allOf.query',
        "replace( replace(loadTextContent('no-tick.kql'), 'my-function-app', functionAppName), 'ago(5m)', 'ago(${noTickMinutes}m)' )",
      ],
      ['properties.criteria.allOf.timeAggregation', "'Count'"],
      ['properties.criteria.allOf.operator', "'GreaterThan'"],
      ['properties.criteria.allOf.threshold', '0'],
      ['properties.criteria.allOf.failingPeriods.numberOfEvaluationPeriods', '1'],
      ['properties.criteria.allOf.failingPeriods.minFailingPeriodsToAlert', '1'],
      ['properties.autoMitigate', 'true'],
      ['properties.actions.actionGroups', 'hasMail ? [mail.id] : []'],
    ],
  },
};

describe('the alerts', () => {
  it('are these', () => {
    expect(alerts.resources.map(({ symbol }) => symbol)).toEqual(Object.keys(expected));
    expect(Object.fromEntries(alerts.variables)).toEqual({
      hasMail: '!empty(alertEmail)',
      hasHealthTest: '!empty(healthTestLocations)',
    });
  });

  it.each(alerts.resources)(
    '$symbol is made as it has to be',
    ({ symbol, condition, properties }) => {
      expect({ if: condition, values: valuesOf(properties) }).toEqual(expected[symbol]);
    },
  );

  it('ask for a health that there is, without a key', () => {
    const health = describedFor('GET', '/api/health');
    expect(health?.security).toEqual([]);
    expect(Object.keys(health?.responses ?? {})).toEqual(expect.arrayContaining(['200', '503']));
  });

  it('find their traces: of these none is left out by sampling, or by a level', () => {
    const host: unknown = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../host.json'), 'utf8'),
    );
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

/** What is given to a module of main.bicep. */
function givenTo(symbol: string): [path: string, text: string][] {
  const found = main.modules.find((one) => one.symbol === symbol);
  if (found === undefined) throw new Error(`There is no ${symbol}.`);
  return valuesOf(found.properties);
}

const own = ([path]: [string, string]): string => path.slice('params.'.length);

/** What a module is given by another name than it has outside. */
const given: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  app: { token: 'uniqueString(subscription().id, environmentName, location)' },
  alerts: {
    functionAppName: 'app.outputs.functionAppName',
    healthUrl: "'${app.outputs.url}/api/health'",
    insightsId: 'app.outputs.insightsId',
    workspaceId: 'app.outputs.workspaceId',
  },
};

describe.each(Object.entries(given))('main.bicep gives %s', (symbol, others) => {
  it('each parameter from the one of its name, or from what it is', () => {
    const params = givenTo(symbol).filter(([path]) => path.startsWith('params.'));
    expect(params).toEqual(params.map((one) => [one[0], others[own(one)] ?? own(one)]));
    expect(params.map(own)).toEqual(expect.arrayContaining(Object.keys(others)));
    expect(givenTo(symbol)).toContainEqual(['scope', 'group']);
  });
});

describe('values that are not given', () => {
  it('are these, and these are allowed', () => {
    const presets = main.params.map(({ name, preset, allowed }) => [
      name,
      preset?.replaceAll(/\s+/g, ' ') ?? null,
      allowed,
    ]);
    expect(presets).toEqual([
      ['environmentName', null, null],
      ['location', null, null],
      ['resourceGroupName', "'rg-${environmentName}'", null],
      ['slackWebhookUrl', null, null],
      ['channels', '{}', null],
      ['readerScopes', "''", null],
      ['alertEmail', "''", null],
      ['heartbeatUrl', "''", null],
      ['settings', '{}', null],
      ['noTickMinutes', '5', '[5, 10, 15, 30, 60]'],
      ['healthTestSeconds', '300', '[300, 900]'],
      [
        'healthTestLocations',
        "environment().name == 'AzureCloud' ? ['emea-nl-ams-azr', 'us-va-ash-azr', 'apac-sg-sin-azr'] : []",
        null,
      ],
      ['instanceMemoryMB', '512', '[512, 2048, 4096]'],
    ]);
    expect(
      [alerts, app].flatMap(({ params }) => params).filter(({ preset }) => preset !== null),
    ).toEqual([]);
  });
});

describe('what is told of a deployment', () => {
  it.each([
    [
      'app.bicep',
      app,
      {
        functionAppName: 'site.name',
        url: "'https://${site.properties.defaultHostName}'",
        principalId: 'identity.properties.principalId',
        vaultName: 'vault.name',
        insightsId: 'insights.id',
        workspaceId: 'workspace.id',
      },
    ],
    [
      'main.bicep',
      main,
      {
        AZURE_LOCATION: 'location',
        AZURE_RESOURCE_GROUP: 'group.name',
        FUNCTION_APP_NAME: 'app.outputs.functionAppName',
        FUNCTION_APP_URL: 'app.outputs.url',
        HEALTH_URL: "'${app.outputs.url}/api/health'",
        KEY_VAULT_NAME: 'app.outputs.vaultName',
        IDENTITY_PRINCIPAL_ID: 'app.outputs.principalId',
      },
    ],
  ])('is what its name says: %s', (_, { outputs }, values) => {
    expect(Object.fromEntries(outputs)).toEqual(values);
  });
});
