import { expect, it } from 'vitest';
import { unknownKind } from '../../shared/domain/operation-kind.ts';
import type { TrackedOperation } from '../../shared/domain/tracked.ts';
import { createUsualStore, type UsualStore } from '../../shared/store/usual-store.ts';
import { plus } from '../../shared/time.ts';
import { createRows, simulatedTable } from '../simulation/simulated-table.ts';
import { registeredAt, someOperation, type OperationChanges } from '../support/operations.ts';
import { someTable } from '../support/tables.ts';

const clusterUpgrade = { ...unknownKind, target: 'cluster', action: 'upgrade' } as const;
const { reference: cluster } = someOperation();
let started = 0;

/** An upgrade that took so many minutes. */
function upgraded(minutes: number, changes: OperationChanges = {}): TrackedOperation {
  started += 1;
  return someOperation({
    ...changes,
    reference: { ...cluster, operationId: `upgrade-${started}`, ...changes.reference },
    state: {
      status: 'Succeeded',
      outcome: 'succeeded',
      startTime: registeredAt,
      endTime: plus(registeredAt, minutes * 60_000),
      kind: clusterUpgrade,
      ...changes.state,
    },
  });
}

async function countAll(store: UsualStore, ...operations: TrackedOperation[]): Promise<void> {
  await Promise.all(operations.map(async (operation) => await store.count(operation)));
}

const exact = (key = 'cluster.upgrade') => ({ key, isExact: true });
const find = async (store: UsualStore, kind = exact(), on = cluster) =>
  await store.finder()(on, kind);

it('gives the usual of a cluster from five runs on', async () => {
  const store = createUsualStore(someTable());
  for (const minutes of [28, 41, 34, 30]) await store.count(upgraded(minutes));
  expect(await find(store)).toBeNull();
  await store.count(upgraded(36));
  const usual = { lowMs: 1_800_000, medianMs: 2_040_000, highMs: 2_160_000, runs: 5, of: 'here' };
  expect(await find(store)).toEqual(usual);
  expect(await find(store, exact('cluster.scale'))).toBeNull();
});

it('gives the usual of all clusters where one has too few runs of its own', async () => {
  const store = createUsualStore(someTable());
  const { reference: other } = someOperation();
  for (let run = 0; run < 5; run += 1)
    await store.count(upgraded(10, { reference: someOperation().reference }));
  expect(await find(store, exact(), other)).toMatchObject({ runs: 5, of: 'everywhere' });
});

it('keeps runs of which nobody knows what they were to their cluster, as mixed', async () => {
  const store = createUsualStore(someTable());
  for (let run = 0; run < 5; run += 1)
    await store.count(upgraded(10, { state: { kind: unknownKind } }));
  const anything = { key: 'any.any', isExact: false };
  expect(await find(store, anything)).toMatchObject({ runs: 5, of: 'mixed' });
  expect(await find(store, anything, someOperation().reference)).toBeNull();
  expect(await find(store)).toBeNull();
});

it('counts runs that end together, each once, in few requests', async () => {
  let requests = 0;
  const table = simulatedTable(createRows(), async (_name, _key, run) => {
    requests += 1;
    await new Promise(setImmediate);
    return run(false);
  });
  const store = createUsualStore(table);
  const operations = Array.from({ length: 40 }, () => upgraded(10));
  await countAll(store, ...operations, ...operations);
  expect(await find(store)).toMatchObject({ runs: 40, of: 'here' });
  expect(requests).toBeLessThan(12);
});

it('counts what two processes write at the same time', async () => {
  const table = someTable();
  await Promise.all([
    countAll(createUsualStore(table), upgraded(10), upgraded(11), upgraded(12)),
    countAll(createUsualStore(table), upgraded(13), upgraded(14), upgraded(15)),
  ]);
  expect(await find(createUsualStore(table))).toMatchObject({ runs: 6 });
});

it.each<[string, OperationChanges['state']]>([
  ['failed', { outcome: 'failed' }],
  ['is of no known kind', { kind: unknownKind }],
  ['began nobody knows when', { startTime: null }],
])('does not count what %s', async (_name, state = {}) => {
  const store = createUsualStore(someTable());
  for (let run = 0; run < 5; run += 1) await store.count(upgraded(10, { state }));
  expect(await find(store)).toBeNull();
});

it('names the kind as messages do: by the agent pool of the reference too', async () => {
  const store = createUsualStore(someTable());
  const pool = {
    reference: { agentPoolName: 'np1' },
    state: { kind: { ...clusterUpgrade, target: null } },
  };
  for (let run = 0; run < 5; run += 1) await store.count(upgraded(10, pool));
  expect(await find(store, exact('agentPool.upgrade'))).toMatchObject({ runs: 5 });
});

it.each([
  '',
  '[]',
  '{}',
  '[{"id":"x","seconds":1}]',
  '[{"id":"0123456789abcdef","seconds":-1}]',
  '['.repeat(30_000),
])('begins a row anew that holds %.20s', async (runs) => {
  const table = someTable();
  const store = createUsualStore(table);
  await table.upsert({ partitionKey: 'usual', rowKey: 'cluster.upgrade' }, { version: 1, runs });
  expect(await find(store)).toBeNull();
  for (let run = 0; run < 5; run += 1)
    await store.count(upgraded(10, { reference: someOperation().reference }));
  expect(await find(store)).toMatchObject({ runs: 5, of: 'everywhere' });
});

it('leaves out runs that unset times have made, stored and new ones', async () => {
  const table = someTable();
  const store = createUsualStore(table);
  const { reference: of } = someOperation();
  const runs = [0, 1, 2, 3, 4].map((at) => ({ id: `${at}`.repeat(16), seconds: 63_931_000_000 }));
  await table.upsert(
    { partitionKey: 'usual', rowKey: 'cluster.upgrade' },
    { version: 1, runs: JSON.stringify(runs) },
  );
  for (const minutes of [10, 11, 12, 13])
    await store.count(upgraded(minutes, { reference: someOperation().reference }));
  await store.count(upgraded(10, { state: { startTime: '0001-01-01T00:00:00.000Z' } }));
  await store.count(upgraded(30 * 1440 + 1));
  expect(await find(store, exact(), of)).toBeNull();
  await store.count(upgraded(30 * 1440, { reference: someOperation().reference }));
  expect(await find(store, exact(), of)).toMatchObject({ runs: 5, medianMs: 12 * 60_000 });
});

it('goes on after a write that failed', async () => {
  let fails = true;
  const rows = createRows();
  const table = simulatedTable(rows, async (_name, _key, run) => {
    if (fails) throw new Error('away');
    return run(false);
  });
  const store = createUsualStore(table);
  const run = upgraded(10);
  await expect(store.count(run)).rejects.toThrow('away');
  fails = false;
  await countAll(store, run, ...[11, 12, 13, 14].map((minutes) => upgraded(minutes)));
  expect(await find(store)).toMatchObject({ runs: 5 });
});

it('reads a row once for all who ask in a tick', async () => {
  const table = someTable();
  const store = createUsualStore(table);
  const inThisTick = store.finder();
  expect(await inThisTick(cluster, exact())).toBeNull();
  for (let run = 0; run < 5; run += 1) await store.count(upgraded(10));
  expect(await inThisTick(cluster, exact())).toBeNull();
  expect(await find(store)).not.toBeNull();
});
