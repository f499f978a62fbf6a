import type { IncomingMessage, ServerResponse } from 'node:http';
import { createLocalServer, listenOnLoopback } from '../local-server.ts';

/** An HTTP answer: an object is sent as JSON, a string as it is. */
export interface Answer {
  readonly status: number;
  /** Added to, and stronger than, the `content-type` that follows from the body. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | object;
}

/** An answer with a text body. */
export interface TextAnswer extends Answer {
  readonly body: string;
}

/** A server that listens on the loopback address. */
export interface Listening {
  /** Origin without a trailing slash, for instance `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Ends every connection at once, answered or not; again is harmless. */
  readonly close: () => Promise<void>;
}

/** Answers one request; a rejection becomes a 500 that names the error. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/**
 * Serves `handle` on 127.0.0.1.
 * @param port 0 (default) takes a free one.
 * @throws the listen error, `EADDRINUSE` among them.
 */
export async function listenLocally(handle: Handler, port = 0): Promise<Listening> {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await handle(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, body: `stand-in error: ${String(error)}` });
    }
  }
  const server = createLocalServer((request, response) => void answer(request, response));
  // The default of 5 s closes idle connections just as pooled clients reuse them, once per tick.
  server.keepAliveTimeout = 65_000;
  return {
    url: `http://127.0.0.1:${await listenOnLoopback(server, port)}`,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

/** Sends the answer and ends the response. */
export function send(response: ServerResponse, answer: Answer): void {
  response.end(writeHead(response, answer));
}

/** Announces the whole answer, sends the first half of it and breaks the connection. */
export function sendHalf(response: ServerResponse, answer: Answer): void {
  const bytes = writeHead(response, answer);
  response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => response.destroy());
}

function writeHead(response: ServerResponse, { status, headers, body }: Answer): Buffer {
  const isText = typeof body === 'string';
  const bytes = Buffer.from(isText ? body : JSON.stringify(body));
  response.writeHead(status, {
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
    'content-length': bytes.length,
    ...headers,
  });
  return bytes;
}

/** The body as text; `undefined` when it is larger than `limit` bytes (default 1 MiB). */
export async function readBody(
  request: AsyncIterable<Buffer>,
  limit = 1_048_576,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to the end even when it is too large: stopping early would reset the connection.
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size <= limit ? Buffer.concat(chunks).toString('utf8') : undefined;
}

/** The JSON value in `text`, or `undefined` when it is none. */
export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
