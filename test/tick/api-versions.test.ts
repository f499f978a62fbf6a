import { describe, expect, it } from 'vitest';
import type { Offer } from '../../local/arm/api-versions.ts';
import type { Arm } from '../../local/arm/server.ts';
import { startApp, type TestApp, type Tracked } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';

const [newest, middle, oldest] = [
  '2026-10-02-preview',
  '2026-07-02-preview',
  '2025-10-02-preview',
] as const;

/** Calls that ARM refused for their version, as `location version`. */
function refusedBy({ calls }: Arm, from = 0): string[] {
  return calls
    .slice(from)
    .flatMap(({ apiVersion, status }) =>
      status === 400 || status === 404 ? [`${apiVersion}`] : [],
    );
}

function versionsOf({ calls }: Arm, from: number): Set<string | null> {
  return new Set(calls.slice(from).map(({ apiVersion }) => apiVersion));
}

/** Operations of clusters in one subscription, each in a location. */
async function trackIn(app: TestApp, ...locations: readonly string[]): Promise<Tracked[]> {
  const { subscriptionId } = someCluster();
  return await Promise.all(
    locations.map(async (location) => {
      const cluster = { ...someCluster(), subscriptionId };
      app.arm.addCluster(cluster, location);
      return await app.track({ cluster });
    }),
  );
}

const moves = ({ told }: TestApp): string[] => told.filter((line) => line.startsWith('Moved'));

const codes: readonly (readonly [string, Partial<Offer>])[] = [
  ['NoRegisteredProviderFound', {}],
  ['NoRegisteredProviderFound with HTTP 404', { status: 404 }],
  ['InvalidApiVersionParameter', { code: 'InvalidApiVersionParameter' }],
  ['InvalidAPIVersion', { code: 'InvalidAPIVersion' }],
  ['UnsupportedApiVersion', { code: 'UnsupportedApiVersion' }],
  ['InvalidResourceType', { code: 'InvalidResourceType' }],
];

describe('a version that ARM refuses', () => {
  it.each(codes)('by %s is left in the same tick, and posted once', async (_code, how) => {
    await using app = await startApp();
    const [operation] = await trackIn(app, 'westeurope');
    await app.tickFor(1);
    app.arm.offer({ offered: [middle, oldest], ...how });
    operation?.set({ status: 'Failed', error: { code: 'PodDrainFailure', message: 'x' } });
    const [summary] = await app.tickFor(1);
    expect(summary).toMatchObject({ failedReadings: 0, apiVersion: middle });
    expect((await operation?.stored())?.state.status).toBe('Failed');
    expect(moves(app)).toEqual([
      expect.stringContaining(`Moved: api-version ${newest} → ${middle}`),
    ]);
    const asked = app.arm.callCount;
    await app.tickFor(4);
    expect(moves(app)).toHaveLength(1);
    expect(refusedBy(app.arm, asked)).toEqual([]);
  });

  it.each(codes)('by %s is not asked with by the next process', async (_code, how) => {
    await using app = await startApp();
    app.arm.offer({ offered: [middle, oldest], ...how });
    await watchSubscription(app, 'westeurope');
    await app.tickFor(6);
    const asked = app.arm.callCount;
    app.clock.pass(300);
    await app.another().tick();
    const refused = refusedBy(app.arm, asked);
    // Of a cluster whose location it does not know yet.
    expect(refused.length).toBeLessThanOrEqual(how.code === undefined ? 1 : 0);
    expect(moves(app)).toHaveLength(1);
  });

  it('again and again is followed from one to the next', async () => {
    await using app = await startApp();
    await trackIn(app, 'westeurope');
    await app.tickFor(1);
    for (const offered of [[middle, oldest], [oldest], ['2027-03-02-preview', '2027-01-02']]) {
      app.arm.offer({ location: 'westeurope', offered });
      const [summary] = await app.tickFor(1, 60);
      expect(summary).toMatchObject({ failedReadings: 0, read: 1 });
    }
    expect(moves(app).map((line) => line.replace(/.* version | \(.*/g, ''))).toEqual([
      `Moved: api-version ${newest} → ${middle}`,
      `Moved: api-version ${middle} → ${oldest}`,
      `Moved: api-version ${oldest} → 2027-03-02-preview`,
    ]);
  });

  it('costs few calls: one for each location, and one for each cluster whose location is not known', async () => {
    await using app = await startApp();
    app.arm.offer({ location: 'northeurope', offered: [middle] });
    app.arm.offer({ location: 'eastus', offered: [oldest] });
    await trackIn(
      app,
      ...Array.from(
        { length: 30 },
        (_, at) => ['northeurope', 'eastus', 'westeurope'][at % 3] ?? '',
      ),
    );
    await app.tickFor(3);
    expect(refusedBy(app.arm).length).toBeLessThanOrEqual(20);
    const asked = app.arm.callCount;
    app.arm.offer({ location: 'northeurope', offered: [oldest] });
    await app.tickFor(2);
    expect(refusedBy(app.arm, asked)).toEqual([middle]);
  });

  it('costs one call where a list has shown the locations', async () => {
    await using app = await startApp({ WATCH_INTERVAL: '30s' });
    await watchSubscription(app, ...Array.from({ length: 12 }, () => 'westeurope'));
    await app.tickFor(6);
    const asked = app.arm.callCount;
    app.arm.offer({ location: 'westeurope', offered: [middle] });
    await app.tickFor(4);
    expect(refusedBy(app.arm, asked)).toEqual([newest]);
  });
});

async function watchSubscription(app: TestApp, ...locations: readonly string[]): Promise<void> {
  const { subscriptionId } = someCluster();
  for (const location of locations)
    app.arm.addCluster({ ...someCluster(), subscriptionId }, location);
  const { watches } = app.root.app();
  const scope = { subscriptionId, resourceGroupName: null, resourceName: null };
  await ensureWatch({ scope, options: {} }, watches, app.clock.now);
}

describe('what works', () => {
  it('is not moved: locations that offer different versions do not flip each other', async () => {
    await using app = await startApp();
    app.arm.offer({ location: 'northeurope', offered: [oldest] });
    app.arm.offer({ location: 'eastus', offered: [middle, newest] });
    await trackIn(app, 'northeurope', 'eastus', 'northeurope', 'eastus');
    await trackIn(app, 'eastus', 'northeurope');
    await app.tickFor(2);
    const asked = app.arm.callCount;
    const other = app.another();
    for (let turn = 0; turn < 5; turn += 1) {
      await app.tickFor(1);
      await other.tick();
    }
    const refused = refusedBy(app.arm, asked);
    // The other process does not know yet where the clusters are.
    expect(refused.length).toBeLessThanOrEqual(3);
    expect(moves(app)).toEqual([expect.stringContaining(`${newest} → ${oldest}`)]);
  });

  it('is not moved where ARM names no location, and clusters need different versions', async () => {
    await using app = await startApp();
    const how = { code: 'InvalidAPIVersion' } as const;
    app.arm.offer({ location: 'northeurope', offered: [oldest], ...how });
    app.arm.offer({ location: 'eastus', offered: [newest], ...how });
    await trackIn(app, 'northeurope', 'eastus', 'northeurope', 'eastus');
    await app.tickFor(3);
    const asked = app.arm.callCount;
    const posted = moves(app).length;
    await app.tickFor(5);
    app.clock.pass(60);
    await app.another().tick();
    expect(refusedBy(app.arm, asked)).toEqual([]);
    expect(moves(app)).toHaveLength(posted);
  });

  it('is the same for two instances that meet the refusal at the same time', async () => {
    await using app = await startApp();
    await trackIn(app, 'westeurope', 'westeurope');
    await app.tickFor(1);
    const other = app.another();
    app.clock.pass(30);
    await other.tick();
    app.arm.offer({ offered: [middle, oldest] });
    app.clock.pass(30);
    await Promise.all([app.root.app().tick(silent), other.tick()]);
    await app.tickFor(2);
    const asked = app.arm.callCount;
    await app.tickFor(1);
    app.clock.pass(60);
    await other.tick();
    expect(versionsOf(app.arm, asked)).toEqual(new Set([middle]));
    expect(moves(app)).toHaveLength(1);
  });

  it('stays when it is pinned, and the message says so', async () => {
    await using app = await startApp({ AKS_API_VERSION: middle });
    await trackIn(app, 'westeurope');
    await app.tickFor(1);
    app.arm.offer({ offered: [newest] });
    await app.tickFor(12);
    expect(versionsOf(app.arm, 0)).toEqual(new Set([middle]));
    expect(app.told).toEqual([expect.stringContaining('Cannot read operations')]);
    expect(JSON.stringify(app.slack.messages)).toContain(
      'A pinned version does not move by itself',
    );
  });
});

describe('where nothing usable is offered', () => {
  it.each(codes)('(%s) one message says so, and a later offer is taken up', async (_code, how) => {
    await using app = await startApp();
    const [operation] = await trackIn(app, 'westeurope');
    await app.tickFor(1);
    app.arm.offer({ offered: ['2024-10-02-preview', '2027-01-01'], ...how });
    await app.tickFor(14);
    expect(app.told).toEqual([expect.stringContaining('Cannot read operations')]);
    expect((await operation?.stored())?.state.outcome).toBeNull();
    app.arm.offer({ offered: [oldest], ...how });
    await app.tickFor(12);
    expect(
      app.told
        .slice(1)
        .map((line) => line.replace(/:.*/, ''))
        .toSorted(),
    ).toEqual(['Moved', 'Readable again']);
  });

  it('ARM is asked once in a tick, however many operations there are', async () => {
    await using app = await startApp();
    await trackIn(app, ...Array.from({ length: 20 }, () => 'westeurope'));
    await app.tickFor(1);
    app.arm.offer({ location: 'westeurope', offered: [] });
    await app.tickFor(1);
    const asked = app.arm.callCount;
    await app.tickFor(1);
    expect(app.arm.callCount - asked).toBe(1);
  });
});

it('"not found" under a version that is not known never ends the tracking of an operation', async () => {
  await using app = await startApp();
  const [operation] = await trackIn(app, 'westeurope');
  await app.tickFor(1);
  const version = '2027-03-02-preview';
  app.arm.offer({ offered: [version], withoutOperations: [version] });
  await app.tickFor(20, 60);
  const state = (await operation?.stored())?.state;
  expect(state).toMatchObject({ outcome: null, trouble: { cause: 'rejected' } });
  app.arm.offer({ offered: [version, middle] });
  await app.tickFor(12, 60);
  expect((await operation?.stored())?.state.trouble).toBeNull();
});

it('health and doctor say when a version in use is old, and doctor where', async () => {
  await using app = await startApp();
  app.clock.pass(Math.round((Date.parse('2026-11-28') - app.clock.now().getTime()) / 1000));
  app.arm.offer({ location: 'northeurope', offered: [oldest] });
  await trackIn(app, 'westeurope', 'northeurope');
  await app.tickFor(2);
  const remark = `Api-version ${oldest} is older than 12 months`;
  const health = await app.root.health();
  expect(health).toMatchObject({ status: 'ok', apiVersion: oldest });
  expect(health.reasons).toEqual([expect.stringContaining(remark)]);
  const { checks } = await app.root.diagnose({ slack: false });
  const check = checks.find(({ name }) => name === 'api-version');
  expect(check?.ok).toBe(true);
  expect(check?.message).toContain(`northeurope: ${oldest}`);
  expect(check?.message).toContain(remark);
});

const silent = { info: () => {}, error: () => {} };
