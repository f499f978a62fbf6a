/** Waits for a promise, but no longer than some milliseconds; the promise must not reject. */
export type WaitAtMost = (promise: Promise<unknown>, ms: number) => Promise<void>;

/** See {@link WaitAtMost}. */
export const waitAtMost: WaitAtMost = async (promise, ms) => {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.max(ms, 0));
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Of the time of a call, the most that it waits for the answer of another one. */
export const waitShare = 0.4;
/** It waits no longer than this, in milliseconds, where a version was known to work until now. */
const shortWaitMs = 1000;

/** The first call of many to one place: the others wait for its answer. */
export interface FirstCall {
  readonly over: Promise<void>;
  /** Whether ARM has refused a version since: the others wait until another one is found. */
  isRefused: boolean;
}

/**
 * Lets the first call of many to a place go ahead; the others wait for its answer, for a while. Where it is known what
 * works, nobody waits.
 *
 * @param place whose calls wait for each other
 * @param isNew whether nothing has ever worked there: then the others wait longer
 * @param timeoutMs the time that the call has
 * @param work makes the call; its parameter is the first call itself, or `null` for the others
 */
export type AfterFirstCall = <T>(
  place: string,
  isNew: boolean,
  timeoutMs: number,
  work: (self: FirstCall | null) => Promise<T>,
) => Promise<T>;

/** @param isKnown whether something has worked at a place a moment ago */
export function createAfterFirstCall(
  isKnown: (place: string) => boolean,
  waitFor: WaitAtMost,
): AfterFirstCall {
  const firstCalls = new Map<string, FirstCall>();
  return async (place, isNew, timeoutMs, work) => {
    if (isKnown(place)) return await work(null);
    const first = firstCalls.get(place);
    if (first !== undefined) {
      const longest = timeoutMs * waitShare;
      const short = isNew ? longest : Math.min(shortWaitMs, longest);
      await waitFor(first.over, short);
      if (first.isRefused) await waitFor(first.over, longest - short);
      return await work(null);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const self: FirstCall = { over: promise, isRefused: false };
    firstCalls.set(place, self);
    try {
      return await work(self);
    } finally {
      firstCalls.delete(place);
      resolve();
    }
  };
}
