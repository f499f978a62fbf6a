import { TableClient } from '@azure/data-tables';
import { describe, expect, it } from 'vitest';
import { createRoot } from '../../shared/app.ts';
import { readSettings } from '../../shared/settings/settings.ts';
import { fc } from '../support/properties.ts';

const secret = 'c2VjcmV0LW9mLXRoZS1hY2NvdW50';
const sas = `sv=2024-11-04&ss=t&srt=sco&sp=rwdlacu&sig=${secret}`;
const key = `AccountName=acct;AccountKey=${secret}`;
const account = `DefaultEndpointsProtocol=https;${key}`;
const whole = `${account};EndpointSuffix=core.windows.net`;
const endpoint = 'TableEndpoint=https://acct.table.core.windows.net';
const settings = ['OPERATIONS_STORAGE', 'AzureWebJobsStorage'] as const;
const withStorage = (setting: string, text: string) => ({
  SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T0/B0/xyz',
  [setting]: text,
});

/** Each kind of connection string that the library throws at, or that must not be used, and what helps. */
const refused: readonly (readonly [kind: string, text: string, said: string])[] = [
  [
    'a SAS at a custom domain',
    `TableEndpoint=https://t.example;SharedAccessSignature=${sas}`,
    'TableEndpoint',
  ],
  [
    'the same with a slash',
    `TableEndpoint=https://t.example/;SharedAccessSignature=${sas}`,
    'TableEndpoint',
  ],
  [
    'a SAS at an address',
    `TableEndpoint=https://10.0.0.4;SharedAccessSignature=${sas}`,
    'TableEndpoint',
  ],
  [
    'a SAS at an IPv6 address',
    `TableEndpoint=https://[fd00::4]:8;SharedAccessSignature=${sas}`,
    'TableEndpoint',
  ],
  [
    'a SAS at a host alone',
    `TableEndpoint=acct.table.core.windows.net;SharedAccessSignature=${sas}`,
    'not a URL',
  ],
  ['a SAS at a broken URL', `TableEndpoint=https://a b;SharedAccessSignature=${sas}`, 'not a URL'],
  ['a SAS alone', `SharedAccessSignature=${sas}`, 'TableEndpoint and SharedAccessSignature'],
  ['a bare SAS', `?${sas}`, 'AccountKey'],
  [
    'a SAS for blobs',
    `BlobEndpoint=https://acct.blob.core.windows.net;SharedAccessSignature=${sas}`,
    'TableEndpoint',
  ],
  ['an endpoint alone', endpoint, 'SharedAccessSignature'],
  ['a key without protocol', `${key};EndpointSuffix=core.windows.net`, 'DefaultEndpointsProtocol'],
  ['a key without protocol at an endpoint', `${key};${endpoint}`, 'DefaultEndpointsProtocol'],
  [
    'a key without name',
    `DefaultEndpointsProtocol=https;AccountKey=${secret};${endpoint}`,
    'AccountName',
  ],
  [
    'an empty key',
    `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=;${endpoint}`,
    'AccountKey',
  ],
  ['a key without a place', account, 'EndpointSuffix'],
  ['another protocol', whole.replace('https', 'ftp'), 'https'],
  ['http to elsewhere', whole.replace('https', 'http'), 'https'],
  [
    'http to elsewhere with a SAS',
    `TableEndpoint=http://acct.table.x;SharedAccessSignature=${sas}`,
    'https',
  ],
  ['an endpoint that is no URL', `${account};TableEndpoint=acct`, 'not a URL'],
  ['a login in the endpoint', `${account};TableEndpoint=https://u:${secret}@t.example`, 'password'],
  ['a name that makes no host', whole.replace('=acct', '=my acct'), 'copy it'],
  ['a suffix that makes no host', `${account};EndpointSuffix=core windows.net`, 'copy it'],
  ['a part without a value', `${whole};QueueEndpoint`, 'a name, = and a value'],
  ['an empty part with a space', `${whole}; ;`, 'a name, = and a value'],
  ['quotes around it', `"${whole}"`, 'DefaultEndpointsProtocol'],
  ['no development storage', 'UseDevelopmentStorage=false', 'AccountKey'],
  ['a text', secret, 'a name, = and a value'],
  ...['DefaultEndpointsProtocol', 'AccountName', 'AccountKey', 'EndpointSuffix'].map(
    (name) =>
      [`a space before the = of ${name}`, whole.replace(`${name}=`, `${name} =`), name] as const,
  ),
  ...['TableEndpoint', 'SharedAccessSignature'].map(
    (name) =>
      [
        `a space before the = of ${name}`,
        `${endpoint};SharedAccessSignature=${sas}`.replace(`${name}=`, `${name}\t=`),
        name,
      ] as const,
  ),
  ['a space after the = of EndpointSuffix', whole.replace('=core', '= core'), 'EndpointSuffix'],
];

/** What the library takes, however odd it looks. */
const taken = [
  whole,
  `${whole};`,
  whole.toLowerCase(),
  whole.replaceAll(';', ' ; '),
  whole.replaceAll(';', '\n;\n'),
  `${whole};;`,
  `${account};${endpoint}/`,
  `${account};TableEndpoint=https://tables.contoso.com`,
  `${account};TableEndpoint=https://10.0.0.4/acct`,
  `${whole};${endpoint}; ;QueueEndpoint`,
  whole.replace(secret, '***'),
  `${endpoint};SharedAccessSignature=${sas}`,
  `${endpoint}/;SharedAccessSignature=${sas}`,
  `BlobEndpoint=https://acct.blob.core.windows.net/;${endpoint}/;SharedAccessSignature=${sas}`,
  `TableEndpoint=https://tables.contoso.com/acct;SharedAccessSignature=${sas}`,
  `TableEndpoint=https://10.0.0.4/acct;SharedAccessSignature=${sas}`,
  `TableEndpoint=http://127.0.0.1:10002/acct;SharedAccessSignature=${sas}`,
  'UseDevelopmentStorage=true',
  'UseDevelopmentStorage=true;',
  'UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1',
];

describe.each(settings)('a connection string in %s', (setting) => {
  it.each(refused)('that has %s is a problem with that setting', (_kind, text, said) => {
    const env = withStorage(setting, text);
    const { settings: read, problems } = readSettings(env);
    expect(read).toBeNull();
    expect(problems).toEqual([{ setting, message: expect.stringContaining(said) }]);
    expect(problems[0]?.message).toMatch(/^[a-z].*\.$/);
    expect(JSON.stringify(problems)).not.toContain(secret);
    expect(() => createRoot(env).app()).toThrow(setting);
  });

  it.each(taken)('works as %s', (text) => {
    const env = withStorage(setting, text);
    expect(readSettings(env).problems).toEqual([]);
    expect(createRoot(env).app()).toBeDefined();
  });
});

/** What stands in connection strings, right, wrong and in odd places. */
const name = fc.constantFrom(
  'DefaultEndpointsProtocol',
  'AccountName',
  'AccountKey',
  'EndpointSuffix',
  'TableEndpoint',
  'SharedAccessSignature',
  'accountkey',
  'UseDevelopmentStorage',
  'QueueEndpoint',
  '',
);
const value = fc.oneof(
  fc.constantFrom('https', 'http', 'acct', 'core.windows.net', 'true', secret, sas, `?${sas}`, ''),
  fc
    .tuple(
      fc.constantFrom('https://', 'http://', 'https:', '', 'https://u:p@'),
      fc.constantFrom(
        'acct.table.core.windows.net',
        't.example',
        '127.0.0.1:1',
        '[::1]',
        'a b',
        '',
      ),
      fc.constantFrom('', '/', '//', '/acct', '/acct/', '?x', '#', '/%zz'),
    )
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const part = fc
  .tuple(name, fc.constantFrom('=', ' =', '= ', '', '=='), value)
  .map((parts) => parts.join(''));
/** A whole one with parts added, left out and changed, so that many are nearly right. */
const nearlyRight = fc
  .tuple(
    fc.constantFrom(...taken),
    fc.array(fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 1 }), part), { maxLength: 3 }),
  )
  .map(([text, changes]) => {
    const parts = text.split(';');
    for (const [at, instead, other] of changes) parts.splice(at, instead, other);
    return parts.join(';');
  });
const anyText = fc.oneof(
  nearlyRight,
  fc.array(part, { maxLength: 6 }).map((parts) => parts.join(';')),
);

describe('any connection string', () => {
  it('is refused where the library refuses it or the place is not safe, and the app loads', () => {
    let [works, throws] = [0, 0];
    fc.assert(
      fc.property(anyText, fc.constantFrom(...settings), (text, setting) => {
        if (text.trim() === '') return;
        const env = withStorage(setting, text);
        const { problems } = readSettings(env);
        const url = urlOf(text.trim());
        if (url === null) throws += 1;
        else works += 1;
        const isUsed =
          url !== null &&
          (url.protocol === 'https:' || ['127.0.0.1', '[::1]'].includes(url.hostname)) &&
          url.username === '';
        expect(problems.map((one) => one.setting)).toEqual(isUsed ? [] : [setting]);
        expect(JSON.stringify(problems)).not.toContain(secret);
        expect(() => createRoot(env)).not.toThrow();
      }),
      { numRuns: 400 },
    );
    expect(Math.min(works, throws)).toBeGreaterThan(40);
  });
});

/** Where the library would look; `null` where it throws. */
function urlOf(text: string): URL | null {
  try {
    return URL.parse(TableClient.fromConnectionString(text, 'T').url);
  } catch {
    return null;
  }
}

describe('a proxy', () => {
  const names = [
    'HTTPS_PROXY',
    'https_proxy',
    'ALL_PROXY',
    'all_proxy',
    'HTTP_PROXY',
    'http_proxy',
  ];
  const wrong = [
    '10.0.0.1:3128',
    'proxy.example:3128',
    'proxy',
    '://x',
    'http://',
    ' ',
    `u:${secret}@p`,
  ];
  const right = ['http://proxy.example:3128', 'https://10.0.0.1', `http://u:${secret}@p:1`, ''];

  it.each(names.flatMap((setting) => wrong.map((text) => [setting, text] as const)))(
    'that %s=%j does not name is a problem with that setting',
    (setting, text) => {
      const env = { ...withStorage('AzureWebJobsStorage', whole), [setting]: text };
      const { settings: read, problems } = readSettings(env);
      expect(read).toBeNull();
      expect(problems).toEqual([{ setting, message: expect.stringContaining('URL of a proxy') }]);
      expect(JSON.stringify(problems)).not.toContain(secret);
    },
  );

  it.each(names.flatMap((setting) => right.map((text) => [setting, text] as const)))(
    'may be %s=%j',
    (setting, text) => {
      const env = { ...withStorage('AzureWebJobsStorage', whole), [setting]: text };
      expect(readSettings(env).problems).toEqual([]);
    },
  );

  it.each(names.slice(0, -1))('that is not used, after %s, may be anything', (setting) => {
    const env = { http_proxy: 'x', [setting]: 'http://proxy.example:3128' };
    expect(readSettings({ ...withStorage('AzureWebJobsStorage', whole), ...env }).problems).toEqual(
      [],
    );
  });
});
