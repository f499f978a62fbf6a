import { randomUUID } from 'node:crypto';
import { StoreUnavailable, type Table } from '../store/table.ts';
import { check, type Check, type Finding } from './check.ts';
import { whyRefused, type StorageAccess } from './storage-trouble.ts';

/** What the store is checked with. */
export interface StorageParts {
  /** By their names; in the last one a row is written, read and removed. */
  readonly tables: readonly (readonly [name: string, table: Table])[];
  readonly access: StorageAccess;
}

/** Each table is read, all at once; rights to write are tried on the last. What is the same for several is told once. */
export async function checkStorage({ tables, access }: StorageParts): Promise<Check[]> {
  const checks = await Promise.all(
    tables.map(([name, table], index) =>
      check(name, async () => {
        const isLast = index === tables.length - 1;
        try {
          return isLast ? await tryWriting(table) : await tryReading(table);
        } catch (error) {
          if (error instanceof StoreUnavailable) return whyRefused(error.reason, access);
          throw error;
        }
      }),
    ),
  );
  return [...Map.groupBy(checks, ({ message }) => message).values()].flatMap((same) =>
    same.slice(0, 1).map((one) => ({ ...one, name: `tables ${namesOf(same)}` })),
  );
}

function namesOf(checks: readonly Check[]): string {
  return checks.map(({ name }) => name).join(', ');
}

const partitionKey = 'doctor';

async function tryReading(table: Table): Promise<Finding> {
  await table.get({ partitionKey, rowKey: 'probe' });
  return { ok: true, message: 'Can be read.' };
}

/** A row of its own for each check: two at the same time do not meet. */
async function tryWriting(table: Table): Promise<Finding> {
  const key = { partitionKey, rowKey: randomUUID() };
  let isRemoved = false;
  try {
    await table.insert(key, { probe: true });
    if ((await table.get(key)) === null)
      return { ok: false, message: 'A row that was written could not be read.' };
    isRemoved = await table.remove(key, '*');
    return isRemoved
      ? { ok: true, message: 'A row could be written, read and removed.' }
      : { ok: false, message: 'A row that was written could not be removed.' };
  } finally {
    // Also what was written although the store said no, or nothing; the first failure is the one to tell.
    if (!isRemoved) await table.remove(key, '*').catch(() => false);
  }
}
