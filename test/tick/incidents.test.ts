import { armIdOf, type Scope } from '../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import type { ArmFault } from '../../local/arm/faults.ts';
import { createWorkStore } from '../../shared/store/work-store.ts';
import { reviewIncidents } from '../../shared/tick/incidents.ts';
import { collectRefusals } from '../../shared/store/refusals.ts';
import { plus } from '../../shared/time.ts';
import { untrack } from '../../shared/requests/untrack.ts';
import { orderWatch } from '../../shared/requests/watches.ts';
import { startApp, type TestApp, startProxiedApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';
import { someTable } from '../support/tables.ts';

const forbidden: ArmFault = { kind: 'status', status: 403 };

/** So many resource groups of one subscription, each with a cluster. */
const groupsOf = (count: number) => {
  const { subscriptionId } = someCluster();
  return Array.from({ length: count }, () => ({ ...someCluster(), subscriptionId }));
};
const lost = (group: string): string =>
  `Cannot read operations: resource group ${group} (AuthorizationFailed)`;
const missing = (place: string, code = 'ResourceNotFound'): string =>
  `Cannot find what is watched: ${place} (${code})`;

/** Orders a watch; the watch's ID. */
async function watch(app: TestApp, scope: Scope): Promise<string> {
  const { watches, clock } = app.root.app();
  return (await orderWatch({ scope, options: {} }, watches, clock)).watch.watchId;
}
/** A cluster that Azure has, and one beside it that it does not have. */
function oneOfTwo(app: TestApp) {
  const gone = someCluster();
  const there = { ...gone, resourceName: 'aks-there' };
  app.arm.addCluster(there);
  return { gone, there, lostIt: missing(`cluster ${gone.resourceName}`) };
}

/** Tracks an operation; its cluster. */
async function trackedIn(app: TestApp) {
  const cluster = someCluster();
  await app.track({ cluster });
  return cluster;
}

describe('trouble with reading', () => {
  it('is told once for all operations of a resource group, after minutes, and once when it is over', async () => {
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

  it('by a subscription that Azure does not know is told once, and ends no tracking', async () => {
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
      'It offers: 2026-10-02-preview, 2026-07-02-preview, 2026-02-02-preview, 2025-10-02-preview, 2024-10-02-preview.',
    );
    expect(text).toContain(
      'az functionapp config appsettings set --resource-group "rg-ops" --name "aks-notifier" --settings AKS_API_VERSION=2026-10-02-preview',
    );
    app.clock.pass(300);
    await app.another({ AKS_API_VERSION: '2026-07-02-preview' }).tick();
    expect(app.told).toHaveLength(2);
    expect(app.told[1]).toMatch(/^Readable again: all subscriptions/);
  });

  it('takes three readings to be told, however far apart they are', async () => {
    await using app = await startApp({ STALLED_AFTER: '0' });
    const { resourceGroupName } = await trackedIn(app);
    app.arm.faults.set(forbidden);
    await app.tickFor(2, 300);
    expect(app.told).toEqual([]);
    await app.tickFor(1, 300);
    expect(app.told).toEqual([lost(resourceGroupName)]);
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

  it('is over, and told so, with the reading by which its last operation ends', async () => {
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

describe('a watched place that Azure does not find', () => {
  it.each(['resource group', 'cluster'] as const)(
    'is told once, and once when it is there after all: a %s',
    async (breadth) => {
      await using app = await startApp();
      const cluster = someCluster();
      // The subscription is there, and for a cluster its resource group.
      const other =
        breadth === 'cluster' ? { resourceName: 'aks-2' } : { resourceGroupName: 'rg-2' };
      app.arm.addCluster({ ...cluster, ...other });
      await watch(app, breadth === 'cluster' ? cluster : { ...cluster, resourceName: null });
      await app.tickFor(5);
      expect(app.told).toEqual([]);
      await app.tickFor(20, 60);
      const name = breadth === 'cluster' ? cluster.resourceName : cluster.resourceGroupName;
      const code = breadth === 'cluster' ? 'ResourceNotFound' : 'ResourceGroupNotFound';
      expect(app.told).toEqual([missing(`${breadth} ${name}`, code)]);
      const [message] = app.slack.messages.map(({ payload }) => JSON.stringify(payload));
      expect(message).toContain('It was misspelt, or is gone');
      app.arm.addCluster(cluster);
      await app.tickFor(20, 60);
      expect(app.told.slice(1)).toEqual([
        expect.stringMatching(`^Found again: ${breadth} ${name}`),
      ]);
    },
  );

  it('is told beside what can be read there, and ends without a word with its watch', async () => {
    await using app = await startApp({ STALLED_AFTER: '0' });
    const { gone, there, lostIt } = oneOfTwo(app);
    await app.track({ cluster: there });
    const watchId = await watch(app, gone);
    await watch(app, there);
    await app.tickFor(15, 60);
    expect(app.told).toEqual([lostIt]);
    await app.root.app().watches.removeWatch(watchId);
    const summaries = await app.tickFor(15, 60);
    expect(app.told).toHaveLength(1);
    expect(summaries.at(-1)).toMatchObject({ incidents: 0 });
  });

  it('is told for each of several in a resource group, whenever it goes', async () => {
    await using app = await startApp();
    const { gone, there, lostIt } = oneOfTwo(app);
    app.arm.addCluster({ ...gone, resourceName: 'aks-3' });
    await watch(app, gone);
    await watch(app, there);
    await app.tickFor(15, 60);
    app.arm.forget(armIdOf(there));
    await app.tickFor(15, 60);
    expect(app.told).toEqual([lostIt, missing(`cluster ${there.resourceName}`)]);
  });

  it('is told for each of several misspelt resource groups, and for a subscription once', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    const groups = ['rg-1', 'rg-2', 'rg-3'];
    app.arm.addCluster(cluster);
    for (const resourceGroupName of groups)
      await watch(app, { ...cluster, resourceGroupName, resourceName: null });
    await app.tickFor(15, 60);
    const each = groups.map((group) => missing(`resource group ${group}`, 'ResourceGroupNotFound'));
    expect(app.told.toSorted()).toEqual(each);

    const elsewhere = someCluster();
    for (const resourceGroupName of groups)
      await watch(app, { ...elsewhere, resourceGroupName, resourceName: null });
    await app.tickFor(15, 60);
    expect(app.told.slice(3)).toEqual([
      `Cannot read operations: subscription ${elsewhere.subscriptionId} (SubscriptionNotFound)`,
    ]);
  });

  it('is told within minutes also where looks are rare', async () => {
    await using app = await startApp({ WATCH_INTERVAL: '1h' });
    const { gone, lostIt } = oneOfTwo(app);
    await watch(app, gone);
    await app.tickFor(6, 60);
    expect(app.told).toEqual([lostIt]);
  });

  it('is told apart from an operation that is not found, which is told as lost', async () => {
    await using app = await startApp();
    const { gone, lostIt } = oneOfTwo(app);
    await watch(app, gone);
    await app.tickFor(7);
    const operation = await app.track({ cluster: gone });
    app.arm.forget(armIdOf(gone));
    await app.tickFor(4);
    expect((await operation.stored()).state.trouble).toMatchObject({ cause: 'notFound' });
    expect(app.told).toEqual([lostIt]);
    expect(JSON.stringify(app.slack.messages)).not.toContain('operations wait');
  });
});

describe('an incident', () => {
  it.each(['notFound', 'forbidden'] as const)(
    'is not told again for one answer of another kind: %s',
    async (kind) => {
      await using app = await startProxiedApp({ STALLED_AFTER: '0' });
      const cluster = someCluster();
      const other = { ...cluster, resourceName: 'aks-2' };
      for (const one of kind === 'forbidden' ? [cluster, other] : [other]) app.arm.addCluster(one);
      const { watches, clock } = app.root.app();
      await orderWatch({ scope: cluster, options: {} }, watches, clock);
      const usual = kind === 'forbidden' ? [forbidden] : [];
      app.arm.faults.set(...usual);
      await app.tickFor(20, 60);
      for (let times = 0; times < 3; times += 1) {
        app.arm.faults.set({ kind: 'status', status: 503 });
        await app.tickFor(1, 600);
        app.arm.faults.set(...usual);
        await app.tickFor(10, 120);
      }
      expect(app.told).toHaveLength(1);
    },
  );

  it.each(['notFound', 'forbidden'] as const)(
    'has its end told by the next tick when one is broken off before: %s',
    async (kind) => {
      await using app = await startProxiedApp({ STALLED_AFTER: '0' });
      const cluster = someCluster();
      app.arm.addCluster({ ...cluster, resourceName: 'aks-2' });
      if (kind === 'forbidden') {
        app.arm.addCluster(cluster);
        app.arm.faults.set(forbidden);
      }
      const { watches, clock } = app.root.app();
      await orderWatch({ scope: cluster, options: {} }, watches, clock);
      await app.tickFor(20, 60);
      expect(app.told).toHaveLength(1);
      app.arm.addCluster(cluster);
      app.arm.faults.clear();
      app.tables.fault = ({ path }) =>
        decodeURIComponent(path.replaceAll('+', ' ')).includes("troubleCause gt ''")
          ? 'refuse'
          : null;
      await expect(app.tickFor(1, 900)).rejects.toThrow('Table storage is not available');
      app.tables.fault = () => null;
      await app.tickFor(1, 30);
      expect(app.told.slice(1)).toEqual([expect.stringMatching(/^(?:Found|Readable) again: /)]);
    },
  );

  it('tells of each of its turns how long it lasted, also when they are told together', async () => {
    await using app = await startApp({ STALLED_AFTER: '0' });
    const cluster = someCluster();
    app.arm.addCluster({ ...cluster, resourceName: 'aks-2' });
    const { watches, clock } = app.root.app();
    await orderWatch({ scope: cluster, options: {} }, watches, clock);
    app.slack.faults.set({ kind: 'down' });
    await app.tickFor(10, 60);
    app.arm.addCluster(cluster);
    await app.tickFor(15, 60);
    app.arm.forget(armIdOf(cluster));
    await app.tickFor(15, 60);
    app.slack.faults.clear();
    await app.tickFor(10, 300);
    const sent = JSON.stringify(app.slack.messages.map(({ payload }) => payload));
    expect(sent.match(/(?:failed for|again: cluster [\w-]+, after)[^.)"]*/g)?.join()).not.toMatch(
      / 0 s/,
    );
    expect(app.told).toHaveLength(3);
  });
});

describe('a missing role', () => {
  it('on one resource group is told of that one, and so is its end', async () => {
    await using app = await startApp();
    const [mine = someCluster(), fine] = groupsOf(2);
    const { resourceGroupName } = mine;
    for (const spelling of [resourceGroupName, resourceGroupName.toUpperCase()])
      await app.track({ cluster: { ...mine, resourceGroupName: spelling } });
    if (fine !== undefined) await app.track({ cluster: fine });
    app.arm.faults.set({ ...forbidden, resourceGroupName });
    await app.tickFor(12);
    expect(app.told).toHaveLength(1);
    expect(app.told[0]?.toLowerCase()).toBe(lost(resourceGroupName).toLowerCase());
    expect(JSON.stringify(app.slack.messages)).toContain('; 2 operations wait');
    app.arm.faults.clear();
    await app.tickFor(3, 300);
    expect(app.told.slice(1)).toEqual([
      expect.stringMatching(
        new RegExp(`^Readable again: resource group ${resourceGroupName}`, 'i'),
      ),
    ]);
  });

  it('on a whole subscription is told once, however many resource groups, and once when all work', async () => {
    await using app = await startApp({ STALLED_AFTER: '0' });
    const groups = groupsOf(3);
    const [first] = groups;
    for (const cluster of groups) {
      await app.track({ cluster });
      // They are read at times of their own.
      await app.tickFor(3);
    }
    app.arm.faults.set({ ...forbidden });
    await app.tickFor(12);
    const { subscriptionId = '' } = first ?? {};
    expect(app.told).toEqual([
      `Cannot read operations: subscription ${subscriptionId} (AuthorizationFailed)`,
    ]);
    expect(JSON.stringify(app.slack.messages)).toContain(
      `--scope \\"/subscriptions/${subscriptionId}\\"`,
    );
    // The role comes back for one group after the other.
    for (const { resourceGroupName } of groups.slice(1)) {
      app.arm.faults.set({ ...forbidden, resourceGroupName });
      await app.tickFor(3, 300);
      expect(app.told).toHaveLength(1);
    }
    app.arm.faults.clear();
    await app.tickFor(3, 300);
    expect(app.told.slice(1)).toEqual([
      expect.stringMatching(`^Readable again: subscription ${subscriptionId}`),
    ]);
  });

  it('on all resource groups but one that is not due for reading just now is none of the subscription', async () => {
    await using app = await startApp({ STALLED_AFTER: '0' });
    const [fine = someCluster(), ...others] = groupsOf(3);
    await app.track({ cluster: fine });
    // Read every two minutes by now.
    await app.tickFor(31, 60);
    for (const cluster of others) await app.track({ cluster });
    app.arm.faults.set(
      ...others.map(({ resourceGroupName }) => ({ ...forbidden, resourceGroupName })),
    );
    await app.tickFor(12);
    expect(app.told.toSorted()).toEqual(
      others.map(({ resourceGroupName }) => lost(resourceGroupName)).toSorted(),
    );
  });

  it('that spreads from a resource group to the subscription is told as that, and ends as one', async () => {
    await using app = await startApp({ STALLED_AFTER: '0' });
    const [one = someCluster(), other = someCluster()] = groupsOf(2);
    await app.track({ cluster: one });
    await app.track({ cluster: other });
    app.arm.faults.set({ ...forbidden, resourceGroupName: one.resourceGroupName });
    await app.tickFor(12);
    app.arm.faults.set(forbidden);
    const summaries = await app.tickFor(12, 60);
    expect(summaries.at(-1)).toMatchObject({ incidents: 1 });
    expect(app.told).toEqual([
      lost(one.resourceGroupName),
      `Cannot read operations: subscription ${one.subscriptionId} (AuthorizationFailed)`,
    ]);
    app.arm.faults.clear();
    await app.tickFor(4, 300);
    expect(app.told.slice(2)).toEqual([
      expect.stringMatching(`^Readable again: subscription ${one.subscriptionId}`),
    ]);
  });

  it('that keeps a watch from its clusters is told once per resource group, and ends when they can be listed', async () => {
    await using app = await startApp();
    const clusters = groupsOf(2);
    const [mine = someCluster()] = clusters;
    for (const cluster of [...clusters, { ...mine, resourceName: 'aks-2' }])
      app.arm.addCluster(cluster);
    const { watches, clock } = app.root.app();
    const scope = { ...mine, resourceGroupName: null, resourceName: null };
    await orderWatch({ scope, options: {} }, watches, clock);
    await app.tickFor(8);
    app.arm.faults.set({ ...forbidden, resourceGroupName: mine.resourceGroupName });
    await app.tickFor(40);
    expect(app.told).toEqual([lost(mine.resourceGroupName)]);
    const [message] = app.slack.messages.map(({ payload }) => JSON.stringify(payload));
    expect(message).toContain('what begins on watched clusters is not seen until reading works');
    expect(message).not.toContain('0 operations');
    app.arm.faults.clear();
    await app.tickFor(5, 300);
    expect(app.told.slice(1)).toEqual([
      expect.stringMatching(`^Readable again: resource group ${mine.resourceGroupName}`),
    ]);
  });

  it('that keeps a watch from listing a subscription hides no other trouble in it', async () => {
    await using app = await startApp();
    const [fine = someCluster(), mine = someCluster()] = groupsOf(2);
    const { subscriptionId } = mine;
    await app.track({ cluster: fine });
    await app.track({ cluster: mine });
    const { watches, clock } = app.root.app();
    const scope = { subscriptionId, resourceGroupName: null, resourceName: null };
    await orderWatch({ scope, options: {} }, watches, clock);
    app.arm.faults.set({ ...forbidden, resourceGroupName: '' });
    await app.tickFor(20);
    expect(app.told).toEqual([
      `Cannot list clusters: subscription ${subscriptionId} (AuthorizationFailed)`,
    ]);
    app.arm.faults.set(
      { ...forbidden, resourceGroupName: '' },
      { ...forbidden, resourceGroupName: mine.resourceGroupName },
    );
    await app.tickFor(10);
    expect(app.told.slice(1)).toEqual([lost(mine.resourceGroupName)]);
  });

  it('is told with the identity, the role and the scope, and with the line that gives it', async () => {
    await using app = await startApp({ AZURE_CLIENT_ID: '0f7c1e5a-2b34-4c5d-8e6f-a1b2c3d4e5f6' });
    const cluster = someCluster();
    const { resourceGroupName, subscriptionId } = cluster;
    await app.track({ cluster });
    app.arm.faults.set(forbidden);
    await app.tickFor(8);
    const text = JSON.stringify(app.slack.messages).replaceAll('\\"', '"');
    const scope = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}`;
    expect(text).toContain('client ID 0f7c1e5a-2b34-4c5d-8e6f-a1b2c3d4e5f6');
    expect(text).toContain(
      `az role assignment create --assignee-object-id 00000000-0000-0000-0000-0000000b1ec7 --assignee-principal-type ServicePrincipal --role Reader --scope "${scope}"`,
    );
  });
});

describe('two ticks that do not know of each other', () => {
  const since = '2026-09-21T14:00:00.000Z';
  const now = plus(since, 300_000);
  const trouble = { cause: 'forbidden', code: 'X', message: 'No.', since, failures: 3 } as const;

  it('open an incident once', async () => {
    const work = createWorkStore(someTable());
    const read = [{ scope: someCluster(), isOperation: true, trouble }];
    const reviews = [];
    for (let tick = 0; tick < 2; tick += 1)
      reviews.push(await reviewIncidents(read, [], now, work, collectRefusals()));
    expect(reviews.map(({ owing }) => owing.length)).toEqual([1, 0]);
    const [opened] = reviews[0]?.owing ?? [];
    if (opened === undefined) throw new Error('none');
    expect((await work.findIncident(opened))?.incident.outbox.owed).toHaveLength(1);
  });

  it('end it at once, also while a sender changes its row', async () => {
    const work = createWorkStore(someTable());
    const one = { scope: someCluster(), isOperation: true };
    await reviewIncidents([{ ...one, trouble }], [], now, work, collectRefusals());
    const { incidents } = await work.load(now);
    let changes = 0;
    const saveIncident: typeof work.saveIncident = async (incident, etag) => {
      changes += 1;
      return changes < 3 ? null : await work.saveIncident(incident, etag);
    };
    const contended = { ...work, saveIncident };
    const read = [{ ...one, trouble: null }];
    const { owing, open } = await reviewIncidents(
      read,
      incidents,
      now,
      contended,
      collectRefusals(),
    );
    expect(open).toBe(0);
    expect(owing.map(({ outbox }) => outbox.owed.map(({ event }) => event))).toEqual([
      ['unreadable', 'readableAgain'],
    ]);
  });
});
