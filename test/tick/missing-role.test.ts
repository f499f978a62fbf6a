import { describe, expect, it } from 'vitest';
import { ensureWatch } from '../../shared/requests/watches.ts';
import { startApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';
import { forbidden, groupsOf, lost } from '../support/incidents.ts';

describe('a missing role', () => {
  it('on one resource group is posted for that one, and so is its end', async () => {
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

  it('on a whole subscription is posted once, however many resource groups, and once when all work', async () => {
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

  it('that spreads from a resource group to the subscription is posted as that, and ends as one', async () => {
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

  it('that keeps a watch from its clusters is posted once per resource group, and ends when they can be listed', async () => {
    await using app = await startApp();
    const clusters = groupsOf(2);
    const [mine = someCluster()] = clusters;
    for (const cluster of [...clusters, { ...mine, resourceName: 'aks-2' }])
      app.arm.addCluster(cluster);
    const { watches, clock } = app.root.app();
    const scope = { ...mine, resourceGroupName: null, resourceName: null };
    await ensureWatch({ scope, options: {} }, watches, clock);
    await app.tickFor(8);
    app.arm.faults.set({ ...forbidden, resourceGroupName: mine.resourceGroupName });
    await app.tickFor(40);
    expect(app.told).toEqual([lost(mine.resourceGroupName)]);
    const [message] = app.slack.messages.map(({ payload }) => JSON.stringify(payload));
    expect(message).toContain('what begins on watched clusters is not seen');
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
    await ensureWatch({ scope, options: {} }, watches, clock);
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

  it('is posted with the identity, the role and the scope, and with the line that gives it', async () => {
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
