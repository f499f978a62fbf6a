import pMap from 'p-map';
import { claimed, isFree } from '../mailbox.ts';
import type { TrackedOperation } from '../operation/tracked.ts';
import { plus, type IsoTime } from '../time.ts';
import { unlessCorrupt } from './codec.ts';
import {
  headColumns,
  keyOf,
  operationColumns,
  toHead,
  toOperation,
  type OperationHead,
} from './operation-row.ts';
import { quoted, type Columns, type Table } from './table.ts';

/** A tracked operation as it was read, with what a conditional write needs. */
export interface StoredOperation {
  readonly operation: TrackedOperation;
  readonly etag: string;
  /** Whether it is in the history table: ended, told, and no longer changing. */
  readonly archived: boolean;
}

/** Which operations to list. */
export interface ListQuery {
  readonly state: 'active' | 'finished' | 'all';
  readonly subscriptionId: string | null;
  readonly resourceGroupName: string | null;
  readonly resourceName: string | null;
  /** At most this many, 1..1000. */
  readonly top: number;
  /** Where the page before ended. */
  readonly position: ListPosition | null;
}

/** Where a list goes on. */
export interface ListPosition {
  readonly table: 'active' | 'history';
  /** The table's own token; `null` for its beginning. */
  readonly token: string | null;
}

/** The tracked operations: those at work in one table, those that are done and told in another. */
export interface OperationStore {
  /** The operation wherever it is, or `null`. */
  find(trackingId: string): Promise<StoredOperation | null>;
  /** The operation if it is in the history, or `null`. */
  findArchived(trackingId: string): Promise<StoredOperation | null>;
  /** Adds an operation; `false` when it is tracked already. */
  add(operation: TrackedOperation): Promise<boolean>;
  /** Writes an operation at work; its new etag, or `null` when it was changed or removed since it was read. */
  save(operation: TrackedOperation, etag: string): Promise<string | null>;
  /** Writes an operation of the history; otherwise as {@link OperationStore.save}. */
  saveArchived(operation: TrackedOperation, etag: string): Promise<string | null>;
  /** Removes an operation, wherever it is; `false` when it was changed or removed since it was read. */
  remove(stored: StoredOperation): Promise<boolean>;
  /**
   * Moves an operation that is done and told to the history; safe to repeat. It is claimed meanwhile, so that
   * untracking waits for it to arrive.
   */
  archive(trackingId: string, now: IsoTime): Promise<void>;
  /** A page of operations. Rejects with {@link InvalidContinuationToken}. */
  list(query: ListQuery): Promise<{ operations: OperationHead[]; next: ListPosition | null }>;
  /** Removes finished operations that ended before the given time; how many. */
  purge(endedBefore: string, signal: AbortSignal): Promise<number>;
}

/** A claim outlasts the slowest move; after it, others may begin it anew. */
const archiveMs = 60_000;
const purgesAtOnce = 16;

/** The store of tracked operations on its two tables. */
export function createOperationStore(active: Table, history: Table): OperationStore {
  async function findIn(table: Table, trackingId: string): Promise<StoredOperation | null> {
    const row = await table.get(keyOf(trackingId));
    if (row === null) return null;
    return { operation: toOperation(row), etag: row.etag, archived: table === history };
  }

  // In this order: an operation on its way is in the history before it leaves the active table.
  async function find(trackingId: string): Promise<StoredOperation | null> {
    return (await findIn(active, trackingId)) ?? (await findIn(history, trackingId));
  }

  return {
    find,
    findArchived: async (trackingId) => await findIn(history, trackingId),
    async add(operation) {
      return (
        (await active.insert(keyOf(operation.trackingId), operationColumns(operation))) !== null
      );
    },
    async save(operation, etag) {
      return await active.replace(keyOf(operation.trackingId), operationColumns(operation), etag);
    },
    async saveArchived(operation, etag) {
      return await history.replace(keyOf(operation.trackingId), archivedColumns(operation), etag);
    },
    async remove({ operation, etag, archived }) {
      return await (archived ? history : active).remove(keyOf(operation.trackingId), etag);
    },
    async archive(trackingId, now) {
      const stored = await find(trackingId);
      if (stored === null || stored.archived) return;
      const { operation } = stored;
      if (!isDone(operation) || !isFree(operation.mailbox, now)) return;
      const mailbox = claimed(operation.mailbox, plus(now, archiveMs));
      const etag = await active.replace(
        keyOf(trackingId),
        operationColumns({ ...operation, mailbox }),
        stored.etag,
      );
      if (etag === null) return;
      await history.upsert(keyOf(trackingId), archivedColumns(operation));
      await active.remove(keyOf(trackingId), etag);
    },
    async list(query) {
      const operations: OperationHead[] = [];
      let position: ListPosition | null = query.position ?? { table: 'active', token: null };
      while (position !== null && operations.length < query.top) {
        position = await listOne(query, position, operations);
      }
      return { operations, next: position };
    },
    async purge(endedBefore, signal) {
      let purged = 0;
      const filter = `endedAt lt ${quoted(endedBefore)}`;
      for await (const { rows } of history.pages({ filter, select: ['endedAt'] })) {
        await pMap(
          rows,
          async ({ key, etag }) => {
            if (!signal.aborted && (await history.remove(key, etag))) purged += 1;
          },
          { concurrency: purgesAtOnce },
        );
        if (signal.aborted) break;
      }
      return purged;
    },
  };

  async function listOne(
    query: ListQuery,
    { table, token }: ListPosition,
    found: OperationHead[],
  ): Promise<ListPosition | null> {
    const after: ListPosition | null =
      table === 'active' && query.state !== 'active' ? { table: 'history', token: null } : null;
    const pages = (table === 'active' ? active : history).pages({
      filter: filterOf(query, table),
      select: headColumns,
      pageSize: query.top - found.length,
      ...(token === null ? {} : { continuationToken: token }),
    });
    for await (const { rows, continuationToken } of pages) {
      // A row that cannot be read is left out here; ticks report it.
      found.push(...rows.flatMap((row) => unlessCorrupt(() => toHead(row)) ?? []));
      return continuationToken === null ? after : { table, token: continuationToken };
    }
    return after;
  }
}

/** Whether an operation has ended and everything about it was told. */
export function isDone({ state, mailbox }: TrackedOperation): boolean {
  return state.outcome !== null && mailbox.owed.length === 0;
}

/** An operation as a row of the history, which is purged by when it ended. */
function archivedColumns(operation: TrackedOperation): Columns {
  const endedAt = operation.state.lastChangedAt ?? operation.registeredAt;
  return { ...operationColumns(operation), endedAt };
}

function filterOf(query: ListQuery, table: ListPosition['table']): string {
  const { state, subscriptionId, resourceGroupName, resourceName } = query;
  const terms = ["kind eq 'operation'"];
  if (table === 'active' && state === 'active') terms.push("outcome eq ''");
  if (table === 'active' && state === 'finished') terms.push("outcome gt ''");
  if (subscriptionId !== null)
    terms.push(`PartitionKey eq ${quoted(subscriptionId.toLowerCase())}`);
  if (resourceGroupName !== null)
    terms.push(`resourceGroupKey eq ${quoted(resourceGroupName.toLowerCase())}`);
  if (resourceName !== null) terms.push(`resourceKey eq ${quoted(resourceName.toLowerCase())}`);
  return terms.join(' and ');
}
