import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { openTable } from '../../shared/store/azure-table.ts';
import type { Table } from '../../shared/store/table.ts';
import { startProxy, type Proxy } from './proxy.ts';

/** A real table; without a name one of its own. */
export function someTable(name = `T${randomBytes(8).toString('hex')}`): Table {
  const storage = { kind: 'connectionString', connectionString: inject('storage') } as const;
  return openTable(storage, name, () => {
    throw new Error('A connection string needs no credential.');
  });
}

/** A proxy before the table store, and the connection string that goes through it. */
export async function startTableProxy(): Promise<Proxy & { readonly connectionString: string }> {
  const storage = inject('storage');
  const endpoint = /TableEndpoint=(http:\/\/[^/;]+)/.exec(storage)?.[1] ?? '';
  const proxy = await startProxy(() => endpoint);
  return Object.assign(proxy, { connectionString: storage.replace(endpoint, proxy.url) });
}
