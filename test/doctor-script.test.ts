import { spawn } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, inject, it } from 'vitest';
import { startArm } from '../local/arm/server.ts';
import { startSlack } from '../local/slack/server.ts';
import { startProduct } from './support/product.ts';
import { settingsFor } from './support/settings.ts';

/** `npm run doctor -- …`, with these values in the settings file. */
async function doctor(args: readonly string[], values: Record<string, string> | null = null) {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'doctor-'));
  const file = join(folder.path, 'local.settings.json');
  if (values !== null) await writeFile(file, JSON.stringify({ Values: values }));
  const script = join(import.meta.dirname, '../scripts/doctor.ts');
  const child = spawn(process.execPath, [script, ...args], {
    env: { LOCAL_SETTINGS: file, LOCAL_DATA: folder.path },
  });
  const ended = new Promise((resolve) => void child.on('close', resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output, errors };
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
    expect.stringMatching(/^✓ Slack channel default: Slack took a test message/),
    expect.stringMatching(/^✓ Slack channel payments: Slack took a test message/),
    '',
  ]);
  expect(slack.messages).toHaveLength(2);
});

it('exits with 1 when something is wrong, and shows what mends it below', async () => {
  const { code, output } = await doctor([], {
    AzureWebJobsStorage: inject('storage'),
    SLACK_WEBHOOK_URL: '',
  });
  expect(code).toBe(1);
  expect(output).toBe(
    [
      '✗ setting SLACK_WEBHOOK_URL: It must be set to the URL of a Slack incoming webhook.',
      '    local.settings.json, Values: "SLACK_WEBHOOK_URL": "$SLACK_WEBHOOK_URL"',
      '',
    ].join('\n'),
  );
});

it.each([
  ['an option is unknown', ['--slak'], '--slak'],
  ['the key would go unencrypted', ['--url', 'http://example.org', '--key', 'k'], 'must be https'],
  ['nobody answers', ['--url', 'http://127.0.0.1:9', '--key', 'k'], 'no answer'],
])('exits with 1, and says why on one line, when %s', async (_, args, why) => {
  const { code, output, errors } = await doctor(args);
  expect([code, output]).toEqual([1, '']);
  expect(errors.split('\n')[0]).toContain(why);
  expect(errors).not.toContain('at ');
});

it('has a deployed app check itself, by its key', async () => {
  await using product = await startProduct({ FUNCTION_KEY: 'the-key' });
  const { url } = product.host;
  const [well, locked] = await Promise.all([
    doctor(['--url', url, '--key', 'the-key', '--json']),
    doctor(['--url', url, '--key', 'another']),
  ]);
  expect(well).toMatchObject({ code: 0, errors: '' });
  expect(JSON.parse(well.output)).toMatchObject({
    ok: true,
    checks: [{ name: 'settings' }, {}, {}, {}, {}, {}, {}],
  });
  expect(locked.code).toBe(1);
  expect(locked.output).toMatch(
    /^✗ function key: The app does not take the key\.\n {4}az functionapp keys list/,
  );
  expect(locked.output).not.toContain('another');
});
