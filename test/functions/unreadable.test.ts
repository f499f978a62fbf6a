import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationArmId } from '../../shared/domain/reference.ts';
import { operationKey, operationColumns } from '../../shared/store/operation-row.ts';
import type { Columns } from '../../shared/store/table.ts';
import { endedOperation, registeredAt, someOperation } from '../support/operations.ts';
import { startProduct, type Product } from '../support/product.ts';
import { someTable } from '../support/tables.ts';

const tableName = `T${randomBytes(8).toString('hex')}`;
let product: Product;
beforeAll(async () => {
  product = await startProduct({ OPERATIONS_TABLE: tableName });
});
afterAll(async () => await product[Symbol.asyncDispose]());

const damaged = 'Column outbox does not hold what it should.';
const newer = 'It was written by a newer version of the app (layout 2; this one reads 1).';

describe.each<[string, string, Columns, string]>([
  ['is damaged', '', { outbox: '[{"id":' }, damaged],
  ['is damaged, in the history,', 'History', { outbox: '[{"id":' }, damaged],
  ['a newer version wrote', '', { version: 2, state: '{}' }, newer],
])('an operation whose row %s', (_name, suffix, wrong, why) => {
  const operation = suffix === '' ? someOperation() : endedOperation(registeredAt);
  const { trackingId, reference } = operation;
  const path = `/api/operations/${trackingId}`;
  const table = someTable(`${tableName}${suffix}`);
  const columns = { ...operationColumns(operation), endedAt: registeredAt, ...wrong };
  const registration = { id: operationArmId(reference), label: 'another' };
  beforeAll(async () => await table.upsert(operationKey(trackingId), columns));

  it.each(['GET', 'POST'])(
    'is answered 409 to %s, with what is wrong and what to do',
    async (method) => {
      const answer =
        method === 'GET'
          ? await product.request('GET', path)
          : await product.request('POST', '/api/operations', registration);
      expect(answer.status).toBe(409);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(answer.json()).toEqual({
        type: 'urn:aks-operation-notifier:stored-row-unreadable',
        title: 'Stored row unreadable',
        status: 409,
        detail: expect.stringContaining(
          `The stored row of ${trackingId} cannot be read. ${why} The row is kept as it is`,
        ),
      });
      expect((await table.get(operationKey(trackingId)))?.columns).toEqual(columns);
    },
  );

  it('hides no other in a list', async () => {
    const other = someOperation({
      reference: { ...reference, operationId: 'operation-2' },
    });
    await someTable(tableName).upsert(operationKey(other.trackingId), operationColumns(other));
    const { subscriptionId } = reference;
    const list = await product.request(
      'GET',
      `/api/operations?state=all&subscriptionId=${subscriptionId}`,
    );
    expect(list.status).toBe(200);
    expect(list.json()['value']).toEqual(
      expect.arrayContaining([expect.objectContaining({ trackingId: other.trackingId })]),
    );
  });

  it('is forgotten by DELETE, and can be registered anew', async () => {
    expect((await product.request('DELETE', path)).status).toBe(204);
    expect((await product.request('GET', path)).status).toBe(404);
    expect((await product.request('POST', '/api/operations', registration)).status).toBe(201);
    expect((await product.request('GET', path)).json()).toMatchObject({ label: 'another' });
  });
});

it('purgeHistory keeps a row that it cannot read, and says which', async () => {
  const operation = endedOperation(registeredAt);
  const history = someTable(`${tableName}History`);
  const columns = { ...operationColumns(operation), endedAt: 'long ago' };
  await history.upsert(operationKey(operation.trackingId), columns);
  await product.host.runTimer('purgeHistory');
  expect((await history.get(operationKey(operation.trackingId)))?.columns).toEqual(columns);
  const said = product.log.find((line) => line.includes('Rows of the history cannot be read'));
  expect(said).toContain(operation.trackingId);
});
