import { describe, expect, it } from 'vitest';
import sample from '../local.settings.sample.json' with { type: 'json' };
import { createRoot } from '../shared/app.ts';
import { redactor } from '../shared/redact.ts';
import { fc } from './support/properties.ts';
import { secretForms } from './support/secret-forms.ts';

const secret = 'pa"ss/w ord';
const redact = redactor([
  secret,
  'https://monitor.example/ping/1',
  'https://monitor.example/ping/12',
  'a b',
]);

describe('redactor', () => {
  it.each([
    ['as it is', `the key ${secret}!`, 'the key ***!'],
    ['in JSON', JSON.stringify({ key: secret }), '{"key":"***"}'],
    [
      'in a URL',
      `https://x.example/?q=${encodeURIComponent(secret)}&y`,
      'https://x.example/?q=***&y',
    ],
    ['as often as it comes', `${secret} ${secret}`, '*** ***'],
    ['whole, when another one is its beginning', 'GET https://monitor.example/ping/12', 'GET ***'],
    ['that it does not know, but recognises', '?sig=abc', '?sig=***'],
  ])('takes out a secret %s', (_, text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  it('leaves alone what is too short for a secret', () => {
    expect(redact('a b c')).toBe('a b c');
  });
});

describe.each(secretForms)('a secret %s', (_name, write) => {
  it('is taken out whole, whatever it holds', () => {
    const mark = fc.constantFrom(...Array.from('"\\\\/+=&<>% ?#;:~\'*é漢😀'));
    const character = fc.oneof(fc.constantFrom(...Array.from('abcXYZ0189-_.')), mark);
    const anySecret = fc.array(character, { minLength: 8, maxLength: 30 });
    fc.assert(
      fc.property(anySecret, (characters) => {
        const given = characters.join('');
        expect(redactor([given])(`x${write(given)}y`)).toBe('x***y');
      }),
    );
  });
});

/** Any UTF-16 units: half a surrogate pair, too, stands where an environment is no valid Unicode. */
const anyUnits = fc
  .array(
    fc.oneof(fc.integer({ max: 0xffff, min: 0 }), fc.constantFrom(0xd83d, 0xdc00, 0x25, 0x5c)),
    {
      minLength: 8,
      maxLength: 20,
    },
  )
  .map((units) => String.fromCharCode(...units));

it('a secret of any UTF-16 units is taken out, as it is and in JSON', () => {
  fc.assert(
    fc.property(anyUnits, (given) => {
      const clean = redactor([given]);
      expect(clean(`x${given}y`)).toBe('x***y');
      expect(clean(JSON.stringify({ key: given }))).toBe('{"key":"***"}');
    }),
  );
});

/** Settings that anybody may see. */
const open = new Set([
  'FUNCTIONS_WORKER_RUNTIME',
  'AzureWebJobsStorage__tableServiceUri',
  'AzureWebJobsStorage__accountName',
  'AzureWebJobsStorage__clientId',
  'OPERATIONS_STORAGE__tableServiceUri',
  'OPERATIONS_STORAGE__accountName',
  'OPERATIONS_STORAGE__clientId',
  'OPERATIONS_TABLE',
  'AZURE_CLOUD',
  'AZURE_CLIENT_ID',
  'ARM_ENDPOINT',
  'AKS_API_VERSION',
  'POLL_SCHEDULE',
  'STALLED_AFTER',
  'GIVE_UP_AFTER',
  'RETENTION',
  'ARM_BUDGET',
  'SHOW_CALLER',
  'WATCH_INTERVAL',
]);
const known = Object.keys(sample.Explained).map((name) => name.replace('<NAME>', 'PAYMENTS'));
/** Secrets of the platform, of the sign-in library, and of what comes. */
const others = [
  'IDENTITY_HEADER',
  'AZURE_CLIENT_SECRET',
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'AzureWebJobsSomethingElse',
];
const secretSettings = [...known.filter((name) => !open.has(name)), ...others];

const part = 'Zm9v+YmFy/c2Vj==';
const signature = 'c2ln+bmF0/dXJl=';
const signed = `sv=2024-11-04&ss=t&sig=${encodeURIComponent(signature)}&se=2027-01-01`;
/** A value of a setting, and what of it nobody may see. */
const valueOf = (name: string): readonly (readonly [value: string, ...secret: string[]])[] =>
  /^(?:OPERATIONS_STORAGE|AzureWebJobs)/.test(name)
    ? [
        [
          `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${part};EndpointSuffix=core.windows.net`,
          part,
        ],
        [
          `TableEndpoint=https://acct.table.core.windows.net;SharedAccessSignature=${signed}`,
          signed,
          signature,
          encodeURIComponent(signature),
        ],
      ]
    : /URL/.test(name)
      ? [
          [
            `https://monitor.example/p/${part}?k=${part}`,
            `https://monitor.example/p/${part}?k=${part}`,
            `/p/${part}?k=${part}`,
          ],
        ]
      : [[`xoxb-${part}`, `xoxb-${part}`]];
const values = secretSettings.flatMap((name) =>
  valueOf(name).map(([value, ...secrets]) => ({ name, value, secrets })),
);

const valueTexts = values.map(({ value }) => value);

it('some settings are secret', () => {
  expect(secretSettings).toEqual(expect.arrayContaining(['HEARTBEAT_URL', 'SLACK_WEBHOOK_URL']));
});

describe.each(values)('of $name ($value)', ({ name, value, secrets }) => {
  it.each(secretForms)('nothing is seen %s, be the settings right or wrong', (_form, write) => {
    for (const wrong of [{}, { ARM_BUDGET: 'nine' }, { [name.toLowerCase()]: '' }]) {
      const root = createRoot({ [name]: ` ${value} `, ...wrong });
      for (const each of secrets) expect(root.redact(`x ${write(each)} y`)).toBe('x *** y');
    }
  });
});

it('whatever the environment holds, the root is made and redacts', () => {
  const names = [...known, ...others, 'HTTPS_PROXY', 'WEBSITE_SITE_NAME', 'IDENTITY_ENDPOINT'];
  const working = fc
    .constantFrom(
      { AzureWebJobsStorage: 'UseDevelopmentStorage=true' },
      { AzureWebJobsStorage__tableServiceUri: 'https://acct.table.core.windows.net' },
      { AzureWebJobsStorage__accountName: 'acct' },
    )
    .map((storage) => ({ ...storage, SLACK_WEBHOOK_URL: 'https://hooks.example/1' }));
  const text = fc.oneof(anyUnits, fc.webUrl(), fc.constant(''), fc.constantFrom(...valueTexts));
  const changes = fc.dictionary(fc.constantFrom(...names), text, { maxKeys: 3 });
  fc.assert(
    fc.property(working, changes, (settings, changed) => {
      const root = createRoot({ ...settings, ...changed });
      expect(root.redact('no secret')).toBe('no secret');
    }),
  );
});
