import * as z from 'zod/mini';
import { noChoices, type MoveMessage, type VersionChoices } from '../domain/version-choices.ts';
import { json, schemaVersion, storedId, storedText, storedTime, unlessCorrupt } from './codec.ts';
import { outboxInJson } from './outbox-columns.ts';
import type { RowKey, Table } from './table.ts';

/**
 * Where the api-versions in use in one cloud are kept, with the messages about moves: one row, so that both are one
 * write.
 */
export interface VersionStore {
  readonly key: RowKey;
  /** The choices, and the row's etag (`null`: there is no row). What cannot be read is begun anew. */
  load(): Promise<{ readonly choices: VersionChoices; readonly etag: string | null }>;
  /** Writes all choices; the new etag, or `null` when somebody was quicker. */
  save(choices: VersionChoices, etag: string | null): Promise<string | null>;
}

/**
 * The store of api-versions on the table of the state.
 *
 * @param cloud identifies the cloud: the host of its Azure Resource Manager
 */
export function createVersionStore(table: Table, cloud: string): VersionStore {
  const key = { partitionKey: 'arm', rowKey: `versions.${cloud}` };
  return {
    key,
    async load() {
      const row = await table.get(key);
      if (row === null) return { choices: noChoices, etag: null };
      const choices = unlessCorrupt(() => stored.read(row.columns)) ?? noChoices;
      return { choices, etag: row.etag };
    },
    async save(choices, etag) {
      const columns = { version: schemaVersion, ...stored.write(choices) };
      return etag === null
        ? await table.insert(key, columns)
        : await table.replace(key, columns, etag);
    },
  };
}

const moveMessage: z.ZodMiniType<MoveMessage> = z.object({
  id: storedId,
  at: storedTime,
  from: storedText,
  to: storedText,
  code: storedText,
  location: z.nullable(storedText),
  subscriptionId: storedText,
});

const stored = json<VersionChoices>(
  z.object({
    choices: z.record(
      z.string(),
      z.object({
        version: storedText,
        usedAt: storedTime,
        left: z.record(z.string(), storedTime),
      }),
    ),
    posted: z.array(storedText),
    outbox: outboxInJson(moveMessage),
  }),
)('versions');
