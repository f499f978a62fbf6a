import pMap from 'p-map';
import { claimed, claimMs, isFree } from '../domain/claim.ts';
import type { TrackedOperation } from '../domain/tracked.ts';
import { cleanText } from '../text.ts';
import { plus, type IsoTime } from '../time.ts';
import { CorruptRow, unlessCorrupt } from './codec.ts';
import { listPage, type ListQuery } from './operation-list.ts';
import {
  endedAt,
  operationKey,
  operationColumns,
  operationHead,
  toHead,
  toOperation,
  type OperationHead,
} from './operation-row.ts';
import { quoted, type Columns, type RowKey, type Table } from './table.ts';

/** Where a tracked operation is stored, with what a conditional write needs. */
export interface StoredRow {
  readonly trackingId: string;
  readonly etag: string;
  /** Whether it is in the history table: it has ended, owes nothing, and changes no more. */
  readonly archived: boolean;
}

/** A tracked operation as it was read. */
export interface StoredOperation extends StoredRow {
  readonly operation: TrackedOperation;
}

/** An operation is tracked, but its row cannot be read: it is damaged, or of a newer version. */
export class UnreadableOperation extends CorruptRow {
  readonly row: StoredRow;
  constructor(row: StoredRow, reason: string) {
    super(`The stored row of ${row.trackingId} cannot be read. ${reason}`);
    this.name = 'UnreadableOperation';
    this.row = row;
  }
}

/** The result of a purge. */
export interface Purged {
  readonly purged: number;
  /** Operations whose rows cannot be read: it is not known when they ended, and they stay. */
  readonly unreadable: readonly string[];
}

/**
 * The tracked operations: those at work in one table, those that have ended and owe nothing in another. What looks for one
 * operation rejects with {@link UnreadableOperation} when its row cannot be read.
 */
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
  remove(stored: StoredRow): Promise<boolean>;
  /**
   * Moves an operation that has ended and owes nothing to the history; safe to repeat. `false`: it did nothing, as the
   * operation was changed since it was read or written; the next tick moves it. It is claimed meanwhile, so that untracking
   * waits for it to arrive.
   */
  archive(operation: TrackedOperation, etag: string, now: IsoTime): Promise<boolean>;
  /**
   * A page of operations, in the order of their keys. Both tables are read in that order, the active one first: so
   * one that is archived meanwhile is on one page, and on no other.
   */
  list(query: ListQuery): Promise<{ operations: OperationHead[]; next: RowKey | null }>;
  /** Removes finished operations that ended before the given time, and watched clusters put away before it. */
  purge(endedBefore: IsoTime, signal: AbortSignal): Promise<Purged>;
}

const purgesAtOnce = 16;

/**
 * The store of tracked operations on its two tables.
 *
 * @param onArchive gets an operation before it goes to the history: again where that was cut off before
 */
export function createOperationStore(
  active: Table,
  history: Table,
  onArchive: (operation: TrackedOperation) => Promise<void> = async () => {},
): OperationStore {
  async function findIn(table: Table, trackingId: string): Promise<StoredOperation | null> {
    const row = await table.get(operationKey(trackingId));
    if (row === null) return null;
    const stored = { trackingId, etag: row.etag, archived: table === history };
    try {
      return { ...stored, operation: toOperation(row) };
    } catch (error) {
      if (error instanceof CorruptRow) throw new UnreadableOperation(stored, error.message);
      throw error;
    }
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
        (await active.insert(operationKey(operation.trackingId), operationColumns(operation))) !==
        null
      );
    },
    async save(operation, etag) {
      return await active.replace(
        operationKey(operation.trackingId),
        operationColumns(operation),
        etag,
      );
    },
    async saveArchived(operation, etag) {
      return await history.replace(
        operationKey(operation.trackingId),
        archivedColumns(operation),
        etag,
      );
    },
    async remove({ trackingId, etag, archived }) {
      return await (archived ? history : active).remove(operationKey(trackingId), etag);
    },
    async archive(operation, etagBefore, now) {
      const { trackingId } = operation;
      if (!isDone(operation) || !isFree(operation.outbox, now)) return false;
      const outbox = claimed(operation.outbox, plus(now, claimMs));
      const etag = await active.replace(
        operationKey(trackingId),
        operationColumns({ ...operation, outbox }),
        etagBefore,
      );
      if (etag === null) return false;
      await onArchive(operation);
      await history.upsert(operationKey(trackingId), archivedColumns(operation));
      await active.remove(operationKey(trackingId), etag);
      return true;
    },
    async list(query) {
      return await listPage(active, history, query);
    },
    async purge(endedBefore, signal) {
      let purged = 0;
      const unreadable: string[] = [];
      // The filter names what stays, so that it also finds a row with a missing or wrong column.
      const filter = `not (endedAt ge ${quoted(endedBefore)} and endedAt lt '9999')`;
      const select = [...operationHead.columns, ...endedAt.columns];
      for await (const { rows } of history.pages({ filter, select })) {
        await pMap(
          rows,
          async (row) => {
            const isOperation = row.columns['kind'] !== 'cluster';
            const ended = unlessCorrupt(() => {
              if (isOperation) toHead(row);
              return endedAt.read(row.columns);
            });
            if (ended === null) unreadable.push(cleanText(row.key.rowKey, 100));
            else if (!signal.aborted && (await history.remove(row.key, row.etag)))
              purged += Number(isOperation);
          },
          { concurrency: purgesAtOnce },
        );
        if (signal.aborted) break;
      }
      return { purged, unreadable };
    },
  };
}

/** Whether an operation has ended and owes nothing. */
export function isDone({ state, outbox }: TrackedOperation): boolean {
  return state.outcome !== null && outbox.owed.length === 0;
}

/** An operation as a row of the history, which is purged by when it ended. */
function archivedColumns(operation: TrackedOperation): Columns {
  const ended = operation.state.lastChangedAt ?? operation.registeredAt;
  return { ...operationColumns(operation), ...endedAt.write(ended) };
}
