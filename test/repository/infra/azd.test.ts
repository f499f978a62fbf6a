import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import { readTemplate } from './bicep.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const main = readTemplate('main.bicep');

/**
 * What azure.yaml may hold, as far as it is used
 * (https://raw.githubusercontent.com/Azure/azure-dev/main/schemas/v1.0/azure.yaml.json), and nothing else.
 */
const hook = z.strictObject({ shell: z.enum(['sh', 'pwsh']), run: z.string() });
const hooks = z.strictObject({ windows: hook, posix: hook });
const azureYaml = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
  requiredVersions: z.strictObject({ azd: z.string() }),
  hooks: z.strictObject({ predown: hooks }),
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
    expect(read('infra/app.bicep')).toContain("'azd-service-name': 'notifier'");
    expect(main.variables.get('tags')).toBe("{ 'azd-env-name': environmentName }");
  });

  it('deploys the package as npm run package makes it', () => {
    expect(notifier?.hooks.prepackage.posix.run).toBe('npm run package');
    expect(notifier?.hooks.prepackage.windows.run).toBe('npm run package');
    expect(packageJson.scripts).toHaveProperty('package');
    expect(notifier?.dist).toBe('.local/package');
  });

  // azd 1.23.5 brought remoteBuild (its CHANGELOG.md); those before it build in Azure whatever is said.
  it('builds nothing in Azure', () => {
    expect(notifier?.remoteBuild).toBe(false);
    expect(requiredVersions.azd).toBe('>= 1.23.5');
  });
});

// azd may delete the resource groups of all that a deployment made (Azure/azure-dev#2916), of roles as well.
it('azd down is refused: a role in a resource group of others must not take it along', () => {
  const { predown } = azureYaml.parse(parse(read('azure.yaml'))).hooks;
  for (const { run } of Object.values(predown))
    expect(run).toMatch(/^echo '[^']+ See docs\/deploying\.md, Taking it down\.'; exit 1$/);
  expect(read('docs/deploying.md')).toContain('## Taking it down');
});

/** What the template makes of `READER_SCOPES`. Its expressions are JavaScript, too, with the functions that they call. */
function sorted(readerScopes: string): unknown[] {
  const names: Record<string, unknown> = {
    readerScopes,
    contains: (list: number[], one: number) => list.includes(one),
    empty: (text: string) => text === '',
    filter: (list: string[], keep: (one: string) => boolean) => list.filter((one) => keep(one)),
    join: (list: string[], by: string) => list.join(by),
    length: (list: string[]) => list.length,
    map: (list: string[], make: (one: string) => string) => list.map((one) => make(one)),
    split: (text: string, by: string) => text.split(by),
    toLower: (text: string) => text.toLowerCase(),
    trim: (text: string) => text.trim(),
    union: (...lists: string[][]) => [...new Set(lists.flat())],
  };
  for (const name of ['scopes', 'subscriptions', 'resourceGroups', 'clusters'])
    names[name] = runInNewContext(main.variables.get(name) ?? '', names);
  return [names['subscriptions'], names['resourceGroups'], names['clusters']];
}

const bare = (id: string): string => id.slice(1).toLowerCase();

describe('READER_SCOPES', () => {
  const subscription = '/subscriptions/00000000-0000-4000-8000-00000000000A';
  const group = `${subscription}/resourceGroups/rg-Prod`;
  const cluster = `${group}/providers/Microsoft.ContainerService/managedClusters/aks-1`;

  it('may be empty', () => {
    expect(sorted('')).toEqual([[], [], []]);
    expect(sorted(' , ')).toEqual([[], [], []]);
  });

  it('are subscriptions, resource groups and clusters, and what is none of them is passed on to fail', () => {
    expect(sorted([cluster, group, subscription, 'rg-prod'].join(', '))).toEqual([
      [bare(subscription)],
      [bare(group)],
      [bare(cluster), 'rg-prod'],
    ]);
  });

  it('may name the same twice: otherwise written, with a slash at the end', () => {
    const twice = [subscription, group, cluster].map((id) => `${id},${id.toUpperCase()}/, ${id}`);
    expect(sorted(twice.join(','))).toEqual([[bare(subscription)], [bare(group)], [bare(cluster)]]);
  });
});

/** Whom the modules of main.bicep give Reader, of an ID: the expressions are JavaScript, too. */
const readers = main.modules
  .filter(({ path }) => path.startsWith('reader/'))
  .map(({ path, text, properties }) => ({
    path,
    list: /^module \w+ '[^']+' = \[\s+for id in (\w+): \{/.exec(text)?.[1],
    of: (id: string): Record<string, unknown> =>
      Object.fromEntries(
        properties
          .filter((property) => property.path === 'scope' || property.path.startsWith('params.'))
          .map((property) => [
            property.path,
            runInNewContext(property.text, {
              id,
              app: { outputs: { principalId: 'the identity' } },
              split: (whole: string, by: string) => whole.split(by),
              subscription: (...parts: string[]) => ['subscription', ...parts],
              resourceGroup: (...parts: string[]) => ['resource group', ...parts],
            }) as unknown,
          ]),
      ),
  }));

describe('a reader scope', () => {
  const id =
    'subscriptions/s/resourcegroups/g/providers/microsoft.containerservice/managedclusters/c';
  const principal = { 'params.principalId': 'the identity' };

  it.each([
    ['subscription.bicep', 'subscriptions', { ...principal, scope: ['subscription', 's'] }],
    [
      'resource-group.bicep',
      'resourceGroups',
      { ...principal, scope: ['resource group', 's', 'g'] },
    ],
    [
      'cluster.bicep',
      'clusters',
      { ...principal, scope: ['resource group', 's', 'g'], 'params.clusterName': 'c' },
    ],
  ])('is cut into what reader/%s is for', (file, list, expected) => {
    const found = readers.filter(({ path }) => path === `reader/${file}`);
    expect(found.map((one) => [one.list, one.of(id)])).toEqual([[list, expected]]);
  });
});

describe('main.parameters.json', () => {
  const { parameters } = parameterFile.parse(JSON.parse(read('infra/main.parameters.json')));
  const variables = [...read('infra/main.parameters.json').matchAll(/"\$\{(\w+)\}"/g)].map(
    ([, name]) => name,
  );

  it('gives parameters that there are, among them all that have no default', () => {
    const names = main.params.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(parameters)));
    const required = main.params.filter(({ preset }) => preset === null).map(({ name }) => name);
    expect(required).toEqual(['environmentName', 'location', 'slackWebhookUrl']);
    expect(Object.keys(parameters)).toEqual(expect.arrayContaining(required));
  });

  it('takes each value from the variable of its name', () => {
    const named: Readonly<Record<string, string>> = {
      environmentName: 'AZURE_ENV_NAME',
      location: 'AZURE_LOCATION',
    };
    const variableOf = (name: string): string =>
      named[name] ?? name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    const { channels, settings, ...others } = Object.fromEntries(
      Object.entries(parameters).map(([name, { value }]) => [name, value]),
    );
    expect(others).toEqual(
      Object.fromEntries(Object.keys(others).map((name) => [name, `\${${variableOf(name)}}`])),
    );
    expect(Object.keys(others)).toEqual([
      'environmentName',
      'location',
      'slackWebhookUrl',
      'readerScopes',
      'alertEmail',
      'heartbeatUrl',
    ]);
    expect(channels).toEqual({});
    const ofSettings = Object.keys(z.record(z.string(), z.string()).parse(settings));
    expect(settings).toEqual(Object.fromEntries(ofSettings.map((name) => [name, `\${${name}}`])));
  });

  it('overrides no default with an empty text: azd gives that for what is not set', () => {
    const emptied = main.params.filter(
      ({ name, preset }) =>
        /^"\$\{\w+\}"$/.test(JSON.stringify(parameters[name]?.value ?? null)) && preset !== null,
    );
    expect(emptied.filter(({ preset }) => preset !== "''")).toEqual([]);
  });

  it('keeps every secret out of itself', () => {
    for (const { name } of main.params.filter(({ secure }) => secure))
      expect(JSON.stringify(parameters[name]?.value)).toMatch(/^("\$\{\w+\}"|\{\})$/);
  });

  it.each(['README.md', 'docs/deploying.md'])('takes what %s tells to set', (path) => {
    const told = [...read(path).matchAll(/azd env set(?:-secret)? (\w+)/g)].map(([, name]) => name);
    expect(told).not.toEqual([]);
    expect([...variables, 'SLACK_WEBHOOK_URL_PAYMENTS']).toEqual(expect.arrayContaining(told));
  });

  it.each(['README.md', 'docs/deploying.md'])('is followed by outputs that %s asks for', (path) => {
    const asked = [...read(path).matchAll(/(?:azd env get-value|outputs\.)\s?(\w+)/g)].map(
      ([, name = '']) => name,
    );
    expect([...main.outputs.keys()]).toEqual(expect.arrayContaining(asked));
  });

  it('can be given by hand: docs/deploying.md names parameters that there are', () => {
    const given = [...read('docs/deploying.md').matchAll(/^\s*--parameters (.+?)\\?$/gm)].flatMap(
      ([, line = '']) => [...line.matchAll(/(\w+)=/g)].map(([, name = '']) => name),
    );
    expect(given.length).toBeGreaterThan(3);
    expect(main.params.map(({ name }) => name)).toEqual(expect.arrayContaining(given));
  });
});
