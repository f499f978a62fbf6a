/** A row's address. Rows of one partition can be written together. */
export interface RowKey {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** A row's values. There is no null in a table: an empty text or a negative number stands for it. */
export type Columns = Readonly<Record<string, string | number | boolean>>;

/** A row as it was read. */
export interface Row {
  readonly key: RowKey;
  /** The row's version: a write that names it happens only while the row still has it. */
  readonly etag: string;
  readonly columns: Columns;
}

/** A stretch of a query's rows; it may be empty and yet have a successor. */
export interface Page {
  readonly rows: readonly Row[];
  /** Where the next page begins; `null` on the last one. */
  readonly continuationToken: string | null;
}

/** What to look for. */
export interface Query {
  /** An OData filter; made with {@link quoted} values only. */
  readonly filter?: string;
  /** The columns wanted; all when absent. */
  readonly select?: readonly string[];
  /** Rows in a page, at most 1000. */
  readonly pageSize?: number;
}

/** A conditional change of some columns of a row. */
export interface Merge {
  readonly key: RowKey;
  readonly columns: Columns;
  readonly etag: string;
}

/** A row to add. */
export interface NewRow {
  readonly key: RowKey;
  readonly columns: Columns;
}

/** A row that a batch left as it was. */
export interface LeftAlone {
  readonly key: RowKey;
  /** Why the store refuses what the row would hold; `null`: the row was added, changed or removed meanwhile. */
  readonly refused: RowRefused | null;
}

/**
 * The few table operations that the product needs, in terms of one table. Every method rejects with
 * {@link StoreUnavailable} when the store cannot be reached or refuses to serve; one that writes a single row
 * rejects with {@link RowRefused} when the store refuses what that row would hold.
 */
export interface Table {
  /** The row, or `null`. */
  get(key: RowKey): Promise<Row | null>;
  /** Adds a row; its etag, or `null` when one is there already. */
  insert(key: RowKey, columns: Columns): Promise<string | null>;
  /**
   * Adds rows of one partition, in as few transactions as possible. Those that are there already, and those that the
   * store refuses, are left alone and returned.
   */
  insertAll(rows: readonly NewRow[]): Promise<readonly LeftAlone[]>;
  /** Writes a row, whatever was there. */
  upsert(key: RowKey, columns: Columns): Promise<void>;
  /** Replaces a whole row; its new etag, or `null` when it was changed or removed since `etag`. */
  replace(key: RowKey, columns: Columns, etag: string): Promise<string | null>;
  /**
   * Merges columns into rows of one partition, in as few transactions as possible. Rows that were
   * changed or removed since their etag, and those that the store refuses, are left alone and returned.
   */
  mergeAll(merges: readonly Merge[]): Promise<readonly LeftAlone[]>;
  /** Removes a row; `false` when it was changed or removed since `etag` (`*`: whatever its version). */
  remove(key: RowKey, etag: string): Promise<boolean>;
  /** Rows page by page, ordered by key. */
  pages(query: Query): AsyncIterable<Page>;
}

/** The store cannot be reached, or refuses to serve. Trying again later may help. */
export class StoreUnavailable extends Error {
  readonly code = 'StoreUnavailable';
  readonly reason: string;
  /** @param reason a code or status that holds no secret, such as `ECONNREFUSED` or `HTTP 403` */
  constructor(reason: string, options?: ErrorOptions) {
    super(`Table storage is not available (${reason}).`, options);
    this.name = 'StoreUnavailable';
    this.reason = reason;
  }
}

/** The store refuses the new content of one row, as it is too large. Trying again does not help; other rows are fine. */
export class RowRefused extends StoreUnavailable {
  readonly key: RowKey;
  /** @param reason the store's code, such as `EntityTooLarge` */
  constructor(key: RowKey, reason: string) {
    super(reason);
    this.name = 'RowRefused';
    this.message = `Table storage refuses the new content of a row (${reason}).`;
    this.key = key;
  }
}

/** Another writer changed the row during each attempt. Nothing is wrong with the store; trying again helps. */
export class Conflict extends Error {
  readonly code = 'Conflict';
  /** @param what what is being changed, as a sentence ends: `the watch` */
  constructor(what: string) {
    super(`Other requests keep changing ${what}.`);
    this.name = 'Conflict';
  }
}

/** One writer succeeds in each round, so this many writers at once all succeed. */
const rounds = 20;

/**
 * Reads, decides and writes by etag, and does so again when another writer was faster; `null` when one always was, in
 * {@link rounds} rounds.
 *
 * @param attempt `null` when the row was changed meanwhile
 */
export async function retryOnConflict<T>(attempt: () => Promise<T | null>): Promise<T | null> {
  for (let round = 0; round < rounds; round += 1) {
    const written = await attempt();
    if (written !== null) return written;
  }
  return null;
}

/**
 * As {@link retryOnConflict}; rejects with {@link Conflict} when another writer always was faster.
 *
 * @param what see {@link Conflict}
 */
export async function untilWritten<T>(what: string, attempt: () => Promise<T | null>): Promise<T> {
  const written = await retryOnConflict(attempt);
  if (written === null) throw new Conflict(what);
  return written;
}

/** A text as a literal in an OData filter. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
