import { describe, expect, it } from 'vitest';
import type { Caller } from '../../local/arm/activity-log.ts';
import { viewOf, headOf } from '../../functions/views.ts';
import { plus } from '../../shared/time.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';

type Cluster = ReturnType<typeof someCluster>;

const type = 'Microsoft.ContainerService/managedClusters';
const isOfLog = ({ path }: { readonly path: string }): boolean => /eventtypes/i.test(path);
const logCalls = ({ arm }: TestApp): number => arm.calls.filter(isOfLog).length;
const joe = { caller: 'joe@contoso.example', claims: { name: 'Joe Bloggs', idtyp: 'user' } };

/** Tracks an upgrade that begins now; the log has Jane Doe as its caller, as she is the first of the stand-in. */
async function upgrade(app: TestApp, cluster: Cluster = someCluster(), by?: Caller) {
  const startTime = app.clock.now().toISOString();
  const shows = (status: string) => ({
    operationType: 'PutManagedCluster',
    subOperationType: 'Upgrading',
    startTime,
    status,
  });
  const operation = await app.track({
    cluster,
    answer: shows('InProgress'),
    ...(by === undefined ? {} : { startedBy: by }),
  });
  const startedBy = async (): Promise<unknown> =>
    viewOf(headOf(await operation.stored()))['startedBy'];
  const end = (status = 'Succeeded'): void =>
    operation.set({ ...shows(status), endTime: plus(app.clock.now().toISOString(), 0) });
  return { ...operation, startedBy, end };
}

const idOf = (operation: { readonly id: string }): string =>
  operation.id.replace(/\/operations\/.*/, '');

/** So many events of others on other resources of the group, as a policy's remediation of the group makes them. */
function storm({ arm, clock }: TestApp, id: string, events: number): void {
  const [group = ''] = id.split('/providers/');
  const identity = {
    caller: '0000000a-0000-4000-8000-000000000000',
    claims: { appid: '0000000b-0000-4000-8000-000000000000', idtyp: 'app' },
  };
  const statuses = ['Started', 'Accepted', 'Succeeded', 'Succeeded'];
  for (let at = 0; at < events / statuses.length; at += 1)
    arm.activityLog.add({
      ...identity,
      at: plus(clock.now().toISOString(), (at % 60) * 1000 - 30_000),
      action: 'Microsoft.Storage/storageAccounts/write',
      resourceId: `${group}/providers/Microsoft.Storage/storageAccounts/a${at}`,
      statuses,
    });
  for (const action of ['policies/deployIfNotExists/action', 'policies/audit/action'])
    arm.activityLog.add({
      ...identity,
      action: `Microsoft.Authorization/${action}`,
      resourceId: id,
      category: 'Policy',
    });
  arm.activityLog.add({
    ...identity,
    action: 'Microsoft.Resources/deployments/write',
    resourceId: id,
  });
}

const said = (app: TestApp): string => JSON.stringify(app.slack.messages.at(-1)?.payload ?? '');

describe('who started an operation', () => {
  it('is asked of the activity log, and is in the API and in the message about the end', async () => {
    await using app = await startApp();
    const operation = await upgrade(app);
    await app.tickFor(9);
    expect([logCalls(app), await operation.startedBy()]).toEqual([0, null]);
    await app.tickFor(3);
    expect([logCalls(app), await operation.startedBy()]).toEqual([1, 'Jane Doe']);
    operation.end();
    await app.tickFor(80);
    expect(said(app)).toContain('started by Jane Doe');
    expect(logCalls(app)).toBe(1);
  });

  it('becomes known after the end too, in the API', async () => {
    await using app = await startApp();
    app.arm.activityLog.behave({ delayMs: 20 * 60_000 });
    const operation = await upgrade(app);
    operation.end();
    await app.tickFor(2);
    expect(said(app)).not.toContain('started by');
    await app.tickFor(30);
    expect([logCalls(app), await operation.startedBy()]).toEqual([2, null]);
    await app.tickFor(30);
    expect([logCalls(app), await operation.startedBy()]).toEqual([3, 'Jane Doe']);
    await app.tickFor(60);
    expect(logCalls(app)).toBe(3);
  });

  it('is not said where two callers fit, over all pages', async () => {
    await using app = await startApp();
    app.arm.activityLog.behave({ pageSize: 3 });
    const cluster = someCluster();
    const operation = await upgrade(app, cluster);
    const id = operation.id.replace(/\/operations\/.*/, '');
    const at = app.clock.now().toISOString();
    for (let count = 0; count < 5; count += 1)
      app.arm.activityLog.add({ ...joe, at, resourceId: id, action: `${type}/runCommand/action` });
    app.arm.activityLog.add({ ...joe, at, resourceId: id, action: `${type}/write` });
    await app.tickFor(60);
    expect(await operation.startedBy()).toBeNull();
    expect(logCalls(app)).toBeGreaterThan(9);
  });

  it('is asked once for all operations of a resource group', async () => {
    await using app = await startApp();
    const first = someCluster();
    const operations = [await upgrade(app, first)];
    for (const resourceName of ['b', 'c', 'd'])
      operations.push(await upgrade(app, { ...first, resourceName }));
    await app.tickFor(12);
    expect(logCalls(app)).toBe(1);
    const found = await Promise.all(operations.map(async ({ startedBy }) => await startedBy()));
    expect(found).toEqual([
      'Jane Doe',
      'an application (appId 9c5e7a12…)',
      'Jane Doe',
      'an application (appId 9c5e7a12…)',
    ]);
  });

  it('is neither asked nor shown with SHOW_CALLER=false', async () => {
    await using app = await startApp({ SHOW_CALLER: 'false' });
    const operation = await upgrade(app);
    await app.tickFor(60);
    expect([logCalls(app), await operation.startedBy()]).toEqual([0, null]);
  });

  it('notifies nobody when the log cannot be read, and holds up no reading and no message', async () => {
    await using app = await startApp();
    const operation = await upgrade(app);
    await app.tickFor(9);
    app.arm.activityLog.behave({ fault: 429 });
    const before = app.slack.messages.length;
    await app.tickFor(60);
    expect(app.slack.messages).toHaveLength(before);
    expect(logCalls(app)).toBeGreaterThan(0);
    const reads = app.arm.calls.length;
    operation.end('Failed');
    await app.tickFor(10);
    expect(app.arm.calls.length).toBeGreaterThan(reads);
    expect(said(app)).toContain('Failed');
  });

  it("is found in a busy group's log: thousands of a policy's events over many pages", async () => {
    await using app = await startApp();
    const operation = await upgrade(app);
    storm(app, idOf(operation), 3900);
    await app.tickFor(12);
    expect([await operation.startedBy(), logCalls(app)]).toEqual(['Jane Doe', 20]);
    await app.tickFor(60);
    expect(logCalls(app)).toBe(20);
  });

  it('is given up where the log is longer than what is read of it, once', async () => {
    await using app = await startApp();
    app.arm.activityLog.behave({ pageSize: 20 });
    const operation = await upgrade(app);
    storm(app, idOf(operation), 440);
    await app.tickFor(90);
    expect([await operation.startedBy(), logCalls(app)]).toEqual([null, 20]);
  });

  it('begins no other log of the subscription in a tick that has read a long one, and loses no ask', async () => {
    await using app = await startApp();
    app.arm.activityLog.behave({ pageSize: 20 });
    const cluster = someCluster();
    const operations = [];
    for (const resourceGroupName of ['rg-a', 'rg-b', 'rg-c']) {
      const operation = await upgrade(app, { ...cluster, resourceGroupName });
      storm(app, idOf(operation), 300);
      operations.push(operation);
    }
    const calls: number[] = [];
    for (let tick = 0; tick < 60; tick += 1) {
      const before = logCalls(app);
      await app.tickFor(1);
      calls.push(logCalls(app) - before);
    }
    expect(calls.filter((count) => count > 0)).toEqual([32, 16]);
    for (const { startedBy } of operations) expect(await startedBy()).not.toBeNull();
  });

  it.each([
    ['of a cluster whose name begins the same', (id: string) => `${id}-2`, joe],
    [
      'of one named so in a group that begins the same',
      (id: string) => id.replace(/(resourceGroups\/[^/]+)/, '$1-2'),
      joe,
    ],
    [
      'of the same person in other letter case',
      (id: string) => id.toUpperCase(),
      { caller: 'JANE.DOE@Contoso.example' },
    ],
  ])('is not disturbed by a write %s', async (_name, change, by) => {
    await using app = await startApp();
    const operation = await upgrade(app);
    const at = app.clock.now().toISOString();
    const resourceId = change(idOf(operation));
    app.arm.activityLog.add({ ...by, at, resourceId, action: `${type}/WRITE` });
    await app.tickFor(12);
    expect(await operation.startedBy()).toBe('Jane Doe');
  });

  it.each([
    [{ caller: '6f1c2f0e-52a7-4c5b-9a55-0d7a3b1e9c11' }, null],
    [{ caller: 'Microsoft.ContainerService' }, 'AKS itself'],
    [{ caller: 'x', claims: { appid: '7319c514-987d-4e9b-ac3d-d38c4f427f4c' } }, 'AKS itself'],
    [{ claims: {} }, null],
  ])('is, by the caller in the log %j, %s', async (startedBy, words) => {
    await using app = await startApp();
    const operation = await upgrade(app, someCluster(), startedBy);
    await app.tickFor(12);
    expect(await operation.startedBy()).toBe(words);
  });

  it('cannot mention, link, break lines or turn the text around by its name', async () => {
    await using app = await startApp();
    const name = '<!channel> <https://evil.example|x> `*_~\n\u202Eenaj & @here';
    const operation = await upgrade(app, someCluster(), {
      claims: { name, idtyp: 'user', upn: 'a' },
    });
    await app.tickFor(12);
    operation.end();
    await app.tickFor(40);
    const text = said(app);
    expect(text).toContain('started by');
    expect(text).not.toMatch(/<!channel>|<https:\/\/evil|\u202E/);
  });

  it('asks few resource groups at a time: a tenth of the budget', async () => {
    await using app = await startApp();
    const { subscriptionId } = someCluster();
    for (let at = 0; at < 30; at += 1)
      await upgrade(app, {
        subscriptionId,
        resourceGroupName: `rg${at}`,
        resourceName: `aks${at}`,
      });
    await app.tickFor(11);
    expect(logCalls(app)).toBeLessThanOrEqual(13);
    expect(logCalls(app)).toBeGreaterThan(0);
    await app.tickFor(60);
    expect(logCalls(app)).toBe(30);
  });

  it('is what doctor says where the log is always empty', async () => {
    await using app = await startApp();
    app.arm.activityLog.grant(false);
    await upgrade(app);
    await app.tickFor(60);
    const { checks } = await app.root.diagnose({ slack: false });
    const log = checks.find(({ name }) => name === 'activity log');
    expect(log?.ok).toBe('skipped');
    expect(log?.message).toContain('Microsoft.Insights/eventtypes/values/Read');
  });
});
