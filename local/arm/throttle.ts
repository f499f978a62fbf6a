import { cloudError } from './cloud-error.ts';
import type { Answer } from './listen.ts';
import { createBuckets } from './token-bucket.ts';

/** What AKS counts separately. */
export type CallKind = 'statusRead' | 'clusterRead' | 'list' | 'other';

/** How AKS counts, where that is not documented or depends on others. */
export interface ThrottleOptions {
  /** Whether a List takes a token of the status reads too: nobody documents which bucket List is in. Default false. */
  readonly listsAreReads?: boolean;
  /** Somebody else who takes this many tokens of each subscription's status reads a second. Default: nobody. */
  readonly foreign?: { readonly perSecond: number };
}

/**
 * AKS's limits: 200 tokens and 2 more a second for reading operation status, 60 and 1 more a second for reading one
 * cluster, 60 and 1 more a second for all other calls (learn.microsoft.com/azure/aks/quotas-skus-regions). The real
 * buckets are per subscription and region; the stand-in has one region. There, lists of clusters have buckets of their
 * own (500 per subscription, 60 per resource group); here they are among the others, which is stricter.
 */
export function createThrottle(now: () => Date, options: ThrottleOptions = {}) {
  const { listsAreReads = false, foreign = { perSecond: 0 } } = options;
  const statusReads = createBuckets(200, 2 - foreign.perSecond, now);
  const clusterReads = createBuckets(60, 1, now);
  const others = createBuckets(60, 1, now);
  return {
    /**
     * 429 when the bucket for such a call is empty.
     * @param path of the call: reads of one cluster have a bucket for each
     */
    refusal(subscriptionId: string, kind: CallKind, path = ''): Answer | undefined {
      const key = (kind === 'clusterRead' ? path : subscriptionId).toLowerCase();
      const isRead = kind === 'statusRead' || (kind === 'list' && listsAreReads);
      const isOther = kind === 'list' || kind === 'other';
      const buckets = [
        ...(isRead ? [statusReads] : []),
        ...(kind === 'clusterRead' ? [clusterReads] : []),
        ...(isOther ? [others] : []),
      ];
      const waitSeconds = Math.max(...buckets.map((bucket) => bucket.waitSeconds(key)));
      if (waitSeconds === 0) {
        for (const bucket of buckets) bucket.take(key);
        return undefined;
      }
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

/** ARM's subscription reads (250, 25 more a second): shown in every answer, never enforced. */
export function createReadCount(now: () => Date): (subscriptionId: string) => number {
  const buckets = createBuckets(250, 25, now);
  return (subscriptionId) => buckets.take(subscriptionId.toLowerCase()).remaining;
}
