import { describe, expect, it } from 'vitest';
import { emptyOutbox } from '../../shared/domain/outbox.ts';
import type { TrackedOperation } from '../../shared/domain/tracked.ts';
import { CorruptRow } from '../../shared/store/codec.ts';
import { incidentKey, incidentRow, toIncident } from '../../shared/store/incident-row.ts';
import {
  operationKey,
  operationColumns,
  toHead,
  toOperation,
} from '../../shared/store/operation-row.ts';
import { createStateStore } from '../../shared/store/state-store.ts';
import type { Columns, Row, RowKey } from '../../shared/store/table.ts';
import { damagedRows, type Damaged } from '../support/damage.ts';
import { registeredAt, someMessage, someOperation } from '../support/operations.ts';
import { fc } from '../support/properties.ts';
import { anyIncident, anyOperation } from '../support/stored-arbitraries.ts';
import { someTable } from '../support/tables.ts';

const error = { code: 'A', message: 'B', target: 'C', details: [] };
const clusterUpgrade = {
  target: 'cluster',
  agentPoolName: null,
  action: 'upgrade',
  isGuess: false,
} as const;
const part = {
  name: 'x',
  kind: clusterUpgrade,
  status: 'InProgress',
  percentComplete: 40,
  code: 'Y',
};
/** Something in every column. */
const operation = someOperation({
  reference: { agentPoolName: 'userpool' },
  options: { label: 'weekly', channel: 'default', mention: 'here' },
  state: {
    status: 'InProgress',
    percentComplete: 40,
    error,
    errorFingerprint: 'ab',
    errorTurns: { told: ['ab'], changes: 2, since: registeredAt },
    startTime: registeredAt,
    endTime: registeredAt,
    lastCheckedAt: registeredAt,
    lastChangedAt: registeredAt,
    lastProgressAt: registeredAt,
    outcome: 'failed',
    trouble: { cause: 'forbidden', code: 'X', message: '', since: registeredAt, failures: 1 },
    kind: clusterUpgrade,
    parts: [part],
    partsLeftOut: 2,
    usual: { lowMs: 1, medianMs: 2, highMs: 3, runs: 5, of: 'here' },
  },
  history: [{ at: registeredAt, event: 'statusChanged', from: 'A', to: 'B' }],
  outbox: {
    owed: [someMessage(1, error), someMessage(2)],
    nextId: 3,
    claimedUntil: registeredAt,
    deliverAfter: registeredAt,
    refusedForm: 'blocks',
    strangeRun: registeredAt,
  },
});
const key = operationKey(operation.trackingId);

/** What reading comes to: the thing itself, `corrupt`, or, which must never be, another error. */
function outcomeOf<T>(read: (row: Row) => T, row: Omit<Row, 'etag'>): T | 'corrupt' {
  try {
    return read({ ...row, etag: '' });
  } catch (failure) {
    if (failure instanceof CorruptRow) return 'corrupt';
    throw failure;
  }
}
const readWith = (changes: Columns, at: RowKey = key): TrackedOperation | 'corrupt' =>
  outcomeOf(toOperation, { key: at, columns: { ...operationColumns(operation), ...changes } });

/** These are only searched by, and written anew with the rest of the row. */
const searched = new Set(['resourceGroupKey', 'resourceKey']);
/** These hold words, of which others are as good. */
const worded = new Set([
  'label',
  'status',
  'errorFingerprint',
  'agentPoolName',
  'channel',
  'mention',
]);

const addedLater = new Set(['details', 'errorTurns', 'refusedForm', 'strangeRun']);

function mayBeRead({ column, value }: Damaged): boolean {
  const isText = typeof value === 'string' && value.length <= 1024 && value.isWellFormed();
  const isNumber = column === 'percentComplete' && typeof value === 'number';
  // Rows from before there were these have none.
  const isLacking = addedLater.has(column) && value === undefined;
  return isLacking || searched.has(column) || (worded.has(column) && isText) || isNumber;
}

/** The JSON of an error with so many levels. */
function deep(levels: number): string {
  const opening = '{"code":null,"message":null,"target":null,"details":[';
  return opening.repeat(levels) + ']}'.repeat(levels);
}

describe('the row of an operation', () => {
  it('that is damaged in one column is corrupt, or shows the column as it is', () => {
    const all = damagedRows(operationColumns(operation));
    const read = all.filter(
      ({ columns }) => outcomeOf(toOperation, { key, columns }) !== 'corrupt',
    );
    expect(read.filter((damaged) => !mayBeRead(damaged))).toEqual([]);
    // Ticks see heads alone.
    const heads = read.map(({ columns }) => outcomeOf(toHead, { key, columns }));
    expect(heads).not.toContain('corrupt');
    expect([all.length > 200, read.length > 20]).toEqual([true, true]);
  });

  it('is read or corrupt, whatever any of its columns holds', () => {
    const names = Object.keys(operationColumns(operation));
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.boolean(),
      fc.json(),
      fc.date().map(String),
      fc.constantFrom('9999-12-31T23:59:59.999Z', '2024-02-30T00:00:00.000Z', '[{}]', '[null]'),
    );
    const changes = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 });
    fc.assert(
      fc.property(anyOperation, changes, (any, wrong) => {
        const row = {
          key: operationKey(any.trackingId),
          columns: { ...operationColumns(any), ...wrong },
        };
        expect(() => [outcomeOf(toOperation, row), outcomeOf(toHead, row)]).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  const owed = operation.outbox.owed;
  const json = JSON.stringify;
  it.each<[string, Columns]>([
    ['of no version', { version: 0 }],
    ['of half a version', { version: 0.5 }],
    ['of a version in words', { version: '1' }],
    [
      'of a subscription that it is not in',
      { subscriptionId: '11111111-2222-3333-4444-555555555555' },
    ],
    ['with the ID of another operation', { operationId: 'other' }],
    ['of another kind', { kind: 'incident' }],
    ['for a channel that cannot be', { channel: 'a/b' }],
    ['with a mention that is markup', { mention: 'x> <!channel' }],
    ['with a pool that is a path', { agentPoolName: '../../x' }],
    ['with a month that is none', { lastChangedAt: '2024-13-01T00:00:00.000Z' }],
    ['with a time of another form', { nextCheckAt: '2024-05-06T07:00:00Z' }],
    ['with two messages of one ID', { outbox: json([owed[0], owed[0]]) }],
    ['with an ID that will be given again', { nextMessageId: 2 }],
    ['with a next ID that is no whole number', { nextMessageId: 3.5 }],
    ['with a next ID that cannot be counted on from', { nextMessageId: 2 ** 60 }],
    ['with more messages than it counts', { undelivered: 1 }],
    ['with fewer messages than it counts', { undelivered: 3 }],
    ['that owes since another time', { owedSince: '2024-05-06T07:00:00.001Z' }],
    ['with a message about nothing', { outbox: json([{ ...owed[0], events: [] }, owed[1]]) }],
    ['with a message of a broken time', { outbox: json([owed[0], { ...owed[1], at: 'now' }]) }],
    ['with a history of a broken time', { history: '[{"event":"stalled","at":"now"}]' }],
    ['in trouble since no time', { trouble: json({ ...operation.state.trouble, since: '' }) }],
    ['with half a character in its error', { error: json({ ...error, code: '\ud800' }) }],
    ['with an error without end', { error: deep(500) }],
    [
      'with a message whose error is 5,000 levels deep',
      {
        outbox: json([{ ...owed[0], state: { ...owed[0]?.state, error: 0 } }, owed[1]]).replace(
          '"error":0',
          `"error":${deep(5000)}`,
        ),
      },
    ],
    ['with a history 100,000 levels deep', { history: '['.repeat(100_000) }],
    ['searched for by another trouble than it has', { troubleCause: '' }],
    ['of a kind that is none', { details: json({ kind: { ...clusterUpgrade, action: 'dance' } }) }],
    ['with a part without a status', { details: json({ parts: [{ ...part, status: null }] }) }],
    ['with fewer than no parts left out', { details: json({ partsLeftOut: -1 }) }],
    ['with something usual of nobody', { details: json({ usual: { lowMs: 1, of: 'there' } }) }],
  ])('%s is corrupt', (_name, wrong) => {
    expect(readWith(wrong)).toBe('corrupt');
  });

  it('with an error as deep as one is kept is read', () => {
    expect(readWith({ error: deep(8) })).not.toBe('corrupt');
    expect(readWith({ error: deep(9) })).toBe('corrupt');
  });

  it.each([
    ['partition', { ...key, partitionKey: '11111111-2222-3333-4444-555555555555' }],
    ['row key', { ...key, rowKey: key.rowKey.replace(/.$/, 'x') }],
  ])('is corrupt in a place with another %s', (_name, elsewhere) => {
    expect(readWith({}, elsewhere)).toBe('corrupt');
  });

  it('of a newer version says so', () => {
    const newer = { key, etag: '', columns: { version: 2, anything: 'else' } };
    expect(() => toHead(newer)).toThrow('written by a newer version of the app (layout 2');
  });
});

describe('the row of an incident', () => {
  it('is read or corrupt, whatever its columns hold', () => {
    fc.assert(
      fc.property(anyIncident, (incident) => {
        for (const { columns } of damagedRows(incidentRow.write(incident))) {
          const row = { key: incidentKey(incident), columns };
          expect(() => outcomeOf(toIncident, row)).not.toThrow();
        }
      }),
      { numRuns: 20 },
    );
  });

  it.each<[string, Columns]>([
    ['a message fewer than it counts', { undelivered: 1 }],
    ['no number for the next message', { nextMessageId: '' }],
    ['a claim until no time', { claimedUntil: 'soon' }],
  ])('with %s is corrupt', (_name, wrong) => {
    const incident = { cause: 'forbidden', scope: null, isOfList: false } as const;
    const columns = incidentRow.write({
      ...incident,
      since: registeredAt,
      until: null,
      outbox: emptyOutbox,
    });
    const row = { key: incidentKey(incident), columns: { ...columns, ...wrong } };
    expect(outcomeOf(toIncident, row)).toBe('corrupt');
  });
});

it('the rows of channels and of the last tick are read or begun anew, whatever they hold', async () => {
  const table = someTable();
  const store = createStateStore(table);
  const rows = [
    { partitionKey: 'channel', rowKey: 'default', name: 'state' },
    { partitionKey: 'tick', rowKey: 'last', name: 'summary' },
  ];
  const values = ['', '[]', '{}', 'null', '{"failures":', '['.repeat(30_000), 7, true];
  for (const { name, ...at } of rows) {
    for (const value of values) {
      await table.upsert(at, { version: 1, [name]: value });
      expect((await store.channel('default')).state).toBeNull();
      expect(await store.channels()).toEqual(new Map());
      expect(await store.lastTick()).toBeNull();
    }
  }
});
