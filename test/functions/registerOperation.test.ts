import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, startProduct, type Answer, type Product } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(async () => await product[Symbol.asyncDispose]());

const register = async (body: unknown): Promise<Answer> =>
  await product.request('POST', '/api/operations', body);
const send = async (init: RequestInit): Promise<Answer> =>
  await answerOf(await fetch(`${product.host.url}/api/operations`, { method: 'POST', ...init }));
const json = { 'content-type': 'application/json' };
const some = () => ({ ...someCluster(), operationId: 'b0ca7e5e-0000-4000-8000-000000000001' });
const pointers = (answer: Answer): unknown => {
  const { errors } = answer.json();
  return Array.isArray(errors) ? errors.map(({ pointer }: { pointer: string }) => pointer) : errors;
};

describe('POST /api/operations', () => {
  it('answers 201 with where the operation is and all that is known of it', async () => {
    const parts = some();
    const answer = await register({ ...parts, label: 'weekly', mention: 'S0123456' });
    const location = answer.headers.get('location') ?? '';
    expect(answer.status).toBe(201);
    expect(location).toMatch(/^\/api\/operations\/[\w.-]+$/);
    expect(answer.json()).toEqual({
      ...parts,
      trackingId: location.split('/').at(-1),
      id: `/subscriptions/${parts.subscriptionId}/resourceGroups/${parts.resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/${parts.resourceName}/operations/${parts.operationId}`,
      label: 'weekly',
      channel: 'default',
      mention: 'S0123456',
      state: 'active',
      status: null,
      percentComplete: null,
      error: null,
      explanation: null,
      kind: null,
      progress: null,
      parts: [],
      partsLeftOut: 0,
      elapsedSeconds: null,
      usual: null,
      startTime: null,
      endTime: null,
      registeredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      lastCheckedAt: null,
      lastChangedAt: null,
      nextCheckAt: expect.any(String),
      outcome: null,
      reading: { ok: true },
      undelivered: 0,
      startedBy: null,
      changes: [],
      left: [],
    });
    expect((await product.request('GET', location)).json()).toEqual({
      ...answer.json(),
      history: [],
    });
    expect(product.arm.calls.filter((call) => call.path.includes(parts.resourceName))).toEqual([]);
  });

  it('answers 200 with the same for each of the three ways to name it, in any case', async () => {
    const cluster = someCluster();
    const { id, operationId, operationUrl } = product.arm.start({ ...cluster, scenario: 'quick' });
    const clusterId = id.replace(/\/operations\/.*/, '');
    const first = await register({
      ...cluster,
      operationId,
      agentPoolName: 'pool1',
      label: 'kept',
    });
    const again = [
      await register({ id: id.toUpperCase(), mention: 'channel' }),
      await register({ operationUrl, clusterId, channel: 'PAYMENTS' }),
    ];
    expect(again.map(({ status }) => status)).toEqual([200, 200]);
    expect(again.at(-1)?.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.at(-1)?.json()).toEqual({
      ...first.json(),
      channel: 'payments',
      mention: 'channel',
    });
  });

  it('makes one operation of ten clients at once, and says 201 to one of them', async () => {
    const body = some();
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(body)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9);
    const listed = await product.request(
      'GET',
      `/api/operations?subscriptionId=${body.subscriptionId}`,
    );
    expect(listed.json()['value']).toHaveLength(1);
  });

  it.each<[string, object, string[]]>([
    ['nothing', {}, ['']],
    ['a list', [], ['']],
    ['two ways at once', { ...some(), id: '/subscriptions/x' }, ['']],
    [
      'everything wrong at once',
      {
        subscriptionId: 'x',
        resourceGroupName: 'a/b',
        resourceName: '-',
        operationId: 'latest',
        agentPoolName: '1',
        label: '',
        channel: 'nowhere',
        mention: 'everyone',
        surprise: 1,
      },
      [
        '/subscriptionId',
        '/resourceGroupName',
        '/resourceName',
        '/operationId',
        '/agentPoolName',
        '/label',
        '/channel',
        '/mention',
        '/surprise',
      ],
    ],
    ['an ID of something else', { id: '/subscriptions/x/resourceGroups/y' }, ['/id']],
    [
      'a URL without its cluster',
      { operationUrl: 'https://example.com/' },
      ['/operationUrl', '/clusterId'],
    ],
  ])('answers 400 to %s, with every problem', async (_name, body, wanted) => {
    const answer = await register(body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({
      type: 'urn:aks-operation-notifier:invalid-request',
      title: 'Invalid request',
      status: 400,
      detail: expect.stringContaining('problem'),
    });
    expect(pointers(answer)).toEqual(expect.arrayContaining(wanted));
    expect(pointers(answer)).toHaveLength(wanted.length);
  });

  const long = JSON.stringify({ ...some(), label: 'x'.repeat(17_000) });
  it.each<[string, number, RequestInit]>([
    ['no body', 415, {}],
    ['another media type', 415, { headers: { 'content-type': 'text/json' }, body: '{}' }],
    ['half of JSON', 400, { headers: json, body: '{"id":' }],
    ['an empty body', 400, { headers: json, body: '' }],
    ['bytes that are no UTF-8', 400, { headers: json, body: Uint8Array.of(34, 255, 254, 34) }],
    ['more than 16 KiB', 413, { headers: json, body: long }],
  ])('answers a problem to %s: %i', async (_name, status, init) => {
    const answer = await send(init);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status, title: expect.any(String) });
  });

  it('takes a body of exactly 16 KiB, and a charset in the media type', async () => {
    const bare = JSON.stringify(some());
    const answer = await send({
      headers: { 'content-type': 'Application/JSON; charset=utf-8' },
      body: bare.padEnd(16 * 1024),
    });
    expect(answer.status).toBe(201);
  });
});
