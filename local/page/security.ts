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
 * Whether a request may be served. Pages of other sites do not get here; what changes something without an
 * Origin comes from no page at all.
 *
 * @returns why it may not, or null
 */
export function findRefusal({ method, headers }: IncomingMessage): string | null {
  const reads = method === 'GET' || method === 'HEAD';
  return reads || headers.origin !== undefined ? null : 'Changes come from this page only.';
}
