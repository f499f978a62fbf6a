import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startProduct } from '../../local/product.ts';
import type { Product } from '../../local/product.ts';

const appFile = join(import.meta.dirname, 'start-app.cjs');
const wait = { timeout: 15_000, interval: 20 };

async function dataFolder() {
  const path = await mkdtemp(join(tmpdir(), 'local-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Runs `local/start.ts` as `npm start` does, or `local/dev.ts`. */
function runStart(dataPath: string, env: Record<string, string> = {}, file = 'start.ts') {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../local', file)], {
    env: { PATH: process.env['PATH'], APP_FILE: appFile, LOCAL_DATA: dataPath, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const exited = once(child, 'exit').then(([code]) => Number(code));
  return {
    exited,
    output: () => output,
    until: (words: string) => vi.waitFor(() => expect(output).toContain(words), wait),
    url: (name: string) => new RegExp(`${name} +(http://[\\d.:]+)`).exec(output)?.[1] ?? '',
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

describe('npm start', () => {
  it(
    'plays the demo, ends without a trace on Ctrl-C, and remembers',
    { timeout: 40_000 },
    async () => {
      await using data = await dataFolder();
      let functions = '';
      {
        await using first = runStart(data.path, { FUNCTION_KEY: 'secret-key' });
        await first.until('registered    aks-prod-weu, weekly upgrade');
        await first.until('slack         #aks-operations  Seen: aks-staging-weu');
        functions = first.url('Functions');
        expect((await fetch(`${functions}/api/operations`)).status).toBe(401);
        expect(first.output()).not.toContain('secret-key');

        await using other = runStart(data.path);
        expect(await other.exited).toBe(1);
        expect(other.output()).toMatch(/^Azurite did not start: The folder is in use[^\n]*\n$/);

        first.kill('SIGINT');
        expect(await first.exited).toBe(0);
      }
      await expect(fetch(functions)).rejects.toThrow('fetch failed');
      await using next = runStart(data.path);
      await next.until('registered    aks-prod-weu');
      const state = await (await fetch(`${next.url('Slack channels')}/state`)).text();
      expect(state.match(/Seen: aks-staging-weu/g)).toHaveLength(2);
      next.kill('SIGTERM');
      expect(await next.exited).toBe(0);
    },
  );
});

describe('npm run dev', () => {
  it(
    'runs the functions with the file, under the environment, beside a store of its own',
    { timeout: 20_000 },
    async () => {
      await using data = await dataFolder();
      const LOCAL_SETTINGS = join(data.path, 'local.settings.json');
      const Values = { PORT: '1', SLACK_WEBHOOK_URL: 'http://127.0.0.1:9/', FUNCTION_KEY: 'key' };
      await writeFile(LOCAL_SETTINGS, JSON.stringify({ Values }));
      await using dev = runStart(data.path, { LOCAL_SETTINGS }, 'dev.ts');
      await dev.until('listOperations     GET http://127.0.0.1:');
      const url = dev.url('listOperations     GET');
      expect((await fetch(`${url}/api/operations`)).status).toBe(401);
      const headers = { 'x-functions-key': 'key' };
      expect((await fetch(`${url}/api/operations`, { headers })).status).toBe(200);
      expect(await readdir(join(data.path, 'dev/azurite'))).toContain('azurite.pid');
      dev.kill('SIGINT');
      expect(await dev.exited).toBe(0);
    },
  );

  it('runs with the environment alone where there is no file', { timeout: 20_000 }, async () => {
    await using data = await dataFolder();
    const LOCAL_SETTINGS = join(data.path, 'local.settings.json');
    const env = { LOCAL_SETTINGS, SLACK_WEBHOOK_URL: 'http://127.0.0.1:9/' };
    await using dev = runStart(data.path, env, 'dev.ts');
    await dev.until('listOperations     GET http://127.0.0.1:');
    const url = dev.url('listOperations     GET');
    expect((await fetch(`${url}/api/operations`)).status).toBe(200);
    dev.kill('SIGINT');
    expect(await dev.exited).toBe(0);
  });

  it(
    'names the sample when there is no file and the environment lacks settings',
    { timeout: 20_000 },
    async () => {
      await using data = await dataFolder();
      const LOCAL_SETTINGS = join(data.path, 'local.settings.json');
      await using dev = runStart(data.path, { LOCAL_SETTINGS }, 'dev.ts');
      expect(await dev.exited).toBe(1);
      expect(dev.output()).toContain('local.settings.sample.json');
    },
  );
});

describe('the parts of npm start', () => {
  let data: Awaited<ReturnType<typeof dataFolder>>;
  let product: Product;

  beforeAll(async () => {
    data = await dataFolder();
    product = await startProduct({ dataFolder: data.path, port: 0, appFile });
  });

  afterAll(async () => {
    await product[Symbol.asyncDispose]();
    await data[Symbol.asyncDispose]();
  });

  it('cut the stand-ins off and connect them again', async () => {
    const { page, arm, slack, store } = product;
    const table = /TableEndpoint=([^;]+)/.exec(store.connectionString)?.[1] ?? '';
    const tableAnswers = () =>
      fetch(table).then(
        () => true,
        () => false,
      );
    const unplug = (body: { arm: boolean; slack: boolean; store: boolean }) =>
      fetch(`${page.url}/try/faults`, {
        method: 'PUT',
        headers: { origin: page.url },
        body: JSON.stringify(body),
      });
    await unplug({ arm: true, slack: true, store: true });
    const post = { method: 'POST' };
    await expect(fetch(slack.webhookUrl('default'), post)).rejects.toThrow('fetch failed');
    await expect(fetch(`${arm.url}/subscriptions/s/x`)).rejects.toThrow('fetch failed');
    await vi.waitFor(async () => expect(await tableAnswers()).toBe(false), 10_000);
    await unplug({ arm: false, slack: false, store: false });
    await vi.waitFor(async () => expect(await tableAnswers()).toBe(true), 10_000);
    expect((await fetch(`${arm.url}/subscriptions/s/x`)).status).toBe(401);
    expect((await fetch(slack.webhookUrl('default'), post)).status).toBe(400);
  });

  it('say in one line that a port is taken, and leave nothing running', async () => {
    const taken = Number(new URL(product.page.url).port);
    await using elsewhere = await dataFolder();
    for (const port of [taken, taken - 1]) {
      await using second = runStart(elsewhere.path, { PORT: String(port) });
      expect(await second.exited).toBe(1);
      expect(second.output()).toMatch(
        new RegExp(`^[^\\n]*Port ${taken} is [^\\n]*PORT[^\\n]*\\n$`),
      );
    }
    expect(await readdir(join(elsewhere.path, 'azurite'))).not.toContain('azurite.pid');
  });

  it('notice when one of them dies', async () => {
    process.kill(product.host.pid, 'SIGKILL');
    expect(await product.died).toBe('The functions ended by themselves.');
  });
});
