import { nameKey } from '../domain/azure-names.ts';
import { unlessCorrupt } from './codec.ts';
import { operationHead, toHead, type OperationHead } from './operation-row.ts';
import { quoted, type Row, type RowKey, type Table } from './table.ts';

/** A page of a list; `next`: where it goes on. */
export async function listPage(
  active: Table,
  history: Table,
  query: ListQuery,
): Promise<{ operations: OperationHead[]; next: RowKey | null }> {
  const operations: OperationHead[] = [];
  let next = query.position;
  do {
    const stretch = await stretchOf(active, history, query, next, query.top - operations.length);
    // A row that cannot be read is left out here; ticks report it.
    operations.push(...stretch.rows.flatMap((row) => unlessCorrupt(() => toHead(row)) ?? []));
    next = stretch.next;
  } while (next !== null && operations.length < query.top);
  return { operations, next };
}

/** The rows of both tables after a key, `most` at most; `next`: where it goes on. */
async function stretchOf(
  active: Table,
  history: Table,
  query: ListQuery,
  after: RowKey | null,
  most: number,
): Promise<{ rows: Row[]; next: RowKey | null }> {
  // In this order: an operation on its way is in the history before it leaves the active table.
  const parts = [await rowsAfter(active, filterOf(query, 'active'), after, most)];
  if (query.state !== 'active')
    parts.push(await rowsAfter(history, filterOf(query, 'history'), after, most));
  // Beyond the last row of a table that was not read to its end, it may have more.
  const ends = parts.flatMap(({ rows, isWhole }) => (isWhole ? [] : (rows.at(-1)?.key ?? [])));
  const [end = null] = ends.toSorted(inOrder);
  const byKey = new Map(
    parts
      .toReversed()
      .flatMap(({ rows }) => rows)
      .map((row) => [`${row.key.partitionKey} ${row.key.rowKey}`, row]),
  );
  const known = [...byKey.values()].filter(({ key }) => end === null || inOrder(key, end) <= 0);
  const rows = known.toSorted((a, b) => inOrder(a.key, b.key)).slice(0, most);
  const isLast = end === null && rows.length === known.length;
  return { rows, next: isLast ? null : (rows.at(-1)?.key ?? null) };
}

/** Rows of a table after a key, in the order of their keys, `most` at most; `isWhole`: there are no others. */
async function rowsAfter(
  table: Table,
  filter: string,
  after: RowKey | null,
  most: number,
): Promise<{ rows: Row[]; isWhole: boolean }> {
  const rows: Row[] = [];
  // Each of them is one range of keys, which the service finds without looking through what lies before.
  const ranges =
    after === null
      ? [filter]
      : [
          `PartitionKey eq ${quoted(after.partitionKey)} and RowKey gt ${quoted(after.rowKey)} and ${filter}`,
          `PartitionKey gt ${quoted(after.partitionKey)} and ${filter}`,
        ];
  for (const [at, range] of ranges.entries()) {
    const pageSize = most - rows.length;
    for await (const page of table.pages({
      filter: range,
      select: operationHead.columns,
      pageSize,
    })) {
      const room = most - rows.length;
      rows.push(...page.rows.slice(0, room));
      const isEnd = page.continuationToken === null && at === ranges.length - 1;
      if (page.rows.length >= room) return { rows, isWhole: isEnd && page.rows.length === room };
    }
  }
  return { rows, isWhole: true };
}

/** As tables order their rows. */
function inOrder(a: RowKey, b: RowKey): number {
  return compareText(a.partitionKey, b.partitionKey) || compareText(a.rowKey, b.rowKey);
}

function compareText(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}

function filterOf(query: ListQuery, table: 'active' | 'history'): string {
  const { state, subscriptionId, resourceGroupName, resourceName } = query;
  const terms = ["kind eq 'operation'"];
  if (table === 'active' && state === 'active') terms.push("outcome eq ''");
  if (table === 'active' && state === 'finished') terms.push("outcome gt ''");
  if (subscriptionId !== null) terms.push(`PartitionKey eq ${quoted(nameKey(subscriptionId))}`);
  if (resourceGroupName !== null)
    terms.push(`resourceGroupKey eq ${quoted(nameKey(resourceGroupName))}`);
  if (resourceName !== null) terms.push(`resourceKey eq ${quoted(nameKey(resourceName))}`);
  return terms.join(' and ');
}

/** Which operations to list. */
export interface ListQuery {
  readonly state: 'active' | 'finished' | 'all';
  readonly subscriptionId: string | null;
  readonly resourceGroupName: string | null;
  readonly resourceName: string | null;
  /** At most this many, 1..1000. */
  readonly top: number;
  /** Where the page before ended: the key of its last row. */
  readonly position: RowKey | null;
}
