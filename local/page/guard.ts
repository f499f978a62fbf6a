import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Nothing but the page's own files may load, and nothing but text may enter the document
 * (Trusted Types refuse `innerHTML` and its like): foreign text can never become markup.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Sets the headers that every answer of the page carries. */
export function setSecurityHeaders(response: ServerResponse): void {
  response.setHeader('content-security-policy', contentSecurityPolicy);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('cache-control', 'no-store');
}

/**
 * Tells whether a request may be served.
 *
 * A foreign Host is a name that somebody pointed at this machine (DNS rebinding); a change without
 * our own Origin comes from another site's page.
 *
 * @returns why it may not, or null
 */
export function findRefusal(request: IncomingMessage): string | null {
  const { host, origin } = request.headers;
  const port = request.socket.localPort;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return 'This page answers as 127.0.0.1 and localhost only.';
  }
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads && origin !== `http://${host}`) return 'Changes come from this page only.';
  return null;
}
