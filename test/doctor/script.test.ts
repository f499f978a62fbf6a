import { describe, expect, it } from 'vitest';
import { listenLocally, send } from '../../local/arm/listen.ts';
import { startArm } from '../../local/arm/server.ts';
import { startSlack } from '../../local/slack/server.ts';
import { runDoctor } from './run-doctor.ts';
import { startProduct } from '../support/product.ts';
import { settingsFor } from '../support/settings.ts';

/** `npm run doctor -- …`, with these values in the settings file. */
async function doctor(args: readonly string[], values: Record<string, string>) {
  return await runDoctor(args, JSON.stringify({ Values: values }));
}

it('checks the settings file’s set-up, with a line for each check, and exits with 0 when all is well', async () => {
  await using arm = await startArm();
  await using slack = await startSlack();
  const values = settingsFor(arm, slack);
  const table = values['OPERATIONS_TABLE'];
  const { code, output, errors } = await doctor(['--slack'], values);
  expect(errors).toBe('');
  expect(code).toBe(0);
  expect(output.split('\n')).toEqual([
    '✓ settings: All of them can be used.',
    `✓ tables ${table}, ${table}History: Can be read.`,
    `✓ tables ${table}State: A row could be written, read and removed.`,
    '✓ ARM sign-in: There is a token; it is that of the app’s system-assigned identity, as AZURE_CLIENT_ID is not set.',
    expect.stringMatching(/^– ARM rights: Nothing is watched or tracked yet/),
    '✓ api-version: Nothing was read yet; 2026-10-02-preview is tried first.',
    '– activity log: Nothing was found out there yet.',
    expect.stringMatching(/^✓ Slack channel default: Slack took a test message/),
    expect.stringMatching(/^✓ Slack channel payments: Slack took a test message/),
    '',
  ]);
  expect(slack.messages).toHaveLength(2);
});

it('checks the set-up of the environment where there is no settings file', async () => {
  await using arm = await startArm();
  await using slack = await startSlack();
  const { code, output, errors } = await runDoctor([], null, settingsFor(arm, slack));
  expect([code, errors]).toEqual([0, '']);
  expect(output).toContain('✓ settings: All of them can be used.');
});

it.each([
  ['an option is unknown', ['--slak'], '--slak'],
  ['a word belongs to no option', ['--url', 'https://example.org', 's3cret'], 'no option'],
  ['the key would go unencrypted', ['--url', 'http://example.org'], 'must begin with https'],
  ['the URL holds a password', ['--url', 'https://me:s3cret@example.org'], 'without a user name'],
  ['a key stands on the command line', ['--url', 'https://example.org', '--key=s3cret'], '--key'],
  ['the key is none', ['--url', 'https://example.org'], 'no key has'],
])('exits with 2, and says why, when %s', async (_, args, why) => {
  const env = { NOTIFIER_KEY: 's3cret ключ' };
  const { code, output, errors } = await runDoctor(args, null, env);
  expect([code, output]).toEqual([2, '']);
  expect(errors.split('\n')[0]).toContain(why);
  expect(errors).toContain('npm run doctor -- [--slack]');
  expect(errors).not.toMatch(/s3cret|^ +at /m);
});

it('helps', async () => {
  expect(await runDoctor(['--help'])).toMatchObject({
    code: 0,
    output: expect.stringContaining('NOTIFIER_KEY in the environment'),
    errors: '',
  });
});

describe('a deployed app', () => {
  it('checks itself, by the key in the environment', async () => {
    await using product = await startProduct({ FUNCTION_KEY: 'the-key' });
    const { url } = product.host;
    const ask = async (args: readonly string[], NOTIFIER_KEY: string) =>
      await runDoctor(['--url', url, ...args], null, { NOTIFIER_KEY });
    const [well, locked, keyless] = await Promise.all([
      ask(['--json'], 'the-key\n'),
      ask([], 'an0ther'),
      ask([], ''),
    ]);
    expect(well).toMatchObject({ code: 0, errors: '' });
    expect(JSON.parse(well.output)).toMatchObject({
      ok: true,
      checks: [{ name: 'settings' }, {}, {}, {}, {}, {}, {}, {}, {}],
    });
    expect(locked).toEqual({
      code: 1,
      output: `✗ app ${url}: It does not take the function key.\n`,
      errors: '',
    });
    expect(keyless.output).toContain('takes a function key, which is to be in NOTIFIER_KEY');
  });

  it.each([
    ['is another program', 404, '{ "status": "ok" }', 'There is no such app (404)'],
    ['is an older version', 404, '{ "status": "ok", "lastTick": null }', 'It is an older version'],
    ['sends elsewhere', 302, 'nothing', 'It sends to another place (302)'],
  ])('that %s is one failed check', async (_name, status, health, words) => {
    const seen: unknown[] = [];
    const { url, close } = await listenLocally((request, response) => {
      seen.push([request.method, request.url, request.headers['x-functions-key']]);
      const isHealth = request.url === '/api/health';
      const headers = { location: '/elsewhere' };
      send(response, isHealth ? { status: 200, body: health } : { status, headers, body: '' });
    });
    await using _ = { [Symbol.asyncDispose]: close };
    const env = { NOTIFIER_KEY: 's3cret' };
    const { code, output, errors } = await runDoctor(['--url', url, '--json'], null, env);
    expect([code, errors]).toEqual([1, '']);
    expect(JSON.parse(output)).toMatchObject({
      ok: false,
      checks: [{ name: `app ${url}`, ok: false, message: expect.stringContaining(words) }],
    });
    expect(output).not.toContain('s3cret');
    expect(seen).toEqual([
      ['POST', '/api/doctor', 's3cret'],
      ['GET', '/api/health', undefined],
    ]);
  });

  it('that nobody answers for is one failed check', async () => {
    const { url, close } = await listenLocally(() => {});
    await close();
    const { code, output, errors } = await runDoctor(['--url', url]);
    expect([code, errors]).toEqual([1, '']);
    expect(output).toBe(`✗ app ${url}: It cannot be reached (ECONNREFUSED).\n`);
  });

  it('forges no lines and moves no cursor', async () => {
    const check = { name: 'x\u001b[31m\n✓ forged', ok: false, message: 'a\r\nb\u202ec\u2028d' };
    const { url, close } = await listenLocally((_request, response) =>
      send(response, { status: 503, body: { ok: false, checks: [check] } }),
    );
    await using _ = { [Symbol.asyncDispose]: close };
    const { output } = await runDoctor(['--url', url]);
    expect(output).toBe('✗ x ✓ forged: a bc d\n');
  });
});

it('what stands in the environment wins over the file', async () => {
  const file = JSON.stringify({ Values: { STALLED_AFTER: 'long', ARM_BUDGET: '7' } });
  const { output } = await runDoctor([], file, { STALLED_AFTER: '45m' });
  expect(output).toContain('setting ARM_BUDGET');
  expect(output).not.toContain('setting STALLED_AFTER');
});
