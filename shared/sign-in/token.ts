import type { AccessToken } from '@azure/core-auth';
import type { Clock } from '../time.ts';
import type { Credential } from './credential.ts';

/** Gives the access tokens of one identity for one resource. */
export interface TokenSource {
  /** The current token; rejects when none can be had within this time (milliseconds). */
  get(timeoutMs: number): Promise<string>;
  /**
   * Another token than the refused one; `null` when none can be had within this time (milliseconds).
   * Never rejects.
   */
  insteadOf(refused: string, timeoutMs: number): Promise<string | null>;
}

/** A token is renewed this long before it ends. */
const renewBefore = 5 * 60_000;
/** After a failed sign-in nobody tries again for this long: thousands of reads must not storm the endpoint. */
const restAfterFailure = 10_000;
/** A sign-in that takes longer has failed for whoever waits: shorter than a call may take, and than a long tick. */
const fairMs = 8000;
/** A sign-in that has not ended after this long is given up, and another one is begun. */
const giveUpMs = 30_000;
/** A refused token is replaced at most this often: the refusal may not be the token's fault. */
const renewAtMostEvery = 60_000;

/** The sign-in did not end in time. Its name is like those that the library gives to its failures. */
class SignInTimeout extends Error {
  override readonly name = 'AuthenticationTimeoutError';
}

/** What was begun at a time, in milliseconds since the epoch. */
interface SignIn {
  readonly at: number;
  readonly token: Promise<string>;
}

/**
 * Keeps one token for all: concurrent callers share one sign-in, a failure is shared for ten seconds, and a
 * refused token is replaced once a minute at most. In between, the refused token is still given out: it may be
 * accepted again, and there is no other.
 */
export function tokenSource(credential: Credential, scope: string, clock: Clock): TokenSource {
  let current: { token: string; goodUntil: number } | null = null;
  let failure: { error: unknown; at: number } | null = null;
  let signIn: SignIn | null = null;
  let renewal: SignIn | null = null;

  function begin(ask: (scope: string) => Promise<AccessToken | null>, at: number): SignIn {
    const token = keep(ask(scope));
    // Callers that wait see the failure; without callers it must not become an unhandled rejection.
    token.catch(() => {});
    return { at, token };
  }

  async function keep(asked: Promise<AccessToken | null>): Promise<string> {
    const answer = await asked;
    if (answer === null) throw new Error('The credential gave no token.');
    const now = clock().getTime();
    // A token that lives shorter than the margin is used for half of its life.
    const life = answer.expiresOnTimestamp - now;
    current = { token: answer.token, goodUntil: now + Math.max(life - renewBefore, life / 2) };
    return answer.token;
  }

  function signInAt(at: number): SignIn {
    const begun = begin((wanted) => credential.getToken(wanted), at);
    const ended = (failed: typeof failure): void => {
      if (signIn !== begun) return;
      signIn = null;
      failure = failed;
    };
    begun.token.then(
      () => ended(null),
      (error: unknown) => ended({ error, at: clock().getTime() }),
    );
    return begun;
  }

  return {
    async get(timeoutMs) {
      const now = clock().getTime();
      if (current !== null && now < current.goodUntil) return current.token;
      if (failure !== null && isWithin(restAfterFailure, failure.at, now)) throw failure.error;
      if (signIn === null || !isWithin(giveUpMs, signIn.at, now)) signIn = signInAt(now);
      return await within(signIn.token, Math.min(timeoutMs, signIn.at + fairMs - now));
    },
    async insteadOf(refused, timeoutMs) {
      // Another caller has replaced it meanwhile.
      if (current !== null && current.token !== refused) return current.token;
      const now = clock().getTime();
      if (renewal === null || !isWithin(renewAtMostEvery, renewal.at, now))
        renewal = begin((wanted) => credential.renewToken(wanted), now);
      try {
        const wait = Math.min(timeoutMs, renewal.at + fairMs - now);
        const token = await within(renewal.token, wait);
        return token === refused ? null : token;
      } catch {
        return null;
      }
    },
  };
}

/** Whether less than `ms` have passed since; false for a time in the future, which a wrong clock gave. */
function isWithin(ms: number, since: number, now: number): boolean {
  return since <= now && now - since < ms;
}

/** Waits for a promise that others share, no longer than `ms`. */
async function within<T>(shared: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(new SignInTimeout('The sign-in did not end in time.'));
  const timer = setTimeout(end, Math.max(ms, 0));
  try {
    return await Promise.race([shared, late]);
  } finally {
    clearTimeout(timer);
  }
}
