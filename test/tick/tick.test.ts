import { describe, expect, it } from 'vitest';
import { listenLocally } from '../../local/arm/listen.ts';
import { operationKey } from '../../shared/store/operation-row.ts';
import type { Columns } from '../../shared/store/table.ts';
import { startApp, startProxiedApp } from '../support/app.ts';

const ended = { status: 'Succeeded' };

async function startMonitor(status = 200) {
  const beats: string[] = [];
  const { url, close } = await listenLocally((request, response) => {
    beats.push(`${request.method} ${request.url}`);
    response.writeHead(status).end();
  });
  return { url: `${url}/beat?key=secret`, beats, [Symbol.asyncDispose]: close };
}

describe('the heartbeat', () => {
  it('comes after each tick in which all was read and posted, and after no other', async () => {
    await using monitor = await startMonitor();
    await using app = await startProxiedApp({ HEARTBEAT_URL: monitor.url });
    const { subscriptionId } = await app.track({ answer: ended });
    await app.tickFor(2);
    expect(monitor.beats).toEqual(Array.from({ length: 2 }, () => 'GET /beat?key=secret'));

    await app.track({ answer: ended });
    app.slack.faults.set({ kind: 'down' });
    // Most of these ticks do not even try: Slack has failed too often.
    await app.tickFor(12);
    app.slack.faults.clear();
    app.tables.fault = ({ path }) => (path.includes("RowKey='last'") ? 'refuse' : null);
    await expect(app.tickFor(1, 300)).rejects.toThrow('Table storage is not available');
    app.tables.fault = () => null;
    await app.track({ channel: 'gone', answer: { status: 'Failed' } });
    expect(await app.tickFor(1)).toMatchObject([{ unroutable: 1 }]);
    expect(monitor.beats).toHaveLength(2);
    expect(subscriptionId).not.toBe('');
  });

  it('that hangs does not keep the next tick waiting', async () => {
    const monitor = await listenLocally(() => {});
    await using app = await startApp({
      HEARTBEAT_URL: `${monitor.url}/beat`,
      POLL_SCHEDULE: '*/2 * * * * *',
    });
    app.clock.pass(2);
    const began = Date.now();
    await app.tick();
    expect(Date.now() - began).toBeLessThan(4000);
    expect(app.log[0]).toContain('heartbeat');
    await monitor.close();
  });

  it.each([
    ['that is refused', 500],
    ['that never arrives', null],
  ])('%s fails no tick, and the log does not name its URL', async (_name, status) => {
    const monitor = await startMonitor(status ?? 200);
    await using app = await startApp({ HEARTBEAT_URL: monitor.url });
    if (status === null) await monitor[Symbol.asyncDispose]();
    await app.tickFor(1);
    await monitor[Symbol.asyncDispose]();
    expect(app.log).toHaveLength(1);
    expect(app.log[0]).toContain('heartbeat');
    expect(app.log[0]).not.toContain('secret');
  });
});

describe('a row that cannot be read', () => {
  it.each<[string, Columns]>([
    ['at all', { resourceName: '' }],
    ['in its messages', { outbox: '[{"id":' }],
    ['in its history', { history: '{"at":1}' }],
    ['although it owes messages', { outbox: 'x', undelivered: 1, owedSince: '2024-01-01' }],
    ['although it has ended', { history: 'x', outcome: 'failed', nextCheckAt: '' }],
  ])('(%s) is counted and kept as it is, and holds up no other', async (_name, wrong) => {
    await using app = await startApp();
    const [bad, good] = [await app.track(), await app.track()];
    await app.tickFor(1);
    const table = app.table();
    const key = operationKey(bad.trackingId);
    const row = { ...(await table.get(key))?.columns, ...wrong };
    await table.upsert(key, row);
    for (const { set } of [bad, good]) set({ status: 'Failed' });
    const [summary] = await app.tickFor(1);
    expect(summary).toMatchObject({ corruptRows: 1, delivered: 1 });
    expect(app.told).toEqual([`Failed: ${good.name}`]);
    expect((await table.get(key))?.columns).toEqual(row);
    expect(await app.root.health()).toMatchObject({ status: 'ok', corruptRows: 1 });
  });
});

it('ends with a summary that health can show between ticks', async () => {
  await using app = await startApp();
  await app.track({ answer: ended });
  await app.track({ answer: ended, channel: 'payments' });
  await app.track();
  app.slack.faults.set({ kind: 'down', channel: 'payments' });
  const [summary] = await app.tickFor(1);
  expect(summary).toMatchObject({
    due: 3,
    read: 3,
    changed: 2,
    delivered: 1,
    undelivered: 1,
    // Delivery waits for readings in steps of a tenth of a second.
    oldestOwedAt: expect.stringMatching(/^2024-05-06T07:00:30\./),
    failingChannels: 1,
  });
  expect(await app.another().root.health()).toMatchObject({
    lastTick: { completedAt: summary?.completedAt },
    undelivered: { messages: 1, oldestAt: summary?.oldestOwedAt },
  });
});
