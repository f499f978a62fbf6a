import pMap from 'p-map';
import { describe, expect, it } from 'vitest';
import { unlessCorrupt } from '../../shared/store/codec.ts';
import { incidentKey, incidentRow } from '../../shared/store/incident-row.ts';
import { subscriptionScope } from '../../shared/domain/scope.ts';
import type { IncidentName } from '../../shared/domain/incident.ts';
import { emptyOutbox } from '../../shared/domain/outbox.ts';
import {
  operationKey,
  operationColumns,
  toHead,
  toOperation,
} from '../../shared/store/operation-row.ts';
import type { Columns, Row, RowKey, Table } from '../../shared/store/table.ts';
import { startProxiedApp, type TestApp } from '../support/app.ts';
import { damagedRows } from '../support/damage.ts';
import { endedOperation, registeredAt, someOperation } from '../support/operations.ts';
import { someTable } from '../support/tables.ts';

const tableOf = (app: TestApp, suffix = ''): Table =>
  someTable(`${app.env['OPERATIONS_TABLE']}${suffix}`);
const errors = (app: TestApp): string[] =>
  app.log.filter((line) => line.includes('Stored rows cannot be read'));

async function columnsOf(table: Table, rows: readonly DamagedRow[]): Promise<(Columns | null)[]> {
  return await pMap(rows, async ({ key }) => (await table.get(key))?.columns ?? null, {
    concurrency: 8,
  });
}

interface DamagedRow {
  readonly key: RowKey;
  readonly columns: Columns;
}

/** Operations that were never read, each with another column damaged in another way; Azure knows none of them. */
function damagedOperations(): (DamagedRow & { column: string })[] {
  return damagedRows(operationColumns(someOperation()))
    .filter(({ value }) => value !== '\ud800')
    .map(({ column, value }) => {
      const operation = someOperation();
      const { [column]: _, ...others } = operationColumns(operation);
      const columns = value === undefined ? others : { ...others, [column]: value };
      return { key: operationKey(operation.trackingId), columns, column };
    });
}

const isCorrupt = (read: (row: Row) => unknown, { key, columns }: DamagedRow): boolean =>
  unlessCorrupt(() => read({ key, columns, etag: '' })) === null;

const incidentIn = (subscriptionId: string): IncidentName => ({
  cause: 'forbidden',
  scope: subscriptionScope(subscriptionId),
  isOfList: false,
});

function quietIncident(incident: IncidentName): Columns {
  return incidentRow.write({
    ...incident,
    since: registeredAt,
    until: null,
    outbox: emptyOutbox,
  });
}

/** Rows that are no operation's and no incident's, and those of a newer version. */
function strangeRows(): DamagedRow[] {
  const [one, other] = [someOperation(), someOperation()];
  const incident = incidentIn(one.reference.subscriptionId);
  const newer = { version: 2, kind: 'operation', layout: 'unheard of' };
  return [
    { key: { partitionKey: 'x', rowKey: 'anything' }, columns: { some: 'thing' } },
    { key: { partitionKey: 'x', rowKey: 'half\u202egnp' }, columns: { kind: 'operation' } },
    { key: { partitionKey: 'x', rowKey: 'incident.flood' }, columns: { kind: 'incident' } },
    { key: operationKey(one.trackingId), columns: operationColumns(other) },
    { key: operationKey(someOperation().trackingId), columns: newer },
    { key: incidentKey(incident), columns: { ...quietIncident(incident), version: 2 } },
    { key: { partitionKey: 'x', rowKey: 'incident.forbidden' }, columns: quietIncident(incident) },
    ...damagedRows(quietIncident(incident))
      .filter(({ column, value }) => column !== 'kind' && value !== '\ud800')
      // Rows of before there were these columns do not have them.
      .filter(
        ({ column, value }) =>
          !['resourceGroupName', 'resourceName', 'refusedForm', 'strangeRun'].includes(column) ||
          value !== undefined,
      )
      .map(({ columns }) => {
        const { subscriptionId } = someOperation().reference;
        return { key: incidentKey(incidentIn(subscriptionId)), columns };
      }),
  ];
}

/** A row of the history. */
function archived(changes: Columns): DamagedRow {
  const operation = endedOperation(registeredAt);
  const columns = { ...operationColumns(operation), endedAt: registeredAt, ...changes };
  return { key: operationKey(operation.trackingId), columns };
}

describe('over a store with rows that cannot be read', () => {
  it('ticks serve every other operation, leave these rows as they are, and report them', async () => {
    await using app = await startProxiedApp();
    const good = await app.track();
    const table = tableOf(app);
    const damaged = damagedOperations();
    const met = damaged.filter((row) => isCorrupt(toHead, row));
    const atOnce = [...met, ...strangeRows()];
    // What heads do not show is met when there is something to tell: here, that an operation is lost.
    const later = damaged.filter((row) => !met.includes(row) && isCorrupt(toOperation, row));
    expect([atOnce.length > 100, later.length > 20]).toEqual([true, true]);
    await pMap(
      [...atOnce, ...later],
      async ({ key, columns }) => await table.upsert(key, columns),
      { concurrency: 8 },
    );

    const [first] = await app.tickFor(1);
    expect(first?.corruptRows).toBe(atOnce.length);
    good.set({ status: 'Failed' });
    const rest = await app.tickFor(8);
    expect(rest.at(-1)?.corruptRows).toBe(atOnce.length + later.length);
    expect(app.told).toEqual([`Failed: ${good.name}`]);
    expect(await columnsOf(table, atOnce)).toEqual(atOnce.map(({ columns }) => columns));
    const kept = await columnsOf(table, later);
    expect(kept.map((columns, at) => columns?.[later[at]?.column ?? ''])).toEqual(
      later.map(({ column, columns }) => columns[column]),
    );

    expect(errors(app)).toHaveLength(9);
    expect(app.log.filter((line) => /[\u202e\n]/.test(line))).toEqual([]);
    expect(await app.root.health()).toMatchObject({
      status: 'ok',
      corruptRows: atOnce.length + later.length,
    });
  });

  it('the log says why, and that a row of a newer version waits for an update', async () => {
    await using app = await startProxiedApp();
    const operation = someOperation();
    const columns = { ...operationColumns(operation), version: 2 };
    await tableOf(app).upsert(operationKey(operation.trackingId), columns);
    await app.tickFor(1);
    expect(errors(app)).toHaveLength(1);
    expect(errors(app)[0]).toContain(
      `${operation.trackingId}: It was written by a newer version of the app (layout 2`,
    );
  });

  it('an incident whose messages cannot be read holds up neither the tick nor the channel', async () => {
    await using app = await startProxiedApp();
    const table = tableOf(app);
    const [good, unread] = [await app.track(), await app.track()];
    const incident = incidentIn(unread.subscriptionId);
    const columns = {
      ...quietIncident(incident),
      outbox: '[{"id":1',
      undelivered: 1,
      owedSince: registeredAt,
    };
    await table.upsert(incidentKey(incident), columns);
    app.arm.faults.set({ kind: 'status', status: 403, code: 'AuthorizationFailed' });
    await app.tickFor(9);
    app.arm.faults.clear();
    for (const { set } of [good, unread]) set({ status: 'Failed' });
    const [summary] = await app.tickFor(1, 300);
    expect(summary).toMatchObject({ corruptRows: 1, leftOver: 0 });
    for (const { name } of [good, unread]) expect(app.told).toContain(`Failed: ${name}`);
    expect((await table.get(incidentKey(incident)))?.columns).toEqual(columns);
  });

  it('a row that stays unreadable does not keep an incident open', async () => {
    await using app = await startProxiedApp();
    const [good, bad] = [await app.track(), await app.track()];
    app.arm.faults.set({ kind: 'status', status: 401, code: 'InvalidAuthenticationToken' });
    await app.tickFor(9);
    const table = tableOf(app);
    const row = await table.get(operationKey(bad.trackingId));
    await table.upsert(operationKey(bad.trackingId), { ...row?.columns, registeredAt: 'long ago' });
    app.arm.faults.clear();
    await app.tickFor(1, 300);
    expect(app.told.join('\n')).toContain('Readable again');
    expect((await good.stored()).state.trouble).toBeNull();
  });

  it('channels and ticks whose state cannot be read are begun anew, and nothing is lost', async () => {
    await using app = await startProxiedApp();
    const { set, name } = await app.track();
    await app.tickFor(1);
    const state = tableOf(app, 'State');
    for (const [partitionKey, rowKey] of [
      ['channel', 'default'],
      ['channel', 'other'],
      ['tick', 'last'],
    ] as const) {
      await state.upsert({ partitionKey, rowKey }, { version: 1, state: '{"a', summary: '[]' });
    }
    expect(await app.root.health()).toMatchObject({ lastTick: null });
    set({ status: 'Failed' });
    expect(await app.tickFor(1)).toMatchObject([{ delivered: 1, undelivered: 0 }]);
    expect(app.told).toEqual([`Failed: ${name}`]);
    expect(await app.root.health()).toMatchObject({ status: 'ok' });
  });

  it('a purge removes what is surely past its time, and nothing else', async () => {
    await using app = await startProxiedApp();
    const history = tableOf(app, 'History');
    const [old, recent] = [archived({}), archived({ endedAt: '2024-05-06T09:00:00.000Z' })];
    const { endedAt: _, ...endless } = archived({}).columns;
    const kept = [
      recent,
      archived({ endedAt: '' }),
      archived({ endedAt: '1' }),
      archived({ endedAt: 7 }),
      archived({ version: 2 }),
      archived({ resourceName: '' }),
      { key: operationKey(endedOperation(registeredAt).trackingId), columns: endless },
    ];
    for (const { key, columns } of [old, ...kept]) await history.upsert(key, columns);
    const { operations } = app.root.app();
    const { purged, unreadable } = await operations.purge(
      '2024-05-06T08:00:00.000Z',
      AbortSignal.timeout(5000),
    );
    expect(purged).toBe(1);
    expect(unreadable.toSorted()).toEqual(
      kept
        .slice(1)
        .map(({ key }) => key.rowKey)
        .toSorted(),
    );
    expect(await history.get(old.key)).toBeNull();
    expect(await columnsOf(history, kept)).toEqual(kept.map(({ columns }) => columns));
  });
});
