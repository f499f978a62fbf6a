import { longestRetryAfterMs } from '../retry-after.ts';
import {
  clocksDifferMs,
  earlier,
  elapsed,
  isCredible as isCredibleTime,
  latest,
  plus,
  type IsoTime,
} from '../time.ts';
import {
  callersShare,
  doctorShare,
  endingsShare,
  ticksShare,
  type Share,
} from './budget-shares.ts';

/**
 * What is left of our share of one subscription's token buckets. All instances use the same stored budget.
 * Microsoft documents the buckets per subscription and region; which region a call counts in is not known
 * before it is made, so all regions are one here.
 */
export interface SubscriptionBudget {
  /** Tokens for calls of any kind, to 3 decimals; below 0 after calls that were not planned. */
  readonly reads: number;
  /** Tokens for List calls, likewise. A List takes one of these and one of `reads`. */
  readonly lists: number;
  /** When `reads` and `lists` had these values; tokens come back from this time on. */
  readonly at: IsoTime;
  /** Nothing at all is called before this (429); `null`: nothing holds us back. */
  readonly notBefore: IsoTime | null;
  /** Until this, tokens come back at a quarter of the pace; `null`: they come as usual. */
  readonly slowUntil: IsoTime | null;
}

/** Whole calls: how many are allowed, or were made. */
export interface Allowance {
  readonly reads: number;
  readonly lists: number;
}

/** What ARM's answers said about its own limits. */
export interface Warnings {
  /** The end of a 429's `Retry-After`; `null`: there was no 429. */
  readonly throttledUntil: IsoTime | null;
  /** See {@link isLowRemaining}. */
  readonly isLow: boolean;
}

/**
 * The documented buckets (learn.microsoft.com/azure/aks/quotas-skus-regions, "Throttling limits on AKS resource
 * provider APIs"): 200 for GET operation status, 2 more a second; 60 for all other calls, 1 more a second.
 * It is not documented which one counts the List of operations, so it is counted in both. The List of clusters has
 * buckets of its own, none smaller or slower than that of other calls; it is counted in the same way.
 */
const buckets = {
  reads: { capacity: 200, perSecond: 2 },
  lists: { capacity: 60, perSecond: 1 },
} as const;

/** The part of a bucket that all others leave to the ticks. */
const reserved = 1 / 2;

const minute = 60_000;
const slowAfterThrottledMs = 5 * minute;
const slowAfterLowMs = minute;
/** Pace and tokens are multiplied by this when a subscription is slowed. */
const slowed = 1 / 4;

/** The farthest time ahead from which tokens can come back: after the longest `Retry-After`. */
const farthestAheadMs = longestRetryAfterMs + clocksDifferMs;

/** A fifth of ARM's bucket of subscription reads (250, 25 more a second). */
const lowRemaining = 50;

/**
 * Whether a `x-ms-ratelimit-remaining-…` header tells us to slow down. Our own greatest burst, 200 reads with
 * `ARM_BUDGET=1`, leaves 50 of ARM's 250: fewer means that others take from it too.
 */
export function isLowRemaining(remaining: number | undefined): boolean {
  return remaining !== undefined && remaining < lowRemaining;
}

/**
 * How many calls may be made now.
 * @param stored `null`: nothing was called of late, the bucket is full
 */
export function allowance(
  stored: SubscriptionBudget | null,
  share: Share,
  now: IsoTime,
): Allowance {
  const { reads, lists, notBefore } = refilled(stored, share, now);
  if (notBefore !== null && now < notBefore) return { reads: 0, lists: 0 };
  return { reads: wholeCalls(reads), lists: wholeCalls(lists) };
}

/**
 * How many calls a check on demand may make now: those that its own budget allows, and that leave the ticks half of the
 * common bucket.
 * @param common what is left for all of the app
 * @param own what is left for checks
 */
export function doctorAllowance(
  common: SubscriptionBudget | null,
  own: SubscriptionBudget | null,
  armBudget: number,
  now: IsoTime,
): Allowance {
  const share = ticksShare(armBudget);
  const [left, mine] = [
    allowance(withoutReserve(common, share, now), share, now),
    allowance(own, doctorShare(armBudget), now),
  ];
  return { reads: Math.min(left.reads, mine.reads), lists: Math.min(left.lists, mine.lists) };
}

/**
 * How many calls may look for callers now: those that their own budget allows, while ARM does not hold the ticks back
 * and half of the common bucket is left.
 */
export function callersAllowance(
  common: SubscriptionBudget | null,
  own: SubscriptionBudget | null,
  armBudget: number,
  now: IsoTime,
): Allowance {
  const share = ticksShare(armBudget);
  const left = allowance(withoutReserve(common, share, now), share, now);
  return left.reads === 0 ? left : allowance(own, callersShare(armBudget), now);
}

/**
 * How many calls may look at what ended operations have done: those that their own budget allows, while ARM does not
 * hold the ticks back. A tick that has read much may also have read many endings.
 */
export function endingsAllowance(
  common: SubscriptionBudget | null,
  own: SubscriptionBudget | null,
  armBudget: number,
  now: IsoTime,
): Allowance {
  const heldUntil = common?.notBefore ?? null;
  return heldUntil !== null && now < heldUntil
    ? { reads: 0, lists: 0 }
    : allowance(own, endingsShare(armBudget), now);
}

function withoutReserve(
  stored: SubscriptionBudget | null,
  share: Share,
  now: IsoTime,
): SubscriptionBudget {
  // In a bucket of one or two tokens, one is for checks.
  const kept = (kind: keyof Allowance): number => {
    const most = capacity(kind, share);
    return Math.min(most * reserved, most - 1);
  };
  const budget = refilled(stored, share, now);
  return { ...budget, reads: budget.reads - kept('reads'), lists: budget.lists - kept('lists') };
}

/** The budget after calls (fewer than none: planned ones that were not made, whose tokens come back). */
export function spent(
  stored: SubscriptionBudget | null,
  share: Share,
  now: IsoTime,
  calls: Allowance,
): SubscriptionBudget {
  const budget = refilled(stored, share, now);
  return {
    ...budget,
    reads: toThousandths(budget.reads - calls.reads),
    lists: toThousandths(budget.lists - calls.lists),
  };
}

/**
 * The budget after what ARM said. A 429: nothing until its `Retry-After` is over, from nothing then, and five
 * minutes at a quarter of the pace. A low remaining: a quarter of what is left, and one minute at a quarter
 * of the pace.
 */
export function afterAnswers(
  budget: SubscriptionBudget,
  now: IsoTime,
  { throttledUntil, isLow }: Warnings,
): SubscriptionBudget {
  if (throttledUntil !== null) {
    const until = latest(now, throttledUntil, budget.notBefore);
    return {
      reads: Math.min(budget.reads, 0),
      lists: Math.min(budget.lists, 0),
      at: latest(until, budget.at),
      notBefore: until,
      slowUntil: latest(plus(until, slowAfterThrottledMs), budget.slowUntil),
    };
  }
  if (!isLow) return budget;
  return {
    ...budget,
    reads: cutDown(budget.reads),
    lists: cutDown(budget.lists),
    slowUntil: latest(plus(now, slowAfterLowMs), budget.slowUntil),
  };
}

/** An empty bucket: for a subscription of which it is not known what was called of late. */
export function emptyBudget(now: IsoTime): SubscriptionBudget {
  return { reads: 0, lists: 0, at: now, notBefore: null, slowUntil: null };
}

/**
 * How many tokens the bucket lacks: so many calls too many would be made if it counted as full. 0: it is full, and its
 * budget need not be stored; infinite: ARM has asked us to wait or to slow down.
 */
export function lackOf(stored: SubscriptionBudget, share: Share, now: IsoTime): number {
  const { reads, lists, notBefore, slowUntil } = refilled(stored, share, now);
  const isPast = (time: IsoTime | null): boolean => time === null || time <= now;
  if (!isPast(notBefore) || !isPast(slowUntil)) return Infinity;
  return capacity('reads', share) - reads + capacity('lists', share) - lists;
}

/**
 * How much of a full bucket is left, 0..1: of the bucket that has less. 0 as well while ARM holds us back.
 *
 * @param stored `null`: nothing was called of late, the bucket is full
 */
export function shareLeft(stored: SubscriptionBudget | null, share: Share, now: IsoTime): number {
  const { reads, lists, notBefore } = refilled(stored, share, now);
  if (notBefore !== null && now < notBefore) return 0;
  return Math.max(Math.min(reads / capacity('reads', share), lists / capacity('lists', share)), 0);
}

/** Whether a budget can be true: one that a wrong clock wrote would hold calls back until that time comes. */
export function isCredible(
  { at, notBefore, slowUntil }: SubscriptionBudget,
  now: IsoTime,
): boolean {
  const held = latest(at, notBefore);
  // Nothing but a 429 moves the moment that tokens come back from into the future.
  const heldMs = notBefore === null || notBefore < at ? clocksDifferMs : farthestAheadMs;
  return (
    isCredibleTime(held, now, heldMs) &&
    (slowUntil === null || isCredibleTime(slowUntil, now, farthestAheadMs + slowAfterThrottledMs))
  );
}

/** The budget with what came back since. A clock that is behind brings nothing, and takes nothing. */
function refilled(
  stored: SubscriptionBudget | null,
  share: Share,
  now: IsoTime,
): SubscriptionBudget {
  const [reads, lists] = [capacity('reads', share), capacity('lists', share)];
  if (stored === null) return { reads, lists, at: now, notBefore: null, slowUntil: null };
  const at = latest(now, stored.at);
  const slowMs = Math.max(elapsed(stored.at, earlier(at, stored.slowUntil ?? stored.at)), 0);
  const seconds = (elapsed(stored.at, at) - slowMs + slowMs * slowed) / 1000;
  const back = (kind: keyof Allowance): number => seconds * buckets[kind].perSecond * share.pace;
  return {
    ...stored,
    reads: Math.min(stored.reads + back('reads'), reads),
    lists: Math.min(stored.lists + back('lists'), lists),
    at,
  };
}

/** At least one token: the smallest share is slow, but it is not nothing. */
function capacity(kind: keyof Allowance, share: Share): number {
  return Math.max(buckets[kind].capacity * share.capacity, 1);
}

function wholeCalls(tokens: number): number {
  return Math.max(Math.floor(tokens), 0);
}

/** What is owed stays owed. */
function cutDown(tokens: number): number {
  return tokens > 0 ? toThousandths(tokens * slowed) : tokens;
}

/** Rounded down: losing a little is harmless, and a gain would belong to other clients. */
function toThousandths(tokens: number): number {
  return Math.floor(tokens * 1000) / 1000;
}
