import { chmod, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { listenLocally, send } from '../../local/arm/listen.ts';
import { runDoctor } from './run-doctor.ts';

const webhook = 'https://hooks.slack.com/services/T0AAAAAAA/B0AAAAAAA/sEcReTsEcReTsEcReTsEcReT';
const accountKey = Buffer.from('a key of a storage account').toString('base64');
const signature = 'sEcReTsIgNaTuRe';
const secrets = ['sEcReT', accountKey];
const works = { SLACK_WEBHOOK_URL: webhook };

/** What someone has set up, and what they are to read. */
interface SetUp {
  /** The whole file; `null`: there is none. */
  readonly file?: string | null;
  /** Or its values. */
  readonly values?: Record<string, string>;
  /** What the table service answers to everything: an HTTP status and a code. */
  readonly tables?: readonly [number, string];
  /** What `az` says, before it fails. */
  readonly az?: string;
  /** Lines of the output, in their order, and what may stand between them. */
  readonly told: readonly RegExp[];
}

it.concurrent.each<[string, SetUp]>([
  [
    'no settings file',
    {
      file: null,
      told: [/^✗ settings file: There is none yet/, /^ {4}cp local\.settings\.sample\.json \S+$/],
    },
  ],
  [
    'a settings file with a comment',
    { file: `{ // ${webhook}\n}`, told: [/^✗ settings file: .* is not JSON at line 1 column 3\./] },
  ],
  ['a settings file without values', { file: '{}', told: [/^✗ settings file: .*Values/] }],
  [
    'an encrypted settings file',
    {
      file: '{ "IsEncrypted": true, "Values": {} }',
      told: [/^✗ settings file: .* is encrypted/, /^ {4}func settings decrypt$/],
    },
  ],
  [
    'settings that are wrong in several ways: all are told, and what waits for them',
    {
      values: {
        SLACK_WEBHOOK_URL: webhook.replace('https', 'http'),
        SLACK_WEBHOOK_URL_PAYMENTS: '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/)',
        'SLACK_WEBHOOK_URL_A-B': webhook,
        RETENTION: '30 days',
        POLL_SCHEDULE: '* * * * *',
        AzureWebJobsStorage: accountKey,
      },
      told: [
        /^✗ setting AzureWebJobsStorage: /,
        /^ {4}local\.settings\.json, Values: "AzureWebJobsStorage": "UseDevelopmentStorage=true"$/,
        /^✗ setting SLACK_WEBHOOK_URL: It must be an https URL/,
        /^✗ setting RETENTION: /,
        /^ {4}local\.settings\.json, Values: "RETENTION": "30d"$/,
        /^✗ setting SLACK_WEBHOOK_URL_A-B: It does not name a channel/,
        /^✗ setting SLACK_WEBHOOK_URL_PAYMENTS: .*Key Vault reference, which only Azure resolves/,
        /^✗ setting POLL_SCHEDULE: /,
        /^– tables: Fix the settings first/,
        /^– ARM sign-in: /,
        /^– ARM rights: /,
        /^– Slack channels: /,
      ],
    },
  ],
  [
    'webhooks that are none of Slack’s',
    {
      values: {
        SLACK_WEBHOOK_URL: webhook,
        SLACK_WEBHOOK_URL_A:
          'https://hooks.slack.com/services/T00000000/B00000000/replace-with-yours',
        SLACK_WEBHOOK_URL_B: webhook.replace('hooks.', 'hook.'),
        SLACK_WEBHOOK_URL_C: webhook.replace('/B0', '/\nB0'),
        SLACK_WEBHOOK_URL_D: webhook.replace('services', 'triggers'),
      },
      told: [
        /^✓ settings: /,
        /^– Slack channel default: /,
        /^✗ Slack channel a: SLACK_WEBHOOK_URL_A is still the example/,
        /^ {4}local\.settings\.json, Values: "SLACK_WEBHOOK_URL_A": "…"$/,
        /^– Slack channel b: SLACK_WEBHOOK_URL_B names another host/,
        /^✗ Slack channel c: SLACK_WEBHOOK_URL_C holds white space/,
        /^✗ Slack channel d: SLACK_WEBHOOK_URL_D is no incoming webhook/,
      ],
    },
  ],
  [
    'a storage key that is not valid any more, and nobody signed in: both are told',
    {
      tables: [403, 'AuthenticationFailed'],
      az: "Please run 'az login' to setup account.",
      told: [
        /^✗ tables AksOperations, AksOperationsHistory, AksOperationsState: The key .*local\.settings\.json as AzureWebJobsStorage\. \(AuthenticationFailed\)$/,
        /^ {4}az storage account show-connection-string --name "acct" /,
        /^✗ ARM sign-in: The app signs in with the login .* Please run 'az login'/,
        /^ {4}az login$/,
        /^– ARM rights: /,
      ],
    },
  ],
  [
    'a storage account that takes no keys',
    {
      tables: [403, 'KeyBasedAuthenticationNotPermitted'],
      told: [
        /^✗ tables .* This takes the place of AzureWebJobsStorage\. \(KeyBased/,
        /^ {4}local\.settings\.json, Values: "AzureWebJobsStorage__accountName": "acct"$/,
      ],
    },
  ],
  [
    'a login that has expired',
    {
      tables: [503, 'ServerBusy'],
      az: 'ERROR: AADSTS700082: The refresh token has expired due to inactivity.',
      told: [
        /^✗ tables .* is busy or down; check again soon\. \(ServerBusy\)$/,
        /^✗ ARM sign-in: .* No access token for ARM: AADSTS700082: /,
        /^ {4}az login$/,
      ],
    },
  ],
  [
    'a local store that does not run',
    {
      values: {
        ...works,
        AzureWebJobsStorage: `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${accountKey};TableEndpoint=http://127.0.0.1:1/a`,
      },
      told: [
        /^✗ tables .*No local store answers .*\(ECONNREFUSED\)$/,
        /^ {4}local\.settings\.json, Values: "AzureWebJobsStorage": "UseDevelopmentStorage=true"$/,
      ],
    },
  ],
  [
    'a shared access signature that does not allow it',
    {
      values: {
        ...works,
        AzureWebJobsStorage: `TableEndpoint=TABLES;SharedAccessSignature=sv=2019-02-02&sig=${signature}`,
      },
      tables: [403, 'AuthorizationPermissionMismatch'],
      told: [/^✗ tables .*The shared access signature in AzureWebJobsStorage does not allow this/],
    },
  ],
])('%s', async (_, { file, values = works, tables, az, told }) => {
  await using parts = new AsyncDisposableStack();
  const service = await listenLocally((_request, response) => {
    const [status, code] = tables ?? [500, 'InternalError'];
    const error = { code, message: { lang: 'en-US', value: `No. ${accountKey}` } };
    send(response, { status, body: { 'odata.error': error } });
  });
  parts.defer(service.close);
  const folder = parts.use(await mkdtempDisposable(join(tmpdir(), 'az-')));
  await writeFile(join(folder.path, 'az'), `#!/bin/sh\necho "${az ?? 'ERROR: no'}" >&2\nexit 1\n`);
  await chmod(join(folder.path, 'az'), 0o755);

  const AzureWebJobsStorage = `DefaultEndpointsProtocol=http;AccountName=acct;AccountKey=${accountKey};TableEndpoint=TABLES`;
  const text = JSON.stringify({ Values: { AzureWebJobsStorage, ...values } });
  const written = file === undefined ? text.replace('TABLES', `${service.url}/acct`) : file;
  const { code, output, errors } = await runDoctor([], written, {
    PATH: [folder.path, dirname('/bin/sh')].join(delimiter),
    // Of all ways to sign in, those of a person’s machine: no search for what Azure’s machines have.
    AZURE_TOKEN_CREDENTIALS: 'dev',
  });
  expect([code, errors]).toEqual([1, '']);
  const lines = output.split('\n');
  let from = 0;
  for (const line of told) {
    const at = lines.findIndex((each, index) => index >= from && line.test(each));
    expect(at, `${line} in ${lines.slice(from).join('\n')}`).toBeGreaterThanOrEqual(0);
    from = at + 1;
  }
  for (const secret of secrets) expect(output).not.toContain(secret);
});
