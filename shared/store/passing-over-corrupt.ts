import { CorruptRow } from './codec.ts';
import type { OperationStore } from './operation-store.ts';

/**
 * The store as ticks use it: an operation whose row cannot be read is passed over as if it were not there
 * (and stays as it is), so that it holds up no other.
 */
export function passingOverCorrupt(
  store: OperationStore,
  onCorrupt: (trackingId: string, why: string) => void,
): OperationStore {
  async function orNull<T>(trackingId: string, step: Promise<T>): Promise<T | null> {
    try {
      return await step;
    } catch (error) {
      if (!(error instanceof CorruptRow)) throw error;
      onCorrupt(trackingId, error.message);
      return null;
    }
  }
  return {
    ...store,
    find: async (trackingId) => await orNull(trackingId, store.find(trackingId)),
  };
}
