import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { openTable } from '../../shared/store/azure-table.ts';
import type { Table } from '../../shared/store/table.ts';

/** A real table; without a name one of its own. */
export function someTable(name = `T${randomBytes(8).toString('hex')}`): Table {
  const storage = { kind: 'connectionString', connectionString: inject('storage') } as const;
  return openTable(storage, name, () => {
    throw new Error('A connection string needs no credential.');
  });
}
