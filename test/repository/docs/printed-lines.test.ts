import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ofSite } from '../../../shared/domain/az-commands.ts';
import { endedSomehow, explain } from '../../../shared/explain/explain.ts';
import { azCallsIn } from './command-lines.ts';
import { trackedFiles } from '../../support/checkout.ts';
import { keptError } from '../../support/explained.ts';
import { errorFor, tableEntries, wordingsOf } from '../../support/explanation-table.ts';
import { blocksOf, pages, read } from './pages.ts';
import { textsHolding } from './source-texts.ts';
import { needsIn, parseCommand } from './usages.ts';

const subscription = '00000000-0000-4000-8000-000000000034';

const cluster = {
  subscriptionId: subscription,
  resourceGroupName: "rg (prod)'s",
  resourceName: 'aks_1',
};

/** The explanations as they are shown, for a cluster whose names a shell needs quoted. */
const explanations = tableEntries.map(
  (entry) => explain(keptError(errorFor(entry)), cluster, endedSomehow) ?? expect.unreachable(),
);

/** The commands that have more names in them, with names of these kinds in place of them. */
const named = tableEntries.flatMap(({ command }) =>
  wordingsOf(command).map((wording) =>
    wording
      .replaceAll('{cluster}', 'aks_1')
      .replaceAll('{resourceGroup}', "'rg (prod)'")
      .replaceAll('{subscription}', subscription)
      .replaceAll(/\{[a-z]\w*\}/gi, 'name-1'),
  ),
);

const tracked = (pattern: RegExp): string[] => trackedFiles.filter((name) => pattern.test(name));
const written = tracked(/^(?:shared|functions|scripts)\/.*\.ts$/);

/** What an expression in a command line of the code comes to. */
function filled(expression: string): string {
  if (expression.startsWith('ofSite(')) return ofSite({ name: 'app', resourceGroupName: 'rg' });
  if (expression === 'assignee') return '--assignee x';
  if (expression === 'assign') return `az functionapp identity assign ${ofSite(null)}`;
  return 'value';
}

/** The texts of the code in which az is called. */
const texts = written.flatMap((file) =>
  textsHolding(/\baz [a-z]/, read(file), filled).map((text) => ({ file, text })),
);
const isLine = (text: string): boolean => /^az |\$\(az |\| az /.test(text);

/** All texts within a document of YAML. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const workflows = [
  ...tracked(/^\.github\/workflows\/.*\.yml$/).map(read),
  ...pages.flatMap(blocksOf).flatMap(({ language, code }) => (language === 'yaml' ? [code] : [])),
].flatMap((text) => textsOf(parse(text)));

const lines: readonly string[] = [
  ...explanations.map(({ command }) => command),
  ...named,
  ...texts.map(({ text }) => text).filter(isLine),
  ...workflows,
  ...pages.flatMap(blocksOf).flatMap(({ language, code }) => (language === 'sh' ? [code] : [])),
].filter((line) => /\baz [a-z]/.test(line));

describe('a command line that is printed', () => {
  it.each([...new Set(lines)])(
    'is one that az takes, with all that the answer needs: %s',
    (line) => {
      const calls = azCallsIn(line);
      expect(calls.length).toBeGreaterThan(0);
      expect(() => calls.map((call) => parseCommand(call))).not.toThrow();
    },
  );

  it.each([...explanations.map(({ command }) => command), ...named])(
    'asks the cluster’s subscription, not the one az is set to: %s',
    (command) => {
      const silent = azCallsIn(command)
        .map((call) => parseCommand(call))
        // What Entra ID has is of no subscription.
        .filter((call) => !call.command.startsWith('az ad '))
        .filter(({ options }) => options['--subscription']?.[0] !== subscription);
      expect(silent).toEqual([]);
    },
  );
});

/** Texts that are read by themselves. */
const said: readonly { where: string; text: string }[] = [
  ...pages.map((page) => ({ where: page, text: read(page) })),
  ...tracked(/^(?:infra\/.*\.bicep|scripts\/[^/]*\.sh)$/).map((file) => ({
    where: file,
    text: read(file),
  })),
  ...texts.map(({ file, text }) => ({ where: file, text })),
  ...explanations.map(({ code, step, command, note = '' }) => ({
    where: code,
    text: `${step} ${command} ${note}`,
  })),
];

describe('a command that needs an extension or a newer az', () => {
  const needy = said.flatMap(({ where, text }) =>
    needsIn(text).map((one) => ({ ...one, where, text })),
  );

  it('is there in every place that this test is for', () => {
    expect(new Set(needy.map(({ needs }) => needs))).toEqual(
      new Set([
        'extension aks-preview',
        'extension scheduled-query',
        'extension alertsmanagement',
        'az 2.60',
      ]),
    );
  });

  it.each(needy)('is given with it: $command in $where', ({ needs, text }) => {
    const plain = text.replaceAll('`', '').replaceAll('extension add --name', 'extension');
    expect(plain.replaceAll(/\s+/g, ' ')).toContain(needs);
  });
});
