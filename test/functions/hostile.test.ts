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

  it('leave the app as it was', async () => {
    const { name } = await trackSome();
    await product.tick();
    expect(JSON.stringify(product.slack.messages)).toContain(`Succeeded: ${name}`);
    expect(product.log.filter((line) => /exception|rejection/i.test(line))).toEqual([]);
  });
});

async function trackSome(): Promise<{ name: string }> {
  const cluster = someCluster();
  const { id } = product.arm.start({ ...cluster, scenario: 'quick' });
  expect((await product.request('POST', '/api/operations', { id })).status).toBe(201);
  return { name: cluster.resourceName };
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
