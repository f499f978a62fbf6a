import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Credential } from '../../shared/sign-in/credential.ts';
import { tokenSource, type TokenSource } from '../../shared/sign-in/token.ts';
import { fc } from '../support/properties.ts';

const minute = 60_000;

/** A token source on a credential that counts its sign-ins, and a clock that stands still until it is moved. */
function fixture(signIn: (count: number, now: number) => ReturnType<Credential['getToken']>): {
  tokens: TokenSource;
  signIns: () => number;
  scopes: unknown[];
  pass: (ms: number) => void;
} {
  let now = Date.parse('2026-09-21T14:00:00Z');
  const scopes: unknown[] = [];
  const getToken: Credential['getToken'] = async (scope) => {
    scopes.push(scope);
    return await signIn(scopes.length, now);
  };
  const credential = { getToken, renewToken: getToken };
  return {
    tokens: tokenSource(credential, 'scope/.default', () => new Date(now)),
    signIns: () => scopes.length,
    scopes,
    pass: (ms) => void (now += ms),
  };
}

/** Tokens t1, t2, … that live for this long. */
function living(ms: number): Parameters<typeof fixture>[0] {
  return async (count, now) => ({ token: `t${count}`, expiresOnTimestamp: now + ms });
}

describe('the token', () => {
  it('is asked for once by many at the same time, for the cloud’s scope', async () => {
    const { tokens, scopes } = fixture(living(60 * minute));
    const all = await Promise.all(Array.from({ length: 50 }, async () => await tokens.get(minute)));
    expect(new Set(all)).toEqual(new Set(['t1']));
    expect(scopes).toEqual(['scope/.default']);
  });

  it.each([
    ['an hour', 60 * minute, 55 * minute],
    ['six minutes', 6 * minute, 3 * minute],
    ['a minute', minute, minute / 2],
  ])('that lives for %s is renewed in time', async (_, life, good) => {
    const { tokens, pass } = fixture(living(life));
    expect(await tokens.get(minute)).toBe('t1');
    pass(good - 1);
    expect(await tokens.get(minute)).toBe('t1');
    pass(1);
    expect(await tokens.get(minute)).toBe('t2');
  });

  it('that cannot be had is not asked for again for ten seconds', async () => {
    const { tokens, signIns, pass } = fixture(async (count, now) => {
      if (count === 1) throw new Error('no identity');
      return await living(minute)(count, now);
    });
    await expect(tokens.get(minute)).rejects.toThrow('no identity');
    pass(9999);
    await expect(tokens.get(minute)).rejects.toThrow('no identity');
    expect(signIns()).toBe(1);
    pass(1);
    expect(await tokens.get(minute)).toBe('t2');
  });

  it('that could not be had under a clock that was ahead is asked for again', async () => {
    const { tokens, pass } = fixture(async (count, now) => {
      if (count === 1) throw new Error('no identity');
      return await living(minute)(count, now);
    });
    pass(24 * 60 * minute);
    await expect(tokens.get(minute)).rejects.toThrow('no identity');
    pass(-24 * 60 * minute);
    expect(await tokens.get(minute)).toBe('t2');
  });

  it('that a credential does not give is a failure', async () => {
    const { tokens } = fixture(async () => null);
    await expect(tokens.get(minute)).rejects.toThrow('gave no token');
  });

  it('is waited for no longer than the caller may, and is there for the others', async () => {
    const { promise, resolve } =
      Promise.withResolvers<Awaited<ReturnType<Credential['getToken']>>>();
    const { tokens, signIns } = fixture(async () => await promise);
    const patient = tokens.get(minute);
    await expect(tokens.get(1)).rejects.toThrow('did not end in time');
    resolve({ token: 't', expiresOnTimestamp: Date.parse('2027-01-01') });
    expect(await patient).toBe('t');
    expect(signIns()).toBe(1);
  });
});

/** What a sign-in comes to: a token of its own, the last one again, a failure, or nothing ever. */
type Mood = 'new' | 'same' | 'down' | 'hangs';

/** A token source on a credential in changing moods, under a clock that timers follow. */
function moody() {
  const renewedAt: number[] = [];
  const begunAt: number[] = [];
  let mood: Mood = 'new';
  let count = 1;
  const answer: Credential['getToken'] = async () => {
    if (mood === 'down') throw new Error('down');
    if (mood === 'hangs') return await new Promise(() => {});
    if (mood === 'new') count += 1;
    return { token: `t${count}`, expiresOnTimestamp: Date.now() + 24 * 60 * minute };
  };
  const credential: Credential = {
    async getToken(scope) {
      begunAt.push(Date.now());
      return await answer(scope);
    },
    async renewToken(scope) {
      renewedAt.push(Date.now());
      return await answer(scope);
    },
  };
  return {
    tokens: tokenSource(credential, '', () => new Date()),
    renewedAt,
    begunAt,
    become: (next: Mood) => void (mood = next),
  };
}

/** What comes of it, with all the time that it needs. */
async function outcomeOf<T>(asked: Promise<T>): Promise<T | string> {
  const settled = asked.catch((error: unknown) => String(error));
  await vi.advanceTimersByTimeAsync(10_000);
  return await settled;
}

describe('under a clock of its own', () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-09-21T14:00:00Z') }));
  afterEach(() => void vi.useRealTimers());

  it('a refused token is replaced once for all who were refused', async () => {
    const { tokens, renewedAt } = moody();
    const refused = await tokens.get(minute);
    const all = await Promise.all(
      Array.from({ length: 48 }, async () => await tokens.insteadOf(refused, minute)),
    );
    expect(new Set(all)).toEqual(new Set(['t3']));
    expect(await tokens.get(minute)).toBe('t3');
    expect(renewedAt).toHaveLength(1);
  });

  it('a refusal that comes after the token was replaced takes the one that there is', async () => {
    const { tokens, renewedAt } = moody();
    const refused = await tokens.get(minute);
    await tokens.insteadOf(refused, minute);
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(await tokens.insteadOf(refused, minute)).toBe('t3');
    expect(renewedAt).toHaveLength(1);
  });

  it.each(['same', 'down', 'hangs'] as const)(
    'a source that is %s is asked again once a minute, and the old token is given until then',
    async (mood) => {
      const { tokens, renewedAt, become } = moody();
      const refused = await tokens.get(minute);
      become(mood);
      const began = Date.now();
      for (let seconds = 0; seconds < 300; seconds += 10) {
        expect(await tokens.get(minute)).toBe(refused);
        expect(await outcomeOf(tokens.insteadOf(refused, 1000))).toBeNull();
      }
      expect(renewedAt.map((at) => (at - began) / minute)).toEqual([0, 1, 2, 3, 4]);
      become('new');
      expect(await outcomeOf(tokens.insteadOf(refused, 1000))).toBe('t3');
      expect(await tokens.get(minute)).toBe('t3');
    },
  );

  it('whatever comes, renewals are a minute apart, a token that there is is given, and all heals', async () => {
    const step = fc.record({
      mood: fc.constantFrom<Mood[]>('new', 'same', 'down', 'hangs'),
      /** How old the token is that is refused; `null`: none is. */
      refused: fc.option(fc.integer({ min: 0, max: 3 })),
      seconds: fc.integer({ min: 0, max: 90 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { tokens, renewedAt, become } = moody();
        const given = [await tokens.get(minute)];
        for (const { mood, refused, seconds } of steps) {
          become(mood);
          given.push(await tokens.get(minute));
          const token = refused === null ? undefined : given.at(-1 - refused);
          const other = token === undefined ? null : await outcomeOf(tokens.insteadOf(token, 1000));
          expect(other === null || other !== token).toBe(true);
          await vi.advanceTimersByTimeAsync(seconds * 1000);
        }
        for (const [at, time] of renewedAt.slice(1).entries())
          expect(time - (renewedAt[at] ?? 0)).toBeGreaterThanOrEqual(minute);
        become('new');
        await vi.advanceTimersByTimeAsync(minute);
        const last = await tokens.get(minute);
        expect(await outcomeOf(tokens.insteadOf(last, 1000))).toMatch(/^t\d+$/);
        expect(await tokens.get(minute)).not.toBe(last);
      }),
      { numRuns: 100 },
    );
  });

  it.each([2, 3, 5, 11, 30])(
    'a sign-in that hangs has failed after a fair time, at %d s between the ticks too',
    async (seconds) => {
      const { tokens, begunAt, become } = moody();
      become('hangs');
      const budget = seconds * 900;
      const failedAt: number[] = [];
      const said = new Set<string>();
      const began = Date.now();
      while (Date.now() - began < 2 * minute) {
        const tickAt = Date.now();
        await Promise.all([
          tokens.get(budget).catch((error: unknown) => {
            said.add(String(error));
            // Before the tick ends: nobody has broken it off.
            if (Date.now() - tickAt < budget) failedAt.push(Date.now() - began);
          }),
          vi.advanceTimersByTimeAsync(seconds * 1000),
        ]);
      }
      expect([...said]).toEqual(['AuthenticationTimeoutError: The sign-in did not end in time.']);
      expect(failedAt[0]).toBeLessThanOrEqual(8000 + 2 * seconds * 1000);
      expect(failedAt.length).toBeGreaterThanOrEqual(minute / Math.max(seconds, 11) / 1000);
      // It is begun again each half minute, so one that answers again is found.
      expect(begunAt.length).toBeGreaterThanOrEqual(3);
      expect(begunAt.length).toBeLessThanOrEqual(5);
      become('new');
      await vi.advanceTimersByTimeAsync(30_000);
      expect(await tokens.get(budget)).toMatch(/^t\d+$/);
    },
  );
});
