import { scopeIdOf, type ClusterReference, type Scope } from '../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import type { ArmReader } from '../../shared/arm/client.ts';
import { keysAround, type FailedReading, type IncidentName } from '../../shared/domain/incident.ts';
import type { WorkStore } from '../../shared/store/work-store.ts';
import { targetsOf } from '../../shared/doctor/targets.ts';
import { byScope } from '../../shared/tick/by-scope.ts';
import { createDiscovery } from '../../shared/tick/discover.ts';
import { nothing } from '../../shared/tick/look-into-endings.ts';
import { reviewIncidents } from '../../shared/tick/incidents.ts';
import { collectRefusals } from '../../shared/store/refused-rows.ts';
import { createWatchStore } from '../../shared/store/watch-store.ts';
import { register } from '../../shared/requests/register.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import { watchFinder, type Watch } from '../../shared/domain/watch.ts';
import { createRows, simulatedTable } from '../simulation/simulated-table.ts';
import { startInMemory, type InMemory, type VirtualTime } from '../support/in-memory.ts';
import { seen } from '../support/operation-builders.ts';

const subscriptionId = '00000000-0000-4000-8000-000000000001';
const other = 'ffffffff-0000-4000-8000-000000000000';
const tickMs = 30_000;
/** As long as a request to a table takes at Azure. */
const tableMs = 10;

const cluster = (at: number): ClusterReference => ({
  subscriptionId,
  resourceGroupName: `rg-${at % 50}`,
  resourceName: `aks-${at}`,
});
const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const wholeSubscription: Scope = {
  subscriptionId,
  resourceGroupName: null,
  resourceName: null,
};
const listOf = (clusters: readonly ClusterReference[]) =>
  ({
    ok: true,
    items: clusters.map((reference) => ({ reference, seen: null })),
    isComplete: true,
  }) as const;

/** ARM with these clusters, on which nothing runs; whatever is read by itself has failed. */
function armWith(clusters: readonly ClusterReference[]) {
  return (time: VirtualTime): ArmReader => {
    const answer = async () => {
      const at = time.now().toISOString();
      await time.sleep(100);
      return { at, calls: 1, notBefore: null };
    };
    return {
      readStatus: async () => ({ ...(await answer()), result: { ok: true, seen: seen('Failed') } }),
      listOperations: async () => ({
        ...(await answer()),
        result: { ok: true, items: [], isComplete: true },
      }),
      listClusters: async () => ({ ...(await answer()), result: listOf(clusters) }),
      listPools: async () => ({
        ...(await answer()),
        result: { ok: true, items: [], isComplete: true },
      }),
    };
  };
}

async function order(app: InMemory, scopes: readonly Scope[]): Promise<void> {
  const { watches } = app.needs;
  for (const scope of scopes)
    await app.time.run(async () => {
      await ensureWatch({ scope, options: {} }, watches, app.time.now);
    });
}
async function watched(app: InMemory): Promise<number> {
  let count = 0;
  await app.time.run(async () => {
    count = (await app.needs.watches.clusters(subscriptionId)).length;
  });
  return count;
}
async function track(app: InMemory, operationId: string): Promise<void> {
  const reference = { ...cluster(0), subscriptionId: other, agentPoolName: null, operationId };
  await app.time.run(async () => {
    await register({ reference, options: {} }, app.needs.operations, app.time.now);
  });
}

describe('much to watch', { timeout: 60_000 }, () => {
  it.each<[string, number, readonly Scope[], readonly ClusterReference[]]>([
    ['watches of one cluster each', 3000, numbers(3000).map(cluster), []],
    ['one watch of many clusters', 5000, [wholeSubscription], numbers(5000).map(cluster)],
  ])('%s: no tick is late, all else is read, and all are watched soon', async (...row) => {
    const [, count, scopes, clusters] = row;
    const app = startInMemory(armWith(clusters), tickMs, tableMs);
    await order(app, scopes);
    let before = 0;
    for (let tick = 0; before < count; tick += 1) {
      await track(app, `operation-${tick}`);
      const { ms, report } = await app.tick();
      expect(ms).toBeLessThan(tickMs);
      // What somebody else has registered is read in the same tick.
      expect(report.changed).toBe(1);
      const now = await watched(app);
      expect(now).toBeGreaterThan(before);
      before = now;
      expect(tick).toBeLessThan(4);
    }
    expect(before).toBe(count);

    // When nobody watches any more they go, likewise.
    for (const scope of scopes)
      await app.time.run(async () => await app.needs.watches.removeWatch(scopeIdOf(scope)));
    for (let tick = 0; before > 0; tick += 1) {
      const { ms } = await app.tick();
      expect(ms).toBeLessThan(tickMs);
      const now = await watched(app);
      expect(now).toBeLessThan(before);
      before = now;
      expect(tick).toBeLessThan(10);
    }
  });

  it.each<[string, readonly Scope[], readonly ClusterReference[]]>([
    ['watches of one cluster each', numbers(1050).map(cluster), []],
    ['one watch of many clusters', [wholeSubscription], numbers(1050).map(cluster)],
  ])('%s: goes on in the next tick where the first has no time for all', async (...row) => {
    const [, scopes, clusters] = row;
    const app = startInMemory(armWith(clusters), 2000, 100);
    await order(app, scopes);
    let before = 0;
    for (let tick = 0; before < 1050; tick += 1) {
      await app.tick();
      const now = await watched(app);
      expect(now).toBeGreaterThan(before);
      // Neither all at once, nor none.
      expect(now < 1050 || tick > 0).toBe(true);
      before = now;
    }
  });
});

describe('a process that is killed while it discovers', () => {
  it.each<[string, readonly Scope[], readonly ClusterReference[]]>([
    ['watches of one cluster each', numbers(30).map(cluster), []],
    ['a watch of many clusters', [wholeSubscription], numbers(30).map(cluster)],
  ])('loses nothing of %s, whichever request was its last', async (_, scopes, clusters) => {
    for (let last = 0, isOver = false; !isOver; last += 1) {
      const app = startInMemory(armWith(clusters), tickMs);
      await order(app, scopes);
      isOver = await app.tickKilledAfter(last);
      for (let tick = 0; tick < 2; tick += 1) await app.tick();
      expect(await watched(app)).toBe(30);
      expect(last).toBeLessThan(500);
    }
  });
});

/** Counts how often a property of many things is looked at. */
function counted<T extends object>(things: readonly T[]): { things: T[]; looks: () => number } {
  let looks = 0;
  const watching: ProxyHandler<T> = {
    get(target, name, receiver): unknown {
      looks += 1;
      return Reflect.get(target, name, receiver);
    },
  };
  return { things: things.map((thing) => new Proxy(thing, watching)), looks: () => looks };
}

/** The steps that a work takes on so many things, and on twice and four times as many: it may grow as these do. */
async function expectInProportion(stepsFor: (count: number) => Promise<number> | number) {
  const steps = [await stepsFor(200), await stepsFor(400), await stepsFor(800)];
  const [first = 0, second = 0, third = 0] = steps;
  expect(first).toBeGreaterThan(0);
  expect(second).toBeLessThan(first * 2.3);
  expect(third).toBeLessThan(second * 2.3);
}

const watchOf = (scope: Scope): Watch => ({
  watchId: scopeIdOf(scope),
  scope,
  options: { label: null, channel: 'default', mention: null },
  createdAt: '2024-05-06T07:00:00.000Z',
  nextScanAt: '2024-05-06T07:00:00.000Z',
  lastScanAt: null,
  trouble: null,
});

describe('the work grows no faster than what there is', () => {
  it('to find the watch of each cluster', async () => {
    await expectInProportion((count) => {
      const { things, looks } = counted(numbers(count).map((at) => watchOf(cluster(at))));
      const find = watchFinder(things);
      for (const at of numbers(count)) expect(find(cluster(at))).toBe(things[at]);
      return looks();
    });
  });

  it('to review watches and clusters', async () => {
    await expectInProportion(async (count) => {
      let requests = 0;
      const table = simulatedTable(createRows(), async (_name, _key, run) => {
        requests += 1;
        return run(false);
      });
      const store = createWatchStore(table, table);
      const { things, looks } = counted(numbers(count).map((at) => watchOf(cluster(at))));
      const tick = { at: '2024-05-06T07:00:00.000Z', end: Infinity };
      const app = startInMemory(armWith([]), tickMs);
      const needs = { ...app.needs, watches: store, refusals: collectRefusals() };
      const discovery = createDiscovery(things, [], true, tick, needs, () => {}, {
        conclude: async () => nothing,
      });
      await discovery.review(Infinity);
      expect(discovery.wanted().filter(({ task }) => task === 'look')).toHaveLength(count);
      // Many are written with one request, and what was put away is asked for once.
      expect(requests).toBeLessThan(count / 10);
      return looks() + requests;
    });
  });

  it('to know which operations doctor asks about beside the watches', async () => {
    await expectInProportion(async (count) => {
      const app = startInMemory(armWith([]), tickMs);
      for (const at of numbers(count)) {
        const reference = { ...cluster(at), agentPoolName: null, operationId: `operation-${at}` };
        await register({ reference, options: {} }, app.needs.operations, app.time.now);
      }
      const { things, looks } = counted(numbers(count).map((at) => watchOf(cluster(at))));
      expect(await targetsOf(things, app.needs, 20)).toHaveLength(count);
      return looks();
    });
  });

  it('to see which incidents begin and end', async () => {
    await expectInProportion(async (count) => {
      const trouble = {
        cause: 'notFound',
        code: 'ResourceNotFound',
        message: '',
        since: '2024-05-06T07:00:00.000Z',
        failures: 9,
      } as const;
      const read = counted(
        numbers(count).map((at) => ({ scope: cluster(at), isOperation: false, trouble })),
      );
      const troubled = counted(
        numbers(count).map((at): FailedReading => ({
          scope: cluster(at),
          cause: 'notFound',
          isOperation: false,
        })),
      );
      const known = counted(
        numbers(count).map((at) => ({
          cause: 'notFound' as const,
          scope: { ...cluster(at), resourceName: `gone-${at}` },
          isOfList: false,
          since: trouble.since,
          until: null,
          undelivered: 0,
          owedSince: null,
        })),
      );
      let requests = 0;
      const app = startInMemory(armWith([]), tickMs);
      const work: WorkStore = {
        ...app.needs.work,
        troubled: async () => troubled.things,
        async addIncident() {
          requests += 1;
          return true;
        },
        async readable() {
          requests += 1;
          return new Set();
        },
      };
      const now = '2024-05-06T08:00:00.000Z';
      const review = await reviewIncidents(read.things, known.things, now, work, collectRefusals());
      expect(review.owing).toHaveLength(count);
      return read.looks() + troubled.looks() + known.looks() + requests;
    });
  });

  it('to find what lies within a scope', async () => {
    await expectInProportion((count) => {
      const incidents = numbers(count).map((at): IncidentName => ({
        cause: 'notFound',
        scope: cluster(at),
        isOfList: false,
      }));
      const { things, looks } = counted(incidents);
      const index = byScope(things, keysAround);
      for (const [at, incident] of incidents.entries()) {
        expect(index.within(incident)).toEqual([things[at]]);
        expect(index.isAround(incident)).toBe(true);
        expect(index.isWiderThan(incident)).toBe(false);
      }
      return looks();
    });
  });
});
