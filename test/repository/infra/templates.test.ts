import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trackedFiles } from '../../support/checkout.ts';
import { firstColumn } from '../docs/pages.ts';
import { parseTemplate, readTemplate, type Property, type Resource } from './bicep.ts';
import { builtInRoles, published } from './published.ts';

const folder = join(import.meta.dirname, '../../../infra');
const names = trackedFiles.flatMap((name) => /^infra\/(.*\.bicep)$/.exec(name)?.[1] ?? []);
const templates = names.map((name) => ({ name, ...readTemplate(name) }));
const resources = templates.flatMap(({ name, resources: declared }) =>
  declared.map((resource) => ({ ...resource, title: `${name}: ${resource.symbol}` })),
);
const modules = templates.flatMap(({ name, modules: declared, params }) =>
  declared.map((module) => ({ ...module, title: `${name}: ${module.symbol}`, from: params })),
);
const roleAssignments = resources.filter(({ type }) => type.includes('/roleAssignments@'));

const textOf = ({ properties }: { properties: readonly Property[] }, path: string): string =>
  properties.find((property) => property.path === path)?.text ?? '';
const isWritable = (path: string, writable: readonly string[]): boolean =>
  writable.some(
    (known) => known === path || (known.endsWith('.*') && path.startsWith(known.slice(0, -1))),
  );
/** What a string without parts to be filled in says; an expression says nothing here. */
const literalOf = (text: string): string | null => /^'([^'$]*)'$/.exec(text)?.[1] ?? null;

describe('the parser', () => {
  it.each([
    ["resource a 'B/c@1' = {", 'errors'],
    ["param a string = 'b", 'errors'],
    ['output a string = b', 'undeclared'],
    ['var a = newGuid()', 'undeclared'],
    ['var a = [for b in [1]: c]', 'undeclared'],
  ] as const)('knows a broken template: %s', (text, kind) => {
    expect(parseTemplate(text)[kind]).not.toEqual([]);
  });
});

describe.each(templates)('infra/$name', ({ errors, undeclared, params, text }) => {
  it('is Bicep, and uses nothing that it does not declare', () => {
    expect(errors).toEqual([]);
    expect(undeclared).toEqual([]);
  });

  it('describes every parameter', () => {
    expect(params.filter(({ described }) => !described)).toEqual([]);
  });

  it('is the same from deployment to deployment: no time, no chance', () => {
    expect(text).not.toMatch(/\b(utcNow|newGuid|deployment)\(/);
  });

  it('asks no registry for a module', () => {
    expect(text).not.toMatch(/'(br|ts)[:/]/);
  });
});

describe.each(resources)('$title', (resource) => {
  const { type, properties, read } = resource;
  const schema = published[type] ?? { writable: [], required: [] };

  it('is of a published type and api-version', () => {
    expect(Object.keys(published)).toContain(type);
  });

  it('writes only paths that are published, and all that are required', () => {
    const paths = properties.map(({ path }) => path);
    expect(paths.filter((path) => !isWritable(path, schema.writable))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining([...schema.required]));
  });

  it('is read only where it can be', () => {
    expect(['id', 'name', ...(schema.readable ?? [])]).toEqual(expect.arrayContaining([...read]));
  });

  it('takes only values that are published', () => {
    const wrong = properties.filter(({ path, text }) => {
      const literal = literalOf(text);
      return literal !== null && schema.values?.[path]?.includes(literal) === false;
    });
    expect(wrong).toEqual([]);
  });
});

it('the table of what is published holds nothing that is not used', () => {
  expect(Object.keys(published).toSorted()).toEqual(
    [...new Set(resources.map(({ type }) => type))].toSorted(),
  );
});

describe.each(modules)('$title', ({ path, properties, from }) => {
  const target = readTemplate(path);
  const given = properties.filter((property) => property.path.startsWith('params.'));

  it('gets every parameter, and no other', () => {
    expect(given.map((property) => property.path.slice('params.'.length)).toSorted()).toEqual(
      target.params.map(({ name }) => name).toSorted(),
    );
  });

  it('keeps secret what it is given as a secret', () => {
    const secrets = new Set(from.filter(({ secure }) => secure).map(({ name }) => name));
    const passed = given.filter(({ text }) => secrets.has(text));
    const open = new Set(
      target.params.filter(({ secure }) => !secure).map(({ name }) => `params.${name}`),
    );
    expect(passed.filter((property) => open.has(property.path))).toEqual([]);
  });
});

it.each(['main.bicep', 'app.bicep'])('%s takes webhooks and the heartbeat as secrets', (name) => {
  const secrets = readTemplate(name).params.filter(({ secure }) => secure);
  expect(secrets.map((param) => param.name)).toEqual([
    'slackWebhookUrl',
    'channels',
    'heartbeatUrl',
  ]);
});

it('no output holds a secret, and each reads an output that is there', () => {
  const app = readTemplate('app.bicep');
  for (const { outputs, params, text } of templates) {
    const secrets = params.filter(({ secure }) => secure).map(({ name }) => name);
    for (const expression of outputs.values()) {
      expect(secrets.filter((name) => expression.includes(name))).toEqual([]);
      expect(expression).not.toMatch(/list(Keys|Secrets)|ConnectionString|\.value\b/);
    }
    for (const [, name = ''] of text.matchAll(/\bapp\.outputs\.(\w+)/g))
      expect([...app.outputs.keys()]).toContain(name);
  }
});

describe.each(roleAssignments)('the role of $title', (resource: Resource) => {
  it('is explained, and is for an identity', () => {
    expect(resource.comment.length).toBeGreaterThan(50);
    expect(textOf(resource, 'properties.principalType')).toBe("'ServicePrincipal'");
    expect(textOf(resource, 'properties.principalId')).toMatch(
      /^(?:identity\.properties\.)?principalId$/,
    );
  });

  it('has a name that follows from whom, what and where', () => {
    expect(textOf(resource, 'name')).toMatch(
      /^guid\((\w+|subscription\(\)|resourceGroup\(\))\.id, (identity\.id|principalId), (roles\.)?\w+\)$/,
    );
  });

  it('is where the name says', () => {
    const [, where = ''] = /^guid\((\w+)(?:\(\))?\.id/.exec(textOf(resource, 'name')) ?? [];
    const isWholeScope = ['subscription', 'resourceGroup'].includes(where);
    expect(textOf(resource, 'scope')).toBe(isWholeScope ? '' : where);
  });

  it('is the one that the name is made of', () => {
    const [, inName = ''] = /, ([\w.]+)\)$/.exec(textOf(resource, 'name')) ?? [];
    expect(textOf(resource, 'properties.roleDefinitionId').replaceAll(/\s+/g, '')).toBe(
      `subscriptionResourceId('Microsoft.Authorization/roleDefinitions',${inName})`,
    );
  });
});

describe('the roles', () => {
  it('are those that Microsoft publishes under these names', () => {
    const written = templates.flatMap(({ text }) => [
      ...text.matchAll(/(\w+)(?: =|:) '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'/g),
    ]);
    for (const [, role = '', id] of written) expect(builtInRoles[role]).toBe(id);
    expect(new Set(written.map(([, role]) => role))).toEqual(new Set(Object.keys(builtInRoles)));
  });

  it('are as narrow as they can be: each on one resource, and Reader where it was asked for', () => {
    const scopes = roleAssignments.map((resource) => [resource.symbol, textOf(resource, 'scope')]);
    expect(Object.fromEntries(scopes.filter(([symbol]) => symbol !== 'readOperations'))).toEqual({
      useBlobs: 'storage',
      usePackages: 'packageStorage',
      useTables: 'storage',
      readSecrets: 'vault',
      sendTelemetry: 'insights',
    });
    expect(modules.filter(({ path }) => path.startsWith('reader/'))).toHaveLength(3);
  });

  it('of the host’s blobs does not reach the package: that has an account, and a role, of its own', () => {
    const path = 'properties.functionAppConfig.deployment.storage.value';
    expect(textOf(find('site'), path)).toBe(
      "'${packageStorage.properties.primaryEndpoints.blob}${packages.name}'",
    );
    expect(textOf(find('packages'), 'parent')).toBe('blobs');
    expect(textOf(find('blobs'), 'parent')).toBe('packageStorage');
    const owned = roleAssignments.filter((resource) =>
      textOf(resource, 'name').includes('roles.storageBlobDataOwner'),
    );
    expect(owned.map((resource) => textOf(resource, 'scope'))).toEqual(['storage']);
  });

  it('for queues are none, as neither the app nor the host of its triggers has any', () => {
    const triggers = trackedFiles
      .filter((name) => /^(?:functions|shared)\/.*\.ts$/.test(name))
      .flatMap(
        (name) => readFileSync(join(folder, '..', name), 'utf8').match(/\bapp\.\w+\(/g) ?? [],
      );
    expect(new Set(triggers)).toEqual(new Set(['app.http(', 'app.timer(']));
    for (const { text } of templates) expect(text).not.toMatch(/primaryEndpoints\.queue|QueueData/);
  });

  it('are listed in docs/deploying.md, each under its name', () => {
    const named = Object.keys(builtInRoles).map((role) =>
      role
        .replaceAll(/[A-Z]/g, (letter) => ` ${letter}`)
        .replace(/^./, (letter) => letter.toUpperCase()),
    );
    expect(firstColumn('docs/deploying.md', 'role').toSorted()).toEqual(named.toSorted());
  });
});

function find(symbol: string): Resource {
  const found = resources.find((resource) => resource.symbol === symbol);
  if (found === undefined) throw new Error(`There is no ${symbol}.`);
  return found;
}

describe('what is deployed', () => {
  it('runs on Flex Consumption with Node.js 24', () => {
    expect(textOf(find('plan'), 'sku.name')).toBe("'FC1'");
    expect(textOf(find('site'), 'properties.functionAppConfig.runtime.version')).toBe("'24'");
    expect(textOf(find('site'), 'kind')).toBe("'functionapp,linux'");
  });

  it('opens storage and secrets by identity alone', () => {
    expect(textOf(find('vault'), 'properties.enableRbacAuthorization')).toBe('true');
    expect(textOf(find('site'), 'properties.keyVaultReferenceIdentity')).toBe('identity.id');
  });

  it('sends traces by identity, where Application Insights takes one: in the public cloud', () => {
    expect(readTemplate('app.bicep').variables.get('isPublicCloud')).toBe(
      "environment().name == 'AzureCloud'",
    );
    expect(textOf(find('insights'), 'properties.DisableLocalAuth')).toBe('isPublicCloud');
    expect(textOf(find('appSettings'), 'properties')).toMatch(
      /\bisPublicCloud\s+\? \{ APPLICATIONINSIGHTS_AUTHENTICATION_STRING: /,
    );
  });

  it.each([
    ['site', 'properties.httpsOnly', 'true'],
    ['auditSecrets', 'scope', 'vault'],
    ['auditSecrets', 'properties.workspaceId', 'workspace.id'],
    ['auditSecrets', 'properties.logs.category', "'AuditEvent'"],
    ['auditSecrets', 'properties.logs.enabled', 'true'],
    ['noPasswordForFtp', 'properties.allow', 'false'],
    ['noPasswordForScm', 'properties.allow', 'false'],
    ['appSettings', 'dependsOn', '[channelWebhooks, heartbeat, noPasswordForScm, webhook]'],
    ['mail', 'properties.enabled', 'true'],
    ['healthTest', 'properties.Enabled', 'true'],
    ['unhealthy', 'properties.enabled', 'true'],
    ['noTick', 'properties.enabled', 'true'],
  ])('is safe, and alerts: %s %s', (symbol, path, text) => {
    expect(textOf(find(symbol), path)).toBe(text);
  });

  it.each(resources.filter(({ type }) => type.includes('/storageAccounts@')))(
    'is safe: no account takes a key, http or somebody unknown: $title',
    (account) => {
      expect(textOf(account, 'properties.allowSharedKeyAccess')).toBe('false');
      expect(textOf(account, 'properties.supportsHttpsTrafficOnly')).toBe('true');
      expect(textOf(account, 'properties.allowBlobPublicAccess')).toBe('false');
    },
  );

  it('has names that are not too long', () => {
    const token = 'x'.repeat(13);
    const nameOf = (symbol: string) =>
      textOf(find(symbol), 'name').slice(1, -1).replace('${token}', token);
    for (const account of ['storage', 'packageStorage'])
      expect(nameOf(account)).toMatch(/^[a-z0-9]{3,24}$/);
    expect(nameOf('vault')).toMatch(/^[a-zA-Z](-?[a-zA-Z0-9]){2,23}$/);
    expect(nameOf('vault').length).toBeLessThanOrEqual(24);
    expect(nameOf('site').length).toBeLessThanOrEqual(60);
    expect(textOf(find('mail'), 'properties.groupShortName').length - 2).toBeLessThanOrEqual(12);
  });

  it('alerts on what the README asks: the query is the same', () => {
    const query = readFileSync(join(folder, 'no-tick.kql'), 'utf8');
    const readme = readFileSync(join(folder, '../README.md'), 'utf8');
    expect(readme).toContain(`\`\`\`kusto\n${query}\`\`\``);
    // What the template replaces is there to be replaced, once.
    const text = textOf(find('noTick'), 'properties.criteria.allOf.query');
    for (const replaced of ['my-function-app', 'ago(5m)']) {
      expect(text).toContain(`'${replaced}'`);
      expect(query.split(replaced)).toHaveLength(2);
    }
    expect(textOf(find('noTick'), 'properties.windowSize')).toBe("'PT${noTickMinutes}M'");
  });
});
