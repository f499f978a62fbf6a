import * as z from 'zod/mini';
import { noAsks, type CallerAsks } from '../domain/caller-asks.ts';
import { json, schemaVersion, storedText, storedTime, unlessCorrupt } from './codec.ts';
import type { Table } from './table.ts';

/** Where it is kept what is asked of the activity log: one row, so that instances do not ask twice. */
export interface CallerStore {
  /** The asks, and the row's etag (`null`: there is no row). What cannot be read is begun anew. */
  load(): Promise<{ readonly asks: CallerAsks; readonly etag: string | null }>;
  /** Writes all asks; the new etag, or `null` when somebody was quicker. */
  save(asks: CallerAsks, etag: string | null): Promise<string | null>;
}

const key = { partitionKey: 'arm', rowKey: 'callers' };

/** The store of asks on the table of the state. */
export function createCallerStore(table: Table): CallerStore {
  return {
    async load() {
      const row = await table.get(key);
      if (row === null) return { asks: noAsks, etag: null };
      return {
        asks: unlessCorrupt(() => stored.read(row.columns)) ?? noAsks,
        etag: row.etag,
      };
    },
    async save(asks, etag) {
      const columns = { version: schemaVersion, ...stored.write(asks) };
      return etag === null
        ? await table.insert(key, columns)
        : await table.replace(key, columns, etag);
    },
  };
}

const counted = z.int().check(z.gte(0));

const stored = json<CallerAsks>(
  z.object({
    asks: z.array(
      z.object({
        trackingId: storedText,
        subscriptionId: storedText,
        resourceGroupName: storedText,
        startTime: storedTime,
        registeredAt: storedTime,
        asked: counted,
        dueAt: z.nullable(storedTime),
      }),
    ),
    experience: z.record(z.string(), z.object({ hasEvents: z.boolean(), unseen: counted })),
  }),
)('asks');
