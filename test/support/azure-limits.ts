import type { Columns, RowKey } from '../../shared/store/table.ts';

/** What Azure's table service refuses (learn.microsoft.com/azure/storage/tables/scalability-targets). */

const entityBytes = 1024 * 1024;
const propertyBytes = 64 * 1024;
/** With `PartitionKey`, `RowKey` and `Timestamp` there are 255. */
const properties = 252;
const keyBytes = 1024;

/** A transaction's whole body is no longer, in bytes. */
export const transactionBytes = 4 * 1024 * 1024;

/**
 * The code with which the service refuses a row, or `null`. It counts UTF-16, by the formula of its documents
 * (learn.microsoft.com/archive/blogs/avkashchauhan/how-the-size-of-an-entity-is-caclulated-in-windows-azure-table-storage).
 */
export function refusalOf({ partitionKey, rowKey }: RowKey, columns: Columns): string | null {
  const entries = Object.entries(columns);
  if (entries.length > properties) return 'TooManyProperties';
  if (2 * Math.max(partitionKey.length, rowKey.length) > keyBytes) return 'KeyValueTooLarge';
  if (entries.some(([, value]) => typeof value === 'string' && 2 * value.length > propertyBytes))
    return 'PropertyValueTooLarge';
  const size = entries.reduce(
    (sum, [name, value]) => sum + 8 + 2 * name.length + bytesOf(value),
    4 + 2 * (partitionKey.length + rowKey.length),
  );
  return size > entityBytes ? 'EntityTooLarge' : null;
}

function bytesOf(value: string | number | boolean): number {
  if (typeof value === 'boolean') return 1;
  if (typeof value === 'string') return 4 + 2 * value.length;
  return Number.isInteger(value) ? 4 : 8;
}
