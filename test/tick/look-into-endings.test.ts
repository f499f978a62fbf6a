import { describe, expect, it } from 'vitest';
import { armIdOf, type ClusterReference } from '../../shared/domain/scope.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';
import {
  changes,
  failed,
  messages,
  run,
  succeeded,
  upgrade,
  watch,
  watching,
} from '../support/watched-endings.ts';

/** Calls for the cluster itself or its pools, by anybody. */
function optionalCalls(app: TestApp, cluster: ClusterReference): string[] {
  return app.arm.calls
    .map(({ path }) => path)
    .filter((path) => path.endsWith(cluster.resourceName) || path.endsWith('/agentPools'));
}

describe('the ending of an operation that succeeded', () => {
  it.each(['group', 'cluster'] as const)(
    'says what it changed, where a watch of its %s has read the cluster before',
    async (breadth) => {
      const { app, cluster } = await watching(breadth);
      await using _ = app;
      const { view } = await run(app, cluster, succeeded);
      expect((await view())['changes']).toEqual(changes);
      expect(messages(app, 'Succeeded')).toEqual([
        expect.stringContaining(
          'Changed: Kubernetes 1.33.2 → 1.34.1; gpupool: 2 → 4 nodes, Kubernetes 1.33.2 → 1.34.1, node image 202610.12.0 → 202611.05.0',
        ),
      ]);
    },
  );

  it('says nothing of a cluster that nobody watches, and asks for nothing', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    app.arm.addCluster(cluster);
    const { view } = await run(app, cluster, succeeded);
    expect((await view())['changes']).toEqual([]);
    expect(messages(app, 'Succeeded')).not.toEqual([expect.stringContaining('Changed')]);
    expect(optionalCalls(app, cluster)).toEqual([]);
  });

  it('says nothing where another operation ran as well since the cluster was read', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    const other = app.arm.start({ ...cluster, scenario: 'neverEnds', changes: upgrade });
    app.arm.set(other.id, { ...succeeded, startTime: app.clock.now().toISOString() });
    const { view } = await run(app, cluster, succeeded, { changes: {} });
    expect((await view())['changes']).toEqual([]);
  });

  it('says what the next one changed, and not again what the first one did', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    await run(app, cluster, succeeded);
    await app.tickFor(4);
    const { view } = await run(app, cluster, succeeded, {
      changes: { pools: { gpupool: { count: 5 }, spot: { count: 1 } } },
    });
    expect((await view())['changes']).toEqual(['gpupool: 4 → 5 nodes', 'pool spot added']);
  });

  it('is posted all the same when the cluster cannot be read', async () => {
    for (const fault of [
      { kind: 'status', status: 403 },
      { kind: 'status', status: 429 },
      { kind: 'down' },
      { kind: 'malformed', form: 'html' },
      { kind: 'hang' },
    ] as const) {
      const { app, cluster } = await watching();
      await using _ = app;
      app.arm.faults.set({ ...fault, reads: 'cluster' });
      const { view } = await run(app, cluster, succeeded);
      expect([messages(app, 'Succeeded').length, (await view())['changes']]).toEqual([1, []]);
      // Nobody is notified of that.
      expect(messages(app, 'Cannot')).toEqual([]);
    }
  }, 30_000);
});

describe('the ending of an operation that failed', () => {
  it('says in which state it left the cluster and its pools, and what was asked for', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    app.arm.addCluster(cluster);
    const { view } = await run(app, cluster, failed);
    expect((await view())['left']).toEqual([
      {
        name: cluster.resourceName,
        provisioningState: 'Failed',
        requestedVersion: '1.34.1',
      },
      {
        name: 'gpupool',
        provisioningState: 'Failed',
        requestedVersion: '1.34.1',
        error: failed.error,
      },
      { name: 'systempool', provisioningState: 'Succeeded' },
      { name: 'userpool', provisioningState: 'Succeeded' },
    ]);
    expect(messages(app, 'Failed')).toEqual([
      expect.stringMatching(
        /State\W+cluster, gpupool: Failed \(1\.34\.1 requested\) · 2 pools: Succeeded/,
      ),
    ]);
  });

  it('says what AKS may refuse in that state, where the step needs it', async () => {
    for (const code of ['SubnetIsFull', 'PodDrainFailure']) {
      await using app = await startApp();
      const cluster = someCluster();
      app.arm.addCluster(cluster);
      await run(app, cluster, { status: 'Failed', error: { code, message: 'It failed.' } });
      const [said = ''] = messages(app, 'Failed');
      expect(said.includes('AKS may refuse to scale')).toBe(code === 'SubnetIsFull');
    }
  });

  it('is one that AKS canceled itself, and none that a newer operation has taken the place of', async () => {
    for (const code of ['PodDrainFailure', 'AKSOperationPreempted']) {
      await using app = await startApp();
      const cluster = someCluster();
      app.arm.addCluster(cluster);
      await run(app, cluster, { status: 'Canceled', error: { code, message: '' } });
      expect(optionalCalls(app, cluster)).toHaveLength(code === 'PodDrainFailure' ? 2 : 0);
    }
  });

  it('takes two calls, and none while it runs', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    app.arm.addCluster(cluster);
    await run(app, cluster, failed);
    await app.tickFor(4);
    expect(optionalCalls(app, cluster)).toEqual([
      armIdOf(cluster),
      `${armIdOf(cluster)}/agentPools`,
    ]);
  });

  it('is posted all the same when nothing of that can be read', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    app.arm.addCluster(cluster);
    app.arm.faults.set(
      { kind: 'hang', reads: 'cluster' },
      { kind: 'status', status: 403, reads: 'agentPools' },
    );
    const { view } = await run(app, cluster, failed);
    expect([messages(app, 'Failed').length, (await view())['left']]).toEqual([1, []]);
  }, 20_000);
});

describe('many endings at once', () => {
  it('are all posted, and asked about as far as a budget of their own goes', async () => {
    await using app = await startApp();
    const first = someCluster();
    const operations = await Promise.all(
      Array.from({ length: 90 }, async (_, at) => {
        const cluster = { ...first, resourceName: `aks-${at}` };
        app.arm.addCluster(cluster);
        return await app.track({ cluster });
      }),
    );
    await app.tickFor(1);
    for (const { set } of operations) set(failed);
    await app.tickFor(12);
    const stored = await Promise.all(
      operations.map(async (one) => (await one.stored()).left ?? []),
    );
    expect(stored.filter((left) => left.length > 0).length).toBeGreaterThan(20);
    const calls = app.arm.calls.filter(({ path }) => /\/(?:aks-\d+|agentPools)$/.test(path));
    // A quarter of 200 at once, and what comes back while they end; all of them would be 180.
    expect(calls.length).toBeLessThanOrEqual(50 + 0.5 * 90);
    const outcomes = await Promise.all(operations.map(async (one) => (await one.stored()).outbox));
    expect(outcomes.flatMap(({ owed }) => owed)).toEqual([]);
  }, 60_000);
});

describe('what a failure left in a watched cluster', () => {
  const fix = { changes: upgrade };

  it('is said to be set right by the ending of the operation that did it, once', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    await run(app, cluster, failed);
    await app.tickFor(10);
    await run(app, cluster, succeeded, fix);
    await app.tickFor(20);
    const [right, ...others] = [...messages(app, 'Succeeded'), ...messages(app, 'Set right')];
    expect(right).toMatch(/^Succeeded: .*: set right again\n/);
    expect(right).toMatch(
      /Succeeded again: the cluster and pool gpupool, \d+ min after the failure/,
    );
    expect(others).toEqual([]);
  });

  it('is said to be set right when no operation did it', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    await run(app, cluster, failed);
    await app.tickFor(10);
    app.arm.changeCluster(armIdOf(cluster), {
      cluster: { properties: { provisioningState: 'Succeeded' } },
      pools: { gpupool: { provisioningState: 'Succeeded' } },
    });
    await app.tickFor(30);
    expect(messages(app, 'Set right')).toHaveLength(1);
  });

  it('is not said of a cluster that nobody watches', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    app.arm.addCluster(cluster);
    await run(app, cluster, failed);
    await run(app, cluster, succeeded, fix);
    await app.tickFor(20);
    expect(messages(app, 'Set right')).toEqual([]);
    expect(messages(app, 'Succeeded')).not.toEqual([expect.stringContaining('set right')]);
  });

  it('is not said where nobody wanted the failure posted', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    app.arm.addCluster(cluster);
    await watch(app, cluster, 'group', { events: ['started', 'setRightAgain'] });
    await app.tickFor(10);
    for (const ending of [failed, succeeded]) {
      const { id } = app.arm.start({ ...cluster, scenario: 'neverEnds', changes: upgrade });
      await app.tickFor(6);
      app.arm.set(id, ending);
      await app.tickFor(10);
    }
    expect(app.told).toEqual([
      `Started: ${cluster.resourceName}`,
      `Started: ${cluster.resourceName}`,
    ]);
  });
});
