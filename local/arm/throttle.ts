import { cloudError } from './cloud-error.ts';
import type { Answer } from './listen.ts';
import { createBuckets } from './token-bucket.ts';

/**
 * AKS's limit on reading operation status: 200 tokens, 2 more a second. The real bucket is per
 * subscription and region; the stand-in has one region.
 */
export function createThrottle(now: () => Date) {
  const buckets = createBuckets(200, 2, now);
  return {
    /** 429 when the subscription's bucket is empty. */
    refusal(subscriptionId: string): Answer | undefined {
      const { granted, waitSeconds } = buckets.take(subscriptionId.toLowerCase());
      if (granted) return undefined;
      // ARM's Retry-After is 10 s at least and 10 min at most.
      const retryAfter = Math.min(600, Math.max(10, Math.ceil(waitSeconds)));
      return {
        status: 429,
        headers: { 'retry-after': String(retryAfter) },
        body: cloudError(
          'TooManyRequests',
          `Too many requests. Retry after ${retryAfter} seconds.`,
        ),
      };
    },
  };
}

/** ARM's subscription reads (250, 25 more a second): told in every answer, never enforced. */
export function createReadCount(now: () => Date): (subscriptionId: string) => number {
  const buckets = createBuckets(250, 25, now);
  return (subscriptionId) => buckets.take(subscriptionId.toLowerCase()).remaining;
}
