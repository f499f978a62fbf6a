import { describe, expect, it } from 'vitest';
import { formNames } from '../../local/arm/answer-forms.ts';
import { parseOperationId } from '../../shared/domain/reference.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';

type Cluster = ReturnType<typeof someCluster>;

const error = { code: 'QuotaExceeded', message: 'no cores' };

/** What ARM shows of an operation of the last five minutes. */
function showing(app: TestApp, status: string, changes: object = {}) {
  const now = app.clock.now().getTime();
  return {
    status,
    startTime: new Date(now - 5 * 60_000).toISOString(),
    ...(status === 'Failed' ? { endTime: new Date(now).toISOString(), error } : {}),
    ...changes,
  };
}

/** Starts an operation at ARM that nobody registers. */
function begin(app: TestApp, cluster: Cluster, answer: ReturnType<typeof showing>): void {
  const { id } = app.arm.start({ ...cluster, scenario: 'neverEnds' });
  app.arm.set(id, { ...answer, name: parseOperationId(id)?.operationId ?? '' });
}

async function watch(app: TestApp, cluster: Cluster, isGroup = false): Promise<void> {
  const scope = { ...cluster, ...(isGroup ? { resourceName: null } : {}) };
  const { watches, clock } = app.root.app();
  await ensureWatch({ scope, options: {} }, watches, clock);
}

/** The messages about a cluster, as JSON. */
const about = ({ slack }: TestApp, { resourceName }: Cluster): string[] =>
  slack.messages
    .map(({ payload }) => JSON.stringify(payload))
    .filter((text) => text.includes(resourceName));

describe('in every form of Azure’s answers', () => {
  it('a failure that is tracked, and one that happened between two looks, is posted once with its reason', async () => {
    await using app = await startApp();
    for (const form of formNames) {
      app.arm.faults.set({ kind: 'form', form });
      const [tracked, watched, old] = [someCluster(), someCluster(), someCluster()];
      for (const cluster of [watched, old]) app.arm.addCluster(cluster);
      // What had failed before anybody watched is no news, whatever its times are.
      const before = new Date(app.clock.now().getTime() - 60_000).toISOString();
      begin(app, old, showing(app, 'Failed', { endTime: before }));
      await watch(app, watched);
      await watch(app, old);
      const operation = await app.track({ cluster: tracked, answer: showing(app, 'InProgress') });
      await app.tickFor(2);
      operation.set(showing(app, 'Failed'));
      begin(app, watched, showing(app, 'Failed'));
      await app.tickFor(6);
      for (const cluster of [tracked, watched]) {
        const told = about(app, cluster);
        expect([form, told.length]).toEqual([form, 1]);
        expect([form, told[0]]).toEqual([form, expect.stringContaining('QuotaExceeded')]);
        expect([form, told[0]]).toEqual([form, expect.stringContaining('no cores')]);
        expect(told[0]).not.toMatch(/\d{3,} d\b|0001|gave no reason/);
      }
      expect([form, about(app, old)]).toEqual([form, []]);
    }
    expect(app.told.filter((line) => line.includes('Cannot'))).toEqual([]);
  }, 60_000);

  it('no operation stalls for a start that was none, and none makes a duration usual', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    const types = { operationType: 'PutManagedCluster', subOperationType: 'Upgrading' };
    for (let run = 0; run < 12; run += 1) {
      const isOdd = run % 2 === 1;
      app.arm.faults.set(...(isOdd ? [{ kind: 'form', form: 'yearOne' } as const] : []));
      const operation = await app.track({ cluster, answer: showing(app, 'InProgress', types) });
      await app.tickFor(2);
      const endTime = app.clock.now().toISOString();
      operation.set(showing(app, 'Succeeded', { ...types, endTime }));
      await app.tickFor(2);
    }
    const told = about(app, cluster);
    expect(told).toHaveLength(12);
    expect(told.join('\n')).not.toMatch(/Stalled|\d{3,} d\b/);
    expect(told.at(-2)).toContain('5 min (usually 5 min)');
  });
});

describe('an odd nextLink', () => {
  it('takes no operation away, and has one line in the log for each list', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    app.arm.addCluster(cluster);
    await watch(app, cluster, true);
    const location = 'http://acs-eastus.trafficmanager.net:8080/x?api-version=1&$skiptoken=geheim';
    app.arm.faults.set({ kind: 'nextLink', location });
    begin(app, cluster, showing(app, 'InProgress'));
    await app.tickFor(40);
    expect(app.told).toEqual([`Started: ${cluster.resourceName}`]);
    const lines = app.log.filter((line) => line.includes('next page elsewhere'));
    expect(lines).toHaveLength(2);
    expect(lines.join('')).toContain('"leadsTo":"http://acs-eastus.trafficmanager.net:8080/x"');
    expect(lines.join('')).not.toContain('geheim');
  });
});

describe('a further page of a list that is refused', () => {
  const refusals = [
    [404, 'ResourceNotFound'],
    [404, 'NotFound'],
    [404, 'ResourceGroupNotFound'],
    [404, 'SomethingNotFound'],
    [400, 'InvalidSkipToken'],
    [410, 'Gone'],
  ] as const;

  it.each(refusals)(
    'hides nothing of the pages before it, and is posted: %i %s',
    async (status, code) => {
      await using app = await startApp();
      const cluster = someCluster();
      app.arm.addCluster(cluster);
      await watch(app, cluster, true);
      app.arm.faults.set(
        { kind: 'status', status, code, reads: 'furtherPage' },
        { kind: 'nextLink', location: '?api-version=2025-05-02-preview&$skiptoken=old' },
      );
      await app.tickFor(20);
      begin(app, cluster, showing(app, 'Failed', { endTime: undefined }));
      await app.tickFor(4);
      expect(app.told).toEqual([
        expect.stringContaining(`Cannot read operations: subscription ${cluster.subscriptionId}`),
        expect.stringContaining(`Failed: ${cluster.resourceName}`),
      ]);
      app.arm.faults.set();
      await app.tickFor(4);
      expect(app.told.slice(2)).toEqual([expect.stringContaining('Readable again')]);
    },
  );
});

describe('an ending that a list shows without its reason', () => {
  const refusals = [
    [404, 'NotFound'],
    [404, 'ResourceNotFound'],
    [404, 'OddNotFound'],
    [400, 'BadRequest'],
    [403, 'AuthorizationFailed'],
    [500, 'InternalServerError'],
  ] as const;

  it.each(refusals)(
    'is posted once where the operation itself answers %i %s',
    async (status, code) => {
      await using app = await startApp();
      const cluster = someCluster();
      app.arm.addCluster(cluster);
      await watch(app, cluster);
      const { set, name } = await app.track({ cluster });
      await app.tickFor(3);
      app.arm.faults.set(
        { kind: 'status', status, code, reads: 'operation' },
        { kind: 'form', form: 'noErrorInLists' },
      );
      set(showing(app, 'Failed'));
      await app.tickFor(20);
      expect(app.told.filter((line) => !line.includes('Cannot read'))).toEqual([`Failed: ${name}`]);
    },
  );

  it.each(refusals.slice(0, 5))(
    'is posted once when it is found and answers %i %s',
    async (status, code) => {
      await using app = await startApp();
      const cluster = someCluster();
      app.arm.addCluster(cluster);
      await watch(app, cluster);
      await app.tickFor(3);
      app.arm.faults.set(
        { kind: 'status', status, code, reads: 'operation' },
        { kind: 'form', form: 'noErrorInLists' },
      );
      begin(app, cluster, showing(app, 'Failed'));
      await app.tickFor(20);
      expect(app.told).toEqual([`Failed: ${cluster.resourceName}`]);
    },
  );
});
