/**
 * Works on all items, at most `atOnce` at a time. Whoever has the fewest under way is next, so that one owner whose
 * items take long leaves the others their turns; among equals, whoever was served longest ago.
 *
 * @param ownerOf whose an item is
 * @returns what came of them, in the order in which they ended; rejects with the first failure, and begins nothing then
 */
export async function fairly<T, R>(
  items: readonly T[],
  ownerOf: (item: T) => string,
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  let waiting = [...Map.groupBy(items, ownerOf).values()].map((own): Owner<T> => ({
    items: own.values(),
    underWay: 0,
  }));
  const results: R[] = [];
  let hasFailed = false;

  async function run(): Promise<void> {
    for (;;) {
      const next = waiting.reduce<Owner<T> | null>(
        (least, one) => (least === null || one.underWay < least.underWay ? one : least),
        null,
      );
      const item = next?.items.next();
      if (hasFailed || next === null || item === undefined) return;
      if (item.done === true) {
        waiting = waiting.filter((one) => one !== next);
        continue;
      }
      waiting = [...waiting.filter((one) => one !== next), next];
      next.underWay += 1;
      results.push(await work(item.value));
      next.underWay -= 1;
    }
  }

  const runs = Array.from({ length: Math.min(atOnce, items.length) }, run);
  await Promise.all(
    runs.map((one) =>
      one.catch((error: unknown) => {
        hasFailed = true;
        throw error;
      }),
    ),
  );
  return results;
}

interface Owner<T> {
  /** Those that were not begun yet. */
  readonly items: Iterator<T, unknown>;
  underWay: number;
}
