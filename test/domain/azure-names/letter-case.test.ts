import { armIdOf, type ClusterReference } from '../../../shared/domain/scope.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseOperationId } from '../../../shared/domain/reference.ts';
import { register } from '../../../shared/requests/register.ts';
import { ensureWatch } from '../../../shared/requests/watches.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { startProduct, type Product } from '../../support/product.ts';
import { someCluster } from '../../support/settings.ts';

/** Ways to write an ID. */
const spellings = {
  'small letters': (text: string) => text.toLowerCase(),
  capitals: (text: string) => text.toUpperCase(),
  'both by turns': (text: string) =>
    text.replaceAll(/[a-z]/gi, (letter, at: number) =>
      at % 2 === 0 ? letter.toUpperCase() : letter.toLowerCase(),
    ),
} as const;
type Spelling = keyof typeof spellings;
const names: readonly Spelling[] = ['small letters', 'capitals', 'both by turns'];
/** How ARM writes names, and how people do. */
const pairs: readonly (readonly [Spelling, Spelling])[] = [
  ['small letters', 'both by turns'],
  ['both by turns', 'capitals'],
  ['capitals', 'small letters'],
];

function spelled(
  { subscriptionId, resourceGroupName, resourceName }: ClusterReference,
  spelling: Spelling,
): ClusterReference {
  const spell = spellings[spelling];
  return {
    subscriptionId: spell(subscriptionId),
    resourceGroupName: spell(resourceGroupName),
    resourceName: spell(resourceName),
  };
}

/** With letters in each of its parts. */
function lettered(): ClusterReference {
  const cluster = someCluster();
  return { ...cluster, subscriptionId: cluster.subscriptionId.replace(/^0{8}/, 'abcdef00') };
}

/** An ID that ends in letters: the last part of an operation's, as somebody writes it. */
const idIn = (id: string, cluster: ClusterReference, spelling: Spelling): string =>
  `${armIdOf(cluster)}/operations/${spellings[spelling](id.slice(id.lastIndexOf('/') + 1))}`;

async function listed(app: TestApp, cluster: ClusterReference) {
  const query = { state: 'all', top: 1000, position: null, ...cluster } as const;
  return (await app.root.app().operations.list(query)).operations;
}

const lower = (told: readonly string[]): string[] => told.map((line) => line.toLowerCase());

describe.each(pairs)('with names that ARM writes in %s, and people in %s', (arm, people) => {
  it.each(['cluster', 'group', 'subscription'] as const)(
    'a watched %s finds each operation once, people share it, and untracked it is not found again',
    async (breadth) => {
      await using app = await startApp();
      const cluster = lettered();
      const [there, given] = [spelled(cluster, arm), spelled(cluster, people)];
      app.arm.addCluster(there);
      const scope = {
        subscriptionId: given.subscriptionId,
        resourceGroupName: breadth === 'subscription' ? null : given.resourceGroupName,
        resourceName: breadth === 'cluster' ? given.resourceName : null,
      };
      const { watches, operations, clock } = app.root.app();
      const order = async (its: typeof scope) =>
        await ensureWatch({ scope: its, options: {} }, watches, clock);
      const { watch } = await order(scope);
      await app.tickFor(8);
      const { id } = app.arm.start({ ...there, scenario: 'neverEnds' });
      app.arm.set(id, { status: 'InProgress' });
      await app.tickFor(10);
      const started = `started: ${cluster.resourceName}`;
      expect(lower(app.told)).toEqual([started]);

      // A person names the same, and what they watch is watched already.
      const reference = parseOperationId(idIn(id, given, people));
      if (reference === null) throw new Error('no operation');
      const shared = await register({ reference, options: { label: 'x' } }, operations, clock);
      expect(shared.created).toBe(false);
      expect(await order({ ...scope, subscriptionId: there.subscriptionId })).toMatchObject({
        created: false,
        watch: { watchId: watch.watchId },
      });
      for (const its of [cluster, there, given]) expect(await listed(app, its)).toHaveLength(1);
      expect(await watches.clusters(given.subscriptionId)).toHaveLength(1);

      await app.untrack(shared.operation.trackingId);
      await app.tickFor(10);
      app.arm.set(id, { status: 'Succeeded', endTime: app.clock.now().toISOString() });
      await app.tickFor(10);
      expect(await listed(app, given)).toEqual([]);
      expect(lower(app.told)).toEqual([started]);
    },
  );

  it('what a person untracks before a watch has seen it is not found by it', async () => {
    await using app = await startApp();
    const cluster = lettered();
    const [there, given] = [spelled(cluster, arm), spelled(cluster, people)];
    const { watches, operations, clock } = app.root.app();
    const { id } = app.arm.start({ ...there, scenario: 'neverEnds' });
    app.arm.set(id, { status: 'InProgress' });
    await ensureWatch({ scope: given, options: {} }, watches, clock);
    const reference = parseOperationId(idIn(id, given, people));
    if (reference === null) throw new Error('no operation');
    const { operation } = await register({ reference, options: {} }, operations, clock);
    await app.untrack(operation.trackingId);
    await app.tickFor(10);
    expect(await listed(app, given)).toEqual([]);
    expect(app.told).toEqual([]);
  });

  it('a List of a cluster shows how its registered operations ended', async () => {
    await using app = await startApp();
    const cluster = lettered();
    const [there, given] = [spelled(cluster, arm), spelled(cluster, people)];
    const { operations, clock } = app.root.app();
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const { id } = app.arm.start({ ...there, scenario: 'neverEnds' });
      app.arm.set(id, { status: 'InProgress' });
      const reference = parseOperationId(idIn(id, given, people));
      if (reference === null) throw new Error('no operation');
      await register({ reference, options: {} }, operations, clock);
      ids.push(id);
    }
    expect(await app.tickFor(1)).toMatchObject([{ read: 3, armCalls: 1 }]);
    for (const id of ids) app.arm.set(id, { status: 'Succeeded' });
    expect(await app.tickFor(1)).toMatchObject([{ read: 3, armCalls: 1 }]);
    expect(app.told).toHaveLength(3);
  });

  it.each(['cluster', 'group', 'subscription'] as const)(
    'what hinders a watched %s is told once, and once that it is over',
    async (breadth) => {
      await using app = await startApp();
      const cluster = lettered();
      const [there, given] = [spelled(cluster, arm), spelled(cluster, people)];
      app.arm.addCluster(there);
      const { watches, clock } = app.root.app();
      const scope = {
        subscriptionId: given.subscriptionId,
        resourceGroupName: breadth === 'subscription' ? null : given.resourceGroupName,
        resourceName: breadth === 'cluster' ? given.resourceName : null,
      };
      await ensureWatch({ scope, options: {} }, watches, clock);
      await app.tickFor(8);
      // One that is tracked by its other name is hindered by the same.
      if (breadth === 'group') await app.track({ cluster: there });
      await app.tickFor(2);
      const told = app.told.length;
      app.arm.faults.set({
        kind: 'status',
        status: 403,
        code: 'AuthorizationFailed',
        resourceGroupName: there.resourceGroupName,
      });
      await app.tickFor(14);
      expect(lower(app.told.slice(told))).toEqual([
        expect.stringMatching(new RegExp(`^cannot .*${cluster.resourceGroupName}`)),
      ]);
      app.arm.faults.clear();
      await app.tickFor(8, 120);
      const over = lower(app.told.slice(told + 1));
      expect(over.filter((line) => !line.startsWith('stalled'))).toEqual([
        expect.stringMatching(new RegExp(`^readable again: .*${cluster.resourceGroupName}`)),
      ]);
    },
  );
});

describe('through the API', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(async () => await product[Symbol.asyncDispose]());
  const get = async (path: string) => await product.request('GET', path);

  it.each(names)('everything that names an operation or a watch may be in %s', async (spelling) => {
    const spell = spellings[spelling];
    const cluster = lettered();
    const { subscriptionId, resourceGroupName, resourceName } = spelled(cluster, spelling);
    const operation = { ...cluster, operationId: 'op-abc' };
    const made = await product.request('POST', '/api/operations', operation);
    const { trackingId } = made.json();
    const id = `${armIdOf(spelled(cluster, spelling))}/operations/${spell('op-abc')}`;
    const url = `https://management.azure.com/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/locations/westeurope/operations/${spell('op-abc')}`;
    for (const body of [
      { id },
      { ...spelled(cluster, spelling), operationId: spell('op-abc') },
      { operationUrl: url, clusterId: armIdOf(spelled(cluster, spelling)) },
    ]) {
      const again = await product.request('POST', '/api/operations', body);
      expect(again).toMatchObject({ status: 200 });
      expect(again.json()).toMatchObject({ trackingId });
    }
    const path = `/api/operations/${spell(String(trackingId))}`;
    expect((await get(path)).json()).toMatchObject({ trackingId });
    const filters = { subscriptionId, resourceGroupName, resourceName };
    for (const filter of [
      ...Object.entries(filters).map(([name, value]) => ({ [name]: value })),
      filters,
    ]) {
      const { value } = (
        await get(`/api/operations?${new URLSearchParams(filter).toString()}`)
      ).json();
      expect(value).toMatchObject([{ trackingId }]);
    }
    expect((await product.request('DELETE', path)).status).toBe(204);
    expect((await get(path)).status).toBe(404);

    const group = `/subscriptions/${cluster.subscriptionId}/resourceGroups/${cluster.resourceGroupName}`;
    for (const [name, given] of [
      ['clusterId', armIdOf(cluster)],
      ['resourceGroupId', group],
      ['subscriptionId', cluster.subscriptionId],
    ] as const) {
      const { watchId } = (await product.request('POST', '/api/watches', { [name]: given })).json();
      const again = await product.request('POST', '/api/watches', { [name]: spell(given) });
      expect(again.status).toBe(200);
      expect(again.json()).toMatchObject({ watchId });
      const watch = `/api/watches/${spell(String(watchId))}`;
      expect((await get(watch)).json()).toMatchObject({ watchId });
      expect((await product.request('DELETE', watch)).status).toBe(204);
      expect((await get(watch)).status).toBe(404);
    }
  });
});
