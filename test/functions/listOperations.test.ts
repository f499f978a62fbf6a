import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOperationStore } from '../../shared/store/operation-store.ts';
import { archiveIn, endedOperation, someOperation } from '../support/operations.ts';
import { startProduct, type Product } from '../support/product.ts';
import { someTable } from '../support/tables.ts';

const tableName = `T${randomBytes(8).toString('hex')}`;
const operations = createOperationStore(someTable(tableName), someTable(`${tableName}History`));
const ended = '2024-05-06T08:00:00.000Z';
const running = [someOperation(), someOperation(), someOperation()];
const finished = [endedOperation(ended), endedOperation(ended)];

let product: Product;
beforeAll(async () => {
  product = await startProduct({ OPERATIONS_TABLE: tableName });
  for (const operation of running) await operations.add(operation);
  for (const operation of finished) {
    await operations.add(operation);
    await archiveIn(operations, operation);
  }
});
afterAll(async () => await product[Symbol.asyncDispose]());

async function page(query: string): Promise<{ ids: string[]; next: string | null }> {
  const answer = await product.request('GET', `/api/operations${query}`);
  expect(answer.status).toBe(200);
  const { value, continuationToken } = answer.json();
  if (!Array.isArray(value)) throw new Error('no list');
  const ids = value.map(({ trackingId }: { trackingId: string }) => trackingId);
  return { ids, next: typeof continuationToken === 'string' ? continuationToken : null };
}
const idsOf = (...lists: ReturnType<typeof someOperation>[][]): string[] =>
  lists
    .flat()
    .map(({ trackingId }) => trackingId)
    .toSorted();

const encoded = (position: unknown): string =>
  `?continuationToken=${Buffer.from(JSON.stringify(position)).toString('base64url')}`;

describe('GET /api/operations', () => {
  it.each([
    ['', idsOf(running)],
    ['?state=active', idsOf(running)],
    ['?state=finished', idsOf(finished)],
    ['?state=all', idsOf(running, finished)],
    [
      `?resourceName=${running[0]?.reference.resourceName.toUpperCase()}`,
      idsOf(running.slice(0, 1)),
    ],
    [`?subscriptionId=${running[1]?.reference.subscriptionId}`, idsOf(running.slice(1, 2))],
    [`?resourceGroupName=${finished[0]?.reference.resourceGroupName}`, []],
  ])('%s shows what it says', async (query, wanted) => {
    const { ids, next } = await page(query);
    expect(ids.toSorted()).toEqual(wanted);
    expect(next).toBeNull();
  });

  it('goes on page by page over both tables, without loss or repetition', async () => {
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const token: string = next === null ? '' : `&continuationToken=${next}`;
      const { ids, next: after } = await page(`?state=all&top=1${token}`);
      expect(ids.length).toBeLessThanOrEqual(1);
      seen.push(...ids);
      next = after;
    } while (next !== null);
    expect(seen.toSorted()).toEqual(idsOf(running, finished));
  });

  it.each([
    ['?state=open', ['/state']],
    ['?top=0', ['/top']],
    ['?top=1001', ['/top']],
    ['?top=1e2', ['/top']],
    [
      '?subscriptionId=x&resourceGroupName=a/b&resourceName=-&top=x',
      ['/top', '/subscriptionId', '/resourceGroupName', '/resourceName'],
    ],
    ['?continuationToken=%00', ['/continuationToken']],
    [encoded({ table: 'active', token: null }), ['/continuationToken']],
    [encoded({ partitionKey: 'x' }), ['/continuationToken']],
    [encoded({ partitionKey: 'x', rowKey: 1 }), ['/continuationToken']],
    [encoded({ partitionKey: 'x', rowKey: '\ud83d' }), ['/continuationToken']],
    [encoded({ partitionKey: '\udca9', rowKey: '' }), ['/continuationToken']],
    [encoded({ partitionKey: 'a/b', rowKey: '' }), ['/continuationToken']],
    [encoded({ partitionKey: 'a', rowKey: 'x'.repeat(201) }), ['/continuationToken']],
  ])('%s is answered 400', async (query, wanted) => {
    const answer = await product.request('GET', `/api/operations${query}`);
    expect(answer.status).toBe(400);
    const { errors } = answer.json();
    expect(errors).toMatchObject(wanted.map((pointer) => ({ pointer })));
    expect(errors).toHaveLength(wanted.length);
  });
});

describe('purgeHistory', () => {
  it('drops what ended longer ago than RETENTION, and says how much', async () => {
    const recent = endedOperation(new Date().toISOString());
    await operations.add(recent);
    await archiveIn(operations, recent);
    await product.host.runTimer('purgeHistory');
    expect((await page('?state=finished')).ids).toEqual([recent.trackingId]);
    expect((await page('?state=active')).ids).toHaveLength(running.length);
    expect(product.log.some((line) => line.includes('"purged":2'))).toBe(true);
  });
});
