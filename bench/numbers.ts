/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 1 / 2);
}

/** The smallest value that is greater than this share (0..1) of the values, or the greatest. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(values.length * share)] ?? sorted.at(-1) ?? Number.NaN;
}

/**
 * Numbers that look random, 0..1, the same ones for the same seed (the Park-Miller generator, CACM 31, 1988).
 *
 * @param seed 1 or more
 */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** `ours` as a multiple of `theirs`: below 1 is less. */
export function ratio(ours: number, theirs: number): string {
  return `${(ours / theirs).toFixed(2)}×`;
}
