import { describe, expect, it } from 'vitest';
import type { ArmFault } from '../../local/arm/faults.ts';
import { untrack } from '../../shared/requests/untrack.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';
import { forbidden, lost, watch, trackedIn } from '../support/incidents.ts';

describe('trouble with reading', () => {
  it('is posted once for all operations of a resource group, after minutes, and once when it is over', async () => {
    await using app = await startApp({ STALLED_AFTER: '0' });
    const cluster = someCluster();
    const { subscriptionId, resourceGroupName } = cluster;
    await Promise.all(Array.from({ length: 10 }, () => app.track({ cluster })));
    const fine = await app.track();
    app.arm.faults.set({ ...forbidden, subscriptionId });
    await app.tickFor(5);
    expect(app.told).toEqual([]);
    const [, , , unreadable] = await app.tickFor(4);
    expect(app.told).toEqual([
      `Cannot read operations: resource group ${resourceGroupName} (AuthorizationFailed)`,
    ]);
    expect(JSON.stringify(app.slack.messages)).toContain('; 10 operations wait');
    expect(unreadable).toMatchObject({ incidents: 1 });
    await app.tickFor(4, 300);
    expect(app.told).toHaveLength(1);

    app.arm.faults.clear();
    await app.tickFor(3, 300);
    expect(app.told.slice(1)).toEqual([`Readable again: resource group ${resourceGroupName}`]);
    app.arm.faults.set({ ...forbidden, subscriptionId });
    await app.tickFor(6, 300);
    expect(app.told).toHaveLength(3);
    expect((await fine.stored()).state.trouble).toBeNull();
  });

  it('of two causes is posted once for each, and one operation in trouble is enough', async () => {
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
      `Cannot read operations: resource group ${mine.resourceGroupName} (AuthorizationFailed)`,
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
      ({ arm }) => arm.offer({ offered: ['2024-10-02-preview'] }),
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
    expect(app.told.slice(1).filter((line) => !line.startsWith('Moved'))).toEqual([
      expect.stringMatching(/^Readable again: all subscriptions/),
    ]);
  });

  const places: readonly [string, ArmFault][] = [
    ['another tenant', { kind: 'status', status: 401, code: 'InvalidAuthenticationTokenTenant' }],
    ['tokens that are not accepted', { kind: 'status', status: 401 }],
    ['an api-version', { kind: 'status', status: 400, code: 'NoRegisteredProviderFound' }],
  ];
  it.each(
    places.flatMap(([what, fault]) => [1, 2, 3].map((failing) => [what, failing, fault] as const)),
  )('by %s in %i of 3 subscriptions names these, and all only when all fail', async (...row) => {
    const [, failing, fault] = row;
    await using app = await startApp();
    const operations = [await app.track(), await app.track(), await app.track()];
    await app.tickFor(2);
    const ids = operations.slice(0, failing).map(({ subscriptionId }) => subscriptionId);
    app.arm.faults.set(...ids.map((subscriptionId) => ({ ...fault, subscriptionId })));
    await app.tickFor(12);
    const named = failing === 3 ? ['all subscriptions'] : ids.map((id) => `subscription ${id}`);
    expect(app.told.map((line) => line.replace(/ \(.*/, '')).toSorted()).toEqual(
      named.map((name) => `Cannot read operations: ${name}`).toSorted(),
    );
    app.arm.faults.clear();
    await app.tickFor(3, 300);
    expect(
      app.told
        .slice(named.length)
        .map((line) => line.replace(/ \(.*/, ''))
        .toSorted(),
    ).toEqual(named.map((name) => `Readable again: ${name}`).toSorted());
  });

  it('by another tenant names the one subscription that there is, and what to do', async () => {
    await using app = await startApp();
    const { subscriptionId } = await app.track();
    app.arm.faults.set({ kind: 'status', status: 401, code: 'invalidAuthenticationTokenTenant' });
    await app.tickFor(12);
    expect(app.told).toEqual([
      `Cannot read operations: subscription ${subscriptionId} (invalidAuthenticationTokenTenant)`,
    ]);
    expect(JSON.stringify(app.slack.messages)).toContain(
      'in another tenant than the app’s identity',
    );
  });

  it('by a subscription that Azure does not know is posted once, and ends no tracking', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    const running = await app.track({ cluster });
    const deleting = await app.track({ cluster, answer: { status: 'Deleting' } });
    const { subscriptionId } = cluster;
    await app.tickFor(2);
    app.arm.faults.set({
      kind: 'status',
      status: 404,
      code: 'SubscriptionNotFound',
      subscriptionId,
    });
    await app.tickFor(40, 60);
    expect(app.told).toEqual([
      `Cannot read operations: subscription ${subscriptionId} (SubscriptionNotFound)`,
    ]);
    expect(JSON.stringify(app.slack.messages)).toMatch(/AZURE_CLOUD.*tenant/);
    app.arm.faults.clear();
    for (const { set } of [running, deleting]) set({ status: 'Failed' });
    await app.tickFor(3, 300);
    expect(app.told.slice(1).toSorted()).toEqual([
      ...[running, deleting].map(({ name }) => expect.stringContaining(name)),
      expect.stringMatching(`^Readable again: subscription ${subscriptionId}`),
    ]);
  });

  it('by a retired api-version that is pinned names the setting and the line that moves on, which ends it', async () => {
    await using app = await startApp({
      AKS_API_VERSION: '2025-05-02-preview',
      WEBSITE_SITE_NAME: 'aks-notifier',
      WEBSITE_RESOURCE_GROUP: 'rg-ops',
    });
    await app.track();
    app.arm.apiVersions.delete('2025-05-02-preview');
    await app.tickFor(12);
    const text = JSON.stringify(app.slack.messages).replaceAll('\\"', '"');
    expect(text).toContain('AKS_API_VERSION is 2025-05-02-preview');
    expect(text).toContain(
      'pin AKS_API_VERSION to 2026-10-02-preview, the newest that Azure names',
    );
    expect(text).toContain(
      'az functionapp config appsettings set --resource-group "rg-ops" --name "aks-notifier" --settings AKS_API_VERSION=2026-10-02-preview',
    );
    app.clock.pass(300);
    await app.another({ AKS_API_VERSION: '2026-07-02-preview' }).tick();
    expect(app.told).toHaveLength(2);
    expect(app.told[1]).toMatch(/^Readable again: all subscriptions/);
  });

  it('takes three readings to be posted, however far apart they are', async () => {
    await using app = await startApp({ STALLED_AFTER: '0' });
    const { resourceGroupName } = await trackedIn(app);
    app.arm.faults.set(forbidden);
    await app.tickFor(2, 300);
    expect(app.told).toEqual([]);
    await app.tickFor(1, 300);
    expect(app.told).toEqual([lost(resourceGroupName)]);
  });

  it('that passes within minutes is never posted', async () => {
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
    await untrack(trackingId, app.root.app());
    const [, last] = await app.tickFor(2);
    expect(last).toMatchObject({ incidents: 0 });
    expect(app.told).toHaveLength(1);
  });

  it('ends without a word when nothing was read since, whatever was read before', async () => {
    await using app = await startApp({ WATCH_INTERVAL: '1h', STALLED_AFTER: '0' });
    const { trackingId, ...operation } = await app.track();
    const there = { ...someCluster(), subscriptionId: operation.subscriptionId };
    app.arm.addCluster(there);
    await watch(app, there);
    await app.tickFor(2);
    app.arm.faults.set({ kind: 'status', status: 503 });
    await app.tickFor(12);
    expect(app.told).toHaveLength(1);
    await untrack(trackingId, app.root.app());
    const [, last] = await app.tickFor(2);
    expect(last).toMatchObject({ incidents: 0 });
    expect(app.told).toHaveLength(1);
  });

  it('is over, and posted as that, with the reading by which its last operation ends', async () => {
    await using app = await startApp();
    const operation = await app.track();
    app.arm.faults.set(forbidden);
    await app.tickFor(12);
    app.arm.faults.clear();
    operation.set({ status: 'Succeeded' });
    await app.tickFor(3, 300);
    expect(
      app.told
        .slice(1)
        .map((line) => line.replace(/:.*/, ''))
        .toSorted(),
    ).toEqual(['Readable again', 'Succeeded']);
  });

  it('is posted once by two instances that see it at the same time', async () => {
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
