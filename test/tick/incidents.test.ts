import { describe, expect, it } from 'vitest';
import type { ArmFault } from '../../local/arm/faults.ts';
import { untrack } from '../../shared/tracking/untrack.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';

const forbidden: ArmFault = { kind: 'status', status: 403 };

describe('trouble with reading', () => {
  it('is told once for all operations of a subscription, after minutes, and once when it is over', async () => {
    await using app = await startApp({ STALLED_AFTER: '0' });
    const cluster = someCluster();
    const { subscriptionId } = cluster;
    await Promise.all(Array.from({ length: 10 }, () => app.track({ cluster })));
    const fine = await app.track();
    app.arm.faults.set({ ...forbidden, subscriptionId });
    await app.tickFor(5);
    expect(app.told).toEqual([]);
    const [, , , unreadable] = await app.tickFor(4);
    expect(app.told).toEqual([
      `Cannot read operations: subscription ${subscriptionId} (AuthorizationFailed)`,
    ]);
    expect(JSON.stringify(app.slack.messages)).toContain('*Operations affected*\\n10');
    expect(unreadable).toMatchObject({ incidents: 1 });
    await app.tickFor(4, 300);
    expect(app.told).toHaveLength(1);

    app.arm.faults.clear();
    await app.tickFor(3, 300);
    expect(app.told.slice(1)).toEqual([
      `Readable again: subscription ${subscriptionId} (after 29 min)`,
    ]);
    app.arm.faults.set({ ...forbidden, subscriptionId });
    await app.tickFor(6, 300);
    expect(app.told).toHaveLength(3);
    expect((await fine.stored()).state.trouble).toBeNull();
  });

  it('of two kinds is told once for each, and one operation in trouble is enough', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    const mine = someCluster();
    await app.track({ cluster });
    await app.track({ cluster: { ...mine, subscriptionId: cluster.subscriptionId } });
    app.arm.faults.set(
      { ...forbidden, resourceGroupName: mine.resourceGroupName },
      { kind: 'malformed', form: 'html' },
    );
    await app.tickFor(8);
    expect(app.told.toSorted()).toEqual([
      `Cannot read operations: subscription ${cluster.subscriptionId} (AuthorizationFailed)`,
      `Cannot read operations: subscription ${cluster.subscriptionId} (MalformedAnswer)`,
    ]);
    app.arm.faults.set({ ...forbidden, resourceGroupName: mine.resourceGroupName });
    await app.tickFor(3, 300);
    expect(app.told).toHaveLength(3);
    app.arm.faults.clear();
    await app.tickFor(3, 300);
    expect(app.told).toHaveLength(4);
  });

  it('by an outage with many faces is one kind of trouble', async () => {
    await using app = await startApp();
    const { subscriptionId } = await app.track();
    for (const fault of [
      { kind: 'down' },
      { kind: 'status', status: 503 },
      { kind: 'cut' },
      { kind: 'status', status: 500 },
    ] as const) {
      app.arm.faults.set(fault);
      await app.tickFor(1, 120);
    }
    expect(app.told).toEqual([
      expect.stringMatching(`^Cannot read operations: subscription ${subscriptionId} `),
    ]);
  });

  it.each<[string, (app: TestApp) => void, string]>([
    [
      'a sign-in that fails',
      ({ arm }) => arm.faults.set({ kind: 'noToken', status: 400 }),
      'SignInFailed',
    ],
    [
      'tokens that are not accepted',
      ({ arm }) => arm.faults.set({ kind: 'status', status: 401 }),
      'AuthenticationFailed',
    ],
    [
      'a retired api-version',
      ({ arm }) => void arm.apiVersions.delete('2025-05-02-preview'),
      'NoRegisteredProviderFound',
    ],
  ])('by %s is told once for all subscriptions', async (_name, breakIt, code) => {
    await using app = await startApp();
    await Promise.all([app.track(), app.track(), app.track()]);
    breakIt(app);
    await app.tickFor(12);
    expect(app.told).toEqual([`Cannot read operations: all subscriptions (${code})`]);
    app.arm.faults.clear();
    app.arm.apiVersions.add('2025-05-02-preview');
    await app.tickFor(2, 300);
    expect(app.told.slice(1)).toEqual([
      expect.stringMatching(/^Readable again: all subscriptions /),
    ]);
  });

  it('that passes within minutes is never told', async () => {
    await using app = await startApp();
    await app.track();
    app.arm.faults.set(forbidden);
    await app.tickFor(6);
    app.arm.faults.clear();
    await app.tickFor(10);
    expect(app.told).toEqual([]);
  });

  it('ends without a word when nothing is left to read', async () => {
    await using app = await startApp();
    const { trackingId } = await app.track();
    app.arm.faults.set(forbidden);
    await app.tickFor(8);
    const { operations, clock, sleep } = app.root.app();
    await untrack(trackingId, operations, clock, sleep);
    const [, last] = await app.tickFor(2);
    expect(last).toMatchObject({ incidents: 0 });
    expect(app.told).toHaveLength(1);
  });

  it('is told once by two instances that see it at the same time', async () => {
    await using app = await startApp();
    const other = app.another();
    await Promise.all([app.track(), app.track()]);
    app.arm.faults.set({ ...forbidden, status: 401 });
    for (let round = 0; round < 12; round += 1) {
      app.clock.pass(30);
      await Promise.all([app.tick(), other.tick()]);
    }
    expect(app.told).toHaveLength(1);
    app.arm.faults.clear();
    app.clock.pass(300);
    await Promise.all([app.tick(), other.tick()]);
    await app.tickFor(3);
    expect(app.told).toHaveLength(2);
  });
});
