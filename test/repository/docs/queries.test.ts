import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { trackedFiles } from '../../support/checkout.ts';
import { problemsOf } from '../../support/kusto.ts';
import { startProduct } from '../../support/product.ts';
import { someCluster } from '../../support/settings.ts';
import { theOne } from '../infra/snapshots.ts';
import { blocksOf, read } from './pages.ts';

/** The one source of all queries. */
const queries = trackedFiles
  .filter((file) => /^infra\/queries\/.+\.kql$/.test(file))
  .map((file) => ({ name: basename(file, '.kql'), query: read(file) }));
const [noTick, ofLines] = [
  queries.filter(({ name }) => name === 'no-tick'),
  queries.filter(({ name }) => name !== 'no-tick'),
];

const picture = z.object({
  content: z.object({ title: z.string(), query: z.string(), crossComponentResources: z.unknown() }),
});
/** What a deployment shows, in order. */
const workbook = theOne('required', 'Microsoft.Insights/workbooks');
const { serializedData, sourceId } = z
  .object({ serializedData: z.string(), sourceId: z.string() })
  .parse(workbook['properties']);
const pictures = z
  .object({ items: z.array(z.looseObject({ type: z.number() })) })
  .parse(JSON.parse(serializedData))
  .items.filter(({ type }) => type === 3)
  .map((item) => picture.parse(item).content);

/** A query of the workbook as the portal sends it when a day is chosen. */
const ofADay = (query: string): string =>
  query.replaceAll('{TimeRange:grain}', '5m').replaceAll('{TimeRange}', '> ago(24h)');

/** What a query reads of a line, and as what: `tick.readingFailures.throttled`, `tolong`. */
const readsOf = (query: string) =>
  [...query.matchAll(/(?:(\w+)\()?\b(tick|ended)\.([\w.]+)/g)].map(
    ([, as = '', line = '', path = '']) => ({ as, line, path }),
  );

/** What a value must be for Kusto to make this of it. */
const wanted: Readonly<Record<string, z.ZodType>> = {
  tolong: z.int(),
  toreal: z.number(),
  todatetime: z.iso.datetime({ precision: 3 }),
  tostring: z.string(),
  // mv-expand takes the bag itself.
  '': z.record(z.string(), z.int()),
};

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, key) => Object(part)[key], value);
}

describe('the queries in infra/queries', () => {
  const lines = { tick: [] as string[], ended: [] as string[] };
  beforeAll(async () => {
    await using product = await startProduct();
    const { arm, slack } = product;
    // One of them is throttled, the other one has ended.
    for (let count = 0; count < 2; count += 1) {
      const { id } = arm.start({ ...someCluster(), scenario: 'neverEnds' });
      const endTime = new Date();
      const startTime = new Date(endTime.getTime() - 60_000);
      arm.set(id, {
        status: 'Succeeded',
        startTime: startTime.toISOString(),
        endTime: endTime.toISOString(),
      });
      await product.request('POST', '/api/operations', { id });
    }
    arm.faults.set({ kind: 'status', status: 429, times: 1 });
    slack.faults.set({ kind: 'status', status: 429, retryAfter: 1, times: 1 });
    await product.tick();
    // What waits for a channel that is not there waits on.
    const { id } = arm.start({ ...someCluster(), scenario: 'neverEnds' });
    arm.set(id, { status: 'Succeeded' });
    await product.request('POST', '/api/operations', { id, channel: 'payments' });
    slack.faults.set({ kind: 'status', status: 404, times: 1 });
    await product.tick();
    for (const name of ['tick', 'ended'] as const)
      lines[name].push(...product.log.filter((line) => line.startsWith(`{"message":"${name}",`)));
  });

  it('are all used, and the parser knows a broken one', () => {
    const used = new Set([
      ...blocksOf('README.md').map(({ code }) => code),
      ...pictures.map(({ query }) => ofADay(query)),
    ]);
    expect(queries.filter(({ query }) => !used.has(query))).toEqual([]);
    const [{ query } = { query: '' }] = ofLines;
    for (const broken of [
      query.replace('summarize', 'summarise'),
      query.replaceAll('Message', 'Massage'),
      query.replace('100 * min(', 'nim('),
      query.replace('5m', '5'),
    ])
      expect(problemsOf(broken)).not.toEqual([]);
  });

  it.each(queries)('are right in syntax, names and types: $name', ({ query }) => {
    expect(problemsOf(query)).toEqual([]);
  });

  it.each(ofLines)('find lines of a run, and read what is in them: $name', ({ query }) => {
    const [, name = ''] = /Message startswith '{"message":"(\w+)",'/.exec(query) ?? [];
    const found = z.enum(['tick', 'ended']).parse(name);
    const parsed = lines[found].map((line): unknown => JSON.parse(line));
    const reads = readsOf(query);
    expect(reads.length + Number(/Ticks = count\(\)/.test(query))).toBeGreaterThan(0);
    for (const { as, line, path } of reads) {
      expect(line).toBe(found);
      const right = parsed.filter((one) => wanted[as]?.safeParse(valueAt(one, path)).success);
      expect({ path, as, lines: right.length }).not.toMatchObject({ lines: 0 });
    }
  });

  it('alert with a row also when there is no line at all: nothing is grouped', () => {
    const nothingGrouped = /\| summarize Ticks = count\(\)\n\| where Ticks == 0\n$/;
    expect(noTick).toMatchObject([{ query: expect.stringMatching(nothingGrouped) }]);
  });
});

it('the README’s queries are those of infra/queries', () => {
  const shown = blocksOf('README.md').filter(({ language }) => language === 'kusto');
  expect(shown.length).toBeGreaterThan(3);
  const known = new Set(queries.map(({ query }) => query));
  expect(shown.filter(({ code }) => !known.has(code))).toEqual([]);
});

describe('the workbook', () => {
  it('shows every query but that of the alert, for the time that is chosen', () => {
    expect(pictures.map(({ query }) => ofADay(query)).toSorted()).toEqual(
      ofLines.map(({ query }) => query).toSorted(),
    );
    for (const { query } of pictures) expect(query).toContain('TimeGenerated {TimeRange} and');
  });

  it('says in each title what good looks like', () => {
    for (const { title } of pictures) expect(title).toMatch(/^[A-Z].*\. Good: ./);
  });

  it('asks the workspace of the deployment, and is listed at its Application Insights', () => {
    const workspace = theOne('required', 'Microsoft.OperationalInsights/workspaces').id;
    for (const { crossComponentResources } of pictures)
      expect(crossComponentResources).toEqual([workspace]);
    expect(sourceId).toBe(theOne('required', 'Microsoft.Insights/components').id);
  });
});
