import { randomUUID } from 'node:crypto';
import { quoted, StoreUnavailable, type Table } from '../store/table.ts';
import { plus, type Clock } from '../time.ts';
import { check, inTime, TookTooLong, type Check, type Finding } from './check.ts';
import { whyRefused, type StorageAccess } from './storage-trouble.ts';

/** What the store is checked with. */
export interface StorageNeeds {
  /** By their names; in the last one a row is written, read and removed. */
  readonly tables: readonly (readonly [name: string, table: Table])[];
  readonly access: StorageAccess;
  readonly clock: Clock;
}

/**
 * Reads all tables at once; tries the right to write on the last one. What is the same for several tables is reported
 * once.
 */
export async function checkStorage({ tables, access, clock }: StorageNeeds): Promise<Check[]> {
  const checks = await Promise.all(
    tables.map(([name, table], index) =>
      check(name, async () => {
        const isLast = index === tables.length - 1;
        try {
          return await inTime(isLast ? tryWriting(table, clock) : tryReading(table));
        } catch (error) {
          if (error instanceof StoreUnavailable) return whyRefused(error.reason, access);
          if (error instanceof TookTooLong) return whyRefused(error.name, access);
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
/** No check takes so long: a row as old as this was left behind by one that was killed. */
const leftBehindMs = 10 * 60_000;

async function tryReading(table: Table): Promise<Finding> {
  await table.get({ partitionKey, rowKey: 'probe' });
  return { ok: true, message: 'Can be read.' };
}

/** A row of its own for each check: two at the same time do not meet. */
async function tryWriting(table: Table, clock: Clock): Promise<Finding> {
  const now = clock().toISOString();
  const key = { partitionKey, rowKey: `${now}_${randomUUID()}` };
  let isRemoved = false;
  try {
    await table.insert(key, { probe: true });
    if ((await table.get(key)) === null)
      return { ok: false, message: 'A row that was written could not be read.' };
    isRemoved = await table.remove(key, '*');
    if (!isRemoved) return { ok: false, message: 'A row that was written could not be removed.' };
  } finally {
    // Also what was written although the store said no, or nothing; the first failure is reported.
    if (!isRemoved) await table.remove(key, '*').catch(() => false);
  }
  await removeLeftBehind(table, plus(now, -leftBehindMs));
  return { ok: true, message: 'A row could be written, read and removed.' };
}

async function removeLeftBehind(table: Table, before: string): Promise<void> {
  const filter = `PartitionKey eq ${quoted(partitionKey)} and RowKey lt ${quoted(before)}`;
  for await (const { rows } of table.pages({ filter, select: [] }))
    for (const { key } of rows) await table.remove(key, '*');
}
