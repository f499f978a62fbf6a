import pMap from 'p-map';
import type { OperationStore } from '../store/operation-store.ts';
import type { Refusals } from '../store/refused-rows.ts';
import type { Work } from '../store/work-store.ts';
import type { Clock } from '../time.ts';

/** What archiving works with. */
interface ArchiveNeeds {
  readonly operations: OperationStore;
  readonly refusals: Refusals;
  readonly clock: Clock;
}

const archivesAtOnce = 16;

/** Moves to the history what had ended and was posted before, and was not moved then. */
export async function archive(
  { operations }: Work,
  { operations: store, refusals, clock }: ArchiveNeeds,
): Promise<void> {
  const done = operations.filter(
    ({ head }) => head.state.outcome !== null && head.undelivered === 0,
  );
  await pMap(
    done,
    async ({ head }) => {
      // Read again: a tick loads rows without their history, which moves with them.
      const stored = await store.find(head.trackingId);
      if (stored === null || stored.archived) return;
      const { operation, etag } = stored;
      await refusals.passOver(
        async () => await store.archive(operation, etag, clock().toISOString()),
      );
    },
    {
      concurrency: archivesAtOnce,
    },
  );
}
