import { subscriptionScope } from '../../shared/domain/scope.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/domain/incident.ts';
import { emptyOutbox } from '../../shared/domain/outbox.ts';
import { createOperationStore } from '../../shared/store/operation-store.ts';
import { operationKey, operationColumns } from '../../shared/store/operation-row.ts';
import type { Columns, Table } from '../../shared/store/table.ts';
import {
  createWorkStore,
  type OperationWork,
  type WorkStore,
} from '../../shared/store/work-store.ts';
import { endedOperation, someMessage, someOperation } from '../support/operations.ts';
import { someCluster } from '../support/settings.ts';
import { someTable } from '../support/tables.ts';

const now = '2024-05-06T08:00:00.000Z';
const later = '2024-05-06T08:00:00.001Z';
const owing = { ...emptyOutbox, owed: [someMessage(1)], nextId: 2 };
const incident: Incident = {
  cause: 'forbidden',
  scope: null,
  isOfList: false,
  since: now,
  until: null,
  outbox: emptyOutbox,
};

const readAgain = ({ head, ...rest }: OperationWork): OperationWork => ({
  ...rest,
  head: {
    ...head,
    nextCheckAt: later,
    state: { ...head.state, status: 'Going', percentComplete: 7 },
  },
});

let active: Table;
let work: WorkStore;
let operations: ReturnType<typeof createOperationStore>;
beforeEach(() => {
  active = someTable();
  work = createWorkStore(active);
  operations = createOperationStore(active, someTable());
});

describe('the work of a tick', () => {
  it.each([
    ['is due', someOperation({ nextCheckAt: now }), true],
    ['is not due', someOperation({ nextCheckAt: later }), false],
    ['is not due and owes', someOperation({ nextCheckAt: later, outbox: owing }), true],
    ['ended and owes', endedOperation(now, { outbox: owing }), true],
    ['ended and waits to be archived', endedOperation(now), true],
  ])('holds, or not, an operation that %s', async (_name, operation, wanted) => {
    await operations.add(operation);
    const { operations: found } = await work.load(now);
    expect(found.map(({ head }) => head.trackingId)).toEqual(wanted ? [operation.trackingId] : []);
  });

  it('holds every incident, and names rows that cannot be read without touching them', async () => {
    const broken = { kind: 'operation', nextCheckAt: now, subscriptionId: 'x' };
    const keys = [
      { partitionKey: 'p', rowKey: 'r' },
      { partitionKey: 'all', rowKey: 'incident.flood' },
    ];
    await active.upsert(keys[0] ?? operationKey(''), broken);
    await active.upsert(keys[1] ?? operationKey(''), { kind: 'incident', since: now });
    await work.addIncident(incident);
    await operations.add(someOperation({ nextCheckAt: now }));
    const loaded = await work.load(now);
    expect(loaded.operations).toHaveLength(1);
    expect(loaded.incidents).toMatchObject([{ cause: 'forbidden', since: now, until: null }]);
    expect(loaded.corrupt).toHaveLength(2);
    expect(loaded.corrupt).toEqual(
      expect.arrayContaining(keys.map((key) => ({ ...key, why: expect.any(String) }))),
    );
    expect((await active.get(keys[0] ?? operationKey('')))?.columns).toEqual(broken);
  });

  it('names them so that a log can show it', async () => {
    const rowKey = `\u202e${'x'.repeat(400)}`;
    await active.upsert({ partitionKey: 'p', rowKey }, { kind: 'operation' });
    const { corrupt } = await work.load(now);
    expect(corrupt.map((row) => row.rowKey)).toEqual([`${'x'.repeat(99)}…`]);
  });

  it.each<[string, Columns]>([
    ['version', { version: 2 }],
    ['kind', { kind: 'something' }],
    ['next reading at no time', { nextCheckAt: 'soon' }],
    ['next reading in digits', { nextCheckAt: 7 }],
    ['outcome in digits', { outcome: 7 }],
    ['trouble in digits', { troubleCause: 7 }],
    ['number of messages in words', { undelivered: '0' }],
  ])('names what would wait for ever by a wrong %s', async (_name, wrong) => {
    const operation = someOperation({ nextCheckAt: later });
    const columns = { ...operationColumns(operation), ...wrong };
    await active.upsert(operationKey(operation.trackingId), columns);
    expect(await work.load(now)).toMatchObject({
      operations: [],
      corrupt: [{ rowKey: operation.trackingId }],
    });
  });

  it.each(['2024-05-06T08:15:00.001Z', '2024-05-06T20:00:00.000Z', '9999-12-31T00:00:00.000Z'])(
    'is due at once when a clock that was ahead has put it off to %s',
    async (nextCheckAt) => {
      await operations.add(someOperation({ nextCheckAt }));
      const { operations: due, corrupt } = await work.load(now);
      expect(due.map(({ head }) => head.nextCheckAt)).toEqual([now]);
      expect(corrupt).toEqual([]);
    },
  );

  it.each(['version', 'kind', 'nextCheckAt', 'outcome', 'troubleCause', 'undelivered'])(
    'names what would wait for ever without its %s',
    async (missing) => {
      const operation = someOperation({ nextCheckAt: later });
      const { [missing]: _, ...columns } = operationColumns(operation);
      await active.upsert(operationKey(operation.trackingId), columns);
      expect((await work.load(now)).corrupt).toMatchObject([{ rowKey: operation.trackingId }]);
    },
  );

  it('records readings, except of what was changed meanwhile, leaving options and messages alone', async () => {
    const [one, two] = [someOperation({ outbox: owing }), someOperation()];
    const partition = { subscriptionId: one.reference.subscriptionId };
    const beside = someOperation({ reference: { ...two.reference, ...partition } });
    for (const operation of [one, beside]) await operations.add(operation);
    const { operations: found } = await work.load(now);
    const read = await operations.find(beside.trackingId);
    const options = { label: 'new', channel: 'default', mention: null };
    await operations.save({ ...beside, options }, read?.etag ?? '');
    await work.recordQuiet(found.map((item) => readAgain(item)));
    expect((await operations.find(one.trackingId))?.operation).toEqual({
      ...one,
      nextCheckAt: later,
      state: { ...one.state, status: 'Going', percentComplete: 7 },
    });
    expect((await operations.find(beside.trackingId))?.operation).toEqual({ ...beside, options });
  });
});

describe('incidents', () => {
  it.each(['rg-1', 'RG_(prod).x', 'Größe-中文', 'ΩÉ'])(
    'of resource group “%s” are found by any spelling, and are not those of the subscription',
    async (resourceGroupName) => {
      const { subscriptionId } = someCluster();
      const scope = { subscriptionId, resourceGroupName, resourceName: null };
      const one = { ...incident, scope };
      expect(await work.addIncident(one)).toBe(true);
      const small = resourceGroupName.toLowerCase();
      const other = { ...one, scope: { ...scope, resourceGroupName: small } };
      expect(await work.addIncident(other)).toBe(false);
      expect((await work.findIncident(other))?.incident).toEqual(one);
      const whole = { ...one, scope: subscriptionScope(subscriptionId) };
      expect(await work.findIncident(whole)).toBeNull();
      expect((await work.load(now)).incidents).toMatchObject([{ scope: { resourceGroupName } }]);
      const etag = (await work.findIncident(one))?.etag ?? '';
      expect(await work.saveIncident({ ...one, until: now }, etag)).toBe('');
    },
  );

  it('of the list of a subscription’s clusters are not those of the subscription', async () => {
    const whole = { ...incident, scope: subscriptionScope(someCluster().subscriptionId) };
    const ofList = { ...whole, isOfList: true };
    expect(await work.addIncident(ofList)).toBe(true);
    expect(await work.findIncident(whole)).toBeNull();
    expect((await work.findIncident(ofList))?.incident).toEqual(ofList);
    expect((await work.load(now)).incidents).toMatchObject([{ isOfList: true }]);
  });

  it('are added once, and written only in the version that was read', async () => {
    expect(await work.addIncident(incident)).toBe(true);
    expect(await work.addIncident(incident)).toBe(false);
    const etag = (await work.findIncident(incident))?.etag ?? '';
    expect(await work.saveIncident({ ...incident, since: later }, etag)).not.toBeNull();
    expect(await work.saveIncident(incident, etag)).toBeNull();
    expect((await work.findIncident(incident))?.incident.since).toBe(later);
  });

  it('leave the store when they are over and posted, not before', async () => {
    await work.addIncident(incident);
    const message = {
      id: 1,
      at: now,
      event: 'readableAgain',
      since: now,
      code: '',
      message: '',
      operations: 0,
      hidesNew: false,
    };
    const over = { ...incident, until: now };
    const untold = {
      ...over,
      outbox: {
        ...emptyOutbox,
        owed: [{ ...message, event: 'readableAgain' as const }],
        nextId: 2,
      },
    };
    const etag = await work.saveIncident(untold, (await work.findIncident(incident))?.etag ?? '');
    expect((await work.findIncident(incident))?.incident).toEqual(untold);
    expect(await work.saveIncident(over, etag ?? '')).toBe('');
    expect(await work.findIncident(incident)).toBeNull();
  });
});
