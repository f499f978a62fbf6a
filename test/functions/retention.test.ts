import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createOperationStore } from '../../shared/store/operation-store.ts';
import { archiveIn, endedOperation } from '../support/operations.ts';
import { startProduct } from '../support/product.ts';
import { someTable } from '../support/tables.ts';

const hour = 3_600_000;

it.each([
  ['30 days, which is the default', {}, 30 * 24],
  ['two days', { RETENTION: '2d' }, 48],
  ['36 hours', { RETENTION: '36h' }, 36],
])(
  'the history is kept for %s: neither an hour less nor an hour more',
  async (_, settings, hours) => {
    const tableName = `T${randomBytes(8).toString('hex')}`;
    const store = createOperationStore(someTable(tableName), someTable(`${tableName}History`));
    const endedBefore = async (ago: number): Promise<string> => {
      const endedAt = new Date(Date.now() - ago * hour).toISOString();
      const operation = endedOperation(endedAt);
      await store.add(operation);
      await archiveIn(store, operation, endedAt);
      return operation.trackingId;
    };
    const kept = [
      await endedBefore(hours - 1),
      await endedBefore(hours - 24),
      await endedBefore(0),
    ];
    const dropped = [await endedBefore(hours + 1), await endedBefore(hours + 24)];
    await using product = await startProduct({ ...settings, OPERATIONS_TABLE: tableName });
    await product.host.runTimer('purgeHistory');
    for (const id of kept) expect(await store.findArchived(id)).not.toBeNull();
    for (const id of dropped) expect(await store.findArchived(id)).toBeNull();
  },
);
