import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import sample from '../../../local.settings.sample.json' with { type: 'json' };
import { curlExample } from '../../../local/introduction.ts';
import { setSetting } from '../../../shared/doctor/settings.ts';
import { trackedFiles } from '../../support/checkout.ts';
import { blocksOf, inlineCodeOf, pages, read } from './pages.ts';
import { secretWordsIn } from './secret-words.ts';
import { textsHolding } from './source-texts.ts';

const command = /(?:^|[|;&(] *)(?:\w+=\S* )*(?:az|azd|curl|export|func|npm|printf|echo|\w+=)\b/m;

/** All texts within a document of YAML. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const sources = trackedFiles.filter((name) =>
  /^(?:shared|functions|scripts|local)\/.*\.ts$/.test(name),
);
const site = { name: 'app', resourceGroupName: 'rg' };
const running = { functionsUrl: '', pageUrl: '', dataFolder: '', exampleId: '', hasKey: true };
const lines: readonly (readonly [where: string, line: string])[] = [
  ...pages.flatMap((page) => [
    ...blocksOf(page).flatMap(({ language, code }) =>
      (language === 'yaml' ? textsOf(parse(code)) : [code]).map((text) => [page, text] as const),
    ),
    ...inlineCodeOf(page).map((code) => [page, code] as const),
  ]),
  ...trackedFiles
    .filter((name) => /^\.github\/.*\.yml$|^azure\.yaml$/.test(name))
    .flatMap((name) => textsOf(parse(read(name))).map((text) => [name, text] as const)),
  ...trackedFiles
    .filter((name) => /^(?:scripts|\.ci)\/[^.]*(?:\.sh)?$/.test(name))
    .flatMap((name) =>
      read(name)
        .replaceAll('\\\n', '')
        .split('\n')
        .map((line) => [name, line] as const),
    ),
  ...sources.flatMap((file) =>
    textsHolding(/\b(?:az|azd|curl) /, read(file), () => 'value').map(
      (text) => [file, text] as const,
    ),
  ),
  // What is put together from several texts.
  ...Object.keys(sample.Explained).map((name) => ['doctor', setSetting(name, site)] as const),
  ['npm start', curlExample(running)],
];
const typed = lines.filter(([, line]) => command.test(line));

describe('no secret is on a command line or in the history of the shell:', () => {
  it.each(typed)('%s: %s', (_where, line) => {
    expect(secretWordsIn(line)).toEqual([]);
  });

  it('every kind of place is looked at', () => {
    const places = new Set(typed.map(([where]) => where.replace(/\/.*/, '')));
    expect([...places]).toEqual(
      expect.arrayContaining(['README.md', 'docs', '.github', 'scripts', 'shared', 'doctor']),
    );
    expect(typed.length).toBeGreaterThan(60);
  });
});

describe('a secret is found', () => {
  it.each([
    'az deployment sub create --parameters slackWebhookUrl="$SLACK_WEBHOOK_URL"',
    'az functionapp config appsettings set --settings "SLACK_WEBHOOK_URL_X=$SLACK_WEBHOOK_URL_X"',
    'az functionapp config appsettings set --settings "HEARTBEAT_URL=https://hc-ping.com/1"',
    'az functionapp config appsettings set --settings "A=$(az storage account show-connection-string --name a)"',
    'az keyvault secret set --name slack-webhook --value "$WEBHOOK"',
    'az keyvault secret set --name slack-webhook --value …',
    'az functionapp keys set --key-name default --key-value new',
    'azd env set SLACK_WEBHOOK_URL …',
    'azd env set SLACK_WEBHOOK_URL_PAYMENTS=…',
    'azd env set HEARTBEAT_URL "$URL"',
    'curl -H "x-functions-key: $KEY" https://example.org',
    'curl -H "x-functions-key: $(az functionapp keys list --query functionKeys.default)" https://example.org',
    'curl "https://example.org/api/health?code=abc"',
    'curl -d "{}" https://hooks.slack.com/services/T/B/x',
    'sh -c "notify $NOTIFIER_KEY"',
    'NOTIFIER_KEY=abc scripts/track-latest.sh',
    'export SLACK_WEBHOOK_URL=https://hooks.slack.com/services/T/B/x',
    'SLACK_WEBHOOK_URL=…',
    'printf %s https://hooks.slack.com/services/T/B/x | az keyvault secret set --file /dev/stdin',
    'az storage blob list --sas-token "$SAS"',
    'npm run doctor -- --url https://example.org --key "$KEY"',
    'echo well && azd env set SLACK_WEBHOOK_URL x',
  ])('%s', (line) => {
    expect(secretWordsIn(line)).not.toEqual([]);
  });

  it.each([
    'printf %s "$SLACK_WEBHOOK_URL" | az deployment sub create --parameters slackWebhookUrl=@-',
    'KEY=$(az functionapp keys list --name "$APP")',
    'export NOTIFIER_KEY="$KEY"',
    'read -rs SLACK_WEBHOOK_URL',
    'printf \'x-functions-key: %s\' "$KEY" | curl --header @- "https://$APP.example.org"',
    'azd env set ALERT_EMAIL oncall@example.com',
    'az functionapp keys set --key-name default --key-type functionKeys',
  ])('and none in %s', (line) => {
    expect(secretWordsIn(line)).toEqual([]);
  });
});
