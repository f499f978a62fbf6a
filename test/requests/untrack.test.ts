import { beforeEach, describe, expect, it } from 'vitest';
import { emptyOutbox } from '../../shared/domain/outbox.ts';
import { createOperationStore, type OperationStore } from '../../shared/store/operation-store.ts';
import { Conflict, type Table } from '../../shared/store/table.ts';
import { createWatchStore } from '../../shared/store/watch-store.ts';
import { plus } from '../../shared/time.ts';
import { untrack } from '../../shared/requests/untrack.ts';
import { startApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import {
  archiveIn,
  endedOperation,
  registeredAt,
  someMessage,
  someOperation,
} from '../support/operations.ts';
import { someTable } from '../support/tables.ts';

const owing = { ...emptyOutbox, owed: [someMessage(1)], nextId: 2 };
const claimedFor = (ms: number) =>
  someOperation({ outbox: { ...owing, claimedUntil: plus(registeredAt, ms) } });

let store: OperationStore;
let clock: ReturnType<typeof createClock>;
beforeEach(() => {
  store = createOperationStore(someTable(), someTable());
  clock = createClock(registeredAt);
});
const drop = async (trackingId: string, from = store): Promise<boolean> =>
  await untrack(trackingId, {
    operations: from,
    watches: createWatchStore(someTable(), someTable()),
    clock: clock.now,
    sleep: clock.sleep,
  });

describe('untracking', () => {
  it.each([
    ['at work', someOperation()],
    ['that owes a message', someOperation({ outbox: owing })],
    ['whose sender died long ago', claimedFor(-1)],
  ])('forgets an operation %s at once', async (_name, operation) => {
    await store.add(operation);
    expect(await drop(operation.trackingId)).toBe(true);
    expect(await store.find(operation.trackingId)).toBeNull();
    expect(clock.now().toISOString()).toBe(registeredAt);
    expect(await drop(operation.trackingId)).toBe(false);
  });

  it('forgets an operation in the history', async () => {
    const operation = endedOperation(registeredAt);
    await store.add(operation);
    await archiveIn(store, operation);
    expect(await drop(operation.trackingId)).toBe(true);
    expect(await store.find(operation.trackingId)).toBeNull();
  });

  it('waits for an operation on its way to the history, and leaves nothing of it', async () => {
    const operation = endedOperation(registeredAt);
    const history = someTable();
    const arrived = Promise.withResolvers<void>();
    const slow: Table = {
      ...history,
      async upsert(key, columns) {
        await arrived.promise;
        await history.upsert(key, columns);
      },
    };
    store = createOperationStore(someTable(), slow);
    await store.add(operation);
    const moved = archiveIn(store, operation, registeredAt);
    await expect
      .poll(async () => (await store.find(operation.trackingId))?.operation.outbox.claimedUntil)
      .toBeTruthy();
    const sleep = async (ms: number): Promise<void> => {
      arrived.resolve();
      await moved;
      await clock.sleep(ms);
    };
    const watches = createWatchStore(someTable(), someTable());
    const needs = { operations: store, watches, clock: clock.now, sleep };
    expect(await untrack(operation.trackingId, needs)).toBe(true);
    expect(await store.find(operation.trackingId)).toBeNull();
  });

  it('waits for the message that is being sent', async () => {
    const operation = claimedFor(5000);
    await store.add(operation);
    const removedAt: string[] = [];
    const watched: OperationStore = {
      ...store,
      async remove(stored) {
        removedAt.push(clock.now().toISOString());
        return await store.remove(stored);
      },
    };
    expect(await drop(operation.trackingId, watched)).toBe(true);
    expect(removedAt).toEqual([plus(registeredAt, 5000)]);
  });

  it('looks again when the operation changed between look and removal', async () => {
    const operation = someOperation();
    await store.add(operation);
    let changes = 0;
    const busy: OperationStore = {
      ...store,
      async remove(stored) {
        changes += 1;
        if (changes === 1) await store.save(operation, stored.etag);
        return await store.remove(stored);
      },
    };
    expect(await drop(operation.trackingId, busy)).toBe(true);
    expect(changes).toBe(2);
  });

  it('is given up after a minute with the operation still there', async () => {
    const operation = claimedFor(90_000);
    await store.add(operation);
    await expect(drop(operation.trackingId)).rejects.toThrow(Conflict);
    expect(await store.find(operation.trackingId)).not.toBeNull();
  });
});

it('takes back a message that Slack did not take yet', async () => {
  await using app = await startApp();
  const { trackingId } = await app.track({ answer: { status: 'Failed' } });
  app.slack.faults.set({ kind: 'down' });
  expect(await app.tickFor(1)).toMatchObject([{ undelivered: 1 }]);
  expect(await untrack(trackingId, app.root.app())).toBe(true);
  app.slack.faults.clear();
  await app.tickFor(2, 600);
  expect(app.told).toEqual([]);
});
