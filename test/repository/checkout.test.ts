import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { appNode } from '../support/app-node.ts';
import { startHost, type HostProcess } from '../../local/host/process.ts';
import { proxyNames } from '../../shared/settings/proxy.ts';
import { readSettings } from '../../shared/settings/settings.ts';

it('runs under the Node.js version that the package pins', () => {
  expect(process.version).toBe(`v${packageJson.devDependencies.node}`);
});

const http = (name: string, method: string, route: string, authLevel = 'function') => ({
  name,
  trigger: 'http',
  route,
  methods: [method],
  authLevel,
});

describe('the app that package.json names', () => {
  let host: HostProcess;
  const log: string[] = [];
  beforeAll(async () => {
    host = await startHost({
      env: { PORT: '0', HOST_TIMERS: 'off' },
      appFile: join(import.meta.dirname, '../..', packageJson.main),
      nodePath: appNode,
      onLog: ({ level, message }) => void (level === 'error' && log.push(message)),
    });
  });
  afterAll(async () => await host.stop());

  it('loads with nothing configured, and registers exactly its fifteen functions', () => {
    expect(packageJson.main).toBe('dist/app.cjs');
    expect(log).toEqual([]);
    expect(host.functions).toHaveLength(15);
    expect(host.functions).toEqual(
      expect.arrayContaining([
        http('registerOperation', 'POST', '/api/operations'),
        http('listOperations', 'GET', '/api/operations'),
        http('getOperation', 'GET', '/api/operations/{trackingId}'),
        http('untrackOperation', 'DELETE', '/api/operations/{trackingId}'),
        http('createWatch', 'POST', '/api/watches'),
        http('listWatches', 'GET', '/api/watches'),
        http('getWatch', 'GET', '/api/watches/{watchId}'),
        http('deleteWatch', 'DELETE', '/api/watches/{watchId}'),
        http('listChannels', 'GET', '/api/channels'),
        http('retryChannel', 'POST', '/api/channels/{name}/retry'),
        http('doctor', 'POST', '/api/doctor'),
        http('openapi', 'GET', '/api/openapi.json', 'anonymous'),
        http('health', 'GET', '/api/health', 'anonymous'),
        { name: 'pollOperations', trigger: 'timer', schedule: '*/30 * * * * *' },
        {
          name: 'purgeHistory',
          trigger: 'timer',
          schedule: expect.stringMatching(/^0 \d+ \d+ \* \* \*$/),
        },
      ]),
    );
  });

  it.each([
    ['*/5 * * * * *', '*/5 * * * * *'],
    ['every now and then', '*/30 * * * * *'],
    ['0 0 0 30 2 *', '*/30 * * * * *'],
  ])('polls by POLL_SCHEDULE, or by the default: %s', async (given, used) => {
    const env = { PORT: '0', HOST_TIMERS: 'off', POLL_SCHEDULE: given };
    await using scheduled = await startHost({ env });
    expect(scheduled.functions).toContainEqual({
      name: 'pollOperations',
      trigger: 'timer',
      schedule: used,
    });
  });
});

describe('local.settings.sample.json', () => {
  const settingsFile = z.object({
    IsEncrypted: z.literal(false),
    Values: z.record(z.string(), z.string()),
    Explained: z.record(z.string(), z.string().min(10)),
  });
  const sample = settingsFile.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, '../../local.settings.sample.json'), 'utf8')),
  );

  it('explains exactly the settings that the app knows', () => {
    const asked = new Set<string>();
    const nothingSet: Record<string, string> = {};
    readSettings(
      new Proxy(nothingSet, {
        get(_target, name) {
          asked.add(String(name));
          return undefined;
        },
      }),
    );
    // The platform sets these by itself, and a proxy is the network's.
    const others = ['IDENTITY_ENDPOINT', 'WEBSITE_SITE_NAME', 'WEBSITE_RESOURCE_GROUP'];
    for (const name of [...others, ...proxyNames]) asked.delete(name);
    const ofThePlatform = ['FUNCTIONS_WORKER_RUNTIME'];
    const families = ['SLACK_WEBHOOK_URL_<NAME>'];
    expect(Object.keys(sample.Explained).toSorted()).toEqual(
      [...asked, ...ofThePlatform, ...families].toSorted(),
    );
  });

  it('holds values that the app takes, each of them explained', () => {
    expect(readSettings(sample.Values).problems).toEqual([]);
    expect(Object.keys(sample.Explained)).toEqual(
      expect.arrayContaining(Object.keys(sample.Values)),
    );
  });
});
