import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import { outputsOf, paramsOf, resourcesOf, theOne } from './snapshots.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const params = paramsOf('main.bicep');

/**
 * What azure.yaml may hold, as far as it is used
 * (https://raw.githubusercontent.com/Azure/azure-dev/main/schemas/v1.0/azure.yaml.json), and nothing else.
 */
const hook = z.strictObject({ shell: z.enum(['sh', 'pwsh']), run: z.string() });
const hooks = z.strictObject({ windows: hook, posix: hook });
const azureYaml = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
  requiredVersions: z.strictObject({ azd: z.string() }),
  hooks: z.strictObject({ postdeploy: hooks, predown: hooks, postdown: hooks }),
  services: z.record(
    z.string(),
    z.strictObject({
      project: z.string(),
      language: z.enum(['js', 'ts']),
      host: z.literal('function'),
      dist: z.string(),
      remoteBuild: z.boolean(),
      hooks: z.strictObject({ prepackage: hooks }),
    }),
  ),
});
const parameterFile = z.strictObject({
  $schema: z.literal(
    'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#',
  ),
  contentVersion: z.literal('1.0.0.0'),
  parameters: z.record(z.string(), z.strictObject({ value: z.unknown() })),
});

describe('azure.yaml', () => {
  const { name, services, requiredVersions } = azureYaml.parse(parse(read('azure.yaml')));
  const { notifier } = services;

  it('deploys one service, which azd finds by its tag', () => {
    expect(name).toBe(packageJson.name);
    expect(Object.keys(services)).toEqual(['notifier']);
    for (const [type, tags] of [
      ['Microsoft.Resources/resourceGroups', { 'azd-env-name': 'aks-notifier' }],
      ['Microsoft.Web/sites', { 'azd-env-name': 'aks-notifier', 'azd-service-name': 'notifier' }],
    ] as const)
      expect(theOne('required', type)['tags']).toEqual(tags);
  });

  it('deploys the package as npm run package makes it', () => {
    expect(notifier?.hooks.prepackage.posix.run).toBe('npm run package');
    expect(notifier?.hooks.prepackage.windows.run).toBe('npm run package');
    expect(packageJson.scripts).toHaveProperty('package');
    expect(notifier?.dist).toBe('.local/package');
  });

  it('builds nothing in Azure', () => {
    expect(notifier?.remoteBuild).toBe(false);
  });

  // 1.24.1 (Azure/azure-dev#7698) takes no group for its own that was there before; 1.25.0 (#7998) asks before it deletes
  // one that it did not make.
  it('asks for an azd that deletes nothing of others', () => {
    expect(requiredVersions.azd).toBe('>= 1.25.0');
  });
});

it.each([
  ['postdeploy', 'npm run --silent well'],
  ['predown', 'node scripts/down.ts predown'],
  ['postdown', 'node scripts/down.ts postdown'],
] as const)('azd runs at %s, on each system: %s', (name, command) => {
  const { hooks: all } = azureYaml.parse(parse(read('azure.yaml')));
  expect([all[name].windows.run, all[name].posix.run]).toEqual([command, command]);
});

// However they are written, and once for each: infra/snapshots/everything.bicepparam names one twice.
it('READER_SCOPES are subscriptions, resource groups and clusters', () => {
  const subscription = '/subscriptions/00000000-0000-4000-8000-00000000000';
  const scopes = resourcesOf('everything')
    .filter(({ id }) => JSON.stringify(id).includes('acdd72a7-3385-48ef-bd42-f606fba81ae7'))
    .map(({ name }) => /^\[guid\('([^']+)'/.exec(name)?.[1]);
  expect(scopes).toEqual([
    `${subscription}c`,
    `${subscription}a/resourcegroups/rg-prod`,
    `${subscription}a/resourcegroups/rg-test/providers/microsoft.containerservice/managedclusters/aks-test`,
  ]);
});

describe('main.parameters.json', () => {
  const { parameters } = parameterFile.parse(JSON.parse(read('infra/main.parameters.json')));
  const variables = [...read('infra/main.parameters.json').matchAll(/"\$\{(\w+)\}"/g)].map(
    ([, name]) => name,
  );

  it('gives parameters that there are, among them all that have no default', () => {
    const names = params.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(parameters)));
    const required = params.filter(({ preset }) => preset === null).map(({ name }) => name);
    expect(required).toEqual(['environmentName', 'location', 'slackWebhookUrl']);
    expect(Object.keys(parameters)).toEqual(expect.arrayContaining(required));
  });

  it('takes each value from the variable of its name', () => {
    const named: Readonly<Record<string, string>> = {
      environmentName: 'AZURE_ENV_NAME',
      location: 'AZURE_LOCATION',
      instanceMemoryMB: 'INSTANCE_MEMORY_MB',
    };
    const variableOf = (name: string): string =>
      named[name] ?? name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    const { settings, ...others } = Object.fromEntries(
      Object.entries(parameters).map(([name, { value }]) => [name, value]),
    );
    expect(others).toEqual(
      Object.fromEntries(Object.keys(others).map((name) => [name, `\${${variableOf(name)}}`])),
    );
    // All but what Azure knows.
    expect([...Object.keys(parameters), 'cloud'].toSorted()).toEqual(
      params.map(({ name }) => name).toSorted(),
    );
    const ofSettings = Object.keys(z.record(z.string(), z.string()).parse(settings));
    expect(settings).toEqual(Object.fromEntries(ofSettings.map((name) => [name, `\${${name}}`])));
  });

  it('keeps every secret out of itself', () => {
    for (const { name } of params.filter(({ secure }) => secure))
      expect(JSON.stringify(parameters[name]?.value)).toMatch(/^"\$\{\w+\}"$/);
  });

  it.each(['README.md', 'docs/deploying.md'])('takes what %s says to set', (path) => {
    const told = [...read(path).matchAll(/azd env set(?:-secret)? (\w+)/g)].map(([, name]) => name);
    expect(told).not.toEqual([]);
    expect(variables).toEqual(expect.arrayContaining(told));
  });

  it.each(['README.md', 'docs/deploying.md'])('is followed by outputs that %s asks for', (path) => {
    const asked = [...read(path).matchAll(/(?:azd env get-value|outputs\.)\s?(\w+)/g)].map(
      ([, name = '']) => name,
    );
    expect(Object.keys(outputsOf('required'))).toEqual(expect.arrayContaining(asked));
  });

  it('can be given by hand: docs/deploying.md names parameters that there are', () => {
    const given = [...read('docs/deploying.md').matchAll(/^\s*--parameters (.+?)\\?$/gm)].flatMap(
      ([, line = '']) => [...line.matchAll(/(\w+)=/g)].map(([, name = '']) => name),
    );
    expect(given.length).toBeGreaterThan(3);
    expect(params.map(({ name }) => name)).toEqual(expect.arrayContaining(given));
  });
});
