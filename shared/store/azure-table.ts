import {
  TableClient,
  type TableEntity,
  type TableServiceClientOptions,
  type TransactionAction,
} from '@azure/data-tables';
import { isRestError, type PipelinePolicy, type PipelineResponse } from '@azure/core-rest-pipeline';
import pMap from 'p-map';
import * as z from 'zod/mini';
import type { TokensFor } from '../sign-in/token-sources.ts';
import type { TokenSource } from '../sign-in/token.ts';
import type { StorageSettings } from '../settings/storage.ts';
import {
  RowRefused,
  StoreUnavailable,
  type Columns,
  type LeftAlone,
  type NewRow,
  type Row,
  type RowKey,
  type Table,
} from './table.ts';

/** Opens the named table; nothing is sent before its first use, which also creates it. */
export function openTable(storage: StorageSettings, name: string, tokensFor: TokensFor): Table {
  return azureTable(clientFor(storage, name, tokensFor));
}

/** A try takes at most this long, so that a dead server does not use up the tick. */
const timeoutMs = 8000;
const timeoutPolicy: PipelinePolicy = {
  name: 'timeout',
  sendRequest(request, next) {
    request.timeout = timeoutMs;
    return next(request);
  },
};

/** For the table service of every cloud and account. */
const tokenScope = 'https://storage.azure.com/.default';

/**
 * Signs with a token; if it is refused, once more with another one. The library's own policy keeps a refused token until
 * it expires, waits for a sign-in without limit, and also signs a request that follows a redirect.
 */
function signingPolicy(tokens: TokenSource): PipelinePolicy {
  return {
    name: 'signing',
    async sendRequest(request, next) {
      const send = async (token: string): Promise<PipelineResponse> => {
        request.headers.set('Authorization', `Bearer ${token}`);
        return await next(request);
      };
      const token = await tokens.get(timeoutMs);
      const answer = await send(token);
      if (answer.status !== 401) return answer;
      const other = await tokens.insteadOf(token, timeoutMs);
      return other === null ? answer : await send(other);
    },
  };
}

function clientFor(storage: StorageSettings, name: string, tokensFor: TokensFor): TableClient {
  const timeout = { policy: timeoutPolicy, position: 'perRetry' } as const;
  const options: TableServiceClientOptions = {
    retryOptions: { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1000 },
    additionalPolicies: [timeout],
    // Settings allow http on loopback addresses only.
    allowInsecureConnection: true,
  };
  if (storage.signIn === 'connectionString')
    return TableClient.fromConnectionString(storage.connectionString, name, options);
  const policy = signingPolicy(tokensFor(storage.clientId, tokenScope));
  return new TableClient(storage.tableServiceUri, name, {
    ...options,
    additionalPolicies: [timeout, { policy, position: 'perRetry' }],
    // The token must not travel.
    redirectOptions: { maxRetries: 0 },
  });
}

/** The codes by which the table service says that a row does not exist, or no longer has the named ETag. */
const missing = ['ResourceNotFound', 'EntityNotFound'];
const stale = [...missing, 'UpdateConditionNotSatisfied', 'ConditionNotMet'];
const alreadyThere = 'EntityAlreadyExists';
/** A transaction holds 100 rows and 4 MiB (learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions). */
const transaction = { rows: 100, bytes: 3 * 1024 * 1024 } as const;
/** The bytes of a row's part of a transaction besides its columns: headers, keys and the etag. */
const partBytes = 4096;
/** After this many refused rows in one transaction, each row is written by itself. */
const mostApart = 4;
/** How many single rows are written at the same time. */
const rowsAtOnce = 16;

/** One row's part of a transaction. */
interface Step extends NewRow {
  readonly action: TransactionAction;
}

/** What kept a transaction from being written. */
interface InTheWay {
  /** Which of its rows; `null`: it is not known. */
  readonly index: number | null;
  /** Why the service does not take it; `null`: it was changed or removed. */
  readonly refusal: string | null;
}

function azureTable(client: TableClient): Table {
  let creation: Promise<void> | null = null;

  /** Runs a request; when the table is missing it is created and the request tried once more. */
  async function withTable<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (codeOf(error) !== 'TableNotFound') throw error;
    }
    creation ??= client.createTable().finally(() => {
      creation = null;
    });
    await creation;
    return await request();
  }

  /**
   * Runs a request, with `otherwise` for the refusals named by `codes`; every other failure is {@link StoreUnavailable}.
   *
   * @param written the row that it writes: if the store refuses its content, only this row has failed
   */
  async function run<T, U>(
    codes: readonly string[],
    otherwise: U,
    request: () => Promise<T>,
    written?: RowKey,
  ): Promise<T | U> {
    try {
      return await withTable(request);
    } catch (error) {
      if (codes.includes(codeOf(error))) return otherwise;
      // Not kept as the cause: the error holds the request, whose URL may be signed.
      if (written !== undefined && isRefusal(error)) throw new RowRefused(written, codeOf(error));
      throw new StoreUnavailable(codeOf(error));
    }
  }

  /** Writes all in one transaction; if that fails, says which row was refused (if known) and why. */
  async function transact(steps: readonly Step[]): Promise<'written' | InTheWay> {
    return await run([], 'written', async () => {
      try {
        await client.submitTransaction(steps.map(({ action }) => action));
        return 'written' as const;
      } catch (error) {
        const code = codeOf(error);
        const isStale = stale.includes(code) || code === alreadyThere;
        if (!isStale && !isRefusal(error)) throw error;
        return { index: failingIndex(error), refusal: isStale ? null : code };
      }
    });
  }

  /**
   * A transaction writes all rows or none. So this leaves out the refused row and writes the others; after several
   * refused rows it writes each row by itself.
   */
  async function writeThose(steps: readonly Step[], apart = 0): Promise<LeftAlone[]> {
    const [first, ...others] = steps;
    if (first === undefined) return [];
    const answer = await transact(steps);
    if (answer === 'written') return [];
    const { index, refusal } = answer;
    const inTheWay = others.length === 0 ? first : index === null ? undefined : steps[index];
    if (inTheWay === undefined || (apart >= mostApart && others.length > 0))
      return (
        await pMap(steps, async (step) => await writeThose([step]), { concurrency: rowsAtOnce })
      ).flat();
    const { key } = inTheWay;
    const refused = refusal === null ? null : new RowRefused(key, refusal);
    const rest = steps.filter((step) => step !== inTheWay);
    return [{ key, refused }, ...(await writeThose(rest, apart + 1))];
  }

  async function writeAll(steps: readonly Step[]): Promise<LeftAlone[]> {
    const left: LeftAlone[] = [];
    for (const part of partsOf(steps)) left.push(...(await writeThose(part)));
    return left;
  }

  return {
    async get({ partitionKey, rowKey }) {
      return await run(missing, null, async () =>
        toRow(await client.getEntity(partitionKey, rowKey)),
      );
    },
    async insert(key, columns) {
      return await run(
        [alreadyThere],
        null,
        async () => etagOf(await client.createEntity(toEntity(key, columns))),
        key,
      );
    },
    async upsert(key, columns) {
      await run([], null, () => client.upsertEntity(toEntity(key, columns), 'Replace'), key);
    },
    async replace(key, columns, etag) {
      return await run(
        stale,
        null,
        async () => etagOf(await client.updateEntity(toEntity(key, columns), 'Replace', { etag })),
        key,
      );
    },
    async insertAll(rows) {
      return await writeAll(
        rows.map(({ key, columns }) => ({
          key,
          columns,
          action: ['create', toEntity(key, columns)],
        })),
      );
    },
    async mergeAll(merges) {
      return await writeAll(
        merges.map(({ key, columns, etag }) => ({
          key,
          columns,
          action: ['update', toEntity(key, columns), 'Merge', { etag }],
        })),
      );
    },
    async remove({ partitionKey, rowKey }, etag) {
      return await run(stale, false, async () => {
        await client.deleteEntity(partitionKey, rowKey, { etag });
        return true;
      });
    },
    async *pages({ filter, select, pageSize = 1000 }) {
      let token: string | null = null;
      do {
        const continued = token === null ? {} : { continuationToken: token };
        const page = await run([], undefined, async () => {
          const iterator = client
            .listEntities({
              queryOptions: {
                ...(filter === undefined ? {} : { filter }),
                ...(select === undefined ? {} : { select: ['PartitionKey', 'RowKey', ...select] }),
              },
            })
            .byPage({
              maxPageSize: pageSize,
              ...continued,
            });
          return (await iterator.next()).value;
        });
        token = page?.continuationToken ?? null;
        yield { rows: (page ?? []).map(toRow), continuationToken: token };
      } while (token !== null);
    },
  };
}

/** The rows in groups that each fit into one transaction. */
function partsOf(steps: readonly Step[]): Step[][] {
  const parts: Step[][] = [];
  let free = 0;
  for (const step of steps) {
    const bytes = partBytes + Buffer.byteLength(JSON.stringify(step.columns));
    const part = parts.at(-1);
    const hasRoom = part !== undefined && bytes <= free && part.length < transaction.rows;
    if (hasRoom) part.push(step);
    else parts.push([step]);
    free = (hasRoom ? free : transaction.bytes) - bytes;
  }
  return parts;
}

function toEntity({ partitionKey, rowKey }: RowKey, columns: Columns): TableEntity {
  return { ...columns, partitionKey, rowKey };
}

function toRow(entity: Record<string, unknown>): Row {
  const { partitionKey, rowKey, etag, timestamp: _, ...rest } = entity;
  const columns: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(rest)) {
    // What the service says about the row is none of its columns.
    if (name.startsWith('odata.')) continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      columns[name] = value;
    }
  }
  return {
    key: { partitionKey: String(partitionKey), rowKey: String(rowKey) },
    etag: String(etag),
    columns,
  };
}

function etagOf({ etag }: { etag?: string }): string {
  return etag ?? '';
}

/**
 * The code of a failure. Single operations carry it as `details.odataError.code`, transactions as `code`
 * (seen with data-tables 13.3); without one, the status or the kind of error stands for it.
 */
function codeOf(error: unknown): string {
  if (!isRestError(error)) return error instanceof Error ? error.name : 'unknown';
  const parsed = odataError.safeParse(error.details);
  return (parsed.success ? parsed.data.odataError.code : error.code) ?? `HTTP ${error.statusCode}`;
}

/**
 * Whether the service does not take what is to be written: 400 with `EntityTooLarge`, `PropertyValueTooLarge`,
 * `TooManyProperties`, `InvalidInput` and their like, 413 with `RequestBodyTooLarge`
 * (learn.microsoft.com/rest/api/storageservices/table-service-error-codes).
 */
function isRefusal(error: unknown): boolean {
  return isRestError(error) && (error.statusCode === 400 || error.statusCode === 413);
}

const odataError = z.object({ odataError: z.object({ code: z.string() }) });

/** Which entity of a transaction was refused: known from the message's prefix alone. */
function failingIndex(error: unknown): number | null {
  const match = error instanceof Error ? /^(\d+):/.exec(error.message) : null;
  return match === null ? null : Number(match[1]);
}
