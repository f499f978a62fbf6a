import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { developmentSettings, needsAzurite, settingsUnder } from '../../local/dev-settings.ts';
import { readPort } from '../../local/read-port.ts';
import { readSettingsFile } from '../../local/settings-file.ts';
import { explainFailure } from '../../local/start-failure.ts';

async function settingsFile(text?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'settings-'));
  const path = join(folder, 'local.settings.json');
  if (text !== undefined) await writeFile(path, text);
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

describe('local.settings.json', () => {
  it('gives its values', async () => {
    await using file = await settingsFile(
      '\uFEFF{"IsEncrypted":false,"Values":{"A":"1"},"Host":{}}',
    );
    expect(await readSettingsFile(file.path)).toEqual({ A: '1' });
  });

  it('is missing in words that say what to copy', async () => {
    await using file = await settingsFile();
    await expect(readSettingsFile(file.path)).rejects.toThrow(
      /copy .*local\.settings\.sample\.json/,
    );
  });

  it.each([
    ['an encrypted one', '{"IsEncrypted":true,"Values":{}}', 'func settings decrypt'],
    ['one without values', '{}', 'Values'],
    ['one with a value that is no text', '{"Values":{"PORT":7071}}', 'Values.PORT'],
    ['no JSON, without quoting it', '{"SLACK_WEBHOOK_URL":"secret', /^(?!.*secret).*is not JSON/],
  ])('refuses %s', async (_name, text, reason) => {
    await using file = await settingsFile(text);
    await expect(readSettingsFile(file.path)).rejects.toThrow(reason);
  });
});

describe('the settings of npm run dev', () => {
  const SLACK_WEBHOOK_URL = 'https://hooks.slack.com/services/T/B/x';

  it.each<[string, Record<string, string>]>([
    ['the webhook alone', { SLACK_WEBHOOK_URL }],
    ['a store that is empty', { SLACK_WEBHOOK_URL, AzureWebJobsStorage: '' }],
    [
      'Azurite by its name',
      { SLACK_WEBHOOK_URL, OPERATIONS_STORAGE: 'UseDevelopmentStorage=true' },
    ],
    ['an account by identity', { SLACK_WEBHOOK_URL, AzureWebJobsStorage__accountName: 'acct' }],
  ])('are those of the environment where there is no file: %s', async (_name, environment) => {
    await using file = await settingsFile();
    expect(await settingsUnder(environment, file.path)).toEqual(environment);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['nothing', {}, /copy .*sample.*SLACK_WEBHOOK_URL must be set/],
    ['no webhook', { PORT: '0' }, /copy .*sample.*SLACK_WEBHOOK_URL must be set/],
    ['a wrong one', { SLACK_WEBHOOK_URL: 'http://s3cret.example' }, /^(?!.*s3cret).*https/],
    ['a wrong share', { SLACK_WEBHOOK_URL, ARM_BUDGET: '9' }, /ARM_BUDGET/],
  ])('lack something without a file: %s', async (_name, environment, words) => {
    await using file = await settingsFile();
    await expect(settingsUnder(environment, file.path)).rejects.toThrow(words);
  });

  it('are those of the environment above those of a file, which is never passed over', async () => {
    await using file = await settingsFile('{"Values":{"A":"file","B":"file"}}');
    const environment = { A: 'environment', SLACK_WEBHOOK_URL };
    expect(await settingsUnder(environment, file.path)).toEqual({ ...environment, B: 'file' });
    await using broken = await settingsFile('{');
    await expect(settingsUnder(environment, broken.path)).rejects.toThrow('is not JSON');
  });

  it.each([
    [{}, true],
    [{ AzureWebJobsStorage: '' }, true],
    [{ AzureWebJobsStorage: 'UseDevelopmentStorage=true' }, true],
    [{ AzureWebJobsStorage: 'AccountName=a' }, false],
    [{ AzureWebJobsStorage__accountName: 'a' }, false],
    [
      { AzureWebJobsStorage: 'AccountName=a', OPERATIONS_STORAGE: 'UseDevelopmentStorage=true' },
      true,
    ],
  ])('%j asks for Azurite: %s', (settings, needed) => {
    expect(needsAzurite(settings)).toBe(needed);
  });

  it('puts the running Azurite in the place of the development storage, and nothing else', () => {
    const local = { connectionString: 'here', stateFolder: '/state' };
    expect(developmentSettings({ SLACK_WEBHOOK_URL: 's', GONE: undefined }, local)).toEqual({
      HOST_STATE_DIR: '/state',
      AzureWebJobsStorage: 'here',
      SLACK_WEBHOOK_URL: 's',
    });
    const mixed = { AzureWebJobsStorage: 'real', OPERATIONS_STORAGE: 'UseDevelopmentStorage=true' };
    expect(developmentSettings(mixed, local)).toMatchObject({
      AzureWebJobsStorage: 'real',
      OPERATIONS_STORAGE: 'here',
    });
  });
});

describe('PORT', () => {
  it('is 7071 by default, and 0 for free ports', () => {
    expect([readPort(undefined), readPort(''), readPort('0'), readPort('8080')]).toEqual([
      7071, 7071, 0, 8080,
    ]);
  });

  it.each(['65535', '-1', 'x', '80.5'])('cannot be %s', (text) => {
    expect(() => readPort(text)).toThrow('PORT');
  });
});

describe('why a start failed', () => {
  it('is one line for a taken port', () => {
    const error = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 7072 });
    expect(explainFailure(error)).toMatch(/^Port 7072 is taken.*PORT=[^\n]*$/);
  });

  it('is one line when a part said one line, and all of them when it said more', () => {
    expect(explainFailure(new Error('It did not start:\nNo.'))).toBe('It did not start: No.');
    expect(explainFailure(new Error('It did not start:\na\nb'))).toBe('It did not start:\na\nb');
  });
});
