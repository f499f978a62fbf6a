import pMap from 'p-map';
import type { OperationOutboxNeeds } from '../delivery/outboxes.ts';
import type { Refusals } from '../store/refused-rows.ts';
import type { Work } from '../store/work-store.ts';

/** What archiving works with. */
interface ArchiveNeeds extends Pick<OperationOutboxNeeds, 'operations' | 'clock' | 'onEnded'> {
  readonly refusals: Refusals;
}

const archivesAtOnce = 16;

/** Moves to the history what had ended and was posted before, and was not moved then. */
export async function archive(
  { operations }: Work,
  { operations: store, refusals, clock, onEnded }: ArchiveNeeds,
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
      const isMoved = await refusals.passOver(
        async () => await store.archive(operation, etag, clock().toISOString()),
      );
      if (isMoved === true) onEnded(operation, null);
    },
    {
      concurrency: archivesAtOnce,
    },
  );
}
