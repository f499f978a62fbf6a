import {
  RowRefused,
  type Columns,
  type LeftAlone,
  type Merge,
  type NewRow,
  type Page,
  type Query,
  type Row,
  type RowKey,
  type Table,
} from '../../shared/store/table.ts';
import { refusalOf } from '../support/azure-limits.ts';
import { parseFilter } from './filter.ts';

/** A write that took effect; `null` columns: the row is not there. */
export interface Commit {
  readonly key: RowKey;
  readonly before: Columns | null;
  readonly after: Columns | null;
}

/** The row that is in the way of a transaction, and why where it is refused. */
export interface InTheWay {
  readonly index: number;
  readonly refused: RowRefused | null;
}

/** The rows of a table, in memory. Each method is one request to the service: it happens whole or not at all. */
export interface SimulatedRows {
  get(key: RowKey): Row | null;
  insert(key: RowKey, columns: Columns): string | null;
  /** One transaction, as {@link SimulatedRows.merge}. */
  insertAll(added: readonly NewRow[]): 'written' | InTheWay;
  upsert(key: RowKey, columns: Columns): void;
  replace(key: RowKey, columns: Columns, etag: string): string | null;
  remove(key: RowKey, etag: string): boolean;
  /** One transaction: all or nothing; otherwise the index of the row that is in the way, and why where it is refused. */
  merge(merges: readonly Merge[]): 'written' | InTheWay;
  /** @param isEmpty the page holds nothing and yet has a successor, as the service may answer at any time */
  page(query: Query, token: string | null, isEmpty: boolean): Page;
  /** All rows, in order. */
  all(): Row[];
}

/** How a request reaches the rows: a simulation may delay it, refuse it, lose its answer. */
export type SendRequest = <T>(
  name: string,
  key: string,
  run: (isPageEmpty: boolean) => T,
) => Promise<T>;

export function createRows(onCommit: (commit: Commit) => void = () => {}): SimulatedRows {
  const rows = new Map<string, Row>();
  let version = 0;

  function write(key: RowKey, columns: Columns | null): string {
    const name = nameOf(key);
    const before = rows.get(name)?.columns ?? null;
    version += 1;
    const etag = `W/"${version}"`;
    if (columns === null) rows.delete(name);
    else rows.set(name, { key: { ...key }, etag, columns: checked(key, columns) });
    onCommit({ key, before, after: columns });
    return etag;
  }
  const fits = (key: RowKey, etag: string): boolean => {
    const row = rows.get(nameOf(key));
    return row !== undefined && (etag === '*' || row.etag === etag);
  };
  const after = ({ key, columns }: Merge): Columns => ({
    ...rows.get(nameOf(key))?.columns,
    ...columns,
  });
  function transact(changes: readonly (NewRow & { isFit: boolean })[]): 'written' | InTheWay {
    const partitions = new Set(changes.map(({ key }) => key.partitionKey));
    if (changes.length > 100 || partitions.size > 1)
      throw new Error('A transaction is at most 100 rows of one partition.');
    for (const [index, { key, columns, isFit }] of changes.entries()) {
      if (!isFit) return { index, refused: null };
      const answer = orRefused(() => checked(key, columns));
      if (answer instanceof RowRefused) return { index, refused: answer };
    }
    for (const { key, columns } of changes) write(key, columns);
    return 'written';
  }
  const all = (): Row[] =>
    [...rows.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);

  return {
    get: (key) => rows.get(nameOf(key)) ?? null,
    insert: (key, columns) => (rows.has(nameOf(key)) ? null : write(key, columns)),
    insertAll: (added) =>
      transact(added.map(({ key, columns }) => ({ key, columns, isFit: !rows.has(nameOf(key)) }))),
    upsert: (key, columns) => void write(key, columns),
    replace: (key, columns, etag) => (fits(key, etag) ? write(key, columns) : null),
    remove(key, etag) {
      if (!fits(key, etag)) return false;
      write(key, null);
      return true;
    },
    merge: (merges) =>
      transact(
        merges.map((merge) => ({
          key: merge.key,
          columns: after(merge),
          isFit: fits(merge.key, merge.etag),
        })),
      ),
    page({ filter, select, pageSize = 1000 }, token, isEmpty) {
      const from = token === null ? '' : positionOf(token);
      const isWanted = parseFilter(filter);
      const wanted = all().filter(
        ({ key, columns }) => nameOf(key) >= from && isWanted(key, columns),
      );
      const size = isEmpty ? 0 : pageSize;
      const next = wanted[size];
      return {
        rows: wanted.slice(0, size).map((row) => selected(row, select)),
        continuationToken: next === undefined ? null : tokenOf(next.key),
      };
    },
    all,
  };
}

function nameOf({ partitionKey, rowKey }: RowKey): string {
  return `${partitionKey}\u0000${rowKey}`;
}

function positionOf(token: string): string {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    if (Array.isArray(content) && content.length === 2) return content.join('\u0000');
  } catch {
    // Said below.
  }
  throw new Error('The continuation token is not one of ours.');
}

function tokenOf({ partitionKey, rowKey }: RowKey): string {
  return Buffer.from(JSON.stringify([partitionKey, rowKey])).toString('base64');
}

function selected(row: Row, select: readonly string[] | undefined): Row {
  if (select === undefined) return row;
  const columns = Object.entries(row.columns).filter(([name]) => select.includes(name));
  return { ...row, columns: Object.fromEntries(columns) };
}

/** The service's limits; rejects as the product's table does. */
function checked(key: RowKey, columns: Columns): Columns {
  const code = refusalOf(key, columns);
  if (code !== null) throw new RowRefused(key, code);
  return { ...columns };
}

/** A refusal is an answer as others are. */
function orRefused<T>(run: () => T): T | RowRefused {
  try {
    return run();
  } catch (error) {
    if (error instanceof RowRefused) return error;
    throw error;
  }
}

/** The rows as the product's table. */
export function simulatedTable(rows: SimulatedRows, send: SendRequest): Table {
  async function write<T>(name: string, key: RowKey, run: () => T): Promise<T> {
    const answer = await send(name, key.rowKey, () => orRefused(run));
    if (answer instanceof RowRefused) throw answer;
    return answer;
  }
  /** In transactions; without the rows that are in the way. */
  async function writeAll<T extends { readonly key: RowKey }>(
    name: string,
    given: readonly T[],
    transact: (some: readonly T[]) => 'written' | InTheWay,
  ): Promise<LeftAlone[]> {
    const left: LeftAlone[] = [];
    for (let at = 0; at < given.length; at += 100) {
      let some = given.slice(at, at + 100);
      for (;;) {
        const now = some;
        const what = now.map(({ key }) => key.rowKey).join(' ');
        const answer = now.length === 0 ? 'written' : await send(name, what, () => transact(now));
        if (answer === 'written') break;
        const inTheWay = now[answer.index];
        if (inTheWay !== undefined) left.push({ key: inTheWay.key, refused: answer.refused });
        some = now.filter((one) => one !== inTheWay);
      }
    }
    return left;
  }
  return {
    get: async (key) => await send('get', key.rowKey, () => rows.get(key)),
    insert: async (key, columns) => await write('insert', key, () => rows.insert(key, columns)),
    upsert: async (key, columns) => await write('upsert', key, () => rows.upsert(key, columns)),
    replace: async (key, columns, etag) =>
      await write('replace', key, () => rows.replace(key, columns, etag)),
    insertAll: async (added) => await writeAll('insert all', added, (some) => rows.insertAll(some)),
    mergeAll: async (merges) => await writeAll('merge', merges, (some) => rows.merge(some)),
    remove: async (key, etag) => await send('remove', key.rowKey, () => rows.remove(key, etag)),
    async *pages(query) {
      let token: string | null = null;
      do {
        const name = token === null ? 'page' : 'page on';
        const page: Page = await send(name, '', (isEmpty) => rows.page(query, token, isEmpty));
        token = page.continuationToken;
        yield page;
      } while (token !== null);
    },
  };
}
