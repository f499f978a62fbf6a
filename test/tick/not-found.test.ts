import { armIdOf } from '../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';
import { missing, watch, oneOfTwo } from '../support/incidents.ts';

describe('a watched scope that Azure does not find', () => {
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

  it('is posted beside what can be read there, and ends without a word with its watch', async () => {
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

  it('is posted for each of several in a resource group, whenever it goes', async () => {
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

  it('is posted for each of several misspelt resource groups, and for a subscription once', async () => {
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

  it('is posted within minutes also where looks are rare', async () => {
    await using app = await startApp({ WATCH_INTERVAL: '1h' });
    const { gone, lostIt } = oneOfTwo(app);
    await watch(app, gone);
    await app.tickFor(6, 60);
    expect(app.told).toEqual([lostIt]);
  });

  it('differs from an operation that is not found, which is posted as lost', async () => {
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
