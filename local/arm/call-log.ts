/** One ARM call that the stand-in received. Never holds the token or other query parameters. */
export interface ArmCall {
  /** When it arrived. */
  readonly at: Date;
  readonly method: string;
  /** Path as it was sent, without the query. */
  readonly path: string;
  readonly apiVersion: string | null;
  readonly userAgent: string | null;
  /** As it was sent; empty when the path names none. */
  readonly subscriptionId: string;
  /** HTTP status; `null` while there is no answer, and for good when none was given. */
  status: number | null;
}

/** The last `limit` calls (default 10,000) and the count of all. */
export function createCallLog(limit = 10_000) {
  const ring: ArmCall[] = [];
  let count = 0;
  return {
    /** Keeps the call in place of the oldest, in constant time. */
    add(call: ArmCall): void {
      ring[count % limit] = call;
      count += 1;
    },
    /** Oldest first. */
    list(): readonly ArmCall[] {
      const oldest = count % limit;
      return count <= limit ? [...ring] : [...ring.slice(oldest), ...ring.slice(0, oldest)];
    },
    count: () => count,
  };
}
