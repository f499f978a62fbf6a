import { armIdOf, type Scope } from '../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import type { ArmFault } from '../../local/arm/faults.ts';
import { startArm, type Arm, type ArmOptions } from '../../local/arm/server.ts';
import { createArmReader, type ArmReader } from '../../shared/arm/client.ts';
import { pinnedTo } from '../../shared/arm/version-source.ts';
import { tokenSource } from '../../shared/sign-in/token.ts';
import { requestToken } from '../local/arm/caller.ts';
import { minutes, reference, start } from '../support/operation-builders.ts';

interface Subject extends AsyncDisposable {
  readonly arm: Arm;
  readonly reader: ArmReader;
}

function clock(): Date {
  return new Date(start);
}

async function fixture(options: ArmOptions = {}): Promise<Subject> {
  const arm = await startArm({ now: clock, ...options });
  const getToken = async () => {
    const answer: { access_token: string } = JSON.parse(await (await requestToken(arm)).text());
    return { token: answer.access_token, expiresOnTimestamp: Date.parse(minutes(60)) };
  };
  const credential = { getToken, renewToken: getToken };
  const reader = createArmReader({
    endpoint: arm.url,
    versions: pinnedTo('2025-05-02-preview'),
    tokens: tokenSource(credential, '', clock),
    clock,
  });
  return { arm, reader, [Symbol.asyncDispose]: arm.close };
}

const { agentPoolName: _, operationId: __, ...cluster } = reference;
const subscription: Scope = {
  subscriptionId: cluster.subscriptionId,
  resourceGroupName: null,
  resourceName: null,
};
const played = { ...cluster, scenario: 'neverEnds' } as const;
const limit = 60_000;

describe('listing over HTTP', () => {
  it('shows a cluster’s newest 50 operations, its agent pools’ included, from all pages', async () => {
    await using subject = await fixture();
    const { arm, reader } = subject;
    const ids = Array.from({ length: 54 }, () => arm.start(played).operationId);
    const last = arm.start({ ...played, agentPoolName: 'userpool' }).operationId;
    const { calls, remaining, result } = await reader.listOperations(cluster, limit);
    expect(calls).toBe(3);
    expect(remaining).toBe(247);
    expect(result).toMatchObject({ ok: true, isComplete: true });
    const items = result.ok ? result.items : [];
    expect(items.map(({ operationId }) => operationId)).toEqual([
      last,
      ...ids.slice(5).toReversed(),
    ]);
    expect(items[0]).toMatchObject({ agentPoolName: 'userpool', seen: { status: 'InProgress' } });
    expect(items[1]?.agentPoolName).toBeNull();
  });

  it('shows an operation as its own reading does', async () => {
    await using subject = await fixture();
    const { arm, reader } = subject;
    arm.start({ ...played, operationId: reference.operationId, scenario: 'upgradeFails' });
    const { result } = await reader.readStatus(reference, limit);
    const listing = await reader.listOperations(cluster, limit);
    expect(listing.result).toMatchObject({ items: [{ seen: result.ok ? result.seen : null }] });
  });

  it('shows the clusters of a subscription and of a resource group, as they come and go', async () => {
    await using subject = await fixture({ pageSize: 2 });
    const { arm, reader } = subject;
    for (const resourceName of ['a', 'b', 'c']) arm.addCluster({ ...cluster, resourceName });
    const gone = arm.addCluster({ ...cluster, resourceGroupName: 'other', resourceName: 'd' });
    const names = async (resourceGroupName: string | null): Promise<string> => {
      const scope = { ...subscription, resourceGroupName };
      const { calls, result } = await reader.listClusters(scope, limit);
      const items = result.ok ? result.items : [];
      return `${calls}: ${items.map((item) => item.reference.resourceName).join()}`;
    };
    expect(await names(null)).toBe('2: a,b,c,d');
    expect(await names('RG-prod')).toBe('2: a,b,c');
    arm.forget(gone);
    expect(await names(null)).toBe('2: a,b,c');
    expect(await names('other')).toBe('1: ');
  });

  it.each<[string, ArmFault, object]>([
    ['a destroyed connection', { kind: 'down' }, { cause: 'network' }],
    ['an answer that is cut off', { kind: 'cut' }, { cause: 'network' }],
    ['broken JSON', { kind: 'malformed', form: 'truncated' }, { cause: 'malformed' }],
    ['a proxy’s page', { kind: 'malformed', form: 'html' }, { cause: 'malformed' }],
    ['no list', { kind: 'malformed', form: 'noStatus' }, { cause: 'malformed' }],
    ['a 503', { kind: 'status', status: 503 }, { cause: 'serverError' }],
    ['a missing role', { kind: 'status', status: 403 }, { cause: 'forbidden' }],
  ])('bears %s, asks once, and sees the next answer', async (_name, fault, failure) => {
    await using subject = await fixture();
    const { arm, reader } = subject;
    arm.addCluster(cluster);
    arm.faults.set(fault);
    const lists = [
      async () => await reader.listOperations(cluster, limit),
      async () => await reader.listClusters(subscription, limit),
    ];
    for (const list of lists) {
      expect(await list()).toMatchObject({ calls: 1, result: { ok: false, failure } });
    }
    expect(arm.callCount).toBe(2);
    arm.faults.clear();
    for (const list of lists) expect((await list()).result.ok).toBe(true);
  });

  it.each(['invalid_token', 'insufficient_claims'] as const)(
    'counts the page that was asked for twice, as its token was refused (%s), and loses nothing',
    async (reason) => {
      await using subject = await fixture({ pageSize: 2 });
      const { arm, reader } = subject;
      for (const resourceName of ['a', 'b', 'c']) arm.addCluster({ ...cluster, resourceName });
      await reader.listClusters(subscription, limit);
      arm.identity.revokeAll(reason);
      const { calls, result } = await reader.listClusters(subscription, limit);
      expect(calls).toBe(3);
      expect(result).toMatchObject({ ok: true, items: [{}, {}, {}] });
    },
  );

  it('reports a missing role on one resource group, by ARM’s words, and lists the others', async () => {
    await using subject = await fixture();
    const { arm, reader } = subject;
    arm.addCluster(cluster);
    arm.addCluster({ ...cluster, resourceGroupName: 'other' });
    arm.faults.set({ kind: 'status', status: 403, resourceGroupName: 'rg-prod' });
    expect((await reader.listOperations(cluster, limit)).result).toMatchObject({
      failure: {
        code: 'AuthorizationFailed',
        message: expect.stringContaining(
          `perform action 'Microsoft.ContainerService/managedClusters/operations/read' over scope '${armIdOf(cluster)}'`,
        ),
      },
    });
    const other = { ...cluster, resourceGroupName: 'other' };
    expect((await reader.listOperations(other, limit)).result.ok).toBe(true);
  });

  it('distinguishes a lost cluster from a retired api-version', async () => {
    await using subject = await fixture();
    const { arm, reader } = subject;
    expect((await reader.listOperations(cluster, limit)).result).toMatchObject({
      failure: { cause: 'notFound', code: 'ResourceNotFound' },
    });
    arm.apiVersions.delete('2025-05-02-preview');
    expect((await reader.listOperations(cluster, limit)).result).toMatchObject({
      failure: {
        cause: 'unsupportedApiVersion',
        message: expect.stringContaining('2026-07-02-preview'),
      },
    });
    expect((await reader.listClusters(subscription, limit)).result).toMatchObject({
      failure: { cause: 'unsupportedApiVersion' },
    });
  });

  it('takes no token to where ARM redirects, or says that the next page is', async () => {
    await using subject = await fixture();
    await using elsewhere = await startArm();
    const { arm, reader } = subject;
    arm.faults.set({ kind: 'redirect', location: `${elsewhere.url}/subscriptions/x` });
    expect((await reader.listOperations(cluster, limit)).result).toMatchObject({
      failure: { cause: 'rejected', code: 'HTTP307' },
    });
    const path = `${armIdOf(cluster)}/operations`;
    arm.faults.set({ kind: 'nextLink', location: `${elsewhere.url}${path}?api-version=x` });
    arm.addCluster(cluster);
    for (const list of [
      reader.listOperations(cluster, limit),
      reader.listClusters({ ...cluster, resourceName: null }, limit),
    ]) {
      expect(await list).toMatchObject({
        oddNextPage: { leadsTo: `${elsewhere.url}${path}` },
        result: { ok: true, isComplete: false },
      });
    }
    expect(elsewhere.callCount).toBe(0);
  });

  it('ends when its time is over', async () => {
    await using subject = await fixture();
    const { arm, reader } = subject;
    await reader.listClusters(subscription, limit);
    arm.faults.set({ kind: 'hang' });
    const began = performance.now();
    expect((await reader.listClusters(subscription, 50)).result).toMatchObject({
      failure: { cause: 'network', code: 'Timeout' },
    });
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
