import type { TokenCredential } from '@azure/core-auth';
import type { Clock } from '../time.ts';

/** Gives the current access token for ARM; rejects when there is none to be had in time (milliseconds). */
export interface TokenSource {
  get(timeoutMs: number): Promise<string>;
  /** Forgets the token: ARM has refused it. */
  forget(): void;
}

/** A token is renewed this long before it ends. */
const renewBefore = 5 * 60_000;
/** After a failed sign-in nobody tries again for this long: thousands of reads must not storm the endpoint. */
const restAfterFailure = 10_000;

/**
 * Keeps one token for all: concurrent callers share one sign-in, and a failure is shared for ten
 * seconds.
 */
export function tokenSource(credential: TokenCredential, scope: string, clock: Clock): TokenSource {
  let current: { token: string; goodUntil: number } | null = null;
  let failure: { error: unknown; until: number } | null = null;
  let signIn: Promise<string> | null = null;

  async function fetchToken(): Promise<string> {
    try {
      const answer = await credential.getToken(scope);
      if (answer === null) throw new Error('The credential gave no token.');
      const now = clock().getTime();
      // A token that lives shorter than the margin is good for half of its life.
      const life = answer.expiresOnTimestamp - now;
      current = { token: answer.token, goodUntil: now + Math.max(life - renewBefore, life / 2) };
      return answer.token;
    } catch (error) {
      failure = { error, until: clock().getTime() + restAfterFailure };
      throw error;
    } finally {
      signIn = null;
    }
  }

  return {
    async get(timeoutMs) {
      const now = clock().getTime();
      if (current !== null && now < current.goodUntil) return current.token;
      if (failure !== null && now < failure.until) throw failure.error;
      signIn ??= fetchToken();
      return await within(signIn, timeoutMs);
    },
    forget() {
      current = null;
    },
  };
}

/** Waits for a promise that others share, no longer than `ms`. */
async function within<T>(shared: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('The sign-in did not end in time.')), ms);
  try {
    return await Promise.race([shared, late]);
  } finally {
    clearTimeout(timer);
  }
}
