/** What one request got out of its bucket. */
export interface Taken {
  readonly granted: boolean;
  /** Whole tokens left after this request. */
  readonly remaining: number;
  /** Seconds until the next token; 0 when granted. */
  readonly waitSeconds: number;
}

/**
 * Token buckets, one per key, each full at its first use.
 * @param capacity tokens in a full bucket
 * @param perSecond tokens that come back every second; below 0, somebody else takes more than that
 */
export function createBuckets(capacity: number, perSecond: number, now: () => Date) {
  const buckets = new Map<string, { tokens: number; at: number }>();

  function tokensOf(key: string, at: number): number {
    const bucket = buckets.get(key) ?? { tokens: capacity, at };
    const refill = (Math.max(0, at - bucket.at) / 1000) * perSecond;
    return Math.max(0, Math.min(capacity, bucket.tokens + refill));
  }

  function waitFor(tokens: number): number {
    if (tokens >= 1) return 0;
    return perSecond > 0 ? (1 - tokens) / perSecond : Infinity;
  }

  return {
    /** Takes one token if there is one; a refusal costs nothing. */
    take(key: string): Taken {
      const at = now().getTime();
      const tokens = tokensOf(key, at);
      const granted = tokens >= 1;
      const left = granted ? tokens - 1 : tokens;
      buckets.set(key, { tokens: left, at });
      return { granted, remaining: Math.floor(left), waitSeconds: waitFor(tokens) };
    },
    /** Seconds until there is a token; 0 when there is one. */
    waitSeconds: (key: string): number => waitFor(tokensOf(key, now().getTime())),
  };
}
