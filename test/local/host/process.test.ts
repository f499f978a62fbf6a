import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startHost } from '../../../local/host/process.ts';
import { FIXTURE_APP, SOON, startFixture } from '../../support/host-fixture.ts';

/** A folder with an app file of its own, gone after the test. */
async function makeApp(code: string, hostJson = '{"version":"2.0"}') {
  const folder = await mkdtemp(join(tmpdir(), 'host-'));
  const appFile = join(folder, 'app.mjs');
  await writeFile(appFile, code);
  await writeFile(join(folder, 'host.json'), hostJson);
  return {
    appFile,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const start = (appFile: string, env: Record<string, string> = {}) =>
  startHost({ env: { PORT: '0', ...env }, appFile });

describe('a host that starts', () => {
  it('reports its URL and its functions, and runs the hook of the app', async () => {
    await using host = await startFixture();
    expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(host.functions.map(({ name }) => name)).toContain('monthly');
    expect(host.messages()).toContain('plain: the app starts');
  });

  it('leaves out a function that cannot load, with the reason, and serves the others', async () => {
    await using host = await startFixture();
    const names = host.functions.map(({ name }) => name);
    expect(names).not.toContain('bySetting');
    expect(names).not.toContain('queue');
    expect(host.messages('bySetting').join('')).toContain('%BY_SETTING% does not resolve');
    expect(host.messages('queue').join('')).toContain('queueTrigger');
    expect((await fetch(`${host.url}/api/byName`)).status).toBe(200);
  });

  it('has function keys off, and nothing of the environment of its parent', async () => {
    process.env['FUNCTION_KEY'] = 'of the parent';
    await using host = await startFixture().finally(() => delete process.env['FUNCTION_KEY']);
    expect((await fetch(`${host.url}/api/locked`)).status).toBe(200);
    expect((await fetch(`${host.url}/admin/functions`)).status).toBe(200);
  });

  it('takes the prefix of its routes from host.json', async () => {
    await using app = await makeApp(
      `await import(${JSON.stringify(`file://${FIXTURE_APP}`)})`,
      '{"extensions":{"http":{"routePrefix":"v1/x"}}}',
    );
    await using host = await start(app.appFile);
    expect((await fetch(`${host.url}/v1/x/byName`)).status).toBe(200);
    expect((await fetch(`${host.url}/api/byName`)).status).toBe(404);
  });
});

describe('a host that cannot start', () => {
  it('says in one line that its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const failure = start(FIXTURE_APP, { PORT: port });
    await expect(failure).rejects.toThrow(new RegExp(`^Port ${port} is in use: .*$`, 'm'));
    server.close();
  });

  it('passes on why the app does not load', async () => {
    await using app = await makeApp('throw new Error("bad at import")');
    await expect(start(app.appFile)).rejects.toThrow('bad at import');
  });

  it('says so when the app is not built', async () => {
    await expect(start('/nowhere/app.cjs')).rejects.toThrow(
      '/nowhere/app.cjs is missing: run "npm run build"',
    );
  });

  it('says so when the app registers nothing', async () => {
    await using app = await makeApp('');
    await expect(start(app.appFile)).rejects.toThrow('registers no function');
  });
});

describe('a host that ends', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('lets running invocations end on %s', async (signal) => {
    await using host = await startFixture();
    const answer = fetch(`${host.url}/api/slow?ms=150`);
    await expect.poll(() => host.messages('slow'), SOON).toContain('slow starts');
    process.kill(host.pid, signal);
    expect(await (await answer).text()).toBe('slow ends');
    const answeredAt = performance.now();
    expect(await host.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - answeredAt).toBeLessThan(2000); // not held up by the kept connection
    expect(host.messages()).toContain('plain: the app ends');
  });

  it('lets a run of a timer end', async () => {
    await using host = await startFixture();
    const run = host.runTimer('lasting');
    await expect.poll(() => host.messages('lasting'), SOON).toContain('begin');
    await host.stop();
    await run;
    expect(host.messages('lasting')).toContain('end');
  });

  it('takes no request and starts no run while it stops', async () => {
    await using host = await startFixture();
    const answer = fetch(`${host.url}/api/slow?ms=300`);
    await expect.poll(() => host.messages('slow'), SOON).toContain('slow starts');
    const stopped = host.stop();
    await expect
      .poll(
        () =>
          fetch(`${host.url}/api/byName`).then(
            () => 'served',
            () => 'refused',
          ),
        SOON,
      )
      .toBe('refused');
    await expect(host.runTimer('monthly')).rejects.toThrow('The host is stopping.');
    await Promise.all([answer, stopped]);
  });

  it('exits at once on the second signal', async () => {
    await using host = await startFixture();
    const answer = fetch(`${host.url}/api/slow?ms=10000`).catch(() => 'cut off');
    await expect.poll(() => host.messages('slow'), SOON).toContain('slow starts');
    process.kill(host.pid, 'SIGINT');
    await expect
      .poll(
        () =>
          fetch(host.url).then(
            () => 'served',
            () => 'refused',
          ),
        SOON,
      )
      .toBe('refused');
    process.kill(host.pid, 'SIGINT');
    expect(await host.exited).toEqual({ code: 1, signal: null });
    expect(await answer).toBe('cut off');
  });

  it('dies of an unhandled rejection, as the real worker does, and says of which', async () => {
    await using host = await startFixture();
    await fetch(`${host.url}/api/adrift`).catch(() => {});
    expect(await host.exited).toEqual({ code: 1, signal: null });
    expect(host.messages().join('\n')).toContain('Unhandled rejection: Error: nobody caught this');
  });

  it('is gone after kill, whatever runs', async () => {
    await using host = await startFixture();
    await host.kill();
    expect(await host.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });
});
