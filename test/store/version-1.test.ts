import { describe, expect, it } from 'vitest';
import { unknownKind } from '../../shared/domain/operation-kind.ts';
import { toIncident } from '../../shared/store/incident-row.ts';
import { toHead, toOperation } from '../../shared/store/operation-row.ts';
import { createStateStore } from '../../shared/store/state-store.ts';
import type { Row } from '../../shared/store/table.ts';
import { startProxiedApp } from '../support/app.ts';
import { someTable } from '../support/tables.ts';
import stored from './fixtures/version-1.json' with { type: 'json' };

/**
 * Rows as version 1 of the layout wrote them, word for word. They are the promise to those who update: whatever
 * the layout becomes, these rows are read, and what they owe is told. The file is never written anew; a new
 * version gets a file of its own.
 */
type StoredRow = (typeof stored)[keyof typeof stored][number];
const rowOf = ({ partitionKey, rowKey, columns }: StoredRow): Row => ({
  key: { partitionKey, rowKey },
  etag: '',
  columns: Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)),
});
const [running, troubled, incident] = stored.active.map((row) => rowOf(row));
const [ended] = stored.history.map((row) => rowOf(row));
if (!running || !troubled || !incident || !ended) throw new Error('The fixture is not whole.');

const subscriptionId = '00000000-0000-4000-8000-0000000000f1';
const cluster = { subscriptionId, resourceGroupName: 'RG-Prod', resourceName: 'aks-prod-weu' };
const error = {
  code: 'UpgradeFailed',
  message: 'Drain of node aks-user-1 failed.',
  target: null,
  details: [
    {
      code: 'PodDrainFailure',
      message: 'Cannot evict pod "web-0": it’s protected 🛡.',
      target: 'aks-user-1',
      details: [],
    },
  ],
};

/** Of what came to be stored later these rows know nothing. */
const unknown = { kind: unknownKind, parts: [], partsLeftOut: 0, usual: null };

describe('a row of version 1', () => {
  it('shows an operation that runs and owes messages', () => {
    const toldState = {
      percentComplete: 40,
      status: 'UpgradingNodes: 2/5 nodes completed',
      error,
      startTime: '2024-05-06T05:59:58.000Z',
      endTime: null,
      lastProgressAt: '2024-05-06T06:08:00.000Z',
      outcome: null,
      trouble: null,
      ...unknown,
    };
    expect(toOperation(running)).toMatchObject({
      trackingId: running.key.rowKey,
      reference: { ...cluster, agentPoolName: 'userpool', operationId: 'upgrade-1' },
      options: { label: 'weekly upgrade', channel: 'default', mention: 'here' },
      registeredAt: '2024-05-06T06:00:00.000Z',
      state: {
        ...toldState,
        errorFingerprint: 'ab'.repeat(16),
        lastCheckedAt: '2024-05-06T06:10:00.000Z',
        lastChangedAt: '2024-05-06T06:10:00.000Z',
        stalled: false,
      },
      nextCheckAt: '2024-05-06T06:11:00.000Z',
      history: [
        {
          at: '2024-05-06T06:05:00.000Z',
          event: 'statusChanged',
          from: 'InProgress',
          to: 'UpgradingNodes',
        },
        { at: '2024-05-06T06:10:00.000Z', event: 'errorAppeared', code: 'UpgradeFailed' },
      ],
      outbox: {
        owed: [
          {
            id: 3,
            at: '2024-05-06T06:05:00.000Z',
            events: [
              {
                event: 'statusChanged',
                from: 'InProgress',
                to: 'UpgradingNodes',
                why: 'the phase differs from the stored one',
              },
            ],
            state: {
              ...toldState,
              status: 'UpgradingNodes: 1/5 nodes completed',
              percentComplete: 20,
              error: null,
              lastProgressAt: '2024-05-06T06:05:00.000Z',
            },
          },
          {
            id: 4,
            at: '2024-05-06T06:10:00.000Z',
            events: [
              {
                event: 'errorAppeared',
                code: 'UpgradeFailed',
                why: 'an error is there that was not there before',
              },
            ],
            state: toldState,
          },
        ],
        nextId: 5,
        claimedUntil: '2024-05-06T06:11:00.000Z',
        deliverAfter: null,
      },
    });
    expect(toHead(running)).toMatchObject({
      undelivered: 2,
      owedSince: '2024-05-06T06:05:00.000Z',
    });
  });

  it('shows an operation that was never read, and why', () => {
    expect(toOperation(troubled)).toMatchObject({
      reference: { ...cluster, agentPoolName: null, operationId: 'scale-2' },
      options: { label: null, channel: 'payments', mention: null },
      state: {
        status: null,
        percentComplete: null,
        error: null,
        trouble: {
          cause: 'forbidden',
          code: 'AuthorizationFailed',
          message: 'No role.',
          since: '2024-05-06T06:00:30.000Z',
          failures: 7,
        },
      },
    });
  });

  it('shows an operation of the history', () => {
    expect(toOperation(ended)).toMatchObject({
      reference: { ...cluster, operationId: 'image-3' },
      options: { mention: 'S012AB3CD' },
      state: { status: 'Failed', outcome: 'failed', stalled: true, error },
      nextCheckAt: null,
      history: [{ event: 'finished', from: 'InProgress', to: 'Failed', code: 'UpgradeFailed' }],
      outbox: { owed: [], nextId: 2 },
    });
  });

  it('shows an incident and what it owes', () => {
    expect(toIncident(incident)).toMatchObject({
      cause: 'forbidden',
      scope: { subscriptionId },
      since: '2024-05-06T06:00:30.000Z',
      until: null,
      outbox: {
        owed: [
          {
            id: 1,
            at: '2024-05-06T06:04:00.000Z',
            event: 'unreadable',
            code: 'AuthorizationFailed',
            message: 'No role.',
            operations: 1,
          },
        ],
        nextId: 2,
        claimedUntil: null,
        deliverAfter: '2024-05-06T06:30:00.000Z',
      },
    });
  });

  it('shows a parked channel and the last tick', async () => {
    const table = someTable();
    for (const { columns, ...key } of stored.state) await table.upsert(key, columns);
    const store = createStateStore(table);
    expect((await store.channel('payments')).state).toMatchObject({
      notBefore: '2024-05-06T07:10:00.000Z',
      failures: 3,
      parkedSince: '2024-05-06T06:00:00.000Z',
      lastAnswer: 'no_service',
      lastAnswerAt: '2024-05-06T06:10:00.000Z',
      urlDigest: '81f2376bf6299d0f',
    });
    expect(await store.lastTick()).toMatchObject({
      completedAt: '2024-05-06T06:10:02.000Z',
      undelivered: 2,
      oldestOwedAt: '2024-05-06T06:05:00.000Z',
      failingChannels: 1,
      totalMs: 2000,
    });
  });
});

it('a store of version 1 is served on: what is owed is posted, and everything can be asked for', async () => {
  await using app = await startProxiedApp();
  const tables = { active: '', history: 'History', state: 'State' } as const;
  for (const name of ['active', 'history', 'state'] as const) {
    const table = app.table(tables[name]);
    for (const { key, columns } of stored[name].map((row) => rowOf(row)))
      await table.upsert(key, columns);
  }
  // A channel that Slack refused is a new one here: its URL is another.
  const summaries = await app.tickFor(6);
  for (const summary of summaries)
    expect(summary).toMatchObject({ corruptRows: 0, undelivered: 0 });
  // The stored incident may end with a message or without: it depends on whose write of an operation is first.
  const told = app.told.filter((line) => !line.startsWith('Readable again'));
  expect(told.toSorted()).toEqual([
    expect.stringContaining('Cannot read operations'),
    expect.stringContaining('Error while running: aks-prod-weu'),
    expect.stringContaining('upgrading nodes: aks-prod-weu'),
  ]);
  const { operations } = app.root.app();
  const { operations: found } = await operations.list({
    state: 'all',
    subscriptionId,
    resourceGroupName: 'rg-prod',
    resourceName: 'AKS-prod-weu',
    top: 100,
    position: null,
  });
  expect(found.map(({ reference: { operationId } }) => operationId).toSorted()).toEqual([
    'image-3',
    'scale-2',
    'upgrade-1',
  ]);
});
