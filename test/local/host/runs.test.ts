import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startChild } from '../../../local/child-process.ts';
import { FIXTURE_APP, SOON, startFixture } from '../../support/host-fixture.ts';

/** A folder that is gone after the test. */
async function makeFolder() {
  const path = await mkdtemp(join(tmpdir(), 'host-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

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
    // Long enough for the missed run, if it were made up for.
    await host.runTimer('lasting');
    await expect.poll(() => host.messages('lasting'), SOON).toContain('end');
    expect(host.messages('monthly').filter((message) => message.startsWith('timer'))).toEqual([
      expect.stringContaining('"isPastDue":false'),
    ]);
  });
});

async function readNext(file: string): Promise<number> {
  const text = await readFile(file, 'utf8');
  return Date.parse(/"Next":"([^"]+)"/.exec(text)?.[1] ?? '');
}

describe('runTimer', () => {
  it('starts beside a run that is under way, as /admin of the real host does, and resolves when its own has ended', async () => {
    await using host = await startFixture();
    const first = host.runTimer('lasting');
    const second = host.runTimer('LASTING');
    await Promise.all([first, second]);
    await expect
      .poll(() => host.messages('lasting').slice(1), SOON)
      .toEqual(['begin', 'begin', 'end', 'end']);
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
      args: [join(import.meta.dirname, '../../../local/host/main.ts')],
      env: { PORT: '0', APP_FILE: FIXTURE_APP },
      onLine: (line) => lines.push(line),
    });
    await expect
      .poll(() => lines, SOON)
      .toContainEqual(expect.stringMatching(/^\d\d:\d\d:\d\d monthly: 0 0 0 1 \* \*$/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^\d\d:\d\d:\d\d error queue: This function does not load/),
    );
    const url = /http:.*\/api\//.exec(lines.join('\n'))?.[0] ?? '';
    await fetch(`${url}boom`);
    await expect
      .poll(() => lines, SOON)
      .toContainEqual(expect.stringMatching(/^\d\d:\d\d:\d\d error boom: Error: a secret reason$/));
    expect(lines.join('\n')).not.toContain('Execut');
    await child.end('SIGTERM', 5000);
  });
});
