import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { openTable } from '../../shared/store/azure-table.ts';
import type { RowKey, Table } from '../../shared/store/table.ts';
import * as z from 'zod/mini';
import { refusalOf, transactionBytes } from './azure-limits.ts';
import { startProxy, type ProxiedRequest, type Proxy, type Refusal } from './proxy.ts';

/** A real table; without a name one of its own. */
export function someTable(name = `T${randomBytes(8).toString('hex')}`): Table {
  const storage = { signIn: 'connectionString', connectionString: inject('storage') } as const;
  return openTable(storage, name, () => {
    throw new Error('A connection string needs no credential.');
  });
}

/** See {@link startTableProxy}. */
export interface TableProxy extends Proxy {
  readonly connectionString: string;
  /** Whether a row is taken for one that is too large, whatever it holds; at first none is. */
  isTooLarge: (key: RowKey) => boolean;
}

/**
 * A proxy before the table store, and the connection string that goes through it. It refuses what Azure would:
 * Azurite takes larger rows.
 */
export async function startTableProxy(): Promise<TableProxy> {
  const storage = inject('storage');
  const endpoint = /TableEndpoint=(http:\/\/[^/;]+)/.exec(storage)?.[1] ?? '';
  const proxy = await startProxy(
    () => endpoint,
    () => ({}),
    async (request, body) => await judge(request, body, (key) => tables.isTooLarge(key)),
  );
  const tables: TableProxy = Object.assign(proxy, {
    connectionString: storage.replace(endpoint, proxy.url),
    isTooLarge: () => false,
  });
  return tables;
}

/** What Azure would refuse of a write. */
async function judge(
  { method, path }: ProxiedRequest,
  body: string,
  isTooLarge: TableProxy['isTooLarge'],
): Promise<Refusal | null> {
  if (method === 'GET' || method === 'DELETE' || path.includes('/Tables')) return null;
  if (!path.includes('/$batch')) {
    const code = await refusalOfWrite(method, path, body, isTooLarge);
    return code === null ? null : { status: 400, contentType: json, body: odataError(code, '') };
  }
  if (Buffer.byteLength(body) > transactionBytes)
    return { status: 413, contentType: json, body: odataError('RequestBodyTooLarge', '') };
  for (const [at, [, verb = '', url = '', entity = '']] of [
    ...body.matchAll(partOfBatch),
  ].entries()) {
    const code = await refusalOfWrite(verb, url, entity, isTooLarge);
    if (code !== null) return refusedBatch(odataError(code, `${at}:`));
  }
  return null;
}

const json = 'application/json;odata=minimalmetadata';
const partOfBatch =
  /^(POST|PUT|PATCH|MERGE) (\S+) HTTP\/1\.1\r?\n(?:\S[^\n]*\n)*(?:\r?\n)+(\{[^\r\n]*\})\r?$/gm;

async function refusalOfWrite(
  verb: string,
  url: string,
  body: string,
  isTooLarge: TableProxy['isTooLarge'],
): Promise<string | null> {
  const [, name = '', keys = ''] = /\/devstoreaccount1\/(\w+)(?:\((.*)\))?(?:\?|$)/.exec(url) ?? [];
  const entity = z.record(z.string(), z.unknown()).parse(JSON.parse(body));
  const { PartitionKey, RowKey, ...rest } = entity;
  // In the address, but for an insert.
  const [, partitionKey = PartitionKey, rowKey = RowKey] =
    /^PartitionKey='(.*)',RowKey='(.*)'$/.exec(decodeURIComponent(keys)) ?? [];
  const key = { partitionKey: String(partitionKey), rowKey: String(rowKey) };
  if (isTooLarge(key)) return 'EntityTooLarge';
  const columns = Object.fromEntries(
    Object.entries(rest).flatMap(([column, value]) =>
      !column.includes('odata.') &&
      (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        ? [[column, value]]
        : [],
    ),
  );
  const isMerge = verb === 'PATCH' || verb === 'MERGE';
  const before = isMerge ? ((await someTable(name).get(key))?.columns ?? {}) : {};
  return refusalOf(key, { ...before, ...columns });
}

/** As the service says it; of a transaction's row by its index. */
function odataError(code: string, prefix: string): string {
  const message = { lang: 'en-US', value: `${prefix}The service does not take this row.` };
  return JSON.stringify({ 'odata.error': { code, message } });
}

/** A transaction that is refused is accepted as a request. */
function refusedBatch(error: string): Refusal {
  const body = [
    '--batchresponse_1',
    'Content-Type: multipart/mixed; boundary=changesetresponse_1',
    '',
    '--changesetresponse_1',
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    'HTTP/1.1 400 Bad Request',
    `Content-Type: ${json}`,
    '',
    error,
    '--changesetresponse_1--',
    '--batchresponse_1--',
    '',
  ].join('\r\n');
  return { status: 202, contentType: 'multipart/mixed; boundary=batchresponse_1', body };
}
