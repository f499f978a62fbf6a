import { describe, expect, it } from 'vitest';
import type { RowKey } from '../../shared/store/table.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import { type TestApp, startProxiedApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';

const running = { status: 'InProgress' };
const failed = { status: 'Failed', error: { code: 'QuotaExceeded', message: 'Too many cores.' } };

/** Watches a cluster; without one at ARM it cannot be read. */
async function watch(app: TestApp, isThere: boolean): Promise<void> {
  const { watches, clock } = app.root.app();
  const cluster = someCluster();
  if (isThere) app.arm.addCluster(cluster);
  const scope = { ...cluster, ...(isThere ? { resourceName: null } : {}) };
  await ensureWatch({ scope, options: {} }, watches, clock);
}

describe('a row that table storage refuses', () => {
  // A row of each kind, as the store has them.
  it.each<[string, (key: RowKey, trackingId: string) => boolean]>([
    ['of an operation', ({ rowKey }, trackingId) => rowKey === trackingId],
    ['of a watch', ({ rowKey }) => rowKey.startsWith('watch.')],
    ['of a watched cluster', ({ rowKey }) => rowKey.startsWith('cluster.')],
    ['of an incident', ({ rowKey }) => rowKey.startsWith('incident.')],
    ['of a channel', ({ partitionKey, rowKey }) => partitionKey === 'channel' && rowKey === 'one'],
    ['of the last tick', ({ partitionKey }) => partitionKey === 'tick'],
  ])('%s holds up nothing else, and is said', async (name, isRefused) => {
    await using app = await startProxiedApp({
      SLACK_WEBHOOK_URL_ONE: 'https://hooks.slack.com/services/T0/B0/one',
    });
    const cluster = someCluster();
    // Of one partition, so that their readings are written together.
    const [refused, other, ...more] = await Promise.all(
      [1, 2, 3].map((at) =>
        app.track({
          cluster: { ...cluster, resourceName: `${cluster.resourceName}-${at}` },
          answer: running,
          ...(at === 3 ? { channel: 'one' } : {}),
        }),
      ),
    );
    if (refused === undefined || other === undefined) throw new Error('not tracked');
    await watch(app, true);
    await watch(app, false);
    await app.tickFor(2);
    app.tables.isTooLarge = (key) => isRefused(key, refused.trackingId);
    await app.tickFor(2);
    expect((await other.stored()).state.lastCheckedAt).toBe(app.clock.now().toISOString());
    for (const operation of [refused, other, ...more]) operation.set(failed);
    // Long enough for an incident, and for the history.
    const summaries = [
      ...(await app.tickFor(12)),
      ...(await app.tickFor(1, 300)),
      ...(await app.tickFor(1)),
    ];
    expect(app.told).toContain(`Failed: ${other.name} (QuotaExceeded)`);
    const said = app.log.filter((line) => line.includes('refuses rows that are too large'));
    expect(said.length).toBeGreaterThan(0);
    expect(said.join('')).toContain('EntityTooLarge');
    // The last tick cannot say it of itself.
    const isSaid = summaries.some(({ refusedRows }) => refusedRows === 1);
    expect(isSaid).toBe(name !== 'of the last tick');

    app.tables.isTooLarge = () => false;
    await app.tickFor(4, 300);
    expect(app.told).toContain(`Failed: ${refused.name} (QuotaExceeded)`);
    expect(app.told.filter((line) => line.startsWith('Failed')).length).toBeLessThanOrEqual(3);
    expect((await app.tickFor(1)).at(-1)).toMatchObject({ refusedRows: 0 });
  });

  it('of usual durations keeps no operation from the history', async () => {
    await using app = await startProxiedApp();
    const operation = await app.track({ answer: running });
    app.tables.isTooLarge = ({ partitionKey }) => partitionKey === 'usual';
    operation.set({ status: 'Succeeded', startTime: app.clock.now().toISOString() });
    await app.tickFor(2);
    expect(await app.root.app().operations.findArchived(operation.trackingId)).not.toBeNull();
  });

  it('of the request budget holds up no message, and all is read when it is written again', async () => {
    await using app = await startProxiedApp();
    const operation = await app.track({ answer: running });
    await app.tickFor(1);
    app.tables.isTooLarge = ({ rowKey }) => rowKey === 'budget';
    operation.set(failed);
    expect(await app.tickFor(1)).toMatchObject([{ read: 0, deferred: 1, refusedRows: 1 }]);
    app.tables.isTooLarge = () => false;
    await app.tickFor(1);
    expect(app.told).toEqual([`Failed: ${operation.name} (QuotaExceeded)`]);
  });
});
