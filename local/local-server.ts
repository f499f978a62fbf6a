import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/**
 * The HTTP server of everything that runs on this machine. Who asks must be on this machine too: a page that somebody
 * has open in a browser can have its own name lead here (DNS rebinding), and can post a form to here.
 */
export function createLocalServer(listener: RequestListener): Server {
  return createServer((request, response) => {
    const refusal = refusalOf(request);
    if (refusal === null) listener(request, response);
    else refuse(request, response, refusal);
  });
}

/**
 * Listens on 127.0.0.1.
 *
 * @param port 0 takes a free one
 * @returns the port
 * @throws the listen error, `EADDRINUSE` among them
 */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP address');
  return address.port;
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];
/** What a browser leaves out of a URL, and so of Host and Origin. */
const httpPort = 80;

/**
 * Why a request is not served; `null`: it is. A browser sends Host always, Origin with what can change something, and
 * Sec-Fetch-Site where it knows that header; a page can set none of them. Other programs send Host alone.
 * (fetch.spec.whatwg.org/#origin-header, w3.org/TR/fetch-metadata)
 */
function refusalOf({ headersDistinct, socket, url = '' }: IncomingMessage): string | null {
  const port = socket.localPort;
  // A target with a host stands above the Host header (RFC 9112, section 3.2.2).
  const inTarget = URL.canParse(url) ? [new URL(url).host] : [];
  const [host, ...others] = [...(headersDistinct.host ?? []), ...inTarget].map((one) =>
    one.toLowerCase(),
  );
  if (host === undefined || !isOwn(host, port) || others.some((other) => other !== host))
    return `This server is for this machine alone: it answers as localhost, 127.0.0.1 and [::1], with its port ${port}, and to no other Host.`;
  const { origin = [], 'sec-fetch-site': site = [] } = headersDistinct;
  if (origin.some((one) => one !== `http://${host}`) || site.includes('cross-site'))
    return 'This server is for this machine alone: it takes no request from a page of another site.';
  return null;
}

function isOwn(host: string, port: number | undefined): boolean {
  const name = port === httpPort ? host.replace(/:80$/, '') : host;
  return loopbackNames.some((own) => name === (port === httpPort ? own : `${own}:${port}`));
}

function refuse(request: IncomingMessage, response: ServerResponse, why: string): void {
  // Unread it would keep the client from reading the answer.
  request.resume();
  response.writeHead(403, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(why),
    'x-content-type-options': 'nosniff',
  });
  response.end(why);
}
