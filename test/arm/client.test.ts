import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
} from '@azure/core-rest-pipeline';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { createArmReader, type CountedReading } from '../../shared/arm/client.ts';
import { pinnedTo } from '../../shared/arm/version-source.ts';
import { anyReference } from '../support/operation-arbitraries.ts';
import { minutes, reference, start } from '../support/operation-builders.ts';

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** The token that there is instead of a refused one. */
  readonly other?: string | null;
}

/** A reader on a network that gives one answer, with what was asked and which tokens were to be replaced. */
function fixture({
  status = 200,
  body = { status: 'InProgress' },
  headers = {},
  other = null,
}: Answer = {}): {
  read: (operation?: typeof reference) => Promise<CountedReading>;
  requests: PipelineRequest[];
  refused: string[];
} {
  const requests: PipelineRequest[] = [];
  const refused: string[] = [];
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      requests.push(request);
      const bodyAsText = typeof body === 'string' ? body : JSON.stringify(body);
      return { request, status, headers: createHttpHeaders(headers), bodyAsText };
    },
  };
  const { readStatus } = createArmReader({
    endpoint: 'https://arm.example',
    versions: pinnedTo('2025-05-02-preview'),
    tokens: {
      get: async () => 'secret-token',
      async insteadOf(token, timeoutMs) {
        // Half of the time: what ARM has said is to be a reading in time.
        if (timeoutMs <= 5000) refused.push(token);
        return other;
      },
    },
    clock: () => new Date(start),
    httpClient,
  });
  return {
    read: async (operation = reference) => await readStatus(operation, 60_000),
    requests,
    refused,
  };
}

describe('the request', () => {
  it('is ARM’s documented one, with the token, a time limit and without a body', async () => {
    const { read, requests } = fixture();
    await read({ ...reference, agentPoolName: 'userpool' });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'GET',
      url: 'https://arm.example/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod-weu/agentPools/userpool/operations/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee?api-version=2025-05-02-preview',
      allowInsecureConnection: false,
    });
    expect(requests[0]?.body).toBeUndefined();
    expect(requests[0]?.timeout).toBeGreaterThan(9000);
    expect(requests[0]?.timeout).toBeLessThanOrEqual(10_000);
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer secret-token');
    expect(requests[0]?.headers.get('user-agent')).toMatch(/^aks-operation-notifier\/\d/);
  });

  it('goes to ARM and to that one operation, whatever its names hold', async () => {
    await fc.assert(
      fc.asyncProperty(anyReference, async (any) => {
        const { read, requests } = fixture();
        await read(any);
        const url = new URL(requests[0]?.url ?? '');
        expect(url.origin).toBe('https://arm.example');
        expect(url.search).toBe('?api-version=2025-05-02-preview');
        const path = url.pathname.split('/').map(decodeURIComponent);
        expect(path.slice(-2)).toEqual(['operations', any.operationId]);
        expect(path).toHaveLength(any.agentPoolName === null ? 11 : 13);
      }),
    );
  });
});

describe('the reading', () => {
  it('is what ARM shows, at the time when it was begun', async () => {
    const { read } = fixture({ body: { status: 'Failed', error: { code: 'X' } } });
    expect(await read()).toMatchObject({
      at: start,
      notBefore: null,
      result: { ok: true, seen: { status: 'Failed', error: { code: 'X' } } },
    });
  });

  it.each<[string, Answer, object]>([
    ['200 with HTML', { body: '<html>' }, { cause: 'malformed', code: 'MalformedAnswer' }],
    ['200 without a status', { body: {} }, { cause: 'malformed', code: 'MalformedAnswer' }],
    ['202', { status: 202 }, { cause: 'malformed', code: 'HTTP202' }],
    [
      '500 with a body that looks like success',
      { status: 500, body: { status: 'Succeeded' } },
      { cause: 'serverError' },
    ],
    [
      '403',
      {
        status: 403,
        body: { error: { code: 'AuthorizationFailed' } },
        headers: { 'x-ms-request-id': 'r1' },
      },
      { cause: 'forbidden', message: 'ARM answered HTTP 403. (correlation ID r1)' },
    ],
    [
      '404 with both IDs',
      {
        status: 404,
        body: { code: 'NotFound', message: 'Gone.' },
        headers: { 'x-ms-request-id': 'r1', 'x-ms-correlation-request-id': 'c1' },
      },
      { cause: 'notFound', message: 'Gone. (correlation ID c1)' },
    ],
  ])('of %s is a failed one', async (_, answer, failure) => {
    const { result } = await fixture(answer).read();
    expect(result).toMatchObject({ ok: false, failure });
  });

  it.each<[string, number, string | null, number | null]>([
    ['seconds', 429, '17', 17],
    ['an HTTP date', 429, 'Mon, 21 Sep 2026 14:05:00 GMT', 300],
    ['a date that is past', 429, 'Mon, 21 Sep 2026 13:00:00 GMT', 0],
    ['more than ARM allows', 429, '99999999', 900],
    ['no number', 429, 'soon', 60],
    ['nothing, of a 429', 429, null, 60],
    ['seconds, of a 503', 503, '30', 30],
    ['seconds, of a 200', 200, '10', 10],
    ['nothing, of a 503', 503, null, null],
  ])('heeds a Retry-After of %s', async (_, status, retryAfter, seconds) => {
    const headers: Record<string, string> =
      retryAfter === null ? {} : { 'retry-after': retryAfter };
    const { notBefore } = await fixture({ status, headers }).read();
    expect(notBefore).toBe(seconds === null ? null : minutes(seconds / 60));
  });

  it.each([
    [401, 'InvalidAuthenticationToken', 1],
    [401, 'ExpiredAuthenticationToken', 1],
    [401, 'AuthenticationFailed', 1],
    // Another token of the same identity would be from the same tenant.
    [401, 'InvalidAuthenticationTokenTenant', 0],
    [401, 'invalidauthenticationtokentenant', 0],
    [403, 'AuthorizationFailed', 0],
    [404, 'ResourceNotFound', 0],
    [200, null, 0],
  ])(
    'of %d %s wants another token %d times, and fails without one',
    async (status, code, times) => {
      const body = code === null ? { status: 'InProgress' } : { error: { code } };
      const { read, requests, refused } = fixture({ status, body });
      const { calls, result } = await read();
      expect(refused).toEqual(times === 0 ? [] : ['secret-token']);
      expect(requests).toHaveLength(1);
      expect(calls).toBe(1);
      expect(result).toMatchObject(code === null ? { ok: true } : { ok: false, failure: { code } });
    },
  );

  it('whose token is refused twice is tried twice, each time with its own token, and failed', async () => {
    const { read, requests, refused } = fixture({ status: 401, other: 'other-token' });
    const { calls, result } = await read();
    expect(refused).toEqual(['secret-token']);
    expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer secret-token',
      'Bearer other-token',
    ]);
    expect(calls).toBe(2);
    expect(result).toMatchObject({ ok: false, failure: { cause: 'unauthenticated' } });
  });
});
