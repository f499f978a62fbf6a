import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { startProduct } from '../../local/product.ts';

const appFile = join(import.meta.dirname, 'start-app.cjs');
const wait = { timeout: 15_000, interval: 20 };

async function dataFolder() {
  const path = await mkdtemp(join(tmpdir(), 'local-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Runs `local/start.ts` as `npm start` does. */
function runStart(dataPath: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../local/start.ts')], {
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
      await expect(fetch(functions)).rejects.toThrow();
      await using next = runStart(data.path);
      await next.until('registered    aks-prod-weu');
      const state = await (await fetch(`${next.url('Slack channels')}/state`)).text();
      expect(state.match(/Seen: aks-staging-weu/g)).toHaveLength(2);
      next.kill('SIGTERM');
      expect(await next.exited).toBe(0);
    },
  );

  it('says in one line that the port is taken', { timeout: 20_000 }, async () => {
    await using data = await dataFolder();
    await using product = await startProduct({ dataFolder: data.path, port: 0, appFile });
    const taken = Number(new URL(product.page.url).port);
    await using elsewhere = await dataFolder();
    for (const port of [taken, taken - 1]) {
      await using second = runStart(elsewhere.path, { PORT: String(port) });
      expect(await second.exited).toBe(1);
      expect(second.output()).toMatch(
        new RegExp(`^[^\\n]*Port ${taken} is [^\\n]*PORT[^\\n]*\\n$`),
      );
    }
  });
});

describe('the parts of npm start', () => {
  it('notice the death of each other', { timeout: 20_000 }, async () => {
    await using data = await dataFolder();
    await using product = await startProduct({ dataFolder: data.path, port: 0, appFile });
    process.kill(product.host.pid, 'SIGKILL');
    expect(await product.died).toBe('The functions ended by themselves.');
  });

  it('do not start by halves', { timeout: 20_000 }, async () => {
    await using data = await dataFolder();
    const options = { dataFolder: data.path, port: 0 };
    await expect(startProduct({ ...options, appFile: '/none.cjs' })).rejects.toThrow('none.cjs');
    await using product = await startProduct({ ...options, appFile });
    expect((await fetch(`${product.host.url}/api/health`)).status).toBe(200);
  });

  it('cut the stand-ins off and connect them again', { timeout: 20_000 }, async () => {
    await using data = await dataFolder();
    await using product = await startProduct({ dataFolder: data.path, port: 0, appFile });
    const { page, arm, slack } = product;
    const unplug = (body: { arm: boolean; slack: boolean }) =>
      fetch(`${page.url}/try/faults`, {
        method: 'PUT',
        headers: { origin: page.url },
        body: JSON.stringify(body),
      });
    await unplug({ arm: true, slack: true });
    await expect(fetch(slack.webhookUrl('default'), { method: 'POST' })).rejects.toThrow();
    await expect(fetch(`${arm.url}/subscriptions/s/x`)).rejects.toThrow();
    await unplug({ arm: false, slack: false });
    expect((await fetch(`${arm.url}/subscriptions/s/x`)).status).toBe(401);
    expect((await fetch(slack.webhookUrl('default'), { method: 'POST' })).status).toBe(400);
  });
});
