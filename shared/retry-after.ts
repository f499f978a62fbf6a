/** Longer wishes are cut: ARM documents at most 10 minutes, Slack seconds. */
export const longestRetryAfterMs = 15 * 60_000;

/**
 * Reads a `Retry-After` header, seconds or an HTTP date: milliseconds from now; `null` when it is absent or
 * neither (RFC 9110, 10.2.3: no sign, no list).
 */
export function retryAfterMs(header: string | null | undefined, now: Date): number | null {
  const text = header?.trim() ?? '';
  const isDate = text.length < 64 && /^[A-Z][a-z]{2}.*\d\d:\d\d:\d\d/.test(text);
  const ms = /^\d+(?:\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : isDate
      ? Date.parse(text) - now.getTime()
      : Number.NaN;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), longestRetryAfterMs);
}
