import type { OperationStore, StoredOperation } from './operation-store.ts';

/** A store that shows nobody who started an operation: what was found before `SHOW_CALLER` was turned off. */
export function withoutCallers(store: OperationStore): OperationStore {
  return {
    ...store,
    find: async (trackingId) => unnamed(await store.find(trackingId)),
    findArchived: async (trackingId) => unnamed(await store.findArchived(trackingId)),
    async list(query) {
      const { operations, next } = await store.list(query);
      return { operations: operations.map((one) => anonymous(one)), next };
    },
  };
}

function unnamed(stored: StoredOperation | null): StoredOperation | null {
  return stored === null ? null : { ...stored, operation: anonymous(stored.operation) };
}

function anonymous<T extends { readonly startedBy?: string }>(operation: T): Omit<T, 'startedBy'> {
  const { startedBy: _startedBy, ...rest } = operation;
  return rest;
}
