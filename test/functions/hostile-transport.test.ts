import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, startProduct, type Answer, type Product } from '../support/product.ts';
import { fc } from '../support/properties.ts';
import { someCluster } from '../support/settings.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(async () => await product[Symbol.asyncDispose]());

const body = (): object => ({ ...someCluster(), operationId: 'x' });

/** Posts a body as it is. */
async function send(
  bytes: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = {},
  path = '/api/operations',
): Promise<Answer> {
  const response = await fetch(`${product.host.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: bytes,
    duplex: 'half',
  });
  return await answerOf(response);
}

describe('a body', () => {
  it('is taken up to 16 KiB, and no further', async () => {
    const [json, limit] = [JSON.stringify(body()), 16 * 1024];
    expect((await send(json.padEnd(limit, ' '))).status).toBe(201);
    for (const length of [limit + 1, 64 * 1024]) {
      const answer = await send(json.padEnd(length, ' '));
      expect(answer.status).toBe(413);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    }
  });

  it.each(['operations', 'watches', 'doctor'])(
    'in chunks, which the Functions host passes on to nobody, is refused with what to do: %s',
    async (path) => {
      const chunks = ReadableStream.from([Buffer.from(JSON.stringify(body()))]);
      const answer = await send(chunks, {}, `/api/${path}`);
      expect(answer.status).toBe(411);
      expect(answer.json()).toMatchObject({ detail: expect.stringContaining('Content-Length') });
    },
  );

  const json = JSON.stringify(body());
  it.each<[string, Uint8Array | string]>([
    ['in UTF-16', Buffer.from(json, 'utf16le')],
    ['in UTF-16 with its mark', Buffer.from(`\ufeff${json}`, 'utf16le')],
    ['in Latin-1', Buffer.from(json.replace('"x"', '"é"'), 'latin1')],
    ['with half a character', Buffer.concat([Buffer.from(json), Buffer.of(0xf0, 0x9f)])],
    [
      'with a character written too long',
      Buffer.concat([Buffer.of(0xc0, 0xa2), Buffer.from(json)]),
    ],
    ['compressed', gzipSync(json)],
    ['that is empty', ''],
    ['with two documents', json + json],
    ['with a comment', `/* */${json}`],
    ['with __proto__', json.replace('{', '{"__proto__":{"label":"x"},')],
    ['nested in __proto__', JSON.stringify({ x: 1 }).replace('"x":1', `"__proto__":${json}`)],
    ['with a value 7,000 levels deep', json.replace('"x"', '['.repeat(7000) + ']'.repeat(7000))],
    ['with a number for a text', json.replace('"x"', '1e400')],
    ['with half a character escaped', json.replace('"x"', '"\\ud800"')],
    ['with half a character in a label', json.replace('{', '{"label":"\\udc00",')],
  ])('%s is refused', async (_name, bytes) => {
    const answer = await send(bytes);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ title: 'Invalid request', status: 400 });
  });

  it('that names a field twice means the last one', async () => {
    const twice = json.replace('{', '{"operationId":"no/such","label":"first","label":"last",');
    expect((await send(twice)).json()).toMatchObject({ operationId: 'x', label: 'last' });
    expect((await send(json.replace('}', ',"operationId":"no/such"}'))).status).toBe(400);
  });

  it.each([
    'text/plain',
    'application/json, text/plain',
    'application/jsonp',
    'multipart/form-data; boundary=application/json',
    'application/x-www-form-urlencoded',
  ])('of type %s is not read', async (type) => {
    expect((await send(json, { 'content-type': type })).status).toBe(415);
  });

  it('that is empty is answered as that', async () => {
    expect((await send('')).json()).toMatchObject({
      errors: [{ pointer: '', message: 'The body is empty: send a JSON object.' }],
    });
  });

  it('of another type is not read by doctor either, which needs none', async () => {
    const plain = { 'content-type': 'text/plain' };
    expect((await send('{"slack":true}', plain, '/api/doctor')).status).toBe(415);
    expect((await send('', plain, '/api/doctor')).status).not.toBe(415);
  });

  it('that comes slowly keeps nobody waiting', async () => {
    const { hostname, port } = new URL(product.host.url);
    const options = { hostname, port, method: 'POST', path: '/api/operations' };
    using slow = Object.assign(httpRequest(options), {
      [Symbol.dispose]: () => void slow.destroy(),
    });
    slow.on('error', () => {});
    slow.write('{"subscriptionId"');
    expect((await send(json)).status).toBeLessThan(300);
  });
});

describe('a URL', () => {
  it.each([
    ['a tracking ID of 8 kB', `/api/operations/${'0'.repeat(8000)}`, 404],
    ['an endless URL', `/api/operations?resourceName=${'a'.repeat(100_000)}`, 431],
    ['a name of 5 kB', `/api/operations?resourceName=${'a'.repeat(5000)}`, 400],
    ['a quote in a name', `/api/operations?resourceName=a'%20or%20'1'%20eq%20'1`, 400],
    ['a quote in a group', `/api/operations?resourceGroupName=a'%20or%20'1'%20eq%20'1`, 400],
    [
      'a quote in a subscription',
      `/api/operations?subscriptionId='%20or%20PartitionKey%20ne%20'`,
      400,
    ],
    ['broken escapes', '/api/operations?resourceName=%ff%fe%zz', 400],
  ])('with %s is refused', async (_name, path, status) => {
    const answer = await answerOf(await fetch(product.host.url + path));
    expect(answer.status).toBe(status);
    expect(answer.text.length).toBeLessThan(2000);
  });
});

const tokenOf = (position: object): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

describe('a continuation token', () => {
  it('that was made up is refused, or shows what the query allows and no more', async () => {
    const [mine, other] = [someCluster(), someCluster()];
    const keys = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '',
        '0',
        'zzzz',
        "' or '1' eq '1",
        '\u0000',
        '🚀'.repeat(50),
        '/\\#?%',
        'x'.repeat(1100),
        mine.subscriptionId,
        other.subscriptionId,
      ),
    );
    const position = fc.record({ partitionKey: keys, rowKey: keys, __proto__: keys });
    // The first one takes seconds to make, in which the host would close a connection that waits.
    fc.sample(position, 1);
    for (const cluster of [mine, other])
      await product.request('POST', '/api/operations', { ...cluster, operationId: 'x' });
    await fc.assert(
      fc.asyncProperty(position, async (forged) => {
        const query = `state=all&subscriptionId=${mine.subscriptionId}`;
        const answer = await product.request(
          'GET',
          `/api/operations?${query}&continuationToken=${tokenOf(forged)}`,
        );
        expect([200, 400]).toContain(answer.status);
        expect(answer.text).not.toContain(other.resourceName);
      }),
      { numRuns: 150 },
    );
  });
});
