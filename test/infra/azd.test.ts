import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { readTemplate } from './bicep.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const main = readTemplate('main.bicep');

/**
 * What azure.yaml may hold, as far as it is used
 * (https://raw.githubusercontent.com/Azure/azure-dev/main/schemas/v1.0/azure.yaml.json), and nothing else.
 */
const hook = z.strictObject({ shell: z.enum(['sh', 'pwsh']), run: z.string() });
const azureYaml = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
  services: z.record(
    z.string(),
    z.strictObject({
      project: z.string(),
      language: z.enum(['js', 'ts']),
      host: z.literal('function'),
      dist: z.string(),
      remoteBuild: z.boolean(),
      hooks: z.strictObject({ prepackage: z.strictObject({ windows: hook, posix: hook }) }),
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
  const { name, services } = azureYaml.parse(parse(read('azure.yaml')));
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

  it('builds nothing in Azure, which azd refuses where .funcignore has node_modules', () => {
    expect(notifier?.remoteBuild).toBe(false);
    expect(read('.funcignore').split('\n')).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^\/?node_modules\/?$/)]),
    );
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
