import { describe, expect, it } from 'vitest';
import { armIdOf, scopeIdOf, type ClusterReference } from '../../shared/domain/scope.ts';
import { operationKey } from '../../shared/store/operation-row.ts';
import type { RowKey } from '../../shared/store/table.ts';
import { clusterRowKey } from '../../shared/store/watch-row.ts';
import type { OperationChanges } from '../../local/arm/cluster-history.ts';
import type { TestApp } from '../support/app.ts';
import {
  changes,
  failed,
  messages,
  run,
  succeeded,
  upgrade,
  watching,
} from '../support/watched-endings.ts';

const clusterKey = (cluster: ClusterReference): RowKey => clusterRowKey(scopeIdOf(cluster));

/** Writes other columns into a stored row. */
async function damage(
  app: TestApp,
  key: RowKey,
  wrong: Readonly<Record<string, string | number>>,
): Promise<void> {
  const row = await app.table().get(key);
  if (row === null) throw new Error('There is no such row.');
  await app.table().replace(key, { ...row.columns, ...wrong }, row.etag);
}

describe('a cluster’s document', () => {
  it('with objects that are no text, where texts should be, stops nothing', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    const odd = [{ toString: 5, valueOf: 5 }, null, ['x'], 7];
    app.arm.changeCluster(armIdOf(cluster), {
      cluster: { properties: { apiServerAccessProfile: { authorizedIPRanges: odd } } },
    });
    const { view } = await run(app, cluster, succeeded);
    expect((await view())['changes']).toContain('authorized IP ranges: 1 → 4');
  });

  it('with a hundred pools and the longest words and errors does not keep the failure from being posted', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    const long = '<!channel> "\u202e\n'.repeat(100);
    const pool = {
      orchestratorVersion: long,
      provisioningState: long,
      nodeImageVersion: long,
      status: { provisioningError: { code: long, message: long } },
    };
    const names = Array.from({ length: 97 }, (_none, at) => `pool${at}`);
    app.arm.changeCluster(armIdOf(cluster), {
      pools: Object.fromEntries(names.map((name) => [name, pool])),
    });
    const operation = await run(app, cluster, failed);
    expect(messages(app, 'Failed')).toHaveLength(1);
    expect(JSON.stringify(app.slack.messages)).not.toMatch(/<!channel|\u202e/);
    const { left } = await operation.stored();
    expect([left?.length, left?.some(({ error }) => error !== undefined)]).toEqual([101, true]);
  });
});

describe('a row whose optional columns are damaged', () => {
  it.each(['settled', 'settledAt', 'settledKey', 'broken', 'isBroken'])(
    'is read without them: %s of a watched cluster',
    async (column) => {
      const { app, cluster } = await watching();
      await using _ = app;
      await damage(app, clusterKey(cluster), { [column]: '{"a' });
      app.arm.start({ ...cluster, scenario: 'neverEnds', changes: upgrade });
      await app.tickFor(10);
      expect(app.told).toEqual([`Started: ${cluster.resourceName}`]);
      expect((await app.tickFor(1))[0]?.corruptRows).toBe(0);
    },
  );

  it.each(['changes', 'left', 'startedBy'])(
    'is read without them: %s of an operation',
    async (column) => {
      const { app, cluster } = await watching();
      await using _ = app;
      const operation = await app.track({ cluster, changes: upgrade });
      await damage(app, operationKey(operation.trackingId), { [column]: 5 });
      operation.set(succeeded);
      await app.tickFor(3);
      expect(app.told).toEqual([`Succeeded: ${cluster.resourceName}`]);
    },
  );

  it('begins anew with what was there before', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    await damage(app, clusterKey(cluster), { settled: '[]', settledAt: 5 });
    await app.tickFor(10);
    const { view } = await run(app, cluster, succeeded);
    expect((await view())['changes']).toEqual(changes);
  });
});

describe('what a reading shows in another form', () => {
  it('is no change: no pools, other letter case, a minor version for one of its patches', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    const forms: OperationChanges = {
      cluster: {
        properties: {
          powerState: { code: 'running' },
          kubernetesVersion: '1.33',
          currentKubernetesVersion: null,
        },
      },
      pools: {
        gpupool: {
          name: 'GpuPool',
          vmSize: 'standard_nc4as_t4_v3',
          orchestratorVersion: '1.33',
          currentOrchestratorVersion: null,
        },
      },
    };
    const { view } = await run(app, cluster, succeeded, { changes: forms });
    expect((await view())['changes']).toEqual([]);
    const none: OperationChanges = { cluster: { properties: { agentPoolProfiles: null } } };
    const next = await run(app, cluster, succeeded, { changes: none });
    expect((await next.view())['changes']).toEqual([]);
  });
});

describe('what was there before', () => {
  it('is read anew after a clock was ahead', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    const { watches } = app.root.app();
    const stored = await watches.findCluster(cluster);
    if (stored === null || stored.value.settled === null) throw new Error('It was not read.');
    const settled = { ...stored.value.settled, at: '2031-01-01T00:00:00.000Z' };
    await watches.saveCluster({ ...stored.value, settled }, stored.etag);
    await app.tickFor(10);
    const { view } = await run(app, cluster, succeeded);
    expect((await view())['changes']).toEqual(changes);
  });
});
