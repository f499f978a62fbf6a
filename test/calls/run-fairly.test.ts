import { describe, expect, it } from 'vitest';
import { fairly } from '../../shared/calls/run-fairly.ts';

const ownerOf = (item: string): string => item.slice(0, 1);

describe('what is worked on fairly', () => {
  it('is all of it, each item once, so many at a time', async () => {
    let underWay = 0;
    let most = 0;
    const items = Array.from({ length: 40 }, (_, at) => `${'abc'[at % 3]}${at}`);
    const done = await fairly(items, ownerOf, 7, async (item) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await Promise.resolve();
      underWay -= 1;
      return item;
    });
    expect(done.toSorted()).toEqual(items.toSorted());
    expect(most).toBe(7);
  });

  it('gives whoever has the fewest under way the next turn, and keeps the order of each', async () => {
    const begun: string[] = [];
    const never = new Promise<never>(() => {});
    void fairly(['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'], ownerOf, 4, async (item) => {
      begun.push(item);
      return await (item.startsWith('a') ? never : Promise.resolve(item));
    });
    await new Promise(setImmediate);
    expect(begun).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('gives each its turn where only one at a time is worked on', async () => {
    const begun: string[] = [];
    await fairly(['a1', 'a2', 'a3', 'b1', 'b2', 'c1'], ownerOf, 1, async (item) => {
      begun.push(item);
      await Promise.resolve();
    });
    expect(begun).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('ends with the first failure, and begins nothing then', async () => {
    const begun: string[] = [];
    const ended = fairly(['a1', 'a2', 'a3', 'a4'], ownerOf, 2, async (item) => {
      begun.push(item);
      await Promise.resolve();
      throw new Error(item);
    });
    await expect(ended).rejects.toThrow('a1');
    expect(begun).toEqual(['a1', 'a2']);
  });

  it('is nothing where there is nothing', async () => {
    expect(await fairly([], ownerOf, 5, async () => 1)).toEqual([]);
  });
});
