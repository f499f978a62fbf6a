import { describe, expect, it } from 'vitest';
import type { Table } from '../../shared/store/table.ts';
import { createRows, simulatedTable, type SendRequest } from '../simulation/simulated-table.ts';
import { describeTable } from './table-contract.ts';

const atOnce: SendRequest = async (_name, _key, run) => run(false);

describeTable('The simulated table', async () => simulatedTable(createRows(), atOnce));

describe('The simulated table', () => {
  it('may answer with an empty page that has a successor, and loses nothing by it', async () => {
    let pages = 0;
    const send: SendRequest = async (_name, _key, run) => run((pages += 1) % 2 === 1);
    const table: Table = simulatedTable(createRows(), send);
    const keys = ['1', '2', '3'].map((rowKey) => ({ partitionKey: 'p', rowKey }));
    for (const key of keys) await table.upsert(key, {});
    pages = 0;
    const seen: string[][] = [];
    for await (const { rows } of table.pages({ pageSize: 2 }))
      seen.push(rows.map(({ key }) => key.rowKey));
    expect(seen).toEqual([[], ['1', '2'], [], ['3']]);
  });

  it('writes a transaction whole or not at all', () => {
    const rows = createRows();
    const [a, b] = ['a', 'b'].map((rowKey) => ({ partitionKey: 'p', rowKey }));
    if (a === undefined || b === undefined) throw new Error('two rows are needed');
    rows.insert(a, { n: 1 });
    rows.insert(b, { n: 1 });
    const merges = [a, b].map((key) => ({ key, columns: { n: 2 }, etag: '*' }));
    expect(rows.merge(merges.with(1, { key: b, columns: { n: 2 }, etag: 'old' }))).toEqual({
      index: 1,
      refused: null,
    });
    expect(rows.all().map(({ columns }) => columns['n'])).toEqual([1, 1]);
    expect(rows.merge(merges)).toBe('written');
    expect(rows.all().map(({ columns }) => columns['n'])).toEqual([2, 2]);
  });
});
