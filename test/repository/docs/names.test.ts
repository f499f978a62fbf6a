import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import sample from '../../../local.settings.sample.json' with { type: 'json' };
import packageJson from '../../../package.json' with { type: 'json' };
import parameters from '../../../infra/main.parameters.json' with { type: 'json' };
import { readSettings } from '../../../shared/settings/settings.ts';
import { outputsOf } from '../infra/snapshots.ts';
import { described, describedFor } from '../../functions/openapi/described.ts';
import { isTracked } from '../../support/checkout.ts';
import { blocksOf, firstColumn, inlineCodeOf, pages, proseOf, read, tableOf } from './pages.ts';
import { npmScripts, parseCommand } from './usages.ts';

const settings = Object.keys(sample.Explained);

/** What else is a name in capitals. */
const others = new Set([
  // Of `npm start`, `npm run dev` and scripts/track-latest.sh.
  'FUNCTION_KEY',
  'MASTER_KEY',
  'NOTIFIER_URL',
  'NOTIFIER_KEY',
  // Of the tests.
  'APP_NODE',
  // What the reader puts in.
  'SLACK_WEBHOOK_URL_PAYMENTS',
  'RESOURCE_GROUP',
  'KUBERNETES_VERSION',
  'WORKSPACE_ID',
  'ACTION_GROUP_ID',
  // Of GitHub Actions and Azure DevOps.
  'GITHUB_WORKFLOW',
  'GITHUB_RUN_NUMBER',
  'BUILD_BUILDNUMBER',
  // Of azd: what the template takes from its environment, and gives it.
  ...(JSON.stringify(parameters).match(/(?<=\$\{)\w+(?=\})/g) ?? []),
  ...Object.keys(outputsOf('required')),
]);

describe.each(pages)('%s', (page) => {
  const text = proseOf(page);
  const inlineCode = inlineCodeOf(page);

  it('links to what is there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)/g)];
    const broken = links.filter(([, path = '', anchor = '']) => {
      const target = path === '' ? page : join(dirname(page), path);
      if (!isTracked(target)) return true;
      return anchor !== '' && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('names files that are there', () => {
    const files = inlineCode.filter((code) =>
      /^(?:shared|functions|local|test|docs|infra|scripts)\/[\w./-]+$/.test(code),
    );
    expect(files.filter((file) => !isTracked(file))).toEqual([]);
  });

  it('names commands as they are documented', () => {
    const commands = inlineCode
      .map((code) => code.replace(/^\w+=\S+ /, ''))
      .filter((code) => /^(?:az|azd|npm) /.test(code));
    expect(() => commands.map((command) => parseCommand(command.split(' '), false))).not.toThrow();
  });

  it('names settings that there are', () => {
    const named = read(page).match(/\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+(?:_<NAME>)?/g) ?? [];
    expect(named.filter((name) => !settings.includes(name) && !others.has(name))).toEqual([]);
  });

  it('names calls of the API that there are', () => {
    const calls = [...read(page).matchAll(/\b(GET|POST|DELETE) (\/api\/[\w/{}.]+)/g)];
    const unknown = calls.filter(
      ([, method = '', path = '']) => describedFor(method, path) === null,
    );
    expect(unknown.map(([call]) => call)).toEqual([]);
  });

  it('has no comment in a line for a shell, as zsh takes none at its prompt', () => {
    const lines = blocksOf(page).filter(({ language }) => language === 'sh');
    expect(lines.filter(({ code }) => /(?:^|\s)#/m.test(code))).toEqual([]);
  });
});

describe('README.md', () => {
  it('lists every call of the API, and no other', () => {
    expect(firstColumn('README.md', 'call').toSorted()).toEqual(
      described.map(({ method, route }) => `\`${method} ${route}\``).toSorted(),
    );
  });

  const rows = tableOf('README.md', 'setting').map((row) =>
    row.map((cell) => cell.replaceAll('`', '')),
  );

  it('lists every setting of the app, and no other', () => {
    // An identity for the tables is told with OPERATIONS_STORAGE, the worker's runtime is set by itself.
    const listed = settings.filter((name) => !/__|^FUNCTIONS_WORKER_RUNTIME$/.test(name));
    expect(rows.map(([name = '']) => name).toSorted()).toEqual(listed.toSorted());
  });

  it('gives their defaults: to set one changes nothing', () => {
    const required = {
      SLACK_WEBHOOK_URL: 'https://example.org/x',
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    };
    const defaults = Object.fromEntries(
      rows.flatMap(([name = '', preset = '']) =>
        preset === '' || ['required', 'AzureWebJobsStorage', "the cloud's"].includes(preset)
          ? []
          : [[name, preset]],
      ),
    );
    expect(Object.keys(defaults).length).toBeGreaterThan(7);
    const { settings: unset } = readSettings(required);
    // Who sets STALLED_AFTER wants it for every phase.
    const drainStalledAfterMs = unset?.stalledAfterMs;
    expect(readSettings({ ...required, ...defaults })).toEqual({
      settings: { ...unset, drainStalledAfterMs },
      problems: [],
    });
  });
});

describe('npm', () => {
  it('has every script that the documents name, with the options that they give it', () => {
    const scripts: Readonly<Record<string, string>> = packageJson.scripts;
    for (const { script, options } of npmScripts) {
      const file = / node ([\w/.]+\.ts)$/.exec(` ${scripts[script]}`)?.[1];
      expect([script, scripts[script]]).toEqual([script, expect.any(String)]);
      // The options of what is not ours (Stryker) are not read here.
      if (file === undefined) continue;
      for (const option of options) expect(read(file)).toContain(`${option.slice(2)}: { type: '`);
    }
  });
});

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(
    ([, heading = '']) =>
      `#${heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s-]/gu, '')
        .trim()
        .replaceAll(' ', '-')}`,
  );
}
