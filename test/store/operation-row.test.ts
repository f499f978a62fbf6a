import type { ReadingTrouble } from '../../shared/domain/reading.ts';
import { isDeepStrictEqual } from 'node:util';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { failureFromAnswer } from '../../shared/arm/reading-failure.ts';
import { parseOperationStatus } from '../../shared/arm/parse.ts';
import { emptyOutbox, outboxLimit } from '../../shared/domain/outbox.ts';
import { withEvents } from '../../shared/domain/apply-reading.ts';
import { mostSpecific, type ErrorDetail } from '../../shared/domain/error-detail.ts';
import { phaseOf } from '../../shared/domain/status.ts';
import { historyLimit, neverRead, type TrackedOperation } from '../../shared/domain/tracked.ts';
import { CorruptRow } from '../../shared/store/codec.ts';
import {
  operationKey,
  operationColumns,
  operationHead,
  quietColumns,
  toHead,
  toOperation,
} from '../../shared/store/operation-row.ts';
import type { Columns, Row } from '../../shared/store/table.ts';
import { refusalOf } from '../support/azure-limits.ts';
import { registeredAt, someMessage, someOperation } from '../support/operations.ts';
import { anyOperation } from '../support/stored-arbitraries.ts';
import { someTable } from '../support/tables.ts';

const rowOf = (operation: Parameters<typeof operationColumns>[0]): Row => ({
  key: operationKey(operation.trackingId),
  etag: 'W/"1"',
  columns: operationColumns(operation),
});
const select = (columns: Columns, names: readonly string[]): Columns =>
  Object.fromEntries(Object.entries(columns).filter(([name]) => names.includes(name)));

const texts = (text: string) => ({ code: text, target: text, message: text });
const nested = (levels: number, text: string): object =>
  levels === 0 ? texts(text) : { ...texts(text), details: [nested(levels - 1, text)] };
const bushy = (levels: number, text: string): object => ({
  ...texts(text),
  details: levels === 0 ? [] : Array.from({ length: 8 }, () => bushy(levels - 1, text)),
});

/** An operation that owes as much as it may and as long as it may, as ARM's answers make it. */
function fullOperation(
  long: string,
  errors: readonly object[],
  inMessages?: ErrorDetail,
): TrackedOperation {
  const raw = { name: long, status: long, error: { code: long } };
  const operations = Array.from({ length: 30 }, () => raw);
  const body = { status: long, error: { code: 'Outer', details: errors }, operations };
  const seen = parseOperationStatus(body, registeredAt);
  const error = { error: { code: long, message: long } };
  const failure = failureFromAnswer({ status: 400, requestId: long, body: JSON.stringify(error) });
  if (seen === null) throw new Error('not read');
  const phase = phaseOf(seen.status);
  const code = seen.error === null ? '' : (mostSpecific(seen.error).code ?? '');
  const trouble: ReadingTrouble = { ...failure, since: registeredAt, failures: 1000 };
  const state = { ...neverRead, ...seen, trouble, lastCheckedAt: registeredAt };
  let operation = someOperation({ state });
  for (let id = 0; id < outboxLimit; id += 1) {
    const events = (['statusChanged', 'errorChanged', 'movingAgain'] as const).map((event) => ({
      event,
      from: phase,
      to: phase,
      code,
      why: 'x'.repeat(200),
    }));
    operation = withEvents(operation, events, registeredAt);
  }
  const [entry] = operation.history;
  if (entry === undefined) throw new Error('no history');
  const owed = operation.outbox.owed.map((one) => ({
    ...one,
    state: { ...one.state, error: inMessages ?? one.state.error },
  }));
  return {
    ...operation,
    history: Array.from({ length: historyLimit }, (_, at) => ({ ...entry, to: `${at}` })),
    outbox: { ...operation.outbox, owed },
  };
}

const owing = (error: ErrorDetail) => ({
  ...emptyOutbox,
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

  it.each([
    '0001-01-01T00:00:00.000Z',
    '1970-01-01T00:00:00.000Z',
    '2013-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59.999Z',
    '+010000-01-01T00:00:00.000Z',
  ])('has no start and no end of %s, stored before unset times were left out', (unset) => {
    const times = { startTime: unset, endTime: unset };
    const usual = { lowMs: 1, medianMs: 2, highMs: 6e13, runs: 9, of: 'here' } as const;
    for (const lastCheckedAt of [null, registeredAt]) {
      const message = someMessage(1);
      const owed = [{ ...message, state: { ...message.state, ...times, usual } }];
      const outbox = { ...emptyOutbox, owed, nextId: 2 };
      const state = { ...times, usual, lastCheckedAt };
      const read = toOperation(rowOf(someOperation({ outbox, state })));
      for (const told of [read.state, read.outbox.owed[0]?.state])
        expect(told).toMatchObject({ startTime: null, endTime: null, usual: null });
    }
  });

  it('shows its head through the selected columns alone', () => {
    fc.assert(
      fc.property(anyOperation, (operation) => {
        const row = rowOf(operation);
        const { history: _, outbox, ...rest } = operation;
        expect(toHead({ ...row, columns: select(row.columns, operationHead.columns) })).toEqual({
          ...rest,
          undelivered: outbox.owed.length,
          owedSince: outbox.owed[0]?.at ?? null,
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
    const operation = someOperation({ outbox: owing(error) });
    const row = rowOf(operation);
    // Not `toEqual`, which would print both texts.
    expect(isDeepStrictEqual(toOperation(row), operation)).toBe(true);
    const values = Object.values(row.columns).filter((value) => typeof value === 'string');
    expect(values.filter((text) => text.length > 32_000 || !text.isWellFormed())).toEqual([]);
  });

  it('comes back from a real table with 100 kB of messages', async () => {
    // ASCII alone: Azurite 3.37 breaks other characters where a request's packets meet.
    const message = `it's "quoted"\n`.repeat(6_000);
    const operation = someOperation({
      options: { label: `it's 🚀 "1"`, channel: 'default', mention: null },
      outbox: owing({ code: `'`, message, target: null, details: [] }),
    });
    const table = someTable();
    await table.insert(operationKey(operation.trackingId), operationColumns(operation));
    const row = await table.get(operationKey(operation.trackingId));
    expect(row !== null && isDeepStrictEqual(toOperation(row), operation)).toBe(true);
  });

  describe('with a full outbox of the longest messages and a full history', () => {
    const fillers = ['"', '\\', '\n"', '🚀', 'ä', 'x'];
    const trees: [string, (text: string) => object[]][] = [
      ['one error beside the other', (text) => Array.from({ length: 40 }, () => texts(text))],
      ['errors within errors', (text) => [nested(40, text)]],
      ['a bushy tree', (text) => [bushy(4, text)]],
      ['many small errors', (text) => [bushy(4, text.slice(0, 20))]],
      ['one error', (text) => [texts(text)]],
    ];
    const cases = trees.flatMap(([name, tree]) =>
      fillers.map((filler) => [name, JSON.stringify(filler), filler.repeat(3000), tree] as const),
    );

    it.each(cases)(
      'of %s in %s is a row that Azure takes, with all messages',
      (...[, , long, tree]) => {
        const operation = fullOperation(long, tree(long));
        const { key, columns } = rowOf(operation);
        expect(refusalOf(key, columns)).toBeNull();
        const stored = toOperation({ key, columns, etag: '' });
        // Not `toEqual`, which would print all of it.
        expect(isDeepStrictEqual(stored.outbox, operation.outbox)).toBe(true);
        expect(isDeepStrictEqual(stored.state, operation.state)).toBe(true);
        const kept = stored.history.length;
        expect(stored.history).toEqual(kept === 0 ? [] : operation.history.slice(-kept));
        // A reading without news writes the state into the row, whatever else it holds.
        const before = { ...operation, state: neverRead };
        const merged = { ...operationColumns(before), ...quietColumns.write(operation) };
        expect(refusalOf(key, merged)).toBeNull();
      },
    );

    it.each(fillers)(
      'written before errors were bounded so (%j), loses details but no message',
      (text) => {
        const long = text.repeat(1500);
        const error = {
          code: long.slice(0, 128),
          target: long.slice(0, 256),
          message: long.slice(0, 1500),
          details: [],
        };
        const details = Array.from({ length: 8 }, (_, at) => ({ ...error, code: `Code${at}` }));
        const operation = fullOperation(long, [texts('x')], { ...error, details });
        const { key, columns } = rowOf(operation);
        expect(refusalOf(key, columns)).toBeNull();
        const { outbox, state } = toOperation({ key, columns, etag: '' });
        expect(outbox.owed.map(({ id, events }) => ({ id, events }))).toEqual(
          operation.outbox.owed.map(({ id, events }) => ({ id, events })),
        );
        expect(outbox.owed.map((message) => message.state.error?.message)).toEqual(
          operation.outbox.owed.map(() => error.message),
        );
        expect(isDeepStrictEqual(state, operation.state)).toBe(true);
      },
    );
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
