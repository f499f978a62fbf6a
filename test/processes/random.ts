/** Random numbers that are the same again for the same seed. */
export interface Random {
  /** What `SEED` must be for the same numbers. */
  readonly seed: number;
  /** A number from `min` to below `max`. */
  between(min: number, max: number): number;
}

/** Seeded by `SEED`, else by chance. The generator is mulberry32 (Tommy Ettinger, public domain). */
export function seededRandom(given = process.env['SEED']): Random {
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, between: (min, max) => min + next() * (max - min) };
}
