import { describe, expect, it } from 'vitest';
import { armIdOf, scopeIdOf, type ClusterReference } from '../../shared/domain/scope.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { failed, messages, run, succeeded, upgrade, watching } from '../support/watched-endings.ts';
import type { SendRequest } from '../simulation/simulated-table.ts';

/** Lets the next tick find all of a cluster right; no operation did it. */
function setRight(app: TestApp, cluster: ClusterReference, gpupool: object | null): void {
  app.arm.changeCluster(armIdOf(cluster), {
    cluster: { properties: { provisioningState: 'Succeeded' } },
    pools: { gpupool: gpupool === null ? null : { ...gpupool } },
  });
}

/** All messages that say that something is set right, each by the lines that do. */
function saying(app: TestApp): string[] {
  return messages(app)
    .map((text) => text.split('\n').filter((line) => /set right|succeeded again/i.test(line)))
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'));
}

/** Writes into the row of a watched cluster that the ending of an operation says what is set right. */
async function claimBy(app: TestApp, cluster: ClusterReference, by: string): Promise<void> {
  const { watches } = app.root.app();
  const stored = await watches.findCluster(cluster);
  if (stored === null) throw new Error(`not watched: ${scopeIdOf(cluster)}`);
  const broken = stored.value.broken.map((one) => ({ ...one, by }));
  await watches.saveCluster({ ...stored.value, broken }, stored.etag);
}

describe('what failed in a watched cluster', () => {
  it('is not said to be set right where the pool was deleted', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    await run(app, cluster, failed);
    await app.tickFor(10);
    setRight(app, cluster, null);
    await app.tickFor(30);
    expect(saying(app)).toEqual([
      expect.stringMatching(/^Set right again: \S+: the cluster, \d+ min after the failure$/),
    ]);
  });

  it('is said to be set right, if its state was not final yet when the failure was read', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    const left = { cluster: 'Upgrading', pools: { gpupool: 'Upgrading' } };
    await run(app, cluster, failed, { changes: { ...upgrade, left } });
    await run(app, cluster, succeeded);
    await app.tickFor(30);
    expect(saying(app)).toEqual([expect.stringMatching(/^Succeeded: .*: set right again\n/)]);
  });

  it('is not said to be set right, if the failure has left it Succeeded', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    const left = { cluster: 'Succeeded', pools: { gpupool: 'Succeeded' } };
    await run(app, cluster, failed, { changes: { ...upgrade, left } });
    await run(app, cluster, succeeded);
    await app.tickFor(30);
    expect(saying(app)).toEqual([]);
  });

  it('is said to be set right, if the operation that was to say it has ended without', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    const { trackingId } = await run(app, cluster, failed);
    await claimBy(app, cluster, trackingId);
    setRight(app, cluster, { provisioningState: 'Succeeded' });
    await app.tickFor(30);
    expect(saying(app)).toHaveLength(1);
  });

  it('and fails again after it was set right, is said to be set right again', async () => {
    const { app, cluster } = await watching();
    await using _ = app;
    const { trackingId } = await run(app, cluster, failed);
    await claimBy(app, cluster, trackingId);
    await run(app, cluster, failed);
    await run(app, cluster, succeeded);
    await app.tickFor(30);
    expect(saying(app)).toEqual([expect.stringMatching(/^Succeeded: .*: set right again\n/)]);
  });
});

describe('a process that dies while an ending sets something right', () => {
  it.each(['before', 'after'])(
    'says so once, if it dies %s any request to the store',
    async (side) => {
      let died = true;
      let requests = 0;
      for (; died; requests += 1) {
        let left = Infinity;
        const send: SendRequest = async (_name, _key, perform) => {
          await new Promise(setImmediate);
          left -= 1;
          if (left === -1 && side === 'after') perform(false);
          if (left < 0) throw new Error('The process is dead.');
          return perform(false);
        };
        const { app, cluster } = await watching('group', startApp({}, send));
        await using _ = app;
        await run(app, cluster, failed);
        const startTime = app.clock.now().toISOString();
        const operation = await app.track({ cluster, answer: { status: 'InProgress', startTime } });
        await app.tickFor(3);
        operation.set({ ...succeeded, startTime });
        left = requests;
        died = await app.tickFor(1).then(
          () => false,
          () => true,
        );
        left = Infinity;
        const next = app.another();
        for (let ticks = 0; ticks < 25; ticks += 1) {
          app.clock.pass(30);
          await next.tick();
        }
        const said = saying(app);
        // Between Slack's ok and the record of it the same message may be posted twice.
        expect({ requests, said: new Set(said).size }).toEqual({ requests, said: 1 });
        expect(messages(app, 'Succeeded')).toHaveLength(said.length);
        expect(said.length).toBeLessThanOrEqual(2);
      }
      expect(requests).toBeGreaterThan(12);
    },
    60_000,
  );
});
