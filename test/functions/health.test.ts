import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp, startProxiedApp } from '../support/app.ts';
import { startProduct, type Product } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';
import { startTableProxy } from '../support/tables.ts';

describe('GET /api/health', () => {
  let tables: Awaited<ReturnType<typeof startTableProxy>>;
  let product: Product;
  beforeAll(async () => {
    tables = await startTableProxy();
    product = await startProduct({
      FUNCTION_KEY: 'the-key',
      AzureWebJobsStorage: tables.connectionString,
    });
  });
  afterAll(async () => {
    await product[Symbol.asyncDispose]();
    await tables[Symbol.asyncDispose]();
  });
  const ask = async () => await product.request('GET', '/api/health');

  it('answers anybody: 200 while starting, and after a tick; 503 with reasons when unhealthy', async () => {
    const starting = await ask();
    expect(starting.status).toBe(200);
    expect(starting.headers.get('cache-control')).toBe('no-store');
    expect(starting.json()).toMatchObject({ status: 'starting', reasons: [], lastTick: null });

    await product.tick();
    const ok = await ask();
    expect(ok.status).toBe(200);
    expect(ok.json()).toEqual({
      status: 'ok',
      reasons: [],
      version: expect.stringMatching(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/),
      lastTick: {
        startedAt: expect.any(String),
        completedAt: expect.any(String),
        ageSeconds: expect.any(Number),
        // That of the code that ran it.
        version: ok.json()['version'],
      },
      apiVersion: '2026-10-02-preview',
      oldestDueAt: null,
      undelivered: { messages: 0, oldestAt: null },
      parkedChannels: 0,
      unreadable: 0,
      corruptRows: 0,
      settingsProblems: [],
    });

    tables.fault = () => 'refuse';
    const away = await ask();
    expect(away.status).toBe(503);
    expect(away.json()).toMatchObject({
      status: 'unhealthy',
      reasons: ['Table storage cannot be reached.'],
      lastTick: null,
    });
    tables.fault = () => null;
  });

  it('names no cluster, ID or channel', async () => {
    const cluster = someCluster();
    const { id, operationId } = product.arm.start({ ...cluster, scenario: 'quick' });
    const headers = { 'x-functions-key': 'the-key' };
    await product.request('POST', '/api/operations', { id, channel: 'payments' }, headers);
    product.slack.faults.set({ kind: 'status', status: 404 });
    await product.tick();
    product.slack.faults.clear();
    const report = await ask();
    expect(report.status).toBe(503);
    expect(report.json()).toMatchObject({ parkedChannels: 1, undelivered: { messages: 1 } });
    for (const name of [...Object.values(cluster), operationId, 'payments', 'hooks', '/services/'])
      expect(report.text).not.toContain(name);
  });
});

describe('health', () => {
  it.each<[string, (app: TestApp) => Promise<unknown>, string, string[]]>([
    ['is starting', async () => {}, 'starting', []],
    [
      'is unhealthy when no tick ever completed within three intervals',
      async ({ clock }) => clock.pass(91),
      'unhealthy',
      ['No tick has ever completed.'],
    ],
    [
      'is well within three intervals of the last tick',
      async (app) => {
        await app.tickFor(1);
        app.clock.pass(90);
      },
      'ok',
      [],
    ],
    [
      'is unhealthy when the last tick is older than that',
      async (app) => {
        await app.tickFor(1);
        app.clock.pass(91);
      },
      'unhealthy',
      ['The last tick completed 2 min ago, which is more than 3 intervals.'],
    ],
    [
      'only remarks on a message that is undelivered for minutes',
      async (app) => {
        await app.track({ answer: { status: 'Failed' } });
        app.slack.faults.set({ kind: 'down' });
        await app.tickFor(20);
      },
      'ok',
      ['1 Slack channel(s) do not take messages at the moment.'],
    ],
    [
      'is unhealthy when a message is undelivered for more than ten minutes',
      async (app) => {
        await app.track({ answer: { status: 'Failed' } });
        app.slack.faults.set({ kind: 'down' });
        await app.tickFor(24);
      },
      'unhealthy',
      [
        'A message has been undelivered for 12 min.',
        '1 Slack channel(s) do not take messages at the moment.',
      ],
    ],
    [
      'only remarks on readings that fail',
      async (app) => {
        await app.track();
        app.arm.faults.set({ kind: 'down' });
        await app.tickFor(1);
        await app.tickFor(1);
      },
      'ok',
      ['1 operation(s) cannot be read from Azure at the moment.'],
    ],
  ])('%s', async (_name, happen, status, reasons) => {
    await using app = await startApp();
    await happen(app);
    const health = await app.root.health();
    expect(health).toMatchObject({ status, reasons });
  });

  it('waits for a first tick no longer because it is asked of a process that has just begun', async () => {
    await using app = await startProxiedApp();
    expect(await app.root.health()).toMatchObject({ status: 'starting' });
    app.clock.pass(91);
    expect(await app.another().root.health()).toMatchObject({
      status: 'unhealthy',
      reasons: ['No tick has ever completed.'],
    });
    await app.tickFor(1);
    expect(await app.another().root.health()).toMatchObject({ status: 'ok' });
  });

  it('is unhealthy for a contained settings problem, while the app works on', async () => {
    await using app = await startProxiedApp({ POLL_SCHEDULE: 'now and then' });
    const operation = await app.track({ answer: { status: 'Succeeded' } });
    await app.tickFor(1);
    expect(app.told).toEqual([`Succeeded: ${operation.name}`]);
    expect(await app.root.health()).toMatchObject({
      status: 'unhealthy',
      reasons: ['The setting POLL_SCHEDULE is wrong.'],
      settingsProblems: [{ setting: 'POLL_SCHEDULE' }],
    });
  });
});

it('asks the store once for all who ask at once', async () => {
  await using app = await startProxiedApp();
  await app.tickFor(1);
  const before = app.tables.requests.length;
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.root.health()));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 'ok'));
  expect(app.tables.requests.slice(before)).toHaveLength(2);
  await app.root.health();
  expect(app.tables.requests.slice(before)).toHaveLength(4);
});
