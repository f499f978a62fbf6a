import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../../local/arm/listen.ts';
import { isKnownVersion, newestKnown } from '../../../shared/domain/known-versions.ts';
import {
  created,
  lacksOperation,
  startFakeNotifier,
  type NotifierTurn,
} from '../../support/fake-notifier.ts';
import {
  cluster,
  ended,
  isStarted,
  operation,
  play,
  runShell,
  running,
  script,
  secretKey,
  upgrade,
  type Setting,
} from '../../support/pipeline.ts';
import { startProduct, type Product } from '../../support/product.ts';

/** The shells that are on each machine which runs these tests; Debian's sh is dash. */
const shells = ['sh', 'bash'];
const inShell = (shell: string) => script.replace(/^sh/, shell);

const lastLine = (error: string): string => error.trim().split('\n').at(-1) ?? '';
describe('track-latest.sh with the app', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({ FUNCTION_KEY: secretKey });
  });
  afterAll(async () => await product[Symbol.asyncDispose]());

  /** `tracked` is what the app tracks then. */
  async function run(lines: string, setting: Setting = {}) {
    const ran = await runShell(lines, product.host.url, setting);
    const list = `/api/operations?state=all&subscriptionId=${ran.subscriptionId}`;
    const answer = await product.request('GET', list, undefined, { 'x-functions-key': secretKey });
    return { ...ran, tracked: answer.json()['value'] };
  }

  it('registers what the command has started, not what was there before', async () => {
    const started = running();
    const looks = [[ended], [ended], [ended], [ended, started]];
    const { code, out, error, az, tracked } = await run(`${script} -- ${upgrade}`, {
      plan: { looks },
    });
    expect(error).toBe('');
    expect(out).toBe(`Registered operation ${started.name} of aks-prod-weu (${started.status}).\n`);
    expect(code).toBe(0);
    expect(az.commands()).toEqual(['account show', 'rest', 'aks upgrade', 'rest', 'rest', 'rest']);
    expect(tracked).toMatchObject([{ ...cluster, operationId: started.name, channel: 'default' }]);
  });

  it('registers clean values where az ends its lines as on Windows', async () => {
    const started = running('np1');
    const { code, error, tracked, subscriptionId } = await run(`${script} -- ${upgrade}`, {
      plan: { looks: [[ended], [ended, started]], onWindows: true },
      env: { NOTIFIER_KEY: `${secretKey}\r`, NOTIFIER_URL: `${product.host.url}\r` },
    });
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(tracked).toMatchObject([
      { subscriptionId, ...cluster, operationId: started.name, agentPoolName: 'np1' },
    ]);
  });

  it('passes the options on, whatever is in them', async () => {
    const label = 'It’s "50 %" \\ done; $(no) `no` \'';
    const { error, tracked } = await run(
      `${script} --nodepool-name np1 --channel payments --mention here --label "$LABEL"`,
      { plan: { looks: [[running('np1')]] }, env: { LABEL: label } },
    );
    expect(error).toBe('');
    expect(tracked).toMatchObject([
      { ...cluster, agentPoolName: 'np1', label, channel: 'payments', mention: 'here' },
    ]);
  });

  it('takes a label of 120 characters, whatever they are', async () => {
    const label = 'ü🚀€x'.repeat(30);
    const { tracked } = await run(`${script} --label "$LABEL"`, {
      plan: { looks: [[running()]] },
      env: { LABEL: label, LC_ALL: 'C' },
    });
    expect(tracked).toMatchObject([{ label }]);
  });

  it.each<[options: string, said: string, value?: string]>([
    ['--label "$VALUE"', '/label', ' '],
    ['--label "$VALUE"', '/label', 'x'.repeat(121)],
    ['--label "$VALUE"', '/label', 'weekly \u202edaolpu'],
    ['--label "$VALUE"', '/label', 'weekly \u2067upload'],
    ['--label "$VALUE"', '/label', 'weekly \u0085upload'],
    ['--channel nowhere', 'is not a configured channel; it must be one of: default, payments'],
    ['--mention @here', '/mention'],
    ['--nodepool-name 1np', '/agentPoolName'],
    ['--resource-group "$VALUE"', '/resourceGroupName', 'rg/prod'],
    ['--name "$VALUE"', '/resourceName', 'aks?x'],
    ['--label x', 'HTTP 401', ''],
  ])('starts nothing when the app refuses %s: %s', async (options, said, value) => {
    const { code, error, az, tracked } = await run(`${script} ${options} -- ${upgrade}`, {
      env: { VALUE: value, ...(value === '' && { NOTIFIER_KEY: 'wrong' }) },
    });
    expect({ code, tracked, commands: az.commands() }).toEqual({
      code: 1,
      tracked: [],
      commands: ['account show'],
    });
    expect(error).toContain('the notifier refuses this; nothing was started: HTTP 40');
    expect(error).toContain(said);
  });
});

describe('track-latest.sh called wrongly', () => {
  const controls = ['\n', '\r', '\t', '\u0007', '\u001B', '\u007F'];
  const options = ['resource-group', 'name', 'nodepool-name', 'subscription', 'label'];
  const lasting = ['channel', 'mention', 'api-version', 'tries', 'pause'];
  const held = [...options, ...lasting].map((name, index): [string, string, object] => [
    `--${name} must not hold control characters`,
    `${script} --${name} "$VALUE"`,
    { VALUE: `1${controls[index % controls.length] ?? ''}` },
  ]);

  it.each<[said: string, lines: string, env: object]>([
    ...held,
    ['--resource-group is missing', 'sh scripts/track-latest.sh --name aks-prod-weu', {}],
    ['--name is missing', 'sh scripts/track-latest.sh --resource-group rg-prod', {}],
    ['--force is not an option', `${script} --force yes`, {}],
    ['--force is not an option', `${script} --force`, {}],
    ['az is not an option', `${script} az aks upgrade`, {}],
    ['--label needs a value', `${script} --label`, {}],
    ['there is no command after --', `${script} --`, {}],
    ...['some', '0', '00', '-1', '10000', ' 1'].map((tries): [string, string, object] => [
      '--tries must be a number, 1 to 9999',
      `${script} --tries "$VALUE"`,
      { VALUE: tries },
    ]),
    ['--pause must be a number, 0 to 9999', `${script} --pause 1s`, {}],
    ['NOTIFIER_URL is not set', script, { NOTIFIER_URL: '' }],
    ['NOTIFIER_KEY is not set', script, { NOTIFIER_KEY: '' }],
    ['NOTIFIER_KEY is not set', script, { NOTIFIER_KEY: '\r' }],
    ...['http://localhost:1@example.org/', 'https://x.org/?code=1', 'https://x.org/#a'].map(
      (url): [string, string, object] => [
        'NOTIFIER_URL must not hold @, ? or #',
        script,
        { NOTIFIER_URL: url },
      ],
    ),
    ['NOTIFIER_URL must begin with https://', script, { NOTIFIER_URL: 'http://example.org' }],
  ])('asks nobody: %s (%s, %j)', async (said, lines, env) => {
    const { code, error, az, curl } = await play(lines, { env: { ...env } });
    expect({ code, calls: az.calls, curl }).toEqual({ code: 2, calls: [], curl: '' });
    expect(error).toContain(said);
  });

  it('--help names every option', async () => {
    const { code, out } = await play('sh scripts/track-latest.sh --help');
    expect(code).toBe(0);
    const source = readFileSync(
      join(import.meta.dirname, '../../../scripts/track-latest.sh'),
      'utf8',
    );
    const names = [...source.matchAll(/^ {4}(--(?!help)[\w-]+)(?: \| -\w)?\)/gm)].map(
      ([, name = '']) => name,
    );
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(out).toContain(name);
  });
});

describe('track-latest.sh with the preview extension', () => {
  const plan = { hasExtension: true, hasRest: false };

  it('asks it where az rest does not work, and it alone from then on', async () => {
    const started = running();
    const { az, registered } = await play(`${script} -- ${upgrade}`, {
      plan: { ...plan, looks: [[ended], [ended], [ended, started]] },
    });
    expect(registered).toMatchObject([{ operationId: started.name }]);
    const latest = 'aks operation show-latest';
    expect(az.commands()).toEqual([
      'account show',
      'rest',
      'extension show',
      latest,
      'aks upgrade',
      latest,
      latest,
    ]);
  });

  it('asks it for the pool', async () => {
    const started = running('np1');
    const { az, registered } = await play(`${script} --nodepool-name np1`, {
      plan: { ...plan, looks: [[started, running('np2')]] },
    });
    expect(registered).toMatchObject([{ operationId: started.name, agentPoolName: 'np1' }]);
    expect(az.calls.at(-1)?.args).toEqual(expect.arrayContaining(['--nodepool-name', 'np1']));
  });

  it('registers nothing that has ended without a command', async () => {
    const { code, registered } = await play(`${script} --tries 2`, {
      plan: { ...plan, looks: [[ended]] },
    });
    expect({ code, registered }).toEqual({ code: 1, registered: [] });
  });

  it('does not ask it with --rest', async () => {
    const { code, az } = await play(`${script} --rest --tries 2`, {
      plan: { ...plan, looks: [[running()]] },
    });
    expect(code).toBe(1);
    expect(az.commands()).toEqual(['account show', 'rest', 'rest']);
  });
});

/** What ARM says of a resource that it does not find. */
const named = (type: string, name: string) =>
  `The Resource '${type}/${name}' under resource group 'rg-prod' was not found.`;

/** As `az rest` prints an answer of ARM, and as the commands of az do. */
const rest = (reason: string, code: string, message: string) =>
  `${reason}(${JSON.stringify({ error: { code, message } })})`;
const flat = (reason: string, code: string, message: string) =>
  `${reason}(${JSON.stringify({ code, message })})`;
const command = (code: string, message: string) =>
  `(${code}) ${message}\nCode: ${code}\nMessage: ${message}`;

describe('track-latest.sh, when Azure cannot be read', () => {
  const aks = 'Microsoft.ContainerService/managedClusters';
  const ofCluster = named(aks, 'aks-prod-weu');
  const codes = [
    'SubscriptionNotFound',
    'ResourceGroupNotFound',
    'ParentResourceNotFound',
    'NotFound',
    'AuthorizationFailed',
  ];
  const others: [string, string][] = [
    ...codes.map((code): [string, string] => [code, rest('Not Found', code, ofCluster)]),
    ['another cluster', rest('Not Found', 'ResourceNotFound', named(aks, 'aks-prod-weu2'))],
    [
      'another kind',
      rest('Not Found', 'ResourceNotFound', named('Microsoft.Web/sites', 'aks-prod-weu')),
    ],
    ['a pool', rest('Not Found', 'ResourceNotFound', named(aks, 'aks-prod-weu/agentPools/np1'))],
    ['no name', rest('Not Found', 'ResourceNotFound', 'It was not found.')],
    ['within a text', rest('Not Found', 'Odd', rest('Not Found', 'ResourceNotFound', ofCluster))],
    ...['Internal Server Error', 'Service Unavailable', 'Forbidden', 'Too Many Requests'].map(
      (reason): [string, string] => [reason, rest(reason, 'ResourceNotFound', ofCluster)],
    ),
    ['no JSON', 'Internal Server Error(ResourceNotFound)'],
    ['nothing', ''],
  ];
  it.each(others)('starts nothing: %s', async (_, complaint) => {
    const ran = await play(`${script} --tries 2 -- ${upgrade}`, { plan: { looks: [complaint] } });
    expect({ code: ran.code, isStarted: isStarted(ran) }).toEqual({ code: 1, isStarted: false });
    expect(ran.error).toContain('nothing was started: ERROR: ');
  });

  it.each([
    ...codes.map((code) => command(code, ofCluster)),
    command('ResourceNotFound', named(aks, 'aks-prod')),
    command('InternalServerError', `(ResourceNotFound) ${ofCluster}`),
  ])('starts nothing when the extension says %s', async (complaint) => {
    const ran = await play(`${script} --tries 2 -- ${upgrade}`, {
      plan: { looks: [complaint], hasExtension: true, hasRest: false },
    });
    expect({ code: ran.code, isStarted: isStarted(ran) }).toEqual({ code: 1, isStarted: false });
  });

  it.each([
    [rest('Not Found', 'ResourceNotFound', ofCluster), {}],
    [flat('Not Found', 'ResourceNotFound', ofCluster), {}],
    [rest('Not Found', 'ResourceNotFound', named(aks, 'AKS-Prod-WEU')), {}],
    [command('ResourceNotFound', ofCluster), { hasExtension: true, hasRest: false }],
  ])('registers the first operation of a cluster that is not there yet: %s', async (no, plan) => {
    const started = running();
    const { code, registered } = await play(`${script} -- ${upgrade}`, {
      plan: { looks: [no, no, [started]], ...plan },
    });
    expect(code).toBe(0);
    expect(registered).toMatchObject([{ operationId: started.name }]);
  });

  const passing = [
    rest('Too Many Requests', 'TooManyRequests', 'Later.'),
    rest('Internal Server Error', 'InternalServerError', 'Odd.'),
    rest('Service Unavailable', 'ServerTimeout', 'Later.'),
    'HTTPSConnectionPool(host=…): Max retries exceeded with url: …',
  ];
  it.each(passing)('looks again before the command and after it: %s', async (complaint) => {
    const started = running();
    const { code, registered, az } = await play(`${script} -- ${upgrade}`, {
      plan: { looks: [complaint, complaint, [ended], complaint, [ended, started]] },
    });
    expect(code).toBe(0);
    expect(registered).toMatchObject([{ operationId: started.name }]);
    expect(az.commands().filter((name) => name === 'rest')).toHaveLength(5);
  });

  it.each([
    rest('Forbidden', 'AuthorizationFailed', 'No.'),
    rest('Not Found', 'SubscriptionNotFound', 'No.'),
    rest('Bad Request', 'InvalidSubscriptionId', 'No.'),
    rest('Unauthorized', 'ExpiredAuthenticationToken', 'No.'),
    "Please run 'az login' to setup account.",
  ])('does not look again before the command when it would be the same: %s', async (complaint) => {
    const { code, az } = await play(`${script} -- ${upgrade}`, { plan: { looks: [complaint] } });
    expect(code).toBe(1);
    expect(az.commands()).toEqual(['account show', 'rest', 'extension show']);
  });

  it('says why when all tries are used up, and after the command how to register it', async () => {
    const complaint = rest('Too Many Requests', 'TooManyRequests', 'Later.');
    const before = await play(`${script} --tries 08 -- ${upgrade}`, {
      plan: { looks: [complaint] },
    });
    expect(before.az.commands().filter((name) => name === 'rest')).toHaveLength(8);
    expect(before.error).toContain(`nothing was started: ERROR: ${complaint}`);
    const looks = [[ended], complaint];
    const after = await play(`${script} --tries 08 --label "It's" -- ${upgrade}`, {
      plan: { looks },
    });
    expect(after.az.commands().filter((name) => name === 'rest')).toHaveLength(9);
    expect(after).toMatchObject({ code: 1, registered: [] });
    expect(after.error).toContain(`nothing was registered: ERROR: ${complaint}`);
    const again = await play(lastLine(after.error), {
      plan: { looks: [[running()]] },
    });
    expect(again).toMatchObject({ code: 0, registered: [{ label: "It's" }] });
  });
});

describe('track-latest.sh, when Azure does not offer the api-version', () => {
  const offered = ['2017-08-31', '2026-04-02-preview', '2026-07-02-preview', '2026-07-01'];

  it('says so and goes on with the newest preview', async () => {
    const started = running();
    const { code, error, az, registered } = await play(`${script} -- ${upgrade}`, {
      plan: { looks: [[ended], [ended, started]], offered },
    });
    expect(error).toBe(
      'track-latest: Azure does not offer the api-version 2026-10-02-preview here; going on with 2026-07-02-preview\n',
    );
    expect(code).toBe(0);
    expect(registered).toMatchObject([{ operationId: started.name }]);
    const asked = az.calls
      .map(({ args }) => args.join(' '))
      .filter((line) => line.includes('?api'));
    expect(asked.slice(-2)).toEqual(
      Array(2).fill(expect.stringContaining('?api-version=2026-07-02-preview ')),
    );
  });

  it('takes the known ones in turn where ARM names none of AKS, as the app knows them', async () => {
    const started = running();
    const unknown =
      'Bad Request({"error":{"code":"InvalidApiVersionParameter","message":"The api-version is invalid. The supported versions are \'2026-06-01,2027-01-01-preview\'."}})';
    const { code, error, az, registered } = await play(`${script} --rest -- ${upgrade}`, {
      plan: { looks: [unknown, unknown, [ended], [ended, started]] },
    });
    expect({ code, registered }).toMatchObject({
      code: 0,
      registered: [{ operationId: started.name }],
    });
    expect(error).toContain('here; going on with 2026-07-02-preview');
    const asked = az.calls.flatMap(
      ({ args }) => /\?api-version=(\S+)/.exec(args.join(' '))?.[1] ?? [],
    );
    const source = readFileSync(
      join(import.meta.dirname, '../../../scripts/track-latest.sh'),
      'utf8',
    );
    const known = /^known='([^']+)'/m.exec(source)?.[1]?.split(/\s/) ?? [];
    expect(known.filter((version) => !isKnownVersion(version))).toEqual([]);
    expect(known).toEqual(known.toSorted().toReversed());
    expect(known[0]).toBe(newestKnown);
    expect([...new Set(asked)]).toEqual(known.slice(0, 3));
  });

  it.each([
    ['only what has no operations', ['2023-09-02-preview', '2026-07-01'], []],
    [
      'none of AKS',
      undefined,
      [
        `Bad Request({"error":{"code":"InvalidApiVersionParameter","message":"The api-version '2025-05-02-preview' is invalid. The supported versions are '2026-06-01,2027-01-01-preview'."}})`,
      ],
    ],
  ])('starts nothing and names --api-version when it hears of %s', async (_, versions, looks) => {
    const { code, error, az } = await play(`${script} --rest -- ${upgrade}`, {
      plan: { looks, ...(versions !== undefined && { offered: versions }) },
    });
    expect(code).toBe(1);
    expect(error).toContain('nothing was started: ERROR: Bad Request');
    expect(error).toContain('--api-version takes another one');
    expect(az.commands()).not.toContain('aks upgrade');
  });
});

describe('track-latest.sh, when the command fails', () => {
  it('registers what it has started, looks once, and passes on the exit code', async () => {
    const failed = operation('Failed', '2026-11-23T02:00:11.1Z');
    const { code, out, error, az, registered } = await play(`${script} -- ${upgrade}`, {
      plan: { looks: [[ended], [ended, failed]], upgrade: 7 },
    });
    expect(code).toBe(7);
    expect(out).toContain(`Registered operation ${failed.name}`);
    expect(error).toContain('the command ended with exit code 7');
    expect(registered).toMatchObject([{ operationId: failed.name }]);
    expect(az.commands()).toEqual(['account show', 'rest', 'aks upgrade', 'rest']);
  });

  it.each([
    ['nothing is new', [[running()]], [created], 'no new operation of aks-prod-weu was seen'],
    [
      'Azure cannot be read',
      [[ended], 'No network.'],
      [created],
      'cannot be read; nothing was reg',
    ],
    ['the notifier refuses', [[ended], [running()]], [{ status: 400, body: {} }], 'HTTP 400'],
  ] as const)('keeps its exit code when %s', async (_, looks, registered, said) => {
    const { code, error } = await play(`${script} --tries 2 -- ${upgrade}`, {
      plan: { looks: [...looks], upgrade: 7 },
      turns: { registered },
    });
    expect(code).toBe(7);
    expect(error).toContain(said);
  });

  it('says that no new operation was seen, after the tries that it was given', async () => {
    const { code, error, az } = await play(`${script} --tries 2 -- ${upgrade}`, {
      plan: { looks: [[ended]] },
    });
    expect(code).toBe(1);
    expect(error).toContain('no new operation of aks-prod-weu was seen');
    expect(az.commands().filter((name) => name === 'rest')).toHaveLength(3);
  });
});

describe.each(shells)('track-latest.sh in %s', (shell) => {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'registers what runs when %s ends the command',
    async (signal) => {
      const started = running();
      const { code, registered } = await play(`exec ${inShell(shell)} -- ${upgrade}`, {
        plan: { looks: [[ended], [ended, started]], waitsIn: 'aks upgrade' },
        signal,
      });
      expect(code).toBe(codes[signal]);
      expect(registered).toMatchObject([{ operationId: started.name }]);
    },
  );

  it.each(['account show', 'rest'])('ends at once when Ctrl-C comes during az %s', async (az) => {
    const ran = await play(`exec ${inShell(shell)} -- ${upgrade}`, {
      plan: { looks: [[ended]], waitsIn: az },
      signal: 'SIGINT',
    });
    expect({ code: ran.code, isStarted: isStarted(ran) }).toEqual({ code: 130, isStarted: false });
  });

  it('shows the key neither with -x nor with a .curlrc that is verbose', async () => {
    const started = running();
    const { code, error, keys } = await play(
      `${inShell(shell).replace(shell, `${shell} -x`)} -- ${upgrade}`,
      {
        plan: { looks: [[ended], [ended, started]] },
        turns: { registered: [{ status: 503, body: '' }, created] },
        // What is exported under this name is not the key.
        env: { key: 'theirs' },
      },
    );
    expect(code).toBe(0);
    expect(error).toContain(started.name);
    expect(error).not.toContain('> POST');
    expect(keys).toEqual([secretKey]);
  });
});

/** What the app answers to a request with these problems. */
const problem = (...pointers: string[]) => ({
  status: 400,
  body: { errors: pointers.map((pointer) => ({ pointer, message: 'must be "pointer".' })) },
});

describe('track-latest.sh, when the notifier is asked first', () => {
  it('sends all but the operation', async () => {
    const { asked, registered } = await play(
      `${script} --label x --mention here --channel payments -- ${upgrade}`,
      { plan: { looks: [[ended], [ended, running()]] } },
    );
    const options = { ...cluster, label: 'x', mention: 'here', channel: 'payments' };
    expect(asked).toEqual([{ subscriptionId: expect.any(String), ...options }]);
    expect(registered).toMatchObject(asked);
  });

  it.each<[string, NotifierTurn]>([
    ['another problem too', problem('/operationId', '/mention')],
    ['another problem alone', problem('/mention')],
    ['the whole as the problem', problem('')],
    ['no problem', problem()],
    ['a page with 400', { status: 400, body: '<p>"pointer": "/operationId"</p>' }],
    ['an empty 201', { status: 201, body: '' }],
    ...[200, 204, 302, 307, 401, 404, 409, 411].map((status): [string, NotifierTurn] => [
      String(status),
      { ...lacksOperation, status },
    ]),
  ])('starts nothing when it answers %s', async (_, answer) => {
    const ran = await play(`${script} --tries 3 -- ${upgrade}`, {
      plan: { looks: [[ended], [ended, running()]] },
      turns: { asked: [answer] },
    });
    expect({ code: ran.code, isStarted: isStarted(ran) }).toEqual({ code: 1, isStarted: false });
    expect(ran.error).toContain('the notifier refuses this; nothing was started: HTTP ');
    expect(ran.asked).toHaveLength(1);
  });
});

describe('track-latest.sh, when it registers', () => {
  const body = { trackingId: 'op-1' };
  const looks = [[ended], [ended, running()]];

  it.each([
    ['200', { status: 200, body }],
    ['201', { status: 201, body }],
    ['a body with blanks', { status: 201, body: '{\n  "trackingId" : "op-1"\n}\n' }],
  ])('has registered with %s', async (_, answer) => {
    const { code, out } = await play(`${script} -- ${upgrade}`, {
      plan: { looks },
      turns: { registered: [answer] },
    });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^Registered /) });
  });

  const page = '<html><script>{"trackingId": "op-1"}</script></html>';
  it.each<[string, Answer]>([
    ...[202, 204, 206, 302, 307, 400, 401, 404, 409, 411].map((status): [string, Answer] => [
      String(status),
      { status, headers: { location: '/' }, body },
    ]),
    ...['', '{}', '{"trackingId":""}', '{"trackingId":null}', '[]', page].map(
      (text, index): [string, Answer] => [text, { status: 200 + (index % 2), body: text }],
    ),
  ])('has not with %s, and prints the line that does', async (_, answer) => {
    const label = `It's "x" \\`;
    const ran = await play(`${script} --label "$LABEL" -- ${upgrade}`, {
      plan: { looks },
      turns: { registered: [answer] },
      env: { LABEL: label },
    });
    expect(ran).toMatchObject({ code: 1, out: '', registered: [{ label }] });
    expect(ran.error).toMatch(/did not register operation \S+: HTTP \d+/);
    const line = lastLine(ran.error);
    expect(line).toContain(`--data '${JSON.stringify(ran.registered[0]).replace("'", `'\\''`)}'`);
  });

  it('prints a line that registers it', async () => {
    await using notifier = await startFakeNotifier({ registered: ['reset', created] });
    const { error } = await runShell(
      `${script} --tries 1 --label "It's" -- ${upgrade}`,
      notifier.url,
      { plan: { looks } },
    );
    expect(error).toContain('curl: (');
    await runShell(lastLine(error), notifier.url);
    const [refused, taken] = notifier.registered;
    expect(taken).toBe(refused);
    expect(JSON.parse(taken ?? '')).toMatchObject({ ...cluster, label: "It's" });
    expect([...notifier.keys]).toEqual([secretKey]);
  });

  const away: readonly NotifierTurn[] = [
    'nothing',
    'reset',
    'half',
    ...[408, 429, 500, 502, 503, 504].map((status) => ({
      status,
      headers: { 'retry-after': '120' },
      body: { detail: 'Away.' },
    })),
  ];
  it.each(away)('asks and registers again after %j', async (turn) => {
    const { code, error, asked, registered } = await play(`${script} --tries 3 -- ${upgrade}`, {
      plan: { looks },
      turns: { asked: [turn, turn, lacksOperation], registered: [turn, turn, created] },
    });
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect([asked.length, registered.length]).toEqual([3, 3]);
  });

  it.each(away.slice(1, 6))('has its tries and no more when %j stays', async (turn) => {
    const said = typeof turn === 'string' ? 'curl: (' : 'HTTP';
    const before = await play(`${script} --tries 3 -- ${upgrade}`, { turns: { asked: [turn] } });
    expect({ code: before.code, isStarted: isStarted(before) }).toEqual({
      code: 1,
      isStarted: false,
    });
    expect(before.error).toContain(`nothing was started: ${said}`);
    expect(before.asked).toHaveLength(3);
    const after = await play(`${script} --tries 3 -- ${upgrade}`, {
      plan: { looks },
      turns: { registered: [turn] },
    });
    expect(after.code).toBe(1);
    expect(after.error).toContain(said);
    expect(after.registered).toHaveLength(3);
  });

  it('never prints what another server sends back', async () => {
    const echo = { status: 400, body: { headers: { 'x-functions-key': secretKey } } };
    const { code } = await play(`${script} -- ${upgrade}`, {
      plan: { looks },
      turns: { registered: [echo] },
    });
    expect(code).toBe(1);
  });
});

describe('track-latest.sh without a command', () => {
  it('does not take one that has ended for it', async () => {
    const { code, error, registered } = await play(`${script} --tries 2`, {
      plan: { looks: [[ended]] },
    });
    expect({ code, registered }).toEqual({ code: 1, registered: [] });
    expect(error).toContain('no operation of aks-prod-weu is running');
  });

  it('says why the operations could not be read', async () => {
    const { code, error } = await play(`${script} --tries 2`, {
      plan: { looks: ['(Forbidden) No.'] },
    });
    expect(code).toBe(1);
    expect(error).toContain('cannot be read; nothing was registered: ERROR: (Forbidden) No.');
  });
});
