/** Longer wishes are cut: ARM documents at most 10 minutes, Slack seconds. */
const mostMs = 15 * 60_000;

/** Reads a `Retry-After` header, seconds or an HTTP date: milliseconds from now; `null` when absent or neither. */
export function retryAfterMs(header: string | null | undefined, now: Date): number | null {
  if (header === null || header === undefined) return null;
  const text = header.trim();
  const ms = /^\d{1,9}(\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), mostMs);
}
