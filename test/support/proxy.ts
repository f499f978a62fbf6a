import { buffer as bufferOf } from 'node:stream/consumers';
import {
  request as sendOn,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { listenLocally } from '../../local/arm/listen.ts';

/** A request on its way through a proxy. */
export interface ProxiedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * What becomes of a request. `refuse`: it is not done, and answered 403. `lose`: it is done, and answered
 * 403 all the same. `cut`: it is done, and the connection breaks instead of an answer. `late`: it is not done, as
 * table storage says that somebody else was quicker.
 */
export type ProxyFault = 'refuse' | 'lose' | 'cut' | 'late';

/** Stands between the app and a server: sees every request, and can break any. */
export interface Proxy extends AsyncDisposable {
  /** Without a trailing slash. */
  readonly url: string;
  /** Oldest first. */
  readonly requests: ProxiedRequest[];
  /** Decides what goes wrong with a request; at first nothing does. */
  fault: (request: ProxiedRequest) => ProxyFault | null;
}

/** An answer in place of the server's. */
export interface Refusal {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * Starts a proxy.
 * @param target origin of the server; asked anew for each request
 * @param replaced headers to send in place of those that came
 * @param judge what the server would not take, though it does
 */
export async function startProxy(
  target: () => string,
  replaced: () => Record<string, string> = () => ({}),
  judge: (request: ProxiedRequest, body: string) => Promise<Refusal | null> = async () => null,
): Promise<Proxy> {
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request;
    const seen = { method, path, headers };
    proxy.requests.push(seen);
    const fault = proxy.fault(seen);
    if (fault === 'refuse') return refuse(response);
    if (fault === 'late') return beLate(method, response);
    const body = await bufferOf(request);
    const refusal = await judge(seen, body.toString());
    if (refusal !== null) {
      response.writeHead(refusal.status, { 'content-type': refusal.contentType });
      return void response.end(refusal.body);
    }
    const place = new URL(path, target());
    const onward = sendOn(
      place,
      { method, path, headers: { ...headers, host: place.host, ...replaced() } },
      (answer) => {
        if (fault === null) {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
          return;
        }
        answer.resume();
        if (fault === 'cut') response.destroy();
        else refuse(response);
      },
    );
    onward.on('error', () => response.destroy());
    onward.end(body);
  }
  const { url, close } = await listenLocally((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  const proxy: Proxy = { url, requests: [], fault: () => null, [Symbol.asyncDispose]: close };
  return proxy;
}

/** As the table service refuses a caller. */
function refuse(response: ServerResponse): void {
  answerWith(response, 403, 'AuthorizationFailure');
}

/** As the table service answers a conditional write to a row that was written meanwhile. */
function beLate(method: string, response: ServerResponse): void {
  if (method === 'POST') answerWith(response, 409, 'EntityAlreadyExists');
  else answerWith(response, 412, 'UpdateConditionNotSatisfied');
}

function answerWith(response: ServerResponse, status: number, code: string): void {
  const error = { code, message: { lang: 'en-US', value: 'Refused.' } };
  response.writeHead(status, { 'content-type': 'application/json;odata=minimalmetadata' });
  response.end(JSON.stringify({ 'odata.error': error }));
}
