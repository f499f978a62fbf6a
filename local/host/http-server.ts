import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createLocalServer, listenOnLoopback } from '../local-server.ts';
import type { AdminAnswer } from './admin.ts';
import { keyRefusal, type HostKeys } from './function-key.ts';
import type { HttpFunction } from './functions.ts';
import { readBody, requestUrl, sendRpcResponse, toRpcRequest } from './http-message.ts';
import type { Invoker } from './invoke.ts';
import { describeError } from './log.ts';
import type { Log } from './log.ts';
import { matchRoute } from './route.ts';

/** The HTTP side of the host. */
interface HostServer {
  /**
   * Listens on 127.0.0.1.
   * @returns the port.
   * @throws Error with one line for a person when the port is taken.
   */
  listen(port: number): Promise<number>;
  /** Takes no new request; resolves when the last answer is sent. */
  close(): Promise<void>;
}

/** Serves the HTTP functions and, below `/admin`, the host itself. */
export function createHostServer(options: {
  functions: readonly HttpFunction[];
  invoke: Invoker['invoke'];
  admin: (method: string, path: string, body: string) => AdminAnswer;
  keys: HostKeys | undefined;
  maxBodyBytes: number;
  log: Log;
}): HostServer {
  const { invoke, admin, keys, maxBodyBytes, log } = options;
  const functions = options.functions.toSorted((a, b) =>
    a.route.precedence < b.route.precedence ? -1 : Number(a.route.precedence > b.route.precedence),
  );
  let closing = false;

  const server = createLocalServer((request, response) => {
    // A connection that is kept alive would otherwise hold up the end by seconds.
    response.once('close', () => closing && server.closeIdleConnections());
    void answer(request, response).catch((error: unknown) => {
      // A client that went away is its own business.
      if (!request.socket.destroyed) log('error', describeError(error));
      if (response.headersSent) response.destroy();
      else sendEmpty(response, 500);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = requestUrl(request);
    const { method = 'GET' } = request;
    const limit = limitPassed(request);
    if (limit !== null) return sendEmpty(response, limit);
    if (url === undefined) return sendEmpty(response, 400);
    if (closing) return sendEmpty(response, 503);
    const presented = {
      header: request.headersDistinct['x-functions-key']?.[0],
      code: url.searchParams.get('code'),
    };

    if (/^\/admin(\/|$)/i.test(url.pathname)) {
      const refusal = keyRefusal(keys, 'admin', presented);
      if (refusal !== null) return sendEmpty(response, refusal);
      const body = await readBody(request, maxBodyBytes);
      if (body === undefined) return sendEmpty(response, tooLarge);
      return sendAdminAnswer(response, admin(method, url.pathname, body.toString()));
    }

    if (method === 'GET' && url.pathname === '/') return sendHostPage(response);
    const match = findFunction(method, url.pathname);
    if (match === undefined) return sendEmpty(response, 404);
    const { authLevel } = match.fn;
    const needed = authLevel === 'admin' ? 'admin' : 'function';
    const refusal = authLevel === 'anonymous' ? null : keyRefusal(keys, needed, presented);
    if (refusal !== null) return sendEmpty(response, refusal);
    const body = await readBody(request, maxBodyBytes);
    if (body === undefined) return sendEmpty(response, tooLarge);
    const result = await invoke(match.fn, { http: toRpcRequest(request, url, match.params, body) });
    if (!result.ok) return sendEmpty(response, 500);
    return sendRpcResponse(response, result.response.returnValue?.http);
  }

  /** A route that matches with another method is no match: Azure answers 404, not 405. */
  function findFunction(method: string, path: string) {
    for (const fn of functions) {
      const params = fn.methods.includes(method) ? matchRoute(fn.route, path) : undefined;
      if (params !== undefined) return { fn, params };
    }
    return undefined;
  }

  return {
    async listen(port) {
      return await listenOnLoopback(server, port).catch((error: unknown) => {
        throw isTaken(error)
          ? new Error(`Port ${port} is in use: choose another with PORT`)
          : error;
      });
    },
    async close() {
      closing = true;
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

// The limits of Kestrel, the server of the real host, at their defaults; the answers were seen of the real host.
const longestRequestLine = 8192;
const mostHeaders = 100;
/** What the real host answers to a body above its limit. */
const tooLarge = 500;

/** How the real host answers a request that passes one of its limits; `null`: it passes none. */
function limitPassed({
  method,
  url = '',
  httpVersion,
  rawHeaders,
}: IncomingMessage): number | null {
  if (`${method} ${url} HTTP/${httpVersion}\r\n`.length > longestRequestLine) return 414;
  if (rawHeaders.length / 2 > mostHeaders) return 431;
  return /^[^?]*%00/.test(url) ? 400 : null;
}

/** The real host has a page of its own at `/`. */
function sendHostPage(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(
    '<!doctype html><title>Functions host</title><p>The local Functions host is running.',
  );
}

/** Answers where no function does. */
function sendEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}

function sendAdminAnswer(response: ServerResponse, { status, body }: AdminAnswer): void {
  response.statusCode = status;
  if (body !== undefined) response.setHeader('content-type', 'application/json');
  response.end(body === undefined ? '' : JSON.stringify(body));
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
