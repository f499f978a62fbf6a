import type { Decisions, Fate } from './engine.ts';
import type { Random } from './random.ts';

/** What may become of any request: the process dies or the caller hears of a failure, before or after it. */
export const fates: readonly Fate[] = [
  { kind: 'kill', effect: false },
  { kind: 'kill', effect: true },
  { kind: 'fail', effect: false },
  { kind: 'fail', effect: true },
];

/** Everything goes well, one request after the other, but for those whose fate is given by their number. */
export function scripted(given: ReadonlyMap<number, Fate> = new Map()): Decisions {
  return { next: () => 0, fate: ({ index }) => given.get(index) ?? { kind: 'ok' } };
}

const oddities = {
  arm: ['throttled', 'stale', 'stale', 'malformed', 'serverError', 'forbidden'],
  slack: ['throttled', 'rejected', 'refused', 'strange'],
  table: ['emptyPage'],
} as const;

/** Anything may happen at any request, in any order; `rate` of them go wrong. */
export function randomly(random: Random, rate: number): Decisions {
  return {
    next: (waiting) => random.below(waiting),
    fate({ side }) {
      if (!random.chance(rate)) return { kind: 'ok' };
      const dice = random.below(10);
      if (dice < 4) return fates[dice] ?? { kind: 'ok' };
      if (dice < 7) return { kind: 'delay', ms: delayOf(side, random) };
      const [first, ...others] = oddities[side];
      return { kind: 'odd', how: random.pick<string>([first, ...others]) };
    },
  };
}

/** Within what a message's claim allows for; posts and reads may also run into their timeout. */
function delayOf(side: 'arm' | 'slack' | 'table', random: Random): number {
  return 1 + random.below(side === 'table' ? 4000 : 13_000);
}
