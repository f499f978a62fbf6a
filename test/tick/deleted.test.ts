import { armIdOf, type ClusterReference } from '../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import type { OperationStore } from '../../shared/store/operation-store.ts';
import type { ClusterHead } from '../../shared/store/watch-row.ts';
import type { WatchStore } from '../../shared/store/watch-store.ts';
import type { Wanted } from '../../shared/calls/plan.ts';
import { createDiscovery } from '../../shared/tick/discover.ts';
import { nothing } from '../../shared/tick/look-into-endings.ts';
import { collectRefusals } from '../../shared/store/refused-rows.ts';
import { untrack } from '../../shared/requests/untrack.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { seen } from '../support/operation-builders.ts';
import { someCluster } from '../support/settings.ts';

type Breadth = 'cluster' | 'group' | 'subscription';
const running = { status: 'InProgress' };

/** Watches a cluster, or all of its group or subscription; the watch's ID. */
async function watch(
  app: TestApp,
  { subscriptionId, resourceGroupName, resourceName }: ClusterReference,
  breadth: Breadth,
): Promise<string> {
  const scope = {
    subscriptionId,
    resourceGroupName: breadth === 'subscription' ? null : resourceGroupName,
    resourceName: breadth === 'cluster' ? resourceName : null,
  };
  const { watches, clock } = app.root.app();
  return (await ensureWatch({ scope, options: {} }, watches, clock)).watch.watchId;
}

function begin(app: TestApp, cluster: ClusterReference): string {
  const { id } = app.arm.start({ ...cluster, scenario: 'neverEnds' });
  app.arm.set(id, running);
  return id;
}

/** The IDs of all that is tracked at a cluster. */
async function trackedAt(app: TestApp, cluster: ClusterReference) {
  const { operations } = app.root.app();
  const query = { state: 'all', top: 1000, position: null, ...cluster } as const;
  return (await operations.list(query)).operations;
}

/** Calls `before` with the number and the name of each call, and waits for it. */
function counted<S extends object>(store: S, before: (name: string) => Promise<void>): S {
  return new Proxy(store, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]) => {
        await before(String(name));
        return await Reflect.apply(method, target, given);
      };
    },
  });
}

/** A look that finds three running operations, with something done before its call number `at`; `null`: it has fewer. */
async function lookWith(
  app: TestApp,
  cluster: ClusterReference,
  at: number,
  doIt: () => Promise<void>,
  shown: readonly string[] = ['c', 'b', 'a'],
): Promise<{ before: number; during: string } | null> {
  const { operations, watches, clock } = app.root.app();
  const [head] = await watches.clusters(cluster.subscriptionId);
  if (head === undefined) throw new Error('no cluster');
  let calls = 0;
  let done: { before: number; during: string } | null = null;
  const before = async (name: string): Promise<void> => {
    calls += 1;
    if (calls !== at) return;
    done = { before: (await trackedAt(app, cluster)).length, during: name };
    await doIt();
  };
  const needs = {
    operations: counted<OperationStore>(operations, before),
    watches: counted<WatchStore>(watches, before),
    policy: { stalledAfterMs: 0, giveUpAfterMs: 1e9 },
    findUsual: async () => null,
    watchIntervalMs: 120_000,
    clock,
    refusals: collectRefusals(),
  };
  const tickAt = clock().toISOString();
  const known = await watches.watches();
  const discovery = createDiscovery(
    known.filter(({ scope }) => scope.subscriptionId === cluster.subscriptionId),
    [head],
    true,
    { at: tickAt, end: Infinity },
    needs,
    () => {},
    { conclude: async () => nothing },
  );
  const items = shown.map((operationId) => ({
    operationId,
    agentPoolName: null,
    seen: seen('InProgress'),
  }));
  const wanted: Wanted<ClusterHead, 'look'> = {
    task: 'look',
    key: 'x',
    subscriptionId: cluster.subscriptionId,
    listOf: 'x',
    dueAt: tickAt,
    item: head,
  };
  await discovery.looked(wanted, {
    at: tickAt,
    notBefore: null,
    calls: 1,
    result: { ok: true, items, isComplete: true },
  });
  return done;
}

describe('a watch that is deleted while a look is under way', () => {
  it('finds nothing from that moment on, whichever it is', async () => {
    let moments = 0;
    for (let at = 1; ; at += 1) {
      await using app = await startApp();
      const cluster = someCluster();
      const watchId = await watch(app, cluster, 'cluster');
      app.arm.addCluster(cluster);
      await app.tickFor(1);
      const deleted = await lookWith(app, cluster, at, async () => {
        await app.root.app().watches.removeWatch(watchId);
      });
      if (deleted === null) break;
      moments += 1;
      // What is being added at that very moment was found before.
      const most = deleted.before + Number(deleted.during === 'add');
      expect((await trackedAt(app, cluster)).length).toBeLessThanOrEqual(most);
      await app.tickFor(1);
      expect((await trackedAt(app, cluster)).length).toBeLessThanOrEqual(most);
    }
    expect(moments).toBeGreaterThan(12);
  });

  it('leaves it to a wider one to find what it has not', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    app.arm.addCluster(cluster);
    await watch(app, cluster, 'group');
    const narrow = await watch(app, cluster, 'cluster');
    await app.tickFor(8);
    const id = begin(app, cluster);
    const last = id.slice(id.lastIndexOf('/') + 1);
    for (let at = 1; at <= 4; at += 1) {
      await lookWith(app, cluster, at, async () => {
        await app.root.app().watches.removeWatch(narrow);
      });
    }
    await app.tickFor(8);
    const ids = (await trackedAt(app, cluster)).map(({ reference }) => reference.operationId);
    expect(ids).toContain(last);
  });
});

describe('an operation that is untracked while a look is under way', () => {
  it('is not found by it, whichever moment it is', async () => {
    let moments = 0;
    for (let at = 1; ; at += 1) {
      await using app = await startApp();
      const cluster = someCluster();
      await watch(app, cluster, 'cluster');
      app.arm.addCluster(cluster);
      await app.tickFor(1);
      const { trackingId } = await app.track({ cluster });
      const [tracked] = await trackedAt(app, cluster);
      const operationId = tracked?.reference.operationId ?? '';
      const { operations, watches, clock, sleep } = app.root.app();
      const done = await lookWith(
        app,
        cluster,
        at,
        async () => void (await untrack(trackingId, { operations, watches, clock, sleep })),
        ['c', operationId, 'a'],
      );
      if (done === null) break;
      moments += 1;
      await app.tickFor(6);
      const ids = (await trackedAt(app, cluster)).map(({ reference }) => reference.operationId);
      expect(ids).not.toContain(operationId);
    }
    expect(moments).toBeGreaterThan(12);
  });
});

describe('what was untracked', () => {
  it.each<[string, Breadth]>([
    ['watched by itself', 'cluster'],
    ['of a watched resource group', 'group'],
    ['of a watched subscription', 'subscription'],
  ])('does not come back with a cluster %s that was away', async (_, breadth) => {
    await using app = await startApp();
    const cluster = someCluster();
    app.arm.addCluster(cluster);
    await watch(app, cluster, breadth);
    await app.tickFor(8);
    const id = begin(app, cluster);
    await app.tickFor(8);
    const [found] = await trackedAt(app, cluster);
    await app.untrack(found?.trackingId ?? '');
    const messages = app.told.length;
    const away = { kind: 'status', status: 404, code: 'ResourceNotFound' } as const;
    app.arm.faults.set({ ...away, resourceGroupName: cluster.resourceGroupName });
    await app.tickFor(30);
    app.arm.faults.clear();
    app.arm.set(id, { status: 'Succeeded', endTime: app.clock.now().toISOString() });
    await app.tickFor(20);
    expect(await trackedAt(app, cluster)).toEqual([]);
    expect(app.told.slice(messages).filter((lead) => !/Cannot|Found again/.test(lead))).toEqual([]);
    // What begins there now is found.
    begin(app, cluster);
    await app.tickFor(10);
    expect(await trackedAt(app, cluster)).toHaveLength(1);
  });

  it.each<Breadth>(['cluster', 'group', 'subscription'])(
    'does not come back with a watch of a %s that is deleted and made anew',
    async (breadth) => {
      await using app = await startApp();
      const cluster = someCluster();
      app.arm.addCluster(cluster);
      const watchId = await watch(app, cluster, breadth);
      await app.tickFor(8);
      begin(app, cluster);
      await app.tickFor(8);
      const [found] = await trackedAt(app, cluster);
      await app.untrack(found?.trackingId ?? '');
      await app.root.app().watches.removeWatch(watchId);
      await app.tickFor(2);
      await watch(app, cluster, breadth);
      await app.tickFor(8);
      expect(await trackedAt(app, cluster)).toEqual([]);
      begin(app, cluster);
      await app.tickFor(8);
      expect(await trackedAt(app, cluster)).toHaveLength(1);
    },
  );

  it('is forgotten with the history, whose purge counts operations alone', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    app.arm.addCluster(cluster);
    await watch(app, cluster, 'group');
    await app.tickFor(8);
    app.arm.forget(armIdOf(cluster));
    await app.tickFor(30);
    const { operations, watches } = app.root.app();
    expect(await watches.findPutAway(cluster)).not.toBeNull();
    const signal = AbortSignal.timeout(60_000);
    const now = app.clock.now().getTime();
    const before = new Date(now - 24 * 3_600_000).toISOString();
    expect(await operations.purge(before, signal)).toEqual({ purged: 0, unreadable: [] });
    expect(await watches.findPutAway(cluster)).not.toBeNull();
    const after = new Date(now + 1000).toISOString();
    expect(await operations.purge(after, signal)).toEqual({ purged: 0, unreadable: [] });
    expect(await watches.findPutAway(cluster)).toBeNull();
  });
});
