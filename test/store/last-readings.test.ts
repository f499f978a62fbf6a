import { beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/domain/incident.ts';
import { emptyOutbox } from '../../shared/domain/outbox.ts';
import type { ReadingTrouble } from '../../shared/domain/reading.ts';
import {
  scopeIdOf,
  subscriptionScope,
  type ClusterReference,
  type Scope,
} from '../../shared/domain/scope.ts';
import type { Watch, WatchedCluster } from '../../shared/domain/watch.ts';
import { createLastReadings, type LastReadings } from '../../shared/store/last-readings.ts';
import { createOperationStore } from '../../shared/store/operation-store.ts';
import type { Table } from '../../shared/store/table.ts';
import { createWatchStore } from '../../shared/store/watch-store.ts';
import { endedOperation, someOperation } from '../support/operations.ts';
import { someCluster } from '../support/settings.ts';
import { someTable } from '../support/tables.ts';

const now = '2024-05-06T08:00:00.000Z';
const incident: Incident = {
  cause: 'forbidden',
  scope: null,
  isOfList: false,
  since: now,
  until: null,
  outbox: emptyOutbox,
};

const watchOf = (scope: Scope): Watch => ({
  watchId: scopeIdOf(scope),
  scope,
  options: { label: null, channel: 'default', mention: null },
  createdAt: now,
  nextScanAt: now,
  lastScanAt: null,
  trouble: null,
});
const clusterOf = (
  { subscriptionId, resourceGroupName, resourceName }: ClusterReference,
  trouble: ReadingTrouble | null,
): WatchedCluster => ({
  reference: { subscriptionId, resourceGroupName, resourceName },
  since: now,
  known: [],
  nextLookAt: now,
  lastLookAt: null,
  trouble,
  channel: 'default',
  settled: null,
  broken: [],
  outbox: emptyOutbox,
});

let active: Table;
let readings: LastReadings;
let operations: ReturnType<typeof createOperationStore>;
beforeEach(() => {
  active = someTable();
  readings = createLastReadings(active);
  operations = createOperationStore(active, someTable());
});

describe('the last readings', () => {
  it('show what cannot be read, operations and watches alike, but no operation that ended', async () => {
    const trouble = {
      code: 'X',
      message: '',
      since: now,
      failures: 1,
      cause: 'forbidden',
    } as const;
    const [one, fine] = [someOperation({ state: { trouble } }), someOperation()];
    const ended = endedOperation(now, { state: { trouble, outcome: 'gaveUp' } });
    for (const operation of [one, fine, ended]) await operations.add(operation);
    const { subscriptionId } = one.reference;
    const watches = createWatchStore(active, someTable());
    const watch = watchOf({ subscriptionId, resourceGroupName: 'RG-w', resourceName: null });
    await watches.addWatch({ ...watch, trouble: { ...trouble, cause: 'network' } });
    const whole = subscriptionScope(subscriptionId);
    await watches.addWatch({ ...watchOf(whole), trouble });
    const failing = clusterOf({ ...fine.reference, resourceName: 'a' }, trouble);
    await watches.addCluster(failing);
    await watches.addCluster(clusterOf({ ...fine.reference, resourceName: 'b' }, null));
    const found = await readings.troubled();
    expect(found).toHaveLength(4);
    expect(found).toEqual(
      expect.arrayContaining([
        { scope: one.reference, cause: 'forbidden', isOperation: true },
        { scope: watch.scope, cause: 'network', isOperation: false },
        { scope: whole, cause: 'forbidden', isOperation: false },
        { scope: failing.reference, cause: 'forbidden', isOperation: false },
      ]),
    );
  });

  it.each<[string, boolean, (scope: ClusterReference) => Promise<unknown>]>([
    ['nothing', false, async () => {}],
    [
      'an operation that was read',
      true,
      async (reference) =>
        await operations.add(someOperation({ reference, state: { lastCheckedAt: now } })),
    ],
    [
      'an operation that was never read',
      false,
      async (reference) => await operations.add(someOperation({ reference })),
    ],
    [
      'an operation that cannot be read any more',
      false,
      async (reference) => {
        const trouble = {
          code: 'X',
          message: '',
          since: now,
          failures: 1,
          cause: 'forbidden',
        } as const;
        await operations.add(someOperation({ reference, state: { lastCheckedAt: now, trouble } }));
      },
    ],
    [
      'an operation that has ended',
      false,
      async (reference) =>
        await operations.add(endedOperation(now, { reference, state: { lastCheckedAt: now } })),
    ],
    [
      'a watched cluster that was looked at',
      true,
      async (reference) =>
        await createWatchStore(active, someTable()).addCluster({
          ...clusterOf(reference, null),
          lastLookAt: now,
        }),
    ],
    [
      'a watched cluster that was never looked at',
      false,
      async (reference) =>
        await createWatchStore(active, someTable()).addCluster(clusterOf(reference, null)),
    ],
    [
      'a watch whose clusters were listed',
      true,
      async (scope) =>
        await createWatchStore(active, someTable()).addWatch({
          ...watchOf({ ...scope, resourceName: null }),
          lastScanAt: now,
        }),
    ],
  ])('show of a subscription with %s whether any of it can be read', async (_name, is, add) => {
    const scope = someCluster();
    await add(scope);
    await add({ ...someCluster(), resourceName: 'elsewhere' });
    const ofAll = { ...incident, scope: subscriptionScope(scope.subscriptionId) };
    const elsewhere = { ...ofAll, scope: someCluster() };
    const asked = [{ name: ofAll }, { name: elsewhere }];
    expect([...(await readings.readable([{ name: ofAll }]))]).toEqual(is ? [ofAll] : []);
    expect([...(await readings.readable(asked))]).toEqual(is ? [ofAll] : []);
    expect(await readings.readable([{ name: ofAll, since: now }])).toEqual(new Set());
    expect(await readings.readable([{ name: elsewhere }])).toEqual(new Set());
    expect(await readings.readable([])).toEqual(new Set());
  });
});
