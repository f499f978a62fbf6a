import { armIdOf, type ClusterReference, type Scope } from '../../shared/domain/scope.ts';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
} from '@azure/core-rest-pipeline';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createArmReader, type ArmReader } from '../../shared/arm/client.ts';
import { pinnedTo } from '../../shared/arm/version-source.ts';
import { anyReference } from '../support/operation-arbitraries.ts';
import { minutes, reference, start } from '../support/operation-builders.ts';
import { fc } from '../support/properties.ts';

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

interface Subject {
  readonly reader: ArmReader;
  readonly requests: PipelineRequest[];
  readonly urls: () => string[];
}

/** A reader on a network that gives these answers in turn, the last one for ever. */
function fixture(...answers: readonly Answer[]): Subject {
  return asking((_request, index) => answers[index] ?? answers.at(-1) ?? {});
}

/** A reader on a network that has a next page for ever. */
function endless(onRequest: () => void = () => {}): Subject {
  return asking(({ url }, index) => {
    onRequest();
    const next = new URL(url);
    next.searchParams.set('page', String(index));
    return { body: { value: [], nextLink: next.href } };
  });
}

function asking(answerTo: (request: PipelineRequest, index: number) => Answer): Subject {
  const requests: PipelineRequest[] = [];
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      const answer = answerTo(request, requests.push(request) - 1);
      const { status = 200, body = { value: [] }, headers = {} } = answer;
      const bodyAsText = typeof body === 'string' ? body : JSON.stringify(body);
      return { request, status, headers: createHttpHeaders(headers), bodyAsText };
    },
  };
  return {
    reader: createArmReader({ ...options, httpClient }),
    requests,
    urls: () => requests.map(({ url }) => url),
  };
}

const options = {
  endpoint: 'https://arm.example',
  versions: pinnedTo('2025-05-02-preview'),
  tokens: { get: async () => 'secret-token', insteadOf: async () => null },
  clock: () => new Date(start),
};
const { agentPoolName: _, operationId: __, ...cluster } = reference;
const { subscriptionId } = reference;
const subscription: Scope = { subscriptionId, resourceGroupName: null, resourceName: null };
const operationsUrl = `https://arm.example${armIdOf(cluster)}/operations?api-version=2025-05-02-preview`;
const limit = 60_000;

function operation(operationId: string, changes: object = {}): object {
  const id = `${armIdOf(cluster)}/operations/${operationId}`;
  return { id, name: operationId, status: 'InProgress', ...changes };
}

/** The operations in an answer with these items. */
async function operationsIn(...value: unknown[]): Promise<unknown> {
  const { result } = await fixture({ body: { value } }).reader.listOperations(cluster, limit);
  return result.ok ? result.items.map(({ operationId }) => operationId) : result.failure;
}

function named(resourceName: string, changes: Partial<ClusterReference> = {}): string {
  return armIdOf({ ...cluster, resourceName, ...changes });
}

/** The names of the clusters in an answer with these IDs. */
async function clustersIn(resourceGroupName: string | null, ...ids: unknown[]): Promise<unknown> {
  const { reader } = fixture({ body: { value: ids.map((id) => ({ id })) } });
  const { result } = await reader.listClusters({ ...subscription, resourceGroupName }, limit);
  return result.ok ? result.items.map((item) => item.reference.resourceName) : result.failure;
}

describe('the requests of a List', () => {
  it.each<[string, string, (reader: ArmReader) => Promise<unknown>]>([
    [
      'the operations of a cluster',
      operationsUrl,
      async ({ listOperations }) => await listOperations(cluster, limit),
    ],
    [
      'the clusters of a subscription',
      `https://arm.example/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/managedClusters?api-version=2025-05-02-preview`,
      async ({ listClusters }) => await listClusters(subscription, limit),
    ],
    [
      'the clusters of a resource group',
      `https://arm.example/subscriptions/${subscriptionId}/resourceGroups/rg-prod/providers/Microsoft.ContainerService/managedClusters?api-version=2025-05-02-preview`,
      async ({ listClusters }) => await listClusters({ ...cluster, resourceName: null }, limit),
    ],
    [
      'one cluster',
      `https://arm.example${armIdOf(cluster)}?api-version=2025-05-02-preview`,
      async ({ listClusters }) => await listClusters(cluster, limit),
    ],
    [
      'the agent pools of a cluster',
      `https://arm.example${armIdOf(cluster)}/agentPools?api-version=2025-05-02-preview`,
      async ({ listPools }) => await listPools(cluster, limit),
    ],
  ])(
    'are ARM’s documented ones for %s, with the token and without a body',
    async (_name, url, list) => {
      const { reader, requests } = fixture();
      await list(reader);
      expect(requests).toHaveLength(1);
      expect(requests[0]).toMatchObject({ method: 'GET', url, allowInsecureConnection: false });
      expect(requests[0]?.body).toBeUndefined();
      expect(requests[0]?.timeout).toBeLessThanOrEqual(10_000);
      expect(requests[0]?.headers.get('authorization')).toBe('Bearer secret-token');
    },
  );

  it('go to ARM and to that one list, whatever its names hold', async () => {
    await fc.assert(
      fc.asyncProperty(anyReference, async (any) => {
        const { reader, urls } = fixture();
        await reader.listOperations(any, limit);
        await reader.listClusters({ ...any, resourceName: null }, limit);
        for (const url of urls().map((text) => new URL(text))) {
          expect(url.origin).toBe('https://arm.example');
          expect(url.search).toBe('?api-version=2025-05-02-preview');
        }
        const parts = urls().map((url) => new URL(url).pathname.split('/').map(decodeURIComponent));
        expect(parts[0]?.slice(8)).toEqual([any.resourceName, 'operations']);
        expect(parts[1]?.slice(4)).toEqual([
          any.resourceGroupName,
          'providers',
          'Microsoft.ContainerService',
          'managedClusters',
        ]);
      }),
    );
  });

  it('follow nextLink to the last page, and count', async () => {
    const links = ['2', '3'].map((page) => `${operationsUrl}&%24skiptoken=${page}`);
    const { reader, urls } = fixture(
      { body: { value: [operation('a')], nextLink: links[0] } },
      { body: { value: [operation('b')], nextLink: links[1] } },
      { body: { value: [operation('c')] } },
    );
    expect(await reader.listOperations(cluster, limit)).toMatchObject({
      at: start,
      notBefore: null,
      calls: 3,
      result: {
        ok: true,
        items: [{ operationId: 'a' }, { operationId: 'b' }, { operationId: 'c' }],
        isComplete: true,
      },
    });
    expect(urls()).toEqual([operationsUrl, ...links]);
  });

  it.each([null, ''])('end where nextLink is %j', async (nextLink) => {
    const { reader, requests } = fixture({ body: { value: [], nextLink } });
    const { result } = await reader.listOperations(cluster, limit);
    expect(result).toMatchObject({ ok: true, isComplete: true });
    expect(requests).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['in another case', `${operationsUrl.toUpperCase().replace('HTTPS', 'https')}&x=1`],
    ['with ARM’s port', `${operationsUrl.replace('.example', '.example:443')}&x=1`],
    ['escaped otherwise', `${operationsUrl.replace('rg-prod', 'rg%2Dprod')}&x=1`],
    ['without the host', `${operationsUrl.slice('https://arm.example'.length)}&x=1`],
  ])('follow a nextLink %s', async (_name, nextLink) => {
    const { reader, requests } = fixture({ body: { value: [], nextLink } }, {});
    const { result } = await reader.listOperations(cluster, limit);
    expect(result).toMatchObject({ ok: true, isComplete: true });
    expect(requests).toHaveLength(2);
  });

  it.each<[string, unknown]>([
    ['another host', operationsUrl.replace('arm.example', 'evil.example')],
    ['a host that only begins alike', operationsUrl.replace('arm.example', 'arm.example.evil')],
    [
      'another host behind a user',
      operationsUrl.replace('arm.example', 'arm.example@evil.example'),
    ],
    ['ARM with a user', operationsUrl.replace('arm.example', 'user@arm.example')],
    ['ARM with a password', operationsUrl.replace('arm.example', ':secret@arm.example')],
    ['another port', operationsUrl.replace('arm.example', 'arm.example:8443')],
    ['http', operationsUrl.replace('https', 'http')],
    ['another scheme', 'file:///etc/passwd'],
    ['another host without a scheme', operationsUrl.replace('https:', '')],
    ['another host behind backslashes', String.raw`https:\\evil.example\subscriptions`],
    ['another cluster', operationsUrl.replace('aks-prod-weu', 'aks-other')],
    ['another path by dots', operationsUrl.replace('/operations?', '/x/../listClusterAdmin?')],
    ['another path by broken escapes', operationsUrl.replace('/operations?', '/operations%?')],
    ['no URL', 'https://'],
    ['a number', 2],
    ['an object', { href: operationsUrl }],
    ['a list', [operationsUrl]],
    ['the page itself', operationsUrl],
    ['no end of a URL', `${operationsUrl}&x=${'x'.repeat(10_000)}`],
  ])('never go to a nextLink to %s', async (_name, nextLink) => {
    const { reader, urls } = fixture({ body: { value: [operation('a')], nextLink } });
    expect(await reader.listOperations(cluster, limit)).toMatchObject({
      calls: 1,
      result: { ok: true, items: [{ operationId: 'a' }], isComplete: false },
      oddNextPage: { list: new URL(operationsUrl).pathname },
    });
    expect(urls()).toEqual([operationsUrl]);
  });

  it.each<[string, string]>([
    ['back', operationsUrl],
    ['elsewhere', 'http://acs-eastus.trafficmanager.net:8080/x?$skiptoken=geheim'],
  ])('keep what all pages have shown before a nextLink to %s', async (_name, nextLink) => {
    const { reader } = fixture(
      { body: { value: [operation('a')], nextLink: `${operationsUrl}&page=2` } },
      { body: { value: [operation('b')], nextLink } },
    );
    const listing = await reader.listOperations(cluster, limit);
    expect(listing).toMatchObject({ calls: 2, result: { ok: true, isComplete: false } });
    expect(listing.result.ok && listing.result.items.map(({ operationId }) => operationId)).toEqual(
      ['a', 'b'],
    );
    expect(listing.oddNextPage?.leadsTo).toBe(nextLink.split('?')[0]);
  });

  it('never leave ARM, whatever nextLink is', async () => {
    const any = fc.oneof(
      fc.webUrl({ withQueryParameters: true }),
      fc.string(),
      fc
        .tuple(fc.constantFrom('', '//', '@', '\\', '.', ':', '?', '#', '/..'), fc.string())
        .map(([mark, text]) => `https://arm.example${mark}${text}`),
    );
    await fc.assert(
      fc.asyncProperty(any, async (nextLink) => {
        const { reader, urls } = fixture({ body: { value: [], nextLink } }, {});
        await reader.listOperations(cluster, limit);
        for (const url of urls()) {
          expect(url.startsWith(operationsUrl.slice(0, operationsUrl.indexOf('?')))).toBe(true);
        }
      }),
    );
  });

  it.each<[string, number, (reader: ArmReader) => Promise<unknown>]>([
    ['clusters', 100, async ({ listClusters }) => await listClusters(subscription, limit)],
    ['operations', 5, async ({ listOperations }) => await listOperations(cluster, limit)],
  ])('end, and say so, where the pages of %s do not (%i)', async (_name, pages, list) => {
    const { reader, requests } = endless();
    expect(await list(reader)).toMatchObject({
      calls: pages,
      result: { ok: true, isComplete: false },
    });
    expect(requests).toHaveLength(pages);
  });

  it('end where there is more than enough', async () => {
    const many = Array.from({ length: 1500 }, (_item, index) => operation(`o${index}`));
    const { reader, requests } = fixture({
      body: { value: many, nextLink: `${operationsUrl}&page=2` },
    });
    const { result } = await reader.listOperations(cluster, limit);
    expect(result).toMatchObject({ ok: true, isComplete: false });
    expect(requests).toHaveLength(1);
  });

  it('have together the time that there is, and each at most ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { reader, requests } = endless(() => vi.setSystemTime(Date.now() + 4000));
    expect(await reader.listClusters(subscription, 13_000)).toMatchObject({
      calls: 4,
      result: { failure: { cause: 'network', code: 'Timeout' } },
    });
    expect(requests.map(({ timeout }) => timeout)).toEqual([10_000, 9000, 5000, 1000]);
  });

  it('are none without a token or without time', async () => {
    const { reader, requests } = fixture();
    expect(await reader.listClusters(subscription, 0)).toMatchObject({
      calls: 0,
      result: { failure: { cause: 'network', code: 'Timeout' } },
    });
    const get = vi.fn<() => Promise<string>>().mockRejectedValue(new Error('no identity'));
    const locked = createArmReader({ ...options, tokens: { get, insteadOf: async () => null } });
    expect(await locked.listClusters(subscription, limit)).toMatchObject({
      calls: 0,
      result: { failure: { cause: 'unauthenticated', code: 'SignInFailed' } },
    });
    expect(requests).toHaveLength(0);
  });
});

const refused = (status: number, code: string): Answer => ({ status, body: { error: { code } } });

describe('a listing', () => {
  const first = { body: { value: [operation('a')], nextLink: `${operationsUrl}&page=2` } };

  it.each<[string, Answer, object, object | null]>([
    ['HTML', { body: '<html>' }, { cause: 'malformed' }, { cause: 'malformed' }],
    [
      'no list',
      { body: {} },
      { cause: 'malformed', code: 'MalformedAnswer' },
      { cause: 'malformed' },
    ],
    ['one operation', { body: operation('a') }, { cause: 'malformed' }, { cause: 'malformed' }],
    ['a bare list', { body: [operation('a')] }, { cause: 'malformed' }, { cause: 'malformed' }],
    // Nothing is gone because a further page of it is.
    ...['ResourceNotFound', 'NotFound', 'ResourceGroupNotFound'].map(
      (code): [string, Answer, object, object] => [
        `a 404 ${code}`,
        refused(404, code),
        { cause: 'notFound', code },
        { cause: 'rejected', code },
      ],
    ),
    ['a 400', refused(400, 'InvalidSkipToken'), { cause: 'rejected' }, { cause: 'rejected' }],
    ['a 410', refused(410, 'Gone'), { cause: 'rejected' }, { cause: 'rejected' }],
    ['a 500 with a list', { status: 500, body: { value: [] } }, { cause: 'serverError' }, null],
    ['a 403', refused(403, 'AuthorizationFailed'), { cause: 'forbidden' }, null],
    [
      'a 404 of a subscription',
      refused(404, 'SubscriptionNotFound'),
      { cause: 'subscription' },
      null,
    ],
  ])(
    'of %s is a failed one; on a further page what is refused leaves what was shown before',
    async (_name, answer, failure, ofFurtherPage) => {
      const whole = fixture(answer).reader;
      expect(await whole.listOperations(cluster, limit)).toMatchObject({
        calls: 1,
        result: { ok: false, failure },
      });
      const { reader } = fixture(first, answer);
      expect(await reader.listOperations(cluster, limit)).toMatchObject({
        calls: 2,
        result:
          ofFurtherPage === null
            ? { ok: false, failure }
            : {
                ok: true,
                items: [{ operationId: 'a' }],
                isComplete: false,
                failure: ofFurtherPage,
              },
      });
    },
  );

  it('heeds the Retry-After of any page', async () => {
    const { reader } = fixture(
      { body: { value: [], nextLink: `${operationsUrl}&page=2` } },
      { status: 429, headers: { 'retry-after': '60' } },
    );
    expect(await reader.listOperations(cluster, limit)).toMatchObject({
      notBefore: minutes(1),
      calls: 2,
      result: { failure: { cause: 'throttled' } },
    });
  });

  it('gives the lowest of what ARM has left, over all pages', async () => {
    const { reader } = fixture(
      {
        body: { value: [], nextLink: `${operationsUrl}&page=2` },
        headers: { 'x-ms-ratelimit-remaining-subscription-reads': '17' },
      },
      { headers: { 'x-ms-ratelimit-remaining-subscription-reads': '30' } },
    );
    expect(await reader.listOperations(cluster, limit)).toMatchObject({ remaining: 17 });
  });

  it.each<[string, Record<string, string>, number | undefined]>([
    ['nothing', {}, undefined],
    ['a number', { 'x-ms-ratelimit-remaining-subscription-reads': '11999' }, 11_999],
    ['the last one', { 'X-MS-RateLimit-Remaining-Subscription-Reads': '0' }, 0],
    [
      'several',
      {
        'x-ms-ratelimit-remaining-subscription-reads': '249',
        'x-ms-ratelimit-remaining-subscription-global-reads': '3749',
        'x-ms-ratelimit-remaining-resource':
          'Microsoft.ContainerService/Reads;44,Microsoft.ContainerService/Reads30Min; 1299',
      },
      44,
    ],
    ['no number', { 'x-ms-ratelimit-remaining-resource': 'plenty, -3, 1e2, ;, 12;x' }, undefined],
    ['another header', { 'x-ms-ratelimit-limit': '7', 'x-ratelimit-remaining': '5' }, undefined],
  ])('and a reading tell what ARM has left: %s', async (_name, headers, remaining) => {
    const listing = await fixture({ headers }).reader.listOperations(cluster, limit);
    const { reader } = fixture({ headers, body: { status: 'InProgress' } });
    const reading = await reader.readStatus(reference, limit);
    for (const one of [listing, reading]) {
      expect(Object.hasOwn(one, 'remaining')).toBe(remaining !== undefined);
      expect(one.remaining).toBe(remaining);
    }
  });
});

describe('a listed operation', () => {
  it('is read as ARM’s published example has it', async () => {
    const failed = {
      name: 'd11edb09-6e27-429f-9fe5-17baf773bc4b',
      endTime: '2023-07-26T12:14:50.3179428Z',
      error: { code: 'ReconcileAgentPoolIdentityError', message: 'Reconcile failed' },
      id: `${armIdOf(cluster)}/operations/d11edb09-6e27-429f-9fe5-17baf773bc4b`,
      startTime: '2023-07-26T12:14:26.3179428Z',
      status: 'Failed',
    };
    const { reader } = fixture({ body: { value: [failed] } });
    const { result } = await reader.listOperations(cluster, limit);
    expect(result).toMatchObject({
      ok: true,
      isComplete: true,
      items: [
        {
          operationId: failed.name,
          agentPoolName: null,
          seen: {
            status: 'Failed',
            endTime: '2023-07-26T12:14:50.317Z',
            error: { code: 'ReconcileAgentPoolIdentityError' },
          },
        },
      ],
    });
  });

  it.each<[string, object, string | null]>([
    ['its ID', { id: `${armIdOf(cluster)}/agentPools/pool1/operations/a` }, 'pool1'],
    ['its resource', { resourceId: `${armIdOf(cluster)}/agentPools/Pool2` }, 'Pool2'],
    ['a resource below', { resourceId: 'x/agentPools/p3/machines/m1' }, 'p3'],
    ['neither', { resourceId: armIdOf(cluster) }, null],
    ['an odd resource', { resourceId: 'x/agentPools/<!channel>/' }, null],
    ['a resource that is no text', { resourceId: 7 }, null],
  ])('has the agent pool of %s', async (_name, changes, agentPoolName) => {
    const { reader } = fixture({ body: { value: [operation('a', changes)] } });
    const { result } = await reader.listOperations(cluster, limit);
    expect(result).toMatchObject({ items: [{ operationId: 'a', agentPoolName }] });
  });

  it('is named by its ID where it has no name', async () => {
    expect(await operationsIn(operation('a', { name: undefined }))).toEqual(['a']);
    expect(await operationsIn(operation('a', { name: 'x/../y' }))).toEqual(['a']);
    expect(await operationsIn(operation('a', { id: '/of/another/form' }))).toEqual(['a']);
  });

  it('is passed over when it is odd, and the others are not', async () => {
    const elsewhere = armIdOf({ ...cluster, resourceName: 'aks-other' });
    const odd = [
      null,
      'text',
      [],
      {},
      operation('b', { status: '' }),
      operation('', {}),
      operation('a/b', {}),
      operation('b', { id: `${elsewhere}/operations/b` }),
    ];
    expect(await operationsIn(...odd, operation('a'))).toEqual(['a']);
  });

  it('is there once, as it was first shown', async () => {
    const { reader } = fixture({
      body: { value: [operation('a', { status: 'Succeeded' }), operation('b'), operation('A')] },
    });
    const { result } = await reader.listOperations(cluster, limit);
    expect(result).toMatchObject({
      items: [{ operationId: 'a', seen: { status: 'Succeeded' } }, { operationId: 'b' }],
    });
  });
});

describe('a listed cluster', () => {
  it('lies within what was asked for, whatever the case', async () => {
    const ids = [
      named('a'),
      named('b', { resourceGroupName: 'RG-Prod' }).replace('resourceGroups', 'resourcegroups'),
      named('c', { resourceGroupName: 'rg-prod2' }),
      named('d', { subscriptionId: '99999999-2222-3333-4444-555555555555' }),
    ];
    expect(await clustersIn('rg-prod', ...ids)).toEqual(['a', 'b']);
    expect(await clustersIn(null, ...ids)).toEqual(['a', 'b', 'c']);

    const inLetters = { ...cluster, subscriptionId: 'aaaaaaaa-BBBB-cccc-dddd-eeeeeeeeeeee' };
    const value = [{ id: armIdOf(inLetters).replace('BBBB', 'bbbb') }];
    const { result } = await fixture({ body: { value } }).reader.listClusters(
      { ...inLetters, resourceName: null },
      limit,
    );
    expect(result).toMatchObject({
      items: [{ reference: { resourceName: cluster.resourceName } }],
    });
  });

  it('is passed over when it is odd or shown twice, and the others are not', async () => {
    const odd = [null, 7, '', 'x', `${named('a')}/operations/o`, named('a..'), named('<!here>')];
    expect(await clustersIn(null, ...odd, named('b'), named('B'))).toEqual(['b']);
  });

  it('is found in any body without a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.jsonValue(), async (value, body) => {
        for (const answer of [{ body: { value } }, { body }]) {
          const { reader } = fixture(answer);
          expect(await reader.listClusters(subscription, limit)).toHaveProperty('result.ok');
          expect(await reader.listOperations(cluster, limit)).toHaveProperty('result.ok');
        }
      }),
    );
  });
});
