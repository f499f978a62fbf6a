import { describe, expect, it } from 'vitest';
import { plus } from '../../shared/time.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';

const running = { status: 'InProgress' };
const failed = { status: 'Failed', error: { code: 'QuotaExceeded', message: 'Too many cores.' } };
const minute = 60;
const hour = 60 * minute;
/** How far the clock was ahead, in seconds: less than the longest wait, more, and much more. */
const ahead = [90, 14 * minute, 20 * minute, 3 * hour, 20 * hour, 3 * 24 * hour, 400 * 24 * hour];

/** What is believed at most: a Retry-After. */
const longestWait = 16 * minute;

/** Sets the clock back, and ticks every half minute until all that can be believed is over. */
async function comeBack(app: TestApp, seconds: number): Promise<void> {
  app.clock.pass(-seconds);
  await app.tickFor(2);
  await app.tickFor(longestWait / (4 * minute), 4 * minute);
}

describe.each(ahead)('a clock that was %d seconds ahead', (seconds) => {
  it('silences no operation that it has read, failed to read, or registered', async () => {
    await using app = await startApp();
    app.clock.pass(seconds);
    const read = await app.track({ answer: running });
    const unread = await app.track({ answer: running });
    await app.tickFor(3);
    app.arm.faults.set({ kind: 'status', status: 503, subscriptionId: unread.subscriptionId });
    await app.tickFor(3);
    app.arm.faults.clear();
    const registered = await app.track({ answer: running });
    for (const operation of [read, unread, registered]) operation.set(failed);
    await comeBack(app, seconds);
    for (const { name } of [read, unread, registered])
      expect(app.told).toContain(`Failed: ${name} (QuotaExceeded)`);
    expect(app.told).toHaveLength(3);
  });

  it('silences no watch, and nothing that begins and ends between two looks', async () => {
    await using app = await startApp();
    const { watches, clock } = app.root.app();
    const cluster = someCluster();
    app.arm.addCluster(cluster);
    app.clock.pass(seconds);
    await ensureWatch({ scope: { ...cluster, resourceName: null }, options: {} }, watches, clock);
    await app.tickFor(6);
    app.clock.pass(-seconds);
    await app.tickFor(2);
    await app.tickFor(4, 4 * minute);
    const { id } = app.arm.start({ ...cluster, scenario: 'neverEnds' });
    const now = app.clock.now().toISOString();
    app.arm.set(id, { ...failed, startTime: now, endTime: plus(now, 1000) });
    await app.tickFor(2, 4 * minute);
    expect(app.told).toEqual([`Failed: ${cluster.resourceName} (QuotaExceeded)`]);
  });

  it('holds back no message that waits, and no channel', async () => {
    await using app = await startApp();
    app.clock.pass(seconds);
    const operation = await app.track({ answer: running });
    await app.tickFor(1);
    app.slack.faults.set({ kind: 'status', status: 429, retryAfter: 600 });
    operation.set(failed);
    await app.tickFor(2);
    app.slack.faults.clear();
    await comeBack(app, seconds);
    expect(app.told).toEqual([`Failed: ${operation.name} (QuotaExceeded)`]);
  });

  it('keeps no incident open', async () => {
    await using app = await startApp();
    app.clock.pass(seconds);
    const { subscriptionId } = await app.track({ answer: running });
    app.arm.faults.set({ kind: 'status', status: 403, subscriptionId });
    await app.tickFor(10);
    expect(app.told).toHaveLength(1);
    app.arm.faults.clear();
    await comeBack(app, seconds);
    expect(app.told).toHaveLength(2);
    expect(app.told[1]).toMatch(/^Readable again/);
  });

  it('keeps no incident from being opened', async () => {
    await using app = await startApp();
    app.clock.pass(seconds);
    const { subscriptionId } = await app.track({ answer: running });
    app.arm.faults.set({ kind: 'status', status: 403, subscriptionId });
    await app.tickFor(2);
    await comeBack(app, seconds);
    expect(app.told).toEqual([expect.stringMatching(/^Cannot read operations/)]);
  });

  it('does not make health believe that ticks run', async () => {
    await using app = await startApp();
    app.clock.pass(seconds);
    await app.tickFor(1);
    // No tick has run for five minutes.
    app.clock.pass(5 * minute - seconds);
    expect((await app.root.health()).status).toBe('unhealthy');
    await app.tickFor(1);
    expect((await app.root.health()).status).toBe('ok');
  });
});
