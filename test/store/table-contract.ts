import { beforeEach, describe, expect, it } from 'vitest';
import {
  quoted,
  RowRefused,
  type Columns,
  type Merge,
  type Query,
  type Row,
  type RowKey,
  type Table,
} from '../../shared/store/table.ts';

const key: RowKey = { partitionKey: 'p', rowKey: 'r' };
const keyed = (rowKey: string, partitionKey = 'p'): RowKey => ({ partitionKey, rowKey });
const byKey = (a: RowKey, b: RowKey): number => (a.rowKey < b.rowKey ? -1 : 1);
const setTo2 = ({ key: at, etag }: { key: RowKey; etag: string }): Merge => ({
  key: at,
  etag,
  columns: { a: 2 },
});
const numbered = (number: number): RowKey => keyed(`r${String(number).padStart(3, '0')}`);

/** What the product relies on in a table; `open` gives one that nobody else uses and that was never written to. */
export function describeTable(name: string, open: () => Promise<Table>): void {
  describe(`${name}, as a table,`, () => {
    let table: Table;
    beforeEach(async () => {
      table = await open();
    });

    async function insert(at: RowKey, columns: Columns): Promise<string> {
      const etag = await table.insert(at, columns);
      if (etag === null) throw new Error('The row is there already.');
      return etag;
    }
    async function query(wanted: Query): Promise<Row[][]> {
      const pages: Row[][] = [];
      for await (const { rows } of table.pages(wanted)) pages.push([...rows]);
      return pages;
    }
    const columnsOf = async (at: RowKey): Promise<Columns | undefined> =>
      (await table.get(at))?.columns;
    /** A hundred rows and their etags. */
    async function hundred(): Promise<{ key: RowKey; etag: string }[]> {
      return await Promise.all(
        Array.from({ length: 100 }, async (_, number) => ({
          key: numbered(number),
          etag: await insert(numbered(number), { a: 1, kept: 'yes' }),
        })),
      );
    }

    it('that was never used is empty in every respect', async () => {
      expect(await table.get(key)).toBeNull();
      expect(await table.replace(key, {}, '*')).toBeNull();
      expect(await table.remove(key, '*')).toBe(false);
      expect(await table.mergeAll([{ key, columns: {}, etag: '*' }])).toEqual([
        { key, refused: null },
      ]);
      expect((await query({})).flat()).toEqual([]);
    });

    it('comes into being by many first writes at once', async () => {
      const etags = await Promise.all([1, 2, 3, 4].map((at) => table.insert(numbered(at), {})));
      expect(etags).not.toContain(null);
      expect((await query({})).flat()).toHaveLength(4);
    });

    it('gives back what was inserted, once', async () => {
      const columns = { text: `it's "quoted" – 🚀`, empty: '', number: 1.5, below: -1, yes: true };
      const etag = await insert(key, columns);
      expect(await table.get(key)).toEqual({ key, etag, columns });
      expect(await table.insert(key, { other: 1 })).toBeNull();
      expect(await columnsOf(key)).toEqual(columns);
    });

    it('adds hundreds of rows at once, but for those that are there', async () => {
      for (const number of [0, 99, 100, 250]) await insert(numbered(number), { theirs: true });
      const rows = Array.from({ length: 251 }, (_, number) => ({
        key: numbered(number),
        columns: { number },
      }));
      const left = await table.insertAll(rows);
      const inOrder = [...left].toSorted((a, b) => byKey(a.key, b.key));
      expect(inOrder).toEqual(
        [0, 99, 100, 250].map((number) => ({ key: numbered(number), refused: null })),
      );
      const stored = (await query({})).flat();
      expect(stored).toHaveLength(251);
      expect(stored.filter(({ columns }) => columns['theirs'] === true)).toHaveLength(4);
      expect(await table.insertAll([])).toEqual([]);
    });

    it('upserts whatever was there, leaving nothing of it', async () => {
      await table.upsert(key, { a: 1 });
      await table.upsert(key, { b: 2 });
      expect(await columnsOf(key)).toEqual({ b: 2 });
    });

    it('replaces a row only in the version that was read', async () => {
      const first = await insert(key, { a: 1 });
      const second = await table.replace(key, { b: 2 }, first);
      expect(second).not.toBeNull();
      expect(second).not.toBe(first);
      expect(await table.replace(key, { c: 3 }, first)).toBeNull();
      expect(await table.get(key)).toEqual({ key, etag: second, columns: { b: 2 } });
    });

    it('lets exactly one of twenty parallel writers win', async () => {
      const etag = await insert(key, { writer: -1 });
      const writers = Array.from({ length: 20 }, (_, writer) => writer);
      const etags = await Promise.all(
        writers.map((writer) => table.replace(key, { writer }, etag)),
      );
      const winners = writers.filter((writer) => etags[writer] !== null);
      expect(winners).toHaveLength(1);
      expect(await columnsOf(key)).toEqual({ writer: winners[0] });
    });

    it('removes a row only in the version that was read, or in any by *', async () => {
      const first = await insert(key, {});
      await table.replace(key, { a: 1 }, first);
      expect(await table.remove(key, first)).toBe(false);
      expect(await table.get(key)).not.toBeNull();
      expect(await table.remove(key, '*')).toBe(true);
      expect(await table.remove(key, '*')).toBe(false);
      expect(await table.get(key)).toBeNull();
    });

    it('merges a hundred rows at once, keeping their other columns', async () => {
      const rows = await hundred();
      expect(await table.mergeAll(rows.map(setTo2))).toEqual([]);
      const merged = (await query({})).flat().map(({ columns }) => columns);
      expect(merged).toEqual(Array.from({ length: 100 }, () => ({ a: 2, kept: 'yes' })));
      expect(await table.mergeAll([])).toEqual([]);
    });

    it('leaves exactly the rows alone that were changed or removed, and says which', async () => {
      const rows = await hundred();
      const changed = [0, 37, 99].map(numbered);
      const removed = [1, 64].map(numbered);
      for (const at of changed) await table.upsert(at, { a: 'theirs' });
      for (const at of removed) await table.remove(at, '*');

      const left = (await table.mergeAll(rows.map(setTo2))).map(({ key: at }) => at);
      expect(left.toSorted(byKey)).toEqual([...changed, ...removed].toSorted(byKey));
      const stored = (await query({})).flat();
      expect(stored.filter(({ columns }) => columns['a'] === 2)).toHaveLength(95);
      expect(stored.filter(({ columns }) => columns['a'] === 'theirs')).toHaveLength(3);
      expect(stored).toHaveLength(98);
    });

    describe('refuses what Azure does not hold:', () => {
      // The sizes are those of Azure's formula: 4 + 2 for the keys, 8 + 2 a letter of the name, 4 + 2 a character.
      const full = Object.fromEntries(
        Array.from({ length: 15 }, (_, at) => [`c${at + 10}`, '"'.repeat(32_768)]),
      );
      const rest = (1024 * 1024 - 8 - 15 * (8 + 6 + 4 + 65_536) - (8 + 2 + 4)) / 2;
      const largest = { ...full, z: 'x'.repeat(rest) };
      it.each<[string, Columns, Columns]>([
        ['a text of more than 64 KiB', { a: '"'.repeat(32_768) }, { a: 'ä'.repeat(32_769) }],
        ['a row of more than 1 MiB', largest, { ...largest, z: `${largest.z}x` }],
      ])('%s, and takes it when it is just as large', async (_name, fits, doesNot) => {
        const etag = await insert(key, fits);
        const writes = [
          () => table.insert(keyed('2'), doesNot),
          () => table.upsert(key, doesNot),
          () => table.replace(key, doesNot, etag),
        ];
        for (const write of writes) await expect(write()).rejects.toThrow(RowRefused);
        expect(await table.get(keyed('2'))).toBeNull();
        expect(await columnsOf(key)).toEqual(fits);
      });

      it('rows of a batch, by what they would hold then, and writes all others', async () => {
        const rows = await hundred();
        const large = [7, 8, 99].map(numbered);
        for (const at of large)
          await table.upsert(at, { ...largest, a: 1, z: 'x'.repeat(rest - 100) });
        await table.upsert(numbered(50), { a: 'theirs' });
        const merges = await Promise.all(
          rows.map(async ({ key: at, etag }): Promise<Merge> => {
            const isLarge = large.some(({ rowKey }) => rowKey === at.rowKey);
            const etagNow = isLarge ? ((await table.get(at))?.etag ?? '') : etag;
            return { key: at, etag: etagNow, columns: { a: 2, b: 'x'.repeat(30_000) } };
          }),
        );
        const left = [...(await table.mergeAll(merges))].toSorted((a, b) => byKey(a.key, b.key));
        expect(left.map(({ key: at, refused }) => [at.rowKey, refused?.reason ?? null])).toEqual([
          ['r007', 'EntityTooLarge'],
          ['r008', 'EntityTooLarge'],
          ['r050', null],
          ['r099', 'EntityTooLarge'],
        ]);
        const stored = (await query({ select: ['a'] })).flat();
        expect(stored.filter(({ columns }) => columns['a'] === 2)).toHaveLength(96);
      });

      it('rows of a batch to add, and adds all others', async () => {
        const rows = Array.from({ length: 100 }, (_, number) => ({
          key: numbered(number),
          columns: [7, 99].includes(number) ? { ...largest, zz: 1 } : { number },
        }));
        const left = [...(await table.insertAll(rows))].toSorted((a, b) => byKey(a.key, b.key));
        expect(left.map(({ key: at, refused }) => [at.rowKey, refused?.reason])).toEqual([
          ['r007', 'EntityTooLarge'],
          ['r099', 'EntityTooLarge'],
        ]);
        expect((await query({})).flat()).toHaveLength(98);
      });

      it('a transaction of more than 4 MiB, which a large batch is not', async () => {
        const rows = await hundred();
        const columns = { text: 'ä\n"'.repeat(8000), more: 'ä\n"'.repeat(8000) };
        expect(await table.mergeAll(rows.map((row) => ({ ...row, columns })))).toEqual([]);
        const stored = (await query({ select: ['text'] })).flat();
        expect(new Set(stored.map((row) => row.columns['text']))).toEqual(new Set([columns.text]));
      });
    });

    it('gives rows page by page in the order of their keys, and goes on where a page ended', async () => {
      for (const number of [4, 1, 3, 0, 2]) await insert(numbered(number), { number });
      const pages = await query({ pageSize: 2 });
      expect(pages.map((rows) => rows.map(({ columns }) => columns['number']))).toEqual([
        [0, 1],
        [2, 3],
        [4],
      ]);
    });

    it.each([
      ["PartitionKey eq 'b' and RowKey gt '1' and number eq 1", ['b.2']],
      ["PartitionKey gt 'a' and number eq 1", ['b.1', 'b.2', 'c.1']],
    ])('finds the rows of a range of keys: %s', async (filter, wanted) => {
      for (const partitionKey of ['a', 'b', 'c'])
        for (const rowKey of ['1', '2'].slice(0, partitionKey === 'c' ? 1 : 2))
          await insert({ partitionKey, rowKey }, { number: 1 });
      const found = (await query({ filter })).flat();
      expect(found.map((row) => `${row.key.partitionKey}.${row.key.rowKey}`)).toEqual(wanted);
    });

    it('filters by key and column, with quotes in the value, and selects columns', async () => {
      await insert(keyed('1', "o'hara"), { name: "it's", number: 1, other: true });
      await insert(keyed('2', "o'hara"), { name: 'its', number: 2, other: true });
      await insert(keyed('1', 'else'), { name: "it's", number: 3, other: true });
      const filter = `PartitionKey eq ${quoted("o'hara")} and (name eq ${quoted("it's")} or number gt 5)`;
      const [row, ...others] = (await query({ filter, select: ['name', 'absent'] })).flat();
      expect(row).toMatchObject({ key: keyed('1', "o'hara"), columns: { name: "it's" } });
      expect(Object.keys(row?.columns ?? {})).toEqual(['name']);
      expect(others).toEqual([]);
      // The etag of a query's row is good for a write.
      expect(await table.remove(keyed('1', "o'hara"), row?.etag ?? '')).toBe(true);
    });
  });
}
