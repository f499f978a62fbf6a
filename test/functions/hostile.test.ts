import { fc } from '../support/properties.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, startProduct, type Answer, type Product } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(async () => await product[Symbol.asyncDispose]());

/** What is wrong with an answer; `null` when it is a success, or a refusal that tells why. */
function faultOf(answer: Answer): string | null {
  if (answer.status >= 500) return `${answer.status} ${answer.text}`;
  if (answer.status < 400) return null;
  const isProblem =
    answer.headers.get('content-type') === 'application/problem+json' &&
    answer.json()['status'] === answer.status;
  return isProblem ? null : `no problem: ${answer.text}`;
}

const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    '..',
    "' or '1' eq '1",
    '\u0000',
    '\u202e',
    '\ud800',
    '__proto__',
    'constructor',
    '%2e%2e/%00',
    '<!channel>',
    'x'.repeat(5000),
    '/subscriptions//resourceGroups//providers/Microsoft.ContainerService/managedClusters//operations/',
    'http://[::1',
    'https://a/subscriptions/0/providers/Microsoft.ContainerService/locations/x/operations/y?t=1',
  ),
);
const field = fc.constantFrom(
  'subscriptionId',
  'resourceGroupName',
  'resourceName',
  'operationId',
  'agentPoolName',
  'id',
  'operationUrl',
  'clusterId',
  'label',
  'channel',
  'mention',
  '__proto__',
  'constructor',
  'toString',
);
const value = fc.oneof(hostileText, fc.jsonValue({ maxDepth: 2 }));
const withField = (name: string, bad: unknown): object =>
  Object.defineProperty({ ...someCluster(), operationId: 'x' }, name, {
    value: bad,
    enumerable: true,
  });

describe('hostile requests', () => {
  it('to register are refused or taken, whatever their body', async () => {
    const body = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.oneof(field, hostileText), value, { noNullPrototype: true }),
      fc.tuple(field, value).map(([name, bad]) => withField(name, bad)),
    );
    await fc.assert(
      fc.asyncProperty(body, async (hostile) => {
        const answer = await product.request('POST', '/api/operations', hostile);
        expect(faultOf(answer)).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('of bytes that are no JSON, nested or cut are refused', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text.slice(0, -1))),
      fc.nat({ max: 8000 }).map((depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))),
      fc.nat({ max: 2500 }).map((depth) => Buffer.from('{"a":'.repeat(depth))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        const answer = await answerOf(
          await fetch(`${product.host.url}/api/operations`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: Buffer.from(body),
          }),
        );
        expect(answer.status).toBe(400);
        expect(faultOf(answer)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  it('to list, show or untrack are refused or answered, whatever their URL', async () => {
    const parameter = fc.constantFrom(
      'state',
      'top',
      'subscriptionId',
      'resourceGroupName',
      'resourceName',
      'continuationToken',
    );
    const token = fc
      .record({ table: fc.constantFrom('active', 'history', 'x'), token: value })
      .map((position) => Buffer.from(JSON.stringify(position)).toString('base64url'));
    const query = fc
      .array(fc.tuple(parameter, fc.oneof(hostileText, token, fc.constant('all'))), {
        maxLength: 3,
      })
      .map((pairs) => `?${pairs.map(([name, text]) => `${name}=${escaped(text)}`).join('&')}`);
    const path = hostileText
      .filter((text) => !/^\.*$/.test(text))
      .map((text) => `/${escaped(text)}`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(query, path), async (rest) => {
        const method = rest.startsWith('/') ? 'DELETE' : 'GET';
        const answer = await product.request(method, `/api/operations${rest}`);
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });

  it('with a parameter that nobody knows are refused under its name, also those of every object', async () => {
    for (const name of [...Object.getOwnPropertyNames(Object.prototype), 'State', 'a.b']) {
      const answer = await product.request('GET', `/api/operations?${name}=1&top=5`);
      expect(answer.status).toBe(400);
      expect(answer.json()['errors']).toMatchObject([{ pointer: `/${name}` }]);
    }
  });

  it('to list from where no list ended are refused, whatever their token holds', async () => {
    const key = fc.oneof(hostileText, fc.string({ unit: 'binary-ascii' }), fc.jsonValue());
    const inner = fc.oneof(
      fc.record({ nextPartitionKey: key, nextRowKey: key }, { requiredKeys: ['nextPartitionKey'] }),
      fc.record({ nextPartitionKey: fc.constantFrom('\ud800', 'a\udc00b', 'x'), nextRowKey: key }),
    );
    const table = fc.constantFrom('active', 'history');
    await fc.assert(
      fc.asyncProperty(
        inner,
        table,
        fc.constantFrom('active', 'all'),
        async (content, of, state) => {
          const token = Buffer.from(JSON.stringify(content)).toString('base64');
          const position = Buffer.from(JSON.stringify({ table: of, token })).toString('base64url');
          const answer = await product.request(
            'GET',
            `/api/operations?state=${state}&continuationToken=${position}`,
          );
          const isUnwritable = JSON.stringify(content).includes('\\ud800');
          // The host itself refuses a URL of more than 8,192 characters.
          const expected = position.length > 8000 ? 414 : isUnwritable ? 400 : answer.status;
          expect(answer.status).toBe(expected);
          expect([200, 400, 414]).toContain(answer.status);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each<[string, string, (count: number) => object]>([
    ['wrong events', '/api/watches', (count) => ({ events: Array(count).fill(0) })],
    ['unknown fields of a watch', '/api/watches', unknownFields],
    ['unknown fields of a registration', '/api/operations', unknownFields],
    ['unknown fields of a check', '/api/doctor', unknownFields],
  ])(
    'with many %s is answered with twenty problems, and how many more there are',
    async (_, path, body) => {
      for (const count of [1, 19, 25, 1500]) {
        const answer = await product.request('POST', path, body(count));
        expect(answer.status).toBe(400);
        const { errors, detail } = answer.json();
        const total = Number(/has (\d+) problems/.exec(String(detail))?.[1] ?? 1);
        expect(total - count).toBeOneOf([0, 1]);
        expect(errors).toHaveLength(Math.min(total, 20));
        const more = Number(/(\d+) more/.exec(String(detail))?.[1] ?? 0);
        expect(more).toBe(Math.max(0, total - 20));
        expect(answer.text.length).toBeLessThan(20_000);
      }
      const query = Object.keys(unknownFields(300)).map((name) => `${name}=1`);
      const answer = await product.request('GET', `/api/operations?${query.join('&')}`);
      expect(answer.json()['errors']).toHaveLength(20);
      expect(answer.json()['detail']).toContain('300 problems');
      expect(answer.json()['detail']).toContain('280 more');
    },
  );

  it('leave the app as it was', async () => {
    const { name } = await trackSome();
    await product.tick();
    expect(JSON.stringify(product.slack.messages)).toContain(`Succeeded: ${name}`);
    expect(product.log.filter((line) => /exception|rejection/i.test(line))).toEqual([]);
  });
});

function unknownFields(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, 1]));
}

async function trackSome(): Promise<{ name: string }> {
  const cluster = someCluster();
  const { id } = product.arm.start({ ...cluster, scenario: 'quick' });
  expect((await product.request('POST', '/api/operations', { id })).status).toBe(201);
  return { name: cluster.resourceName };
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
