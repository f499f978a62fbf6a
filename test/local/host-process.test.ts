import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startChild } from '../../local/child.ts';
import { startHost } from '../../local/host/process.ts';
import { FIXTURE_APP, SOON, startFixture } from '../support/host-fixture.ts';

/** A folder that is gone after the test. */
async function makeFolder() {
  const path = await mkdtemp(join(tmpdir(), 'host-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** An app file of its own with that code. */
async function makeApp(code: string, hostJson = '{"version":"2.0"}') {
  const folder = await makeFolder();
  const appFile = join(folder.path, 'app.mjs');
  await writeFile(appFile, code);
  await writeFile(join(folder.path, 'host.json'), hostJson);
  return { ...folder, appFile };
}

const start = (appFile: string, env: Record<string, string> = {}) =>
  startHost({ env: { PORT: '0', ...env }, appFile });

describe('a host that starts', () => {
  it('tells its URL and its functions, and runs the hook of the app', async () => {
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

describe('timers of a host', () => {
  it('fire by themselves, with a setting as their schedule', async () => {
    await using host = await startFixture({ BY_SETTING: '* * * * * *' });
    expect(host.functions).toContainEqual({
      name: 'bySetting',
      trigger: 'timer',
      schedule: '* * * * * *',
    });
    await expect
      .poll(() => host.messages('bySetting'), SOON)
      .toContain(
        'timer {"schedule":{"adjustForDST":true},"scheduleStatus":null,"isPastDue":false}',
      );
  });

  it('run at start when they are registered so', async () => {
    await using host = await startFixture({ RUN_ON_STARTUP: '1' });
    await expect.poll(() => host.messages('startup').join(), SOON).toContain('"isPastDue":false');
  });

  it('make up for a run that was missed while the host was down, and keep the next', async () => {
    await using folder = await makeFolder();
    const file = join(folder.path, 'monthly.schedule.json');
    const past = '2020-01-01T00:00:00.000Z';
    await writeFile(file, JSON.stringify({ Last: past, Next: past, LastUpdated: past }));
    await using host = await startFixture({ HOST_STATE_DIR: folder.path });
    await expect.poll(() => host.messages('monthly').at(-1), SOON).toContain('"isPastDue":true');
    await expect.poll(async () => readNext(file), SOON).toBeGreaterThan(Date.now());
  });

  it('survive a state file that cannot be read', async () => {
    await using folder = await makeFolder();
    const file = join(folder.path, 'monthly.schedule.json');
    await writeFile(file, '{"Next":"soon"');
    await using host = await startFixture({ HOST_STATE_DIR: folder.path });
    await expect.poll(async () => readNext(file), SOON).toBeGreaterThan(Date.now());
    await host.runTimer('monthly');
  });

  it('wait to be run when they are off', async () => {
    await using folder = await makeFolder();
    const past = '2020-01-01T00:00:00.000Z';
    await writeFile(
      join(folder.path, 'monthly.schedule.json'),
      JSON.stringify({ Last: past, Next: past, LastUpdated: past }),
    );
    await using host = await startFixture({ HOST_STATE_DIR: folder.path, HOST_TIMERS: 'off' });
    await host.runTimer('monthly');
    await expect.poll(() => host.messages('monthly').at(-1), SOON).toMatch(/^timer/);
    expect(host.messages('monthly').join()).not.toContain('"isPastDue":true');
  });
});

async function readNext(file: string): Promise<number> {
  const text = await readFile(file, 'utf8');
  return Date.parse(/"Next":"([^"]+)"/.exec(text)?.[1] ?? '');
}

describe('runTimer', () => {
  it('resolves when that run has ended, and never lets two runs overlap', async () => {
    await using host = await startFixture();
    const first = host.runTimer('lasting');
    const second = host.runTimer('LASTING');
    await Promise.all([first, second]);
    await expect
      .poll(() => host.messages('lasting').slice(1), SOON)
      .toEqual(['begin', 'end', 'begin', 'end']);
  });

  it('rejects with the message of the function, and of a name that is no timer', async () => {
    await using host = await startFixture();
    await expect(host.runTimer('failing')).rejects.toThrow('the timer broke');
    await expect(host.runTimer('byName')).rejects.toThrow('no timer function "byName"');
  });

  it('rejects when the host dies meanwhile', async () => {
    await using host = await startFixture();
    const run = host.runTimer('lasting');
    await Promise.all([
      expect(run).rejects.toThrow('The host ended before lasting did.'),
      host.kill(),
    ]);
  });
});

describe('the log', () => {
  it('names the function and the run of each line, and frames each run at debug level', async () => {
    await using host = await startFixture();
    await host.runTimer('lasting');
    const ofRun = () => host.lines.filter((line) => line.invocationId !== undefined);
    await expect.poll(() => ofRun().length, SOON).toBe(4);
    expect(new Set(ofRun().map((line) => `${line.functionName} ${line.invocationId}`)).size).toBe(
      1,
    );
    expect(
      ofRun().map(({ level, message }) => `${level} ${message.replace(/\d+ ms/, 'n ms')}`),
    ).toEqual([
      'debug Executing',
      'information begin',
      'information end',
      'debug Executed (Succeeded, n ms)',
    ]);
  });

  it('drops what a function logs after its end, as Azure does, with a warning', async () => {
    await using host = await startFixture();
    await fetch(`${host.url}/api/late`);
    await expect
      .poll(() => host.messages('late').join(), SOON)
      .toContain("Unexpected call to 'log'");
    expect(host.messages('late')).not.toContain('too late');
  });

  it('is short text for a person unless JSON is asked for', async () => {
    const lines: string[] = [];
    const child = await startChild({
      args: [join(import.meta.dirname, '../../local/host/main.ts')],
      env: { PORT: '0', APP_FILE: FIXTURE_APP },
      onLine: (line) => lines.push(line),
    });
    await expect
      .poll(() => lines, SOON)
      .toContainEqual(expect.stringMatching(/^\d\d:\d\d:\d\d monthly: 0 0 0 1 \* \*$/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^\d\d:\d\d:\d\d error queue: This function does not load/),
    );
    await child.end('SIGTERM', 5000);
  });
});

describe('a host that ends', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('lets running invocations end on %s', async (signal) => {
    await using host = await startFixture();
    const answer = fetch(`${host.url}/api/slow?ms=150`);
    await expect.poll(() => host.messages('slow'), SOON).toContain('slow starts');
    process.kill(host.pid, signal);
    expect(await (await answer).text()).toBe('slow ends');
    expect(await host.exited).toEqual({ code: 0, signal: null });
    expect(host.messages()).toContain('plain: the app ends');
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
