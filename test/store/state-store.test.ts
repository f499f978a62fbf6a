import { expect, it } from 'vitest';
import { freshChannel } from '../../shared/domain/channel.ts';
import { createStateStore } from '../../shared/store/state-store.ts';
import type { TickSummary } from '../../shared/domain/tick-summary.ts';
import { someTable } from '../support/tables.ts';

const channel = freshChannel('https://hooks.example/secret');
const at = '2024-05-06T08:00:00.000Z';

it('remembers each channel, changed only in the version that was read, without its URL', async () => {
  const table = someTable();
  const store = createStateStore(table);
  expect(await store.channel('default')).toEqual({ state: null, etag: null });
  const etag = await store.saveChannel('default', channel, null);
  expect(await store.saveChannel('default', channel, null)).toBeNull();
  const parked = { ...channel, parkedSince: at, lastAnswer: 'no_service', failures: 2 };
  const next = await store.saveChannel('default', parked, etag);
  expect(await store.saveChannel('default', channel, etag)).toBeNull();
  expect(await store.channel('default')).toEqual({ state: parked, etag: next });
  await store.saveChannel('payments', channel, null);
  expect(Object.fromEntries(await store.channels())).toEqual({
    default: parked,
    payments: channel,
  });
  for await (const { rows } of table.pages({}))
    expect(JSON.stringify(rows)).not.toContain('hooks.example');
});

it('remembers the last tick', async () => {
  const store = createStateStore(someTable());
  expect(await store.lastTick()).toBeNull();
  const summary: TickSummary = {
    version: '0.1.0+abc',
    startedAt: at,
    completedAt: at,
    due: 1,
    read: 2,
    changed: 3,
    failedReadings: 4,
    found: 0,
    armCalls: 0,
    leftOver: 5,
    deferred: 0,
    oldestDueAt: at,
    delivered: 6,
    undelivered: 7,
    oldestOwedAt: null,
    unroutable: 8,
    failingChannels: 9,
    unreadable: 15,
    incidents: 10,
    apiVersion: '2026-10-02-preview',
    corruptRows: 11,
    refusedRows: 0,
    loadMs: 12,
    pollMs: 13,
    totalMs: 14,
  };
  await store.saveLastTick({ ...summary, due: 0 });
  await store.saveLastTick(summary);
  expect(await store.lastTick()).toEqual(summary);
});

it('remembers since when a first tick is waited for, whoever asks', async () => {
  const table = someTable();
  const [one, other] = [createStateStore(table), createStateStore(table)];
  expect(await one.firstTickAwaitedSince(at)).toBe(at);
  expect(await other.firstTickAwaitedSince('2024-05-07T08:00:00.000Z')).toBe(at);
  expect(await other.firstTickAwaitedSince('2024-05-05T08:00:00.000Z')).toBe(
    '2024-05-05T08:00:00.000Z',
  );
});

it('begins anew where a row cannot be read, and can write over it', async () => {
  const table = someTable();
  const store = createStateStore(table);
  await table.upsert({ partitionKey: 'channel', rowKey: 'default' }, { state: '{"parked":' });
  await table.upsert({ partitionKey: 'tick', rowKey: 'last' }, { summary: '{"due":1}' });
  expect(await store.lastTick()).toBeNull();
  expect(await store.channels()).toEqual(new Map());
  const { state, etag } = await store.channel('default');
  expect(state).toBeNull();
  expect(await store.saveChannel('default', channel, etag)).not.toBeNull();
  expect((await store.channel('default')).state).toEqual(channel);
});

it('reads a channel of before, which knows one URL, and keeps all of one of now', async () => {
  const table = someTable();
  const store = createStateStore(table);
  const message = { id: 1, at, code: 'no_service' };
  const before = {
    notBefore: at,
    failures: 1,
    parkedSince: at,
    lastAnswer: 'no_service',
    lastAnswerAt: at,
    mailbox: { owed: [message], nextId: 2, claimedUntil: null, deliverAfter: null },
    urlDigest: 'd',
  };
  await table.upsert(
    { partitionKey: 'channel', rowKey: 'old' },
    { version: 1, state: JSON.stringify(before) },
  );
  const old = (await store.channel('old')).state;
  const { mailbox, ...rest } = before;
  expect(old).toEqual({
    ...rest,
    since: null,
    strange: null,
    pacedUntil: null,
    toldSince: null,
    others: [],
    outbox: {
      ...mailbox,
      owed: [{ ...message, isStrange: false }],
      refusedForm: null,
      strangeRun: null,
    },
  });
  const {
    outbox: _outbox,
    pacedUntil: _paced,
    toldSince: _told,
    others: _others,
    ...other
  } = channel;
  const now = {
    ...channel,
    pacedUntil: at,
    toldSince: at,
    strange: { since: at, answers: 2 },
    others: [other],
    outbox: { ...channel.outbox, refusedForm: 'blocks' as const, strangeRun: at },
  };
  await store.saveChannel('new', now, null);
  expect((await store.channel('new')).state).toEqual(now);
});
