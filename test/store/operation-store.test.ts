import type { ListQuery } from '../../shared/store/operation-list.ts';
import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { emptyOutbox } from '../../shared/domain/outbox.ts';
import { operationKey } from '../../shared/store/operation-row.ts';
import { createOperationStore, type OperationStore } from '../../shared/store/operation-store.ts';
import { createWorkStore } from '../../shared/store/work-store.ts';
import type { RowKey, Table } from '../../shared/store/table.ts';
import {
  archiveIn,
  endedOperation,
  registeredAt,
  someMessage,
  someOperation,
} from '../support/operations.ts';
import { someTable } from '../support/tables.ts';

const ended = '2024-05-06T08:00:00.000Z';
const everything: ListQuery = {
  state: 'all',
  subscriptionId: null,
  resourceGroupName: null,
  resourceName: null,
  top: 1000,
  position: null,
};

let active: Table;
let history: Table;
let store: OperationStore;
beforeEach(() => {
  const name = `T${randomBytes(8).toString('hex')}`;
  active = someTable(name);
  history = someTable(`${name}History`);
  store = createOperationStore(active, history);
});

async function add(operation: ReturnType<typeof someOperation>, archive = false): Promise<string> {
  await store.add(operation);
  if (archive) await archiveIn(store, operation);
  return operation.trackingId;
}
async function listed(query: Partial<ListQuery>): Promise<string[]> {
  const { operations } = await store.list({ ...everything, ...query });
  return operations.map(({ trackingId }) => trackingId).toSorted();
}

describe('keeping operations', () => {
  it('adds each once and gives it back as it was', async () => {
    const operation = someOperation({ options: { label: 'it’s', channel: 'x', mention: 'here' } });
    expect(await store.add(operation)).toBe(true);
    expect(await store.add({ ...operation, nextCheckAt: ended })).toBe(false);
    expect(await store.find(operation.trackingId)).toMatchObject({ operation, archived: false });
    expect(await store.find(someOperation().trackingId)).toBeNull();
  });

  it('saves and removes only what nobody changed since it was read', async () => {
    const operation = someOperation();
    await store.add(operation);
    const read = await store.find(operation.trackingId);
    if (read === null) throw new Error('not stored');
    expect(await store.save({ ...operation, nextCheckAt: ended }, read.etag)).not.toBeNull();
    expect(await store.save(operation, read.etag)).toBeNull();
    expect(await store.remove(read)).toBe(false);
    expect((await store.find(operation.trackingId))?.operation.nextCheckAt).toBe(ended);
  });

  it.each([
    ['still runs', someOperation()],
    [
      'owes a message',
      endedOperation(ended, { outbox: { ...emptyOutbox, owed: [someMessage(1)], nextId: 2 } }),
    ],
  ])('leaves an operation that %s where it is', async (_name, operation) => {
    await add(operation, true);
    expect(await store.find(operation.trackingId)).toMatchObject({ operation, archived: false });
  });

  it('moves what ended and is posted to the history, however often that is tried', async () => {
    const operation = endedOperation(ended);
    await add(operation, true);
    await archiveIn(store, operation);
    expect(await active.get(operationKey(operation.trackingId))).toBeNull();
    expect(await store.find(operation.trackingId)).toMatchObject({ operation, archived: true });
  });

  it('finishes a move that broke off in the middle', async () => {
    const operation = endedOperation(ended);
    await add(operation, true);
    await store.add(operation);
    expect(await store.find(operation.trackingId)).toMatchObject({ archived: false });
    await archiveIn(store, operation);
    expect(await active.get(operationKey(operation.trackingId))).toBeNull();
    expect(await store.find(operation.trackingId)).toMatchObject({ archived: true });
  });
});

describe('a list', () => {
  it.each<[ListQuery['state'], string[]]>([
    ['active', ['running', 'running too']],
    ['finished', ['ended, not told', 'archived']],
    ['all', ['running', 'running too', 'ended, not told', 'archived']],
  ])('of state %s holds what it says', async (state, wanted) => {
    const ids = new Map([
      ['running', await add(someOperation())],
      ['running too', await add(someOperation({ state: { status: 'InProgress' } }))],
      ['ended, not told', await add(endedOperation(ended))],
      ['archived', await add(endedOperation(ended), true)],
    ]);
    await createWorkStore(active).addIncident({
      cause: 'forbidden',
      scope: null,
      isOfList: false,
      since: ended,
      until: null,
      outbox: emptyOutbox,
    });
    expect(await listed({ state })).toEqual(wanted.map((name) => ids.get(name) ?? name).toSorted());
  });

  it.each([1, 2, 3, 7, 8])(
    'with top %i shows every operation of both tables once, page by page',
    async (top) => {
      const ids = await Promise.all([
        ...Array.from({ length: 4 }, () => add(someOperation())),
        ...Array.from({ length: 3 }, () => add(endedOperation(ended), true)),
      ]);
      const seen: string[] = [];
      let position: RowKey | null = null;
      let pages = 0;
      do {
        const page: Awaited<ReturnType<OperationStore['list']>> = await store.list({
          ...everything,
          top,
          position,
        });
        expect(page.operations.length).toBeLessThanOrEqual(top);
        seen.push(...page.operations.map(({ trackingId }) => trackingId));
        position = page.next;
        pages += 1;
      } while (position !== null);
      expect(seen.toSorted()).toEqual(ids.toSorted());
      expect(pages).toBeLessThanOrEqual(Math.ceil(7 / top) + 1);
    },
  );

  it('filters by subscription, resource group and cluster in any case, in both tables', async () => {
    const cluster = {
      subscriptionId: 'ABCDEF00-0000-4000-8000-000000000001'.toLowerCase(),
      resourceGroupName: 'rg-Prod',
      resourceName: 'aks-Prod',
    };
    const one = await add(someOperation({ reference: cluster }));
    const two = await add(
      endedOperation(ended, { reference: { ...cluster, operationId: '2' } }),
      true,
    );
    const other = await add(someOperation({ reference: { ...cluster, resourceName: 'other' } }));
    await add(someOperation());
    expect(await listed({ subscriptionId: cluster.subscriptionId.toUpperCase() })).toEqual(
      [one, two, other].toSorted(),
    );
    expect(await listed({ resourceGroupName: 'RG-PROD', resourceName: 'AKS-PROD' })).toEqual(
      [one, two].toSorted(),
    );
    expect(await listed({ resourceName: 'other', state: 'finished' })).toEqual([]);
  });

  it('shows the others when a row cannot be read', async () => {
    const good = await add(someOperation());
    const bad = await add(someOperation());
    await active.upsert(operationKey(bad), { kind: 'operation', outcome: '', subscriptionId: 'x' });
    expect(await listed({})).toEqual([good]);
  });
});

describe('the purge', () => {
  it('drops exactly the finished operations that ended before the time', async () => {
    const old = await add(endedOperation('2024-05-06T07:59:59.999Z'), true);
    const just = await add(endedOperation(ended), true);
    const running = await add(someOperation({ registeredAt: '2020-01-01T00:00:00.000Z' }));
    const untold = await add(endedOperation(registeredAt));
    expect(await store.purge(ended, new AbortController().signal)).toMatchObject({ purged: 1 });
    expect(await listed({})).toEqual([just, running, untold].toSorted());
    expect(await store.find(old)).toBeNull();
  });

  it('stops when its time is up', async () => {
    await add(endedOperation(registeredAt), true);
    expect(await store.purge(ended, AbortSignal.abort())).toMatchObject({ purged: 0 });
    expect(await listed({})).toHaveLength(1);
  });
});
