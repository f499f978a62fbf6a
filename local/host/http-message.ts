import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RpcHttpCookie, RpcHttpData, RpcNullable, RpcTypedData } from './core-types.ts';

/** These belong to the connection, or are set from the body that is sent. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The URL of a request: host header, path and query string as they came. Undefined when they make no URL.
 */
export function requestUrl(request: IncomingMessage): URL | undefined {
  const target = request.url ?? '';
  if (!target.startsWith('/')) return undefined;
  return URL.parse(`http://${request.headers.host ?? 'localhost'}${target}`) ?? undefined;
}

/**
 * Reads the whole body.
 * @returns undefined when it is larger than `maxBytes`; the rest is thrown away, so that the client gets to
 * read the answer.
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    request.resume();
    return undefined;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) {
      request.resume();
      return undefined;
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/**
 * A request as the real host passes it on: header names in lower case, a repeated header or query parameter
 * joined with a comma, the body as bytes, but none that comes in chunks.
 * Source: `GrpcMessageConversionExtensions.cs` of Azure/azure-functions-host.
 */
export function toRpcRequest(
  request: IncomingMessage,
  url: URL,
  params: Record<string, string>,
  body: Buffer,
): RpcHttpData {
  const headers = Object.entries(request.headersDistinct).map(
    ([name, values]): [string, string] => [name, (values ?? []).join(',')],
  );
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: toNullable(headers),
    nullableQuery: toNullable(joinRepeated(url.searchParams)),
    nullableParams: toNullable(Object.entries(params)),
    ...(Number(request.headers['content-length'] ?? 0) > 0 && { body: { bytes: body } }),
  };
}

/** Query parameters compare case-insensitively in ASP.NET; the first spelling of the name stays. */
function joinRepeated(query: URLSearchParams): [string, string][] {
  const joined = new Map<string, [string, string]>();
  for (const [name, value] of query) {
    const known = joined.get(name.toLowerCase());
    if (known === undefined) joined.set(name.toLowerCase(), [name, value]);
    else known[1] += `,${value}`;
  }
  return [...joined.values()];
}

function toNullable(entries: [string, string][]): Record<string, RpcNullable<string>> {
  return Object.fromEntries(entries.map(([name, value]) => [name, { value }]));
}

/** Sends what a function answered; an absent answer is an empty 204, as in Azure. */
export function sendRpcResponse(
  response: ServerResponse,
  http: RpcHttpData | null | undefined,
): void {
  if (!http) {
    response.writeHead(204).end();
    return;
  }
  const body = toBytes(http.body);
  response.statusCode = Number(http.statusCode ?? 200);
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    if (!OWN_HEADERS.has(name)) response.setHeader(name, value);
  }
  for (const cookie of http.cookies ?? [])
    response.appendHeader('set-cookie', serialiseCookie(cookie));
  if (body.length > 0) response.setHeader('content-length', body.length);
  response.end(body);
}

function toBytes(data: RpcTypedData | null | undefined): Uint8Array {
  return data?.bytes ?? Buffer.from(data?.string ?? data?.json ?? '');
}

/** `Set-Cookie` as ASP.NET writes it: the value percent-encoded, the path `/` unless given. */
function serialiseCookie(cookie: RpcHttpCookie): string {
  const { expires, maxAge, domain, path, secure, httpOnly, sameSite } = cookie;
  const seconds = expires?.value?.seconds;
  return [
    `${cookie.name ?? ''}=${encodeURIComponent(cookie.value ?? '')}`,
    seconds && `expires=${new Date(seconds * 1000).toUTCString()}`,
    typeof maxAge?.value === 'number' && `max-age=${maxAge.value}`,
    domain?.value && `domain=${domain.value}`,
    `path=${path?.value ?? '/'}`,
    secure?.value === true && 'secure',
    sameSite &&
      sameSite !== 'none' &&
      `samesite=${sameSite === 'explicitNone' ? 'none' : sameSite}`,
    httpOnly?.value === true && 'httponly',
  ]
    .filter(Boolean)
    .join('; ');
}
