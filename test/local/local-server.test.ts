import { Agent, request as send } from 'node:http';
import { connect } from 'node:net';
import { readFile, glob } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPage } from '../browser/page-fixture.ts';
import { startProduct, type Product } from '../support/product.ts';

type Call = readonly [method: string, path: string, body?: object];

const operation = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService';
/** What each local server answers, of every kind; the last one is what a browser asks before it sends JSON elsewhere. */
const calls: Readonly<Record<string, readonly Call[]>> = {
  functions: [
    ['GET', '/api/health'],
    ['HEAD', '/api/health'],
    ['GET', '/api/openapi.json'],
    ['GET', '/api/operations'],
    ['POST', '/api/operations', { operationId: 'x' }],
    ['DELETE', '/api/operations/x'],
    ['POST', '/api/watches', {}],
    ['POST', '/api/channels/nobody/retry'],
    ['GET', '/api/nowhere'],
    ['OPTIONS', '/api/operations'],
  ],
  'admin of the functions': [
    ['GET', '/admin/functions'],
    ['GET', '/admin/host/status'],
    ['POST', '/admin/functions/pollOperations', { input: '' }],
    ['OPTIONS', '/admin/functions/pollOperations'],
  ],
  ARM: [
    ['GET', `${operation}/managedClusters?api-version=2025-05-02-preview`],
    ['GET', '/msi/token?resource=https://management.azure.com'],
    ['GET', '/_standin/scenarios'],
    ['GET', '/_standin/operations'],
    ['POST', '/_standin/operations', { resourceName: 'a', scenario: 'quick' }],
    ['PUT', '/_standin/faults', [{ kind: 'down' }]],
    ['PUT', '/_standin/api-versions', []],
    ['OPTIONS', '/_standin/faults'],
  ],
  Slack: [
    ['POST', '/services/T0/B0/xyz', { text: 'Hello' }],
    ['GET', '/_standin/messages'],
    ['PUT', '/_standin/faults', [{ kind: 'down' }]],
    ['OPTIONS', '/_standin/faults'],
  ],
  page: [
    ['GET', '/'],
    ['GET', '/app.js'],
    ['GET', '/state'],
    ['GET', '/events'],
    ['GET', '/operations/x'],
    ['POST', '/try/operations', { scenario: 'quick', resourceName: 'aks-x' }],
    ['PUT', '/try/faults', { arm: true, slack: true, store: true }],
    ['OPTIONS', '/try/faults'],
  ],
};
const servers = Object.keys(calls);

const ownNames = ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'];
const otherNames = [
  'evil.example',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'evil-localhost',
  'aks.localhost',
  'localhost.',
  '127.0.0.2',
  '127.1',
  '2130706433',
  '0x7f.0.0.1',
  '0.0.0.0',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::2]',
  '::1',
  '192.168.0.1',
  `${hostname()}.example`,
  'user@127.0.0.1',
  '',
];
/** Hosts that are not a server's own, by its port. */
const foreignHosts = (port: number): string[] => [
  ...otherNames.flatMap((name) => [`${name}:${port}`, name]),
  ...ownNames.flatMap((name) => [name, `${name}:`, `${name}:${port + 1}`, `${name}:${port}0`]),
  ...ownNames.flatMap((name) => [`${name}:0${port}`, `${name}:80`, `${name}:${port}.example`]),
  ...ownNames.map((name) => `evil.example, ${name}:${port}`),
];
/** Origins that are not the server's own, where it was asked as 127.0.0.1. */
const foreignOrigins = (port: number): string[] => [
  'null',
  '',
  'file://',
  'http://evil.example',
  `http://evil.example:${port}`,
  'https://evil.example',
  `https://127.0.0.1:${port}`,
  `http://localhost:${port}`,
  `http://[::1]:${port}`,
  'http://127.0.0.1',
  `http://127.0.0.1:${port + 1}`,
  `http://127.0.0.1:${port}/`,
  `http://127.0.0.1:${port}.evil.example`,
  `http://127.0.0.1:${port}, http://evil.example`,
  `http://evil.example http://127.0.0.1:${port}`,
  `127.0.0.1:${port}`,
  'chrome-extension://abcdefghijklmnop',
];

let product: Product;
let page: Awaited<ReturnType<typeof startTestPage>>;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
beforeAll(async () => {
  product = await startProduct();
  page = await startTestPage();
});
afterAll(async () => {
  agent.destroy();
  await page.close();
  await product[Symbol.asyncDispose]();
});

function urlOf(server: string): string {
  const { host, arm, slack } = product;
  return { ARM: arm.url, Slack: slack.url, page: page.url }[server] ?? host.url;
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** A request as any program can send it; the body of a stream is not waited for. */
async function ask(server: string, call: Call, headers: Record<string, string>): Promise<Reply> {
  const [method, path, body] = call;
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  send(
    urlOf(server) + path,
    { method, agent, setHost: false, headers: { ...type, ...headers } },
    (response) => {
      const status = response.statusCode ?? 0;
      if (response.headers['content-type'] !== 'text/event-stream')
        return void text(response).then((read) => resolve({ status, body: read }), reject);
      response.destroy();
      resolve({ status, body: '' });
    },
  )
    .on('error', reject)
    .end(body === undefined ? undefined : JSON.stringify(body));
  return await promise;
}

/** Sends exactly these bytes. */
async function sendRaw(server: string, bytes: string): Promise<string> {
  return await text(connect(Number(new URL(urlOf(server)).port), '127.0.0.1').end(bytes));
}

/** What must not have changed. */
function traces(): unknown {
  const { arm, slack } = product;
  return {
    arm: [arm.operations(), arm.callCount, [...arm.apiVersions], arm.faults.list()],
    slack: [slack.attempts.length, slack.faults.list()],
    page: [page.cutOff, page.registered],
  };
}

/** Asks for everything with each set of headers; resolves with what was served, done, or refused in other words. */
async function served(
  server: string,
  headers: readonly Record<string, string>[],
  said: string,
): Promise<string[]> {
  const before = JSON.stringify(traces());
  const wrong: string[] = [];
  for (const call of calls[server] ?? []) {
    const replies = await Promise.all(headers.map((one) => ask(server, call, one)));
    for (const [index, { status, body }] of replies.entries()) {
      const isRefused = status === 403 && (call[0] === 'HEAD' || body.includes(said));
      if (!isRefused) wrong.push(JSON.stringify([call, headers[index], status, body]));
    }
  }
  const after = JSON.stringify(traces());
  return before === after ? wrong : [...wrong, `done: ${after}`];
}

describe.each(servers)('the local server for %s', (server) => {
  const port = (): number => Number(new URL(urlOf(server)).port);
  const own = (): string => `127.0.0.1:${port()}`;

  it('answers to no Host but its own', async () => {
    const hosts = foreignHosts(port()).map((host) => ({ host }));
    expect(
      await served(server, hosts, `localhost, 127.0.0.1 and [::1], with its port ${port()}`),
    ).toEqual([]);
  });

  it('takes nothing from a page of another Origin, or none that has a name', async () => {
    const origins = foreignOrigins(port()).map((origin) => ({ host: own(), origin }));
    expect(await served(server, origins, 'no request from a page of another site')).toEqual([]);
  });

  it('takes nothing that a browser calls cross-site, be the Origin what it may', async () => {
    const site = { host: own(), 'sec-fetch-site': 'cross-site' };
    const modes = ['navigate', 'no-cors', 'cors'].map((mode) => ({ 'sec-fetch-mode': mode }));
    const headers = modes.flatMap((mode) => [
      { ...site, ...mode },
      { ...site, ...mode, origin: `http://${own()}` },
    ]);
    expect(await served(server, headers, 'no request from a page of another site')).toEqual([]);
  });

  it.each([
    ['no Host', (path: string) => `GET ${path} HTTP/1.0\r\n`],
    [
      'its Host and another',
      (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${own()}\r\nHost: e\r\n`,
    ],
    [
      'another Host and its own',
      (path: string) => `GET ${path} HTTP/1.1\r\nHost: e\r\nHost: ${own()}\r\n`,
    ],
    ['a target elsewhere', (path: string) => `GET http://e${path} HTTP/1.1\r\nHost: ${own()}\r\n`],
    [
      'a target here for a Host elsewhere',
      (path: string) => `GET http://${own()}${path} HTTP/1.1\r\nHost: e\r\n`,
    ],
  ])('answers to no request with %s', async (_name, head) => {
    const [, path = ''] = calls[server]?.[0] ?? [];
    const answer = await sendRaw(server, `${head(path)}Connection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain('to no other Host');
  });

  it('serves programs and its own pages under each of its names', async () => {
    const asked = ownNames.flatMap((name) => {
      const host = `${name}:${port()}`;
      const origin = `http://${host.toLowerCase()}`;
      const sites = ['same-origin', 'same-site', 'none'].map((site) => ({
        'sec-fetch-site': site,
      }));
      return [{}, ...sites].flatMap((site) => [
        { host, ...site, origin },
        ...(server === 'page' ? [] : [{ host, ...site }]),
      ]);
    });
    for (const call of (calls[server] ?? []).filter(([method]) => method !== 'PUT')) {
      const replies = await Promise.all(asked.map((headers) => ask(server, call, headers)));
      const refused = asked.filter((_, index) => replies[index]?.status === 403);
      expect({ call, refused }).toEqual({ call, refused: [] });
    }
  });
});

it('no other code makes a server that answers on this machine', async () => {
  const root = join(import.meta.dirname, '../..');
  const makers = [];
  for await (const file of glob('{local,bench,scripts}/**/*.ts', { cwd: root })) {
    const code = await readFile(join(root, file), 'utf8');
    if (/import (?!type)[^;]*\bcreateServer\b[^;]* from 'node:(?:https?|http2)'/.test(code)) {
      makers.push(file);
    }
  }
  expect(makers).toEqual(['local/local-server.ts']);
});
