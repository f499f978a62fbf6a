import { describe, expect, it } from 'vitest';
import { listenLocally } from '../../local/arm/listen.ts';
import { createLogReader, type LogAnswer, type ReadLog } from '../../shared/arm/activity-log.ts';
import { tokenSource } from '../../shared/sign-in/token.ts';
import { minutes, start } from '../support/operation-builders.ts';

const question = {
  subscriptionId: '00000000-0000-0000-0000-0000000000a1',
  resourceGroupName: "rg-o'brien",
  firstStart: start,
  lastStart: minutes(4),
};
const cluster = `/subscriptions/${question.subscriptionId}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks`;
const write = 'Microsoft.ContainerService/managedClusters/write';
const event = {
  eventTimestamp: start,
  resourceId: cluster,
  operationName: { value: write },
  caller: 'jane@contoso.example',
};

const clock = (): Date => new Date(start);
const getToken = async () => ({ token: 'a', expiresOnTimestamp: Date.parse(minutes(60)) });

function readerOf(endpoint: string): ReadLog {
  const tokens = tokenSource({ getToken, renewToken: getToken }, '', clock);
  return createLogReader({ endpoint, tokens, clock });
}

interface Reader extends AsyncDisposable {
  readonly paths: string[];
  read(mostPages?: number, timeoutMs?: number): Promise<LogAnswer>;
}

/** Reads a log whose pages are these bodies, in turn; a function makes one with the server's URL in it. */
async function logOf(...bodies: (string | ((url: string) => string))[]): Promise<Reader> {
  const paths: string[] = [];
  let url = '';
  const server = await listenLocally((request, response) => {
    const body = bodies[paths.length] ?? bodies.at(-1) ?? '';
    paths.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : body(url));
  });
  ({ url } = server);
  const reader = readerOf(url);
  return {
    paths,
    read: async (mostPages = 20, timeoutMs = 10_000) =>
      await reader(question, timeoutMs, mostPages),
    [Symbol.asyncDispose]: server.close,
  };
}

const page = (value: unknown, more: object = {}): string => JSON.stringify({ value, ...more });
const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const nothing = { events: null, isTooLong: false };

describe('reading the activity log', () => {
  it('asks for the group, from 2 minutes before the first start to 1 after the last', async () => {
    await using log = await logOf(page([event]));
    expect((await log.read()).events).toHaveLength(1);
    const url = new URL(log.paths[0] ?? '', 'http://x');
    expect(url.searchParams.get('$filter')).toBe(
      `eventTimestamp ge '${minutes(-2)}' and eventTimestamp le '${minutes(5)}' and resourceGroupName eq 'rg-o''brien'`,
    );
    expect([...url.searchParams.keys()]).not.toContain('$select');
  });

  it('reads all pages, and none of a log that is longer than allowed', async () => {
    const more = (at: number) => (url: string) =>
      page([event], { nextLink: `${url}${new URL(log.paths[0] ?? '', url).pathname}?p=${at}` });
    await using log = await logOf(more(1), more(2), page([event]));
    expect(await log.read(3)).toMatchObject({ calls: 3, events: { length: 3 }, isTooLong: false });
    log.paths.length = 0;
    expect(await log.read(2)).toMatchObject({ calls: 2, events: null, isTooLong: true });
  });

  it.each<[string, string | ((url: string) => string)]>([
    ['HTML', '<!DOCTYPE html><title>Sign in</title>'],
    ['nothing', ''],
    ['half a page', '{"value":[{"eventTimestamp"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['an object for a list', page({ 0: event })],
    ['a text for a list', page('jane')],
    ['100,000 levels', `{"value":${nested(100_000)}}`],
    ['5 MB', page([{ ...event, caller: 'x'.repeat(5_000_000) }])],
    ['a next page elsewhere', page([event], { nextLink: 'https://evil.example/steal' })],
    ['a next page at another path', (url) => page([event], { nextLink: `${url}/other` })],
    [
      'a next page with a password',
      (url) => page([event], { nextLink: url.replace('://', '://a:b@') }),
    ],
    ['a next page that is no link', page([event], { nextLink: { href: '/' } })],
  ])('takes %s for no answer', async (_name, body) => {
    await using log = await logOf(body);
    expect(await log.read()).toMatchObject({ calls: 1, ...nothing });
  });

  it('does not go in circles', async () => {
    const link = (url: string) => `${url}${log.paths[0] ?? ''}`;
    await using log = await logOf((url) => page([event], { nextLink: link(url) }));
    expect(await log.read()).toMatchObject(nothing);
    expect(log.paths.length).toBeLessThanOrEqual(2);
  });

  it.each([page(null), page([]), '{"value":null,"nextLink":null}', `\uFEFF${page([])}`])(
    'takes %s for a log without events',
    async (body) => {
      await using log = await logOf(body);
      expect(await log.read()).toMatchObject({ events: [], isTooLong: false });
    },
  );

  it('passes over what is no event, and reads the others', async () => {
    const strange: unknown[] = [
      null,
      'event',
      7,
      [],
      {},
      { eventTimestamp: 7, resourceId: cluster },
      { eventTimestamp: 'yesterday', resourceId: cluster },
      { ...event, category: { value: 'Policy' } },
    ];
    await using log = await logOf(page([...strange, event]));
    expect((await log.read()).events).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['null', { caller: null, claims: null }],
    [
      'of other types',
      { caller: 7, claims: 'name', operationName: [], status: {}, correlationId: {} },
    ],
    ['lists', { caller: ['a'], claims: [{ name: 'Jane' }] }],
    ['huge', { caller: 'x'.repeat(100_000), claims: { name: 'y'.repeat(100_000), upn: {} } }],
    ['deep', { caller: null, claims: JSON.parse(nested(2000)) }],
    [
      'of the prototype',
      { caller: null, claims: JSON.parse('{"__proto__":{"name":"Jane"},"constructor":"a"}') },
    ],
  ])('knows nobody where caller and claims are %s', async (_name, by) => {
    await using log = await logOf(page([{ ...event, ...by }]));
    const { events } = await log.read();
    expect(events).toMatchObject([{ at: start, resourceId: cluster }]);
    const { caller, name, upn, objectId, appId } = events?.[0] ?? {};
    expect([caller, name, upn, objectId, appId]).toEqual(['', '', '', '', '']);
  });

  it('reads names in whatever letter case the fields have', async () => {
    const claims = {
      Name: 'Jane Doe',
      'HTTP://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': 'jane@contoso.example',
      AppId: '1234abcd-0000-4000-8000-000000000000',
    };
    await using log = await logOf(
      JSON.stringify({ Value: [{ EventTimestamp: start, OperationName: write, Claims: claims }] }),
    );
    expect((await log.read()).events).toMatchObject([
      {
        action: write,
        name: 'Jane Doe',
        upn: 'jane@contoso.example',
        appId: '1234abcd-0000-4000-8000-000000000000',
      },
    ]);
  });

  it('ends in time where a page hangs', async () => {
    const server = await listenLocally(() => {});
    const read = readerOf(server.url);
    expect(await read(question, 200, 20)).toMatchObject(nothing);
    await server.close();
  });
});
