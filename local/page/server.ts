import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ZodError } from 'zod';
import { createLocalServer, listenOnLoopback } from '../local-server.ts';
import { buildAssets } from './assets.ts';
import { findRefusal, setSecurityHeaders } from './security.ts';
import { createRoutes, sendJson } from './routes.ts';
import type { PageNeeds } from './routes.ts';

/** The running page. */
export interface Page {
  readonly url: string;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Serves the page that shows the Slack channels and the tracked operations, on 127.0.0.1.
 *
 * @param options - what to show; without `port`, a free one
 * @throws when the port is taken (`EADDRINUSE`)
 */
export async function startPage(options: PageNeeds & { readonly port?: number }): Promise<Page> {
  const assets = await buildAssets();
  const routes = createRoutes(options);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    const asset = request.method === 'GET' ? assets.get(path) : undefined;
    if (asset !== undefined) {
      response.writeHead(200, { 'content-type': asset.type }).end(asset.body);
      return;
    }
    for (const route of routes) {
      const match = request.method === route.method ? route.path.exec(path) : null;
      if (match !== null) return route.answer(request, response, match[1] ?? '');
    }
    sendProblem(response, 404, 'There is nothing here.');
  }

  const server = createLocalServer((request, response) => {
    setSecurityHeaders(response);
    const refusal = findRefusal(request);
    if (refusal !== null) {
      sendProblem(response, 403, refusal);
      return;
    }
    answer(request, response).catch((error: unknown) => sendFailure(response, error));
  });
  const port = await listenOnLoopback(server, options.port ?? 0);

  async function close(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    // The event streams would stay open for as long as their pages.
    server.closeAllConnections();
    await closed;
  }
  return { url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}

function sendFailure(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
  } else if (error instanceof ZodError) {
    sendProblem(response, 400, error.issues.map((issue) => issue.message).join(' '));
  } else if (error instanceof SyntaxError) {
    sendProblem(response, 400, 'The body is not JSON.');
  } else {
    sendProblem(response, 502, error instanceof Error ? error.message : String(error));
  }
}

function sendProblem(response: ServerResponse, status: number, detail: string): void {
  sendJson(response, status, { detail });
}
