import { armIdOf, type ClusterReference } from '../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import { watchKey } from '../../shared/store/watch-row.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import type { GivenWatchOptions } from '../../shared/requests/watch-request.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';

type Answer = Parameters<TestApp['arm']['set']>[1];

const running = { status: 'InProgress', percentComplete: 5 };
const succeeded = { status: 'Succeeded' };

/** Watches a cluster, or all of its group or subscription. */
async function watch(
  app: TestApp,
  { subscriptionId, resourceGroupName, resourceName }: ClusterReference,
  breadth: 'cluster' | 'group' | 'subscription' = 'cluster',
  options: GivenWatchOptions = {},
): Promise<string> {
  const scope = {
    subscriptionId,
    resourceGroupName: breadth === 'subscription' ? null : resourceGroupName,
    resourceName: breadth === 'cluster' ? resourceName : null,
  };
  const { watches, clock } = app.root.app();
  return (await ensureWatch({ scope, options }, watches, clock)).watch.watchId;
}

/** Starts an operation at ARM that nobody registers. */
function begin(app: TestApp, cluster: ClusterReference, answer: Answer): (next: Answer) => void {
  const { id } = app.arm.start({ ...cluster, scenario: 'neverEnds' });
  app.arm.set(id, answer);
  return (next) => app.arm.set(id, next);
}

function someReference(): ClusterReference {
  return someCluster();
}

const at = (app: TestApp): string => app.clock.now().toISOString();

describe('a watched cluster', () => {
  it('has every operation posted from its start to its end, without anybody registering it', async () => {
    await using app = await startApp();
    const cluster = someReference();
    app.arm.addCluster(cluster);
    await watch(app, cluster);
    await app.tickFor(2);
    const set = begin(app, cluster, running);
    await app.tickFor(5);
    set(succeeded);
    await app.tickFor(5);
    expect(app.told).toEqual([
      `Started: ${cluster.resourceName}`,
      `Succeeded: ${cluster.resourceName}`,
    ]);
    begin(app, cluster, running);
    await app.tickFor(5);
    expect(app.told).toHaveLength(3);
  });

  it('has an operation posted that began and ended between two looks: once, by its ending', async () => {
    await using app = await startApp();
    const cluster = someReference();
    app.arm.addCluster(cluster);
    await watch(app, cluster);
    await app.tickFor(2);
    begin(app, cluster, { ...succeeded, startTime: at(app), endTime: at(app) });
    await app.tickFor(20);
    expect(app.told).toEqual([`Succeeded: ${cluster.resourceName}`]);
  });

  it('has nothing posted that had ended before, but what runs', async () => {
    await using app = await startApp();
    const cluster = someReference();
    begin(app, cluster, { ...succeeded, startTime: at(app), endTime: at(app) });
    app.clock.pass(10);
    begin(app, cluster, running);
    app.clock.pass(10);
    await watch(app, cluster);
    await app.tickFor(10);
    expect(app.told).toEqual([`Started: ${cluster.resourceName}`]);
  });

  it('shares one operation with who registers it; what is given by hand wins', async () => {
    await using app = await startApp();
    const cluster = someReference();
    app.arm.addCluster(cluster);
    await watch(app, cluster, 'cluster', { label: 'watched', channel: 'payments' });
    await app.tickFor(1);
    const operation = await app.track({ cluster, label: 'by hand', channel: 'default' });
    await app.tickFor(8);
    operation.set(succeeded);
    await app.tickFor(4);
    expect(app.told).toEqual([`Succeeded: ${cluster.resourceName}`]);
    expect(JSON.stringify(app.slack.messages)).toContain(' · by hand · ');
    expect(app.slack.messages).toMatchObject([{ channel: 'default' }]);
  });

  it('does not find again what somebody untracked', async () => {
    await using app = await startApp();
    const cluster = someReference();
    app.arm.addCluster(cluster);
    await watch(app, cluster);
    await app.tickFor(1);
    const operation = await app.track({ cluster });
    await app.untrack(operation.trackingId);
    await app.tickFor(10);
    operation.set(succeeded);
    await app.tickFor(10);
    expect(app.told).toEqual([]);
  });

  it('has only those events posted that are wanted', async () => {
    await using app = await startApp();
    const cluster = someReference();
    app.arm.addCluster(cluster);
    await watch(app, cluster, 'cluster', { events: ['finished'] });
    await app.tickFor(1);
    const set = begin(app, cluster, running);
    await app.tickFor(5);
    set({ status: 'Draining' });
    await app.tickFor(3);
    expect(app.told).toEqual([]);
    set({ status: 'Failed', error: { code: 'QuotaExceeded', message: 'Too many cores.' } });
    await app.tickFor(5);
    expect(app.told).toEqual([`Failed: ${cluster.resourceName} (QuotaExceeded)`]);
  });

  it('has nothing posted where no event is wanted, which takes it out of a wider watch', async () => {
    await using app = await startApp();
    const quiet = someReference();
    const loud = { ...quiet, resourceName: 'aks-loud' };
    for (const cluster of [quiet, loud]) app.arm.addCluster(cluster);
    await watch(app, quiet, 'cluster', { events: [] });
    await watch(app, quiet, 'group');
    await app.tickFor(8);
    const sets = [quiet, loud].map((cluster) => begin(app, cluster, running));
    await app.tickFor(8);
    for (const set of sets) set({ status: 'Failed' });
    await app.tickFor(8);
    expect(app.told).toEqual(['Started: aks-loud', 'Failed: aks-loud']);
  });

  it('has no channel missed that nothing is owed to', async () => {
    await using app = await startApp();
    const cluster = someReference();
    app.arm.addCluster(cluster);
    await watch(app, cluster, 'cluster', { channel: 'gone', events: ['finished'] });
    await app.tickFor(1);
    const set = begin(app, cluster, running);
    await app.tickFor(5);
    set({ status: 'Draining' });
    await app.tickFor(3);
    expect(app.told).toEqual([]);
  });

  it('is found again after it was deleted and made anew', async () => {
    await using app = await startApp();
    const cluster = someReference();
    app.arm.addCluster(cluster);
    await watch(app, cluster);
    await app.tickFor(2);
    app.arm.forget(armIdOf(cluster));
    await app.tickFor(20);
    const { resourceName } = cluster;
    expect(app.told).toEqual([
      `Cannot find what is watched: cluster ${resourceName} (ResourceNotFound)`,
    ]);
    app.arm.addCluster(cluster);
    begin(app, cluster, running);
    await app.tickFor(25);
    expect(app.told.slice(1).toSorted()).toEqual([
      expect.stringMatching(`^Found again: cluster ${resourceName}`),
      `Started: ${resourceName}`,
    ]);
  });

  it('says when its list may have hidden some', async () => {
    await using app = await startApp();
    const cluster = someReference();
    begin(app, cluster, succeeded);
    await watch(app, cluster, 'cluster', { events: ['finished'] });
    await app.tickFor(2);
    app.arm.faults.set({ kind: 'down' });
    await app.tickFor(4);
    for (let more = 0; more < 55; more += 1) begin(app, cluster, running);
    app.arm.faults.clear();
    await app.tickFor(20);
    expect(app.told).toEqual([
      expect.stringContaining(`May have been missed: ${cluster.resourceName}`),
    ]);
  });
});

describe('a watched resource group or subscription', () => {
  it.each(['group', 'subscription'] as const)(
    '(%s) has all of its clusters watched, also those that come, and no other',
    async (breadth) => {
      await using app = await startApp();
      const first = someReference();
      const second = { ...first, resourceName: `${first.resourceName}-2` };
      const elsewhere = {
        ...first,
        resourceGroupName: 'rg-other',
        resourceName: `${first.resourceName}-3`,
      };
      app.arm.addCluster(first);
      app.arm.addCluster(elsewhere);
      await watch(app, first, breadth);
      await app.tickFor(6);
      begin(app, first, running);
      begin(app, elsewhere, running);
      app.arm.addCluster(second);
      begin(app, second, running);
      await app.tickFor(12);
      const all = breadth === 'group' ? [first, second] : [first, second, elsewhere];
      expect(app.told.toSorted()).toEqual(
        all.map(({ resourceName }) => `Started: ${resourceName}`).toSorted(),
      );
    },
  );

  it('leaves the options to a watch of the cluster itself', async () => {
    await using app = await startApp();
    const cluster = someReference();
    app.arm.addCluster(cluster);
    await watch(app, cluster, 'subscription');
    await watch(app, cluster, 'cluster', { channel: 'payments' });
    await app.tickFor(3);
    begin(app, cluster, running);
    await app.tickFor(6);
    expect(app.slack.messages).toMatchObject([{ channel: 'payments' }]);
  });

  it('forgets no cluster for one answer that it is not there', async () => {
    await using app = await startApp();
    const cluster = someReference();
    app.arm.addCluster(cluster);
    await watch(app, cluster, 'group');
    await app.tickFor(8);
    const known = async () => await app.root.app().watches.clusters(cluster.subscriptionId);
    const [before] = await known();
    const notFound = { kind: 'status', status: 404, code: 'ResourceNotFound' } as const;
    app.arm.faults.set({ ...notFound, resourceGroupName: cluster.resourceGroupName });
    await app.tickFor(5);
    app.arm.faults.clear();
    expect(await known()).toMatchObject([{ since: before?.since, trouble: { failures: 1 } }]);
    await app.tickFor(8);
    expect(await known()).toMatchObject([{ since: before?.since, trouble: null }]);
  });

  it('asks no more for a cluster that is gone', async () => {
    await using app = await startApp();
    const cluster = someReference();
    app.arm.addCluster(cluster);
    await watch(app, cluster, 'group');
    await app.tickFor(6);
    app.arm.forget(armIdOf(cluster));
    await app.tickFor(20);
    const looks = (): number =>
      app.arm.calls.filter(({ path }) => path.endsWith('/operations')).length;
    const before = looks();
    await app.tickFor(20);
    expect(looks()).toBe(before);
    expect(app.told).toEqual([]);
    expect(await app.root.app().watches.clusters(cluster.subscriptionId)).toEqual([]);
  });

  it('finds nothing more once it is deleted', async () => {
    await using app = await startApp();
    const cluster = someReference();
    app.arm.addCluster(cluster);
    const watchId = await watch(app, cluster, 'subscription');
    await app.tickFor(6);
    await app.root.app().watches.removeWatch(watchId);
    await app.tickFor(1);
    const { callCount } = app.arm;
    begin(app, cluster, running);
    await app.tickFor(10);
    expect(app.arm.callCount).toBe(callCount);
    expect(app.told).toEqual([]);
  });
});

it('a watch that cannot be read takes nothing with it that its clusters know', async () => {
  await using app = await startApp();
  const cluster = someReference();
  app.arm.addCluster(cluster);
  const watchId = await watch(app, cluster);
  await app.tickFor(1);
  const operation = await app.track({ cluster });
  await app.untrack(operation.trackingId);

  const table = app.table();
  const row = await table.get(watchKey(watchId));
  if (row === null) throw new Error('no watch');
  await table.upsert(row.key, { ...row.columns, version: 2 });
  await app.tickFor(4);
  await table.upsert(row.key, row.columns);
  await app.tickFor(8);
  expect(app.told).toEqual([]);
});

it('a List is read only as far as it takes to see what is wanted', async () => {
  await using app = await startApp();
  const cluster = someReference();
  for (let old = 0; old < 45; old += 1) begin(app, cluster, succeeded);
  await Promise.all([1, 2, 3].map(() => app.track({ cluster })));
  expect(await app.tickFor(1)).toMatchObject([{ read: 3, armCalls: 1 }]);
  await watch(app, cluster);
  // All pages for the look, and the cluster itself.
  expect(await app.tickFor(1)).toMatchObject([{ read: 3, armCalls: 4 }]);
});

it('one List takes the place of the Gets of a cluster’s operations, and of what it does not show they are read', async () => {
  await using app = await startApp();
  const cluster = someReference();
  await Promise.all(Array.from({ length: 60 }, () => app.track({ cluster })));
  const [summary] = await app.tickFor(1);
  const lists = app.arm.calls.filter(({ path }) => path.endsWith('/operations'));
  // The newest 50, on three pages; the other ten one by one.
  expect(lists).toHaveLength(3);
  expect(summary).toMatchObject({ read: 60, armCalls: 13, deferred: 0, failedReadings: 0 });
  const [again] = await app.tickFor(1);
  expect(again).toMatchObject({ read: 60, armCalls: 13 });
});
