import type { Columns, RowKey } from './table.ts';

/**
 * What a row counts at the table service, in bytes: texts as UTF-16, and each column its name and 8 bytes beside
 * (learn.microsoft.com/archive/blogs/avkashchauhan/how-the-size-of-an-entity-is-caclulated-in-windows-azure-table-storage).
 */
export function entitySize({ partitionKey, rowKey }: RowKey, columns: Columns): number {
  return Object.entries(columns).reduce(
    (sum, [name, value]) =>
      sum + 8 + 2 * name.length + (typeof value === 'string' ? 4 + 2 * value.length : 8),
    4 + 2 * (partitionKey.length + rowKey.length),
  );
}

/**
 * Rows are written no larger than this, in bytes. The service holds 1 MiB: the rest is for readings without news, which
 * write a row's state without knowing what else it holds.
 */
export const largestEntity = 900_000;
