import { isDeepStrictEqual } from 'node:util';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { parseOperationStatus } from '../../shared/arm/parse.ts';
import { emptyMailbox, mailboxLimit } from '../../shared/mailbox.ts';
import { toErrorDetail, type ErrorDetail } from '../../shared/operation/errors.ts';
import { partsToTell } from '../../shared/operation/parts.ts';
import { phaseOf } from '../../shared/operation/status.ts';
import { historyLimit } from '../../shared/operation/tracked.ts';
import { CorruptRow } from '../../shared/store/codec.ts';
import {
  headColumns,
  keyOf,
  operationColumns,
  toHead,
  toOperation,
} from '../../shared/store/operation-row.ts';
import type { Columns, Row } from '../../shared/store/table.ts';
import { registeredAt, someMessage, someOperation } from '../support/operations.ts';
import { anyOperation } from '../support/stored-arbitraries.ts';
import { someTable } from '../support/tables.ts';

const rowOf = (operation: Parameters<typeof operationColumns>[0]): Row => ({
  key: keyOf(operation.trackingId),
  etag: 'W/"1"',
  columns: operationColumns(operation),
});
const select = (columns: Columns, names: readonly string[]): Columns =>
  Object.fromEntries(Object.entries(columns).filter(([name]) => names.includes(name)));

const owing = (error: ErrorDetail) => ({
  ...emptyMailbox,
  owed: [someMessage(1, error)],
  nextId: 2,
});

describe('an operation as a row', () => {
  it('comes back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(anyOperation, (operation) => {
        expect(toOperation(rowOf(operation))).toEqual(operation);
      }),
    );
  });

  it('shows its head through the selected columns alone', () => {
    fc.assert(
      fc.property(anyOperation, (operation) => {
        const row = rowOf(operation);
        const { history: _, mailbox, ...rest } = operation;
        expect(toHead({ ...row, columns: select(row.columns, headColumns) })).toEqual({
          ...rest,
          undelivered: mailbox.owed.length,
          owedSince: mailbox.owed[0]?.at ?? null,
        });
      }),
    );
  });

  it.each([
    ['one', 0],
    ['the other', 1],
  ])('never splits a character between columns, %s way', (_name, offset) => {
    const message = 'x'.repeat(offset) + '🚀'.repeat(50_000);
    const error = { code: null, message, target: null, details: [] };
    const operation = someOperation({ mailbox: owing(error) });
    const row = rowOf(operation);
    // Not `toEqual`, which would print both texts.
    expect(isDeepStrictEqual(toOperation(row), operation)).toBe(true);
    const texts = Object.values(row.columns).filter((value) => typeof value === 'string');
    expect(texts.filter((text) => text.length > 32_000 || !text.isWellFormed())).toEqual([]);
  });

  it('comes back from a real table with 100 kB of messages', async () => {
    // ASCII alone: Azurite 3.37 breaks other characters where a request's packets meet.
    const message = `it's "quoted"\n`.repeat(6_000);
    const operation = someOperation({
      options: { label: `it's 🚀 "1"`, channel: 'default', mention: null },
      mailbox: owing({ code: `'`, message, target: null, details: [] }),
    });
    const table = someTable();
    await table.insert(keyOf(operation.trackingId), operationColumns(operation));
    const row = await table.get(keyOf(operation.trackingId));
    expect(row !== null && isDeepStrictEqual(toOperation(row), operation)).toBe(true);
  });

  it('finds place for a full mailbox of the longest errors and a full history', async () => {
    const long = `${'"\\\n'.repeat(400)} end`;
    const errors = Array.from({ length: 40 }, (_, at) => ({ code: `Code${at}`, message: long }));
    const error = toErrorDetail(errors);
    const quotes = '"'.repeat(256);
    const phase = phaseOf(quotes);
    const raw = { name: quotes, status: quotes, error: { code: quotes } };
    const operations = Array.from({ length: 30 }, () => raw);
    const seen = parseOperationStatus({ status: 'x', operations });
    if (seen === null) throw new Error('not read');
    const { kind, parts, partsLeftOut } = seen;
    const { state: told, ...message } = someMessage(0, error);
    const longest = { ...told, kind, ...partsToTell({ parts, partsLeftOut }) };
    const operation = someOperation({
      state: { error, kind, parts, partsLeftOut },
      history: Array.from({ length: historyLimit }, () => ({
        at: registeredAt,
        event: 'statusChanged',
        from: phase,
        to: phase,
      })),
      mailbox: {
        ...emptyMailbox,
        owed: Array.from({ length: mailboxLimit }, (_, id) => ({ ...message, id, state: longest })),
      },
    });
    const columns = operationColumns(operation);
    const bytes = Object.entries(columns).reduce(
      (sum, [name, value]) => sum + 8 + 2 * (name.length + String(value).length),
      0,
    );
    // Azure's limit for an entity.
    expect(bytes).toBeLessThan(1024 * 1024);
    expect(await someTable().insert(keyOf(operation.trackingId), columns)).not.toBeNull();
  });

  it.each<[string, Columns]>([
    ['no subscription', { subscriptionId: '' }],
    ['no operation ID', { operationId: 7 }],
    ['an unknown outcome', { outcome: 'exploded' }],
    ['an error that is no JSON', { error: '{"code":' }],
    ['an error of another form', { error: '{"code":1}' }],
    ['trouble with an unknown cause', { trouble: '{"cause":"moon"}' }],
    ['a history that is no list', { history: '{}' }],
    ['a history with an unknown event', { history: '[{"at":"","event":"danced"}]' }],
    ['half an outbox', { outbox: '[{"id":1,' }],
    ['no outbox', { outbox: '' }],
    ['details that are no JSON', { details: '{"kind":' }],
  ])('with %s is corrupt', (_name, wrong) => {
    const row = rowOf(someOperation());
    expect(() => toOperation({ ...row, columns: { ...row.columns, ...wrong } })).toThrow(
      CorruptRow,
    );
  });
});
