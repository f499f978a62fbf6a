import { beforeEach, describe, expect, it } from 'vitest';
import { createOperationStore, type OperationStore } from '../../shared/store/operation-store.ts';
import { Conflict } from '../../shared/store/table.ts';
import { register } from '../../shared/requests/register.ts';
import type { GivenOptions } from '../../shared/requests/fields.ts';
import { archiveIn, endedOperation, registeredAt, someOperation } from '../support/operations.ts';
import { someTable } from '../support/tables.ts';

const clock = () => new Date(registeredAt);
const { reference } = someOperation();

let store: OperationStore;
beforeEach(() => {
  store = createOperationStore(someTable(), someTable());
});
const give = async (options: GivenOptions = {}, given = reference, from = store) =>
  await register({ reference: given, options }, from, clock);

describe('registering', () => {
  it('tracks an operation that was never read, due at once, on the default channel', async () => {
    const { operation, created } = await give();
    expect(created).toBe(true);
    expect(operation).toEqual(someOperation({ reference }));
    expect((await store.find(operation.trackingId))?.operation).toEqual(operation);
  });

  it('by ten callers at once makes one operation', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => give({ label: 'same' })));
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ operation }) => operation.trackingId)).size).toBe(1);
    for (const { operation } of answers) expect(operation.options.label).toBe('same');
  });

  it('again replaces the options given and keeps those left out, also when many do it at once', async () => {
    await give({ label: 'first', mention: 'here' });
    await Promise.all([give({ channel: 'payments' }), give({ label: 'second' }), give()]);
    const { operation, created } = await give();
    expect(created).toBe(false);
    expect(operation.options).toEqual({ label: 'second', channel: 'payments', mention: 'here' });
  });

  it('in another casing, or at its node pool, is the same operation, and keeps the pool known', async () => {
    const { operation: first } = await give();
    const shouted = {
      subscriptionId: reference.subscriptionId.toUpperCase(),
      resourceGroupName: reference.resourceGroupName.toUpperCase(),
      resourceName: reference.resourceName.toUpperCase(),
      operationId: reference.operationId.toUpperCase(),
      agentPoolName: 'userpool',
    };
    expect(await give({}, shouted)).toMatchObject({
      created: false,
      operation: {
        trackingId: first.trackingId,
        reference: { ...reference, agentPoolName: 'userpool' },
      },
    });
    expect((await give()).operation.reference.agentPoolName).toBe('userpool');
  });

  it('leaves alone what was seen meanwhile', async () => {
    const { operation } = await give();
    const etag = (await store.find(operation.trackingId))?.etag ?? '';
    const state = { ...operation.state, status: 'Seen' };
    const meanwhile: OperationStore = {
      ...store,
      async save(changed, given) {
        await store.save({ ...operation, state }, etag);
        return await store.save(changed, given);
      },
    };
    await give({ label: 'new' }, reference, meanwhile);
    expect((await store.find(operation.trackingId))?.operation).toEqual({
      ...operation,
      state,
      options: { ...operation.options, label: 'new' },
    });
  });

  it('an operation that has ended gives it back and does not begin anew', async () => {
    const ended = endedOperation(registeredAt, { reference });
    await store.add(ended);
    await archiveIn(store, ended);
    expect(await give()).toEqual({ operation: ended, created: false });
    expect(await store.find(ended.trackingId)).toMatchObject({ archived: true });
  });

  it('an operation that has ended takes new options', async () => {
    const ended = endedOperation(registeredAt, { reference });
    await store.add(ended);
    await archiveIn(store, ended);
    await give({ label: 'seen' });
    const stored = await store.find(ended.trackingId);
    expect(stored).toMatchObject({ archived: true, operation: { options: { label: 'seen' } } });
    expect((await store.purge('9999', AbortSignal.timeout(5000))).purged).toBeGreaterThan(0);
  });

  it('an operation that ends between look and write does not begin anew either', async () => {
    const ended = endedOperation(registeredAt, { reference });
    await store.add(ended);
    await archiveIn(store, ended);
    let looks = 0;
    const late: OperationStore = {
      ...store,
      find: async (id) => ((looks += 1) === 1 ? null : await store.find(id)),
    };
    expect(await give({}, reference, late)).toEqual({ operation: ended, created: false });
    expect(await store.find(ended.trackingId)).toMatchObject({ archived: true });
  });

  it('is a conflict when the row changes all the time', async () => {
    await give();
    const stormy: OperationStore = { ...store, save: async () => null };
    await expect(give({ label: 'x' }, reference, stormy)).rejects.toThrow(Conflict);
  });
});
