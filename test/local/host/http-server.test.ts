import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SOON, startFixture } from '../../support/host-fixture.ts';

let host: Awaited<ReturnType<typeof startFixture>>;
beforeAll(async () => {
  host = await startFixture({
    FUNCTION_KEY: 'the-key',
    MASTER_KEY: 'the-master-key',
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1000',
    HOST_TIMERS: 'off',
  });
});
afterAll(() => host.stop());

const get = (path: string, init?: RequestInit) => fetch(host.url + path, init);
const status = async (path: string, init?: RequestInit) => (await get(path, init)).status;
const header = (key: string) => ({ headers: { 'x-functions-key': key } });
const post = (path: string, body: string) => get(path, { method: 'POST', body });

const own = () => new URL(host.url).host;

/** Sends exactly these bytes, as `fetch` would not; resolves with the whole answer. */
function sendRaw(bytes: string): Promise<string> {
  return text(connect(Number(new URL(host.url).port), '127.0.0.1').end(bytes));
}

describe('a request', () => {
  it('reaches the handler with its method, URL, parameters and bytes', async () => {
    const body = Uint8Array.of(0, 255, 128);
    const response = await get('/api/echo/a%20b?x=1', { method: 'POST', body });
    expect(await response.json()).toMatchObject({
      method: 'POST',
      url: `${host.url}/api/echo/a%20b?x=1`,
      params: { id: 'a b' },
      query: { x: '1' },
      body: Buffer.from(body).toString('base64'),
    });
  });

  it('has repeated headers and query parameters joined with commas, and keeps empty ones', async () => {
    const answer = await sendRaw(
      `GET /api/echo?a=1&A=2&empty=&b=x+y HTTP/1.1\r\nHost: ${own()}\r\nConnection: close\r\n` +
        'X-Twice: 1\r\nX-Twice: 2\r\nX-Empty:\r\n\r\n',
    );
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      url: `${host.url}/api/echo?a=1&A=2&empty=&b=x+y`,
      query: { a: '1,2', empty: '', b: 'x y' },
      headers: { 'x-twice': '1,2', 'x-empty': '' },
    });
  });

  it('goes to the literal route before the one with a parameter, and by its method', async () => {
    expect(await (await get('/api/things/special')).text()).toBe('literal');
    expect(await (await get('/api/things/7')).json()).toMatchObject({ params: { id: '7' } });
    expect(await status('/api/things/special', { method: 'DELETE' })).toBe(204);
    expect(await (await get('/api/files/a/b.txt')).json()).toMatchObject({
      params: { rest: 'a/b.txt' },
    });
    expect(await (await get('/api/byname')).text()).toBe('by name');
  });

  it('is answered 404 without a route, and with a method that the route does not have', async () => {
    expect(await status('/api/unknown')).toBe(404);
    expect(await status('/byName')).toBe(404);
    expect(await status('/api/byName', { method: 'POST' })).toBe(404);
    expect(await status('/api/byName', { method: 'HEAD' })).toBe(404);
  });

  it('is answered 400 when it makes no URL', async () => {
    expect(
      await sendRaw(
        `GET ${host.url}/api/byName HTTP/1.1\r\nHost: ${own()}\r\nConnection: close\r\n\r\n`,
      ),
    ).toMatch(/^HTTP\/1.1 400 /);
  });

  it('is answered 500 when its body is too large, with and without a length, as by the real host', async () => {
    expect((await post('/api/echo', 'x'.repeat(1000))).status).toBe(200);
    expect((await post('/api/echo', 'x'.repeat(1001))).status).toBe(500);
    const stream = new Blob(['x'.repeat(100_000)]).stream();
    expect(await status('/api/echo', { method: 'POST', body: stream, duplex: 'half' })).toBe(500);
  });
});

it.each([
  ['%00 in its path', 400, '/api/by%00Name', {}],
  ['a path of 9,000 characters', 414, `/api/${'x'.repeat(9000)}`, {}],
  [
    '120 headers',
    431,
    '/api/byName',
    Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`x-${at}`, 'x'])),
  ],
])('a request with %s is answered %i, as by the real host', async (_, expected, path, headers) => {
  expect(await status(path, { headers })).toBe(expected);
});

it('GET / is a page of the host, as in Azure', async () => {
  const response = await get('/');
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/html; charset=utf-8',
  ]);
});

it('a body in chunks reaches no function, as in Azure', async () => {
  const stream = new Blob(['x']).stream();
  const response = await get('/api/echo', { method: 'POST', body: stream, duplex: 'half' });
  expect(await response.json()).toMatchObject({ body: '' });
});

describe('an answer', () => {
  it('passes status, headers, cookies and bytes through', async () => {
    const response = await get('/api/rich');
    expect(response.status).toBe(418);
    expect(response.headers.get('x-answer')).toBe('yes');
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.getSetCookie()).toEqual([
      'a=b%20c; max-age=60; path=/; samesite=lax; httponly',
      'd=e; expires=Fri, 02 Jan 1970 00:00:00 GMT; path=/x; secure',
    ]);
    expect([...(await response.bytes())]).toEqual([0, 255, 10, 13]);
  });

  it('to HEAD has the headers only', async () => {
    const response = await get('/api/echo', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await response.text()).toBe('');
  });

  it('is an empty 204 when the handler returns nothing', async () => {
    const response = await get('/api/nothing');
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('is an empty 500 when the handler throws, with the reason in the log only', async () => {
    const response = await get('/api/boom');
    expect([response.status, await response.text()]).toEqual([500, '']);
    await expect
      .poll(() => host.messages('boom').join('\n'), SOON)
      .toContain('Error: a secret reason');
  });
});

describe('an answer that cannot be sent', () => {
  it('is a 500 with the reason in the log', async () => {
    expect(await status('/api/unsendable')).toBe(500);
    await expect
      .poll(() => host.messages().join('\n'), SOON)
      .toContain('Invalid character in header');
  });
});

describe('a function key', () => {
  it('is needed by the level of the function, in the header or the query', async () => {
    expect(await status('/api/byName')).toBe(200);
    for (const [path, key] of [
      ['/api/locked', 'the-key'],
      ['/api/locked', 'the-master-key'],
      ['/api/master', 'the-master-key'],
      ['/admin/host/status', 'the-master-key'],
    ] as const) {
      const refused = await get(path);
      expect([path, refused.status, await refused.text()]).toEqual([path, 401, '']);
      expect(await status(path, header(key))).toBe(200);
      expect(await status(`${path}?code=${key}`)).toBe(200);
      expect(await status(path, header('wrong'))).toBe(401);
      expect(await status(`${path}?code=${key.slice(0, -1)}`)).toBe(401);
    }
    expect(await status('/api/locked?code=the-key', header('wrong'))).toBe(401);
  });

  it('of functions opens neither /admin nor what needs the master key', async () => {
    for (const path of ['/api/master', '/admin/host/status'])
      expect(await status(path, header('the-key'))).toBe(403);
  });

  it('and the query string never reach the log', async () => {
    await get('/api/locked?code=the-key&word=hidden');
    await get('/api/locked?code=guess&word=hidden');
    await get('/api/boom?code=the-key&word=hidden');
    const before = host.lines.length;
    await get('/api/byName');
    await expect.poll(() => host.lines.length, SOON).toBeGreaterThan(before);
    expect(JSON.stringify(host.lines)).not.toMatch(/the-key|the-master-key|guess|hidden/);
  });
});

describe('/admin', () => {
  const code = '?code=the-master-key';

  it('lists the functions that loaded', async () => {
    const functions = await (await get(`/admin/functions${code}`)).json();
    expect(functions).toEqual(host.functions);
    expect(functions).toContainEqual({
      name: 'locked',
      trigger: 'http',
      route: '/api/locked',
      methods: ['GET'],
      authLevel: 'function',
    });
    expect(functions).toContainEqual({
      name: 'monthly',
      trigger: 'timer',
      schedule: '0 0 0 1 * *',
    });
  });

  it('shows the state of the host', async () => {
    expect(await (await get(`/admin/host/status${code}`)).json()).toEqual({ state: 'Running' });
  });

  it('runs a timer function now', async () => {
    const before = host.messages('monthly').length;
    const response = await post(`/admin/functions/MONTHLY${code}`, '{"input":""}');
    expect([response.status, await response.text()]).toEqual([202, '']);
    await expect.poll(() => host.messages('monthly').length, SOON).toBe(before + 1);
    expect(host.messages('monthly')[before]).toMatch(
      /^timer {"schedule":{"adjustForDST":true},"scheduleStatus":{"last":"0001-.*"next":".*","lastUpdated":".*"},"isPastDue":false}$/,
    );
  });

  it('refuses what it cannot run', async () => {
    expect((await post(`/admin/functions/unknown${code}`, '{"input":""}')).status).toBe(404);
    expect((await post(`/admin/functions/byName${code}`, '{"input":""}')).status).toBe(400);
    expect((await post(`/admin/functions/monthly${code}`, '')).status).toBe(400);
    expect((await post(`/admin/unknown${code}`, '{}')).status).toBe(404);
  });
});
