/** A clock that stands still until it is moved; whoever sleeps by it moves it. */
export interface TestClock {
  readonly now: () => Date;
  /** Moves on by this many seconds. */
  readonly pass: (seconds: number) => void;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * @param start long past, so that the sign-in library, which goes by the machine's clock, takes every token
 * of this time for expired and keeps none over a test's end
 */
export function createClock(start = '2024-05-06T07:00:00.000Z'): TestClock {
  let at = Date.parse(start);
  return {
    now: () => new Date(at),
    pass(seconds) {
      at += seconds * 1000;
    },
    sleep: async (ms) => {
      at += ms;
      // Others who work at this moment get their turn.
      await new Promise(setImmediate);
    },
  };
}
