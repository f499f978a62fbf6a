import { beforeAll, describe, expect, it } from 'vitest';
import { problemsOf } from '../../support/kusto.ts';
import { startProduct } from '../../support/product.ts';
import { someCluster } from '../../support/settings.ts';
import { blocksOf, read } from './pages.ts';

/** Each by what stands before it. */
const queries = [...read('README.md').matchAll(/^(.+)\n\n```kusto\n([^`]+)```/gm)].map(
  ([, title = '', query = '']) => ({ title, query }),
);
const ofTicks = queries.filter(({ query }) => query.includes('parse_json(Message)'));

/** What a query reads of a tick's line: `tick.readingFailures.throttled`. */
const fieldsOf = (query: string): string[] =>
  [...query.matchAll(/\btick\.([\w.]+)/g)].map(([, path = '']) => path);

/** Every path into a JSON value: `a`, `a.b`. */
function pathsOf(value: unknown, before = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [
    `${before}${key}`,
    ...pathsOf(part, `${before}${key}.`),
  ]);
}

describe('the queries of the README', () => {
  let line = '';
  beforeAll(async () => {
    await using product = await startProduct();
    const { arm, slack } = product;
    // One of them is throttled, the other one has news.
    for (let count = 0; count < 2; count += 1) {
      const { id } = arm.start({ ...someCluster(), scenario: 'neverEnds' });
      arm.set(id, { status: 'Succeeded' });
      await product.request('POST', '/api/operations', { id });
    }
    arm.faults.set({ kind: 'status', status: 429, times: 1 });
    slack.faults.set({ kind: 'status', status: 429, retryAfter: 1, times: 1 });
    await product.tick();
    line = product.log.find((one) => one.includes('"tick"')) ?? '';
  });

  it('are five, and the parser knows a broken one', () => {
    expect(queries).toHaveLength(5);
    expect(blocksOf('README.md').filter(({ language }) => language === 'kusto')).toHaveLength(5);
    expect(ofTicks).toHaveLength(4);
    const { query = '' } = queries[0] ?? {};
    for (const broken of [
      query.replace('summarize', 'summarise'),
      query.replaceAll('Message', 'Massage'),
      query.replace('count()', 'cuont()'),
      query.replace('5m', '5'),
    ])
      expect(problemsOf(broken)).not.toEqual([]);
  });

  it.each(queries)('are right in syntax, names and types: $title', ({ query }) => {
    expect(problemsOf(query)).toEqual([]);
  });

  it.each(queries)('find the line of a tick: $title', ({ query }) => {
    const [, beginning = ''] = /Message startswith '([^']+)'/.exec(query) ?? [];
    expect(beginning).not.toBe('');
    expect(line).toMatch(new RegExp(`^${RegExp.escape(beginning)}`));
  });

  it.each(ofTicks)('read what is in it: $title', ({ query }) => {
    const fields = fieldsOf(query);
    expect(fields).not.toEqual([]);
    expect(pathsOf(JSON.parse(line))).toEqual(expect.arrayContaining(fields));
  });

  it('alert with a row also when there is no line at all: nothing is grouped', () => {
    const alerts = queries.filter((query) => !ofTicks.includes(query));
    const nothingGrouped = /\| summarize Ticks = count\(\)\n\| where Ticks == 0\n$/;
    expect(alerts).toMatchObject([{ query: expect.stringMatching(nothingGrouped) }]);
  });
});
