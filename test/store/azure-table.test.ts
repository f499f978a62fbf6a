import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { listenLocally } from '../../local/arm/listen.ts';
import type { TokensFor } from '../../shared/sign-in/token-sources.ts';
import { openTable } from '../../shared/store/azure-table.ts';
import {
  StoreUnavailable,
  type Merge,
  type Page,
  type Query,
  type Table,
} from '../../shared/store/table.ts';
import { startTableProxy } from '../support/tables.ts';
import { describeTable } from './table-contract.ts';

const accountKey = Buffer.from('the-account-key-of-this-test').toString('base64');
const signature = 'sig=the-signature-of-this-test';
const key = { partitionKey: 'p', rowKey: 'r' };

function tableAt(connectionString: string): Table {
  return openTable(
    { signIn: 'connectionString', connectionString },
    `T${randomBytes(8).toString('hex')}`,
    () => {
      throw new Error('A connection string needs no credential.');
    },
  );
}
const withKey = (url: string): string =>
  `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=${accountKey};TableEndpoint=${url}/account`;
const withSignature = (url: string): string =>
  `TableEndpoint=${url}/account;SharedAccessSignature=sv=2024&${signature}`;

const azure = await startTableProxy();
afterAll(async () => await azure[Symbol.asyncDispose]());
describeTable('Azurite with Azure’s limits', async () => tableAt(azure.connectionString));

/** What a use of the table fails with; what it says and holds is free of secrets. */
async function failureOf(use: Promise<unknown>): Promise<Error> {
  const failure = await use.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failure instanceof StoreUnavailable)) throw new Error(`not so: ${inspect(failure)}`);
  const all = inspect(failure, { customInspect: false, depth: 20, showHidden: true });
  expect(all).not.toContain(accountKey);
  expect(all).not.toContain(signature);
  expect(all).not.toContain('SharedKey');
  return failure;
}

async function pagesOf(table: Table, query: Query): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of table.pages(query)) pages.push(page);
  return pages;
}

it('sets the rows apart that are in the way, one by one, and writes the others at once', async () => {
  await using proxy = await startTableProxy();
  const table = tableAt(proxy.connectionString);
  const keys = Array.from({ length: 50 }, (_, at) => ({ ...key, rowKey: `r${at}` }));
  const merges: Merge[] = [];
  for (const at of keys)
    merges.push({ key: at, columns: { a: 1 }, etag: (await table.insert(at, {})) ?? '' });
  for (const at of [3, 30]) await table.upsert(keys[at] ?? key, {});
  proxy.requests.length = 0;
  const left = await table.mergeAll(merges);
  expect(left.map(({ key: at }) => at)).toEqual([keys[3], keys[30]]);
  expect(proxy.requests).toHaveLength(3);
});

it('adds each row by itself where many are there already, in no more requests than rows', async () => {
  await using proxy = await startTableProxy();
  const table = tableAt(proxy.connectionString);
  const rows = Array.from({ length: 60 }, (_, at) => ({
    key: { ...key, rowKey: `r${at}` },
    columns: {},
  }));
  await table.insertAll(rows.slice(0, 59));
  proxy.requests.length = 0;
  expect(await table.insertAll(rows)).toHaveLength(59);
  expect(await table.get({ ...key, rowKey: 'r59' })).not.toBeNull();
  expect(proxy.requests.length).toBeLessThanOrEqual(rows.length + 2);
});

describe('a store that does not serve', () => {
  const uses: [string, (table: Table) => Promise<unknown>][] = [
    ['get', (table) => table.get(key)],
    ['insert', (table) => table.insert(key, {})],
    ['insertAll', (table) => table.insertAll([{ key, columns: {} }])],
    ['upsert', (table) => table.upsert(key, {})],
    ['replace', (table) => table.replace(key, {}, '*')],
    ['mergeAll', (table) => table.mergeAll([{ key, columns: {}, etag: '*' }])],
    ['remove', (table) => table.remove(key, '*')],
    ['pages', (table) => pagesOf(table, {})],
  ];

  it('is reported as such by every method, within seconds, when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await new Promise((resolve) => server.close(resolve));
    const began = performance.now();
    const tables = [withKey, withSignature].map((to) => tableAt(to(`http://127.0.0.1:${port}`)));
    const failures = await Promise.all(
      tables.flatMap((table) => uses.map(([, use]) => failureOf(use(table)))),
    );
    expect(new Set(failures.map(({ message }) => message))).toEqual(
      new Set(['Table storage is not available (ECONNREFUSED).']),
    );
    expect(performance.now() - began).toBeLessThan(6000);
  });

  it.each(uses)(
    'is reported as such by %s when the server refuses the caller',
    async (_name, use) => {
      await using server = await serve(() => ({
        status: 403,
        body: { 'odata.error': { code: 'AuthorizationFailure', message: { value: 'no' } } },
      }));
      const { message } = await failureOf(use(tableAt(withSignature(server.url))));
      expect(message).toBe('Table storage is not available (AuthorizationFailure).');
    },
  );

  it('is given up after eight seconds when it never answers', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<null>();
    await using server = await serve(() => {
      resolve(null);
      return null;
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let failed = false;
      const failure = failureOf(tableAt(withKey(server.url)).get(key)).finally(() => {
        failed = true;
      });
      await asked;
      await vi.advanceTimersByTimeAsync(7999);
      expect(failed).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect((await failure).message).toBe('Table storage is not available (AbortError).');
    } finally {
      vi.useRealTimers();
    }
  });
});

it('reads on after a page that is empty and yet has a successor', async () => {
  const row = { PartitionKey: 'p', RowKey: 'r', 'odata.etag': 'W/"1"', a: 1 };
  await using server = await serve((url) =>
    url.searchParams.get('NextPartitionKey') === 'p'
      ? { status: 200, body: { value: [row] } }
      : {
          status: 200,
          headers: { 'x-ms-continuation-NextPartitionKey': 'p' },
          body: { value: [] },
        },
  );
  const pages = await pagesOf(tableAt(withKey(server.url)), { pageSize: 1 });
  expect(pages).toMatchObject([
    { rows: [], continuationToken: expect.any(String) },
    { rows: [{ key, etag: 'W/"1"', columns: { a: 1 } }], continuationToken: null },
  ]);
});

interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: object;
}

/** A table service that answers so; `null`: never. */
async function serve(
  answer: (url: URL) => ServiceAnswer | null,
): Promise<AsyncDisposable & { readonly url: string }> {
  const { url, close } = await listenLocally((request, response) => {
    const given = answer(new URL(request.url ?? '/', 'http://table'));
    if (given === null) return;
    response.writeHead(given.status, {
      'content-type': 'application/json;odata=fullmetadata',
      ...given.headers,
    });
    response.end(JSON.stringify(given.body));
  });
  return { url, [Symbol.asyncDispose]: close };
}

/** A table service that knows some tokens, and one that asks it by an identity's tokens: those named, in turn. */
async function signedTable(accepts: (token: string) => boolean, given: readonly (string | null)[]) {
  const asked: string[] = [];
  const { url, close } = await listenLocally((request, response) => {
    request.resume();
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    asked.push(token);
    if (request.url === '/elsewhere') return void response.end('{}');
    if (token === 'led-away') return void response.writeHead(307, { location: '/elsewhere' }).end();
    const status = accepts(token) ? 200 : 401;
    const challenge = { 'www-authenticate': 'Bearer authorization_uri=https://login.example/t' };
    response
      .writeHead(status, {
        'content-type': 'application/json',
        ...(status === 401 ? challenge : {}),
      })
      .end(JSON.stringify(status === 200 ? { value: [] } : { 'odata.error': { code: 'Refused' } }));
  });
  const refused: string[] = [];
  const [first = null, other = null] = given;
  const storage = { signIn: 'identity', tableServiceUri: url, clientId: 'mine' } as const;
  const tokensFor = vi.fn<TokensFor>(() => ({
    async get() {
      if (first === null) throw Object.assign(new Error('no identity'), { name: 'NoIdentity' });
      return first;
    },
    async insteadOf(token: string) {
      refused.push(token);
      return other;
    },
  }));
  const table = openTable(storage, 'Some', tokensFor);
  return { table, asked, refused, tokensFor, [Symbol.asyncDispose]: close };
}

it.each<[string, readonly (string | null)[], readonly string[], string | null]>([
  ['a token that is taken', ['good'], ['good'], null],
  ['a refused token, and another one', ['old', 'good'], ['old', 'good'], null],
  ['a refused token, and no other', ['old', null], ['old'], 'Refused'],
  ['two refused tokens', ['old', 'older'], ['old', 'older'], 'Refused'],
  ['no token', [null], [], 'NoIdentity'],
  ['a token, led to another place', ['led-away'], ['led-away'], 'HTTP 307'],
])('with %s of an identity asks so often and no more', async (_name, given, tokens, code) => {
  await using subject = await signedTable((token) => token === 'good', given);
  const { table, asked, refused, tokensFor } = subject;
  const pages = pagesOf(table, {});
  const said = code === null ? await pages : (await failureOf(pages)).message;
  expect(said).toEqual(
    code === null
      ? [{ rows: [], continuationToken: null }]
      : `Table storage is not available (${code}).`,
  );
  expect(asked).toEqual(tokens);
  expect(refused).toEqual(given.length > 1 ? ['old'] : []);
  expect(tokensFor).toHaveBeenCalledWith('mine', 'https://storage.azure.com/.default');
});
