import type { TokenCredential } from '@azure/core-auth';
import { describe, expect, it } from 'vitest';
import { tokenSource, type TokenSource } from '../../shared/arm/token.ts';

const minute = 60_000;

/** A token source on a credential that counts its sign-ins, and a clock that stands still until it is moved. */
function fixture(signIn: (count: number, now: number) => ReturnType<TokenCredential['getToken']>): {
  tokens: TokenSource;
  signIns: () => number;
  scopes: unknown[];
  pass: (ms: number) => void;
} {
  let now = Date.parse('2026-09-21T14:00:00Z');
  const scopes: unknown[] = [];
  const credential: TokenCredential = {
    getToken: async (scope) => {
      scopes.push(scope);
      return await signIn(scopes.length, now);
    },
  };
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

  it('is asked for anew after ARM has refused it', async () => {
    const { tokens } = fixture(living(60 * minute));
    await tokens.get(minute);
    tokens.forget();
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

  it('that a credential does not give is a failure', async () => {
    const { tokens } = fixture(async () => null);
    await expect(tokens.get(minute)).rejects.toThrow('gave no token');
  });

  it('is waited for no longer than the caller may, and is there for the others', async () => {
    const { promise, resolve } =
      Promise.withResolvers<Awaited<ReturnType<TokenCredential['getToken']>>>();
    const { tokens, signIns } = fixture(async () => await promise);
    const patient = tokens.get(minute);
    await expect(tokens.get(1)).rejects.toThrow('did not end in time');
    resolve({ token: 't', expiresOnTimestamp: Date.parse('2027-01-01') });
    expect(await patient).toBe('t');
    expect(signIns()).toBe(1);
  });
});
