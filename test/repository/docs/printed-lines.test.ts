import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ofSite } from '../../../shared/domain/az-commands.ts';
import { endedSomehow, explain } from '../../../shared/explain/explain.ts';
import table from '../../../shared/explain/explanations.json' with { type: 'json' };
import { azCallsIn } from './command-lines.ts';
import { trackedFiles } from '../../support/checkout.ts';
import { blocksOf, pages, read } from './pages.ts';
import { textsHolding } from './source-texts.ts';
import { needsIn, parseCommand } from './usages.ts';

const subscription = '00000000-0000-4000-8000-000000000034';

/** The explanations as they are shown, for a cluster whose names a shell needs quoted. */
const explanations = table.explanations.map((entry) => {
  const says: Partial<Record<string, readonly string[]>> = 'says' in entry ? entry.says : {};
  const [said = ''] = Object.keys(says);
  const code = 'codes' in entry ? (entry.codes?.[0] ?? said) : said;
  const message = says[code]?.[0] ?? '';
  const error = { code, message, target: null, details: [] };
  const cluster = {
    subscriptionId: subscription,
    resourceGroupName: "rg (prod)'s",
    resourceName: 'aks_1',
  };
  return explain(error, cluster, endedSomehow) ?? expect.unreachable();
});

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

  it.each(explanations)(
    'asks the cluster’s subscription, not the one az is set to: $code',
    (one) => {
      const silent = azCallsIn(one.command)
        .map((call) => parseCommand(call))
        // What Entra ID has is of no subscription.
        .filter(({ command }) => !command.startsWith('az ad '))
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
  ...explanations.map(({ code, step, command }) => ({ where: code, text: `${step} ${command}` })),
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

  it.each(needy)('is told with it: $command in $where', ({ needs, text }) => {
    const plain = text.replaceAll('`', '').replaceAll('extension add --name', 'extension');
    expect(plain.replaceAll(/\s+/g, ' ')).toContain(needs);
  });
});
