import { watchKey } from '../store/watch-row.ts';
import type { Table } from '../store/table.ts';
import { UnreadableWatch, type WatchStore } from '../store/watch-store.ts';
import type { Watch } from '../domain/watch.ts';
import type { Check } from './check.ts';

/** Reports each watch whose row cannot be read: it finds nothing, and the API's list does not show it. */
export async function checkWatches(
  readable: readonly Watch[],
  store: Pick<WatchStore, 'findWatch'>,
  [first]: readonly (readonly [name: string, table: Table])[],
): Promise<Check[]> {
  const known = new Set(readable.map(({ watchId }) => watchKey(watchId).rowKey));
  const checks: Check[] = [];
  if (first === undefined) return checks;
  for await (const { rows } of first[1].pages({ filter: "kind eq 'watch'", select: [] }))
    for (const { key } of rows) {
      const watchId = `${key.partitionKey}${key.rowKey.replace(/^watch/, '')}`;
      const found = known.has(key.rowKey) ? null : await checkWatch(watchId, store);
      if (found !== null) checks.push(found);
    }
  return checks;
}

/** Another look: it may have been created or removed meanwhile. */
async function checkWatch(
  watchId: string,
  store: Pick<WatchStore, 'findWatch'>,
): Promise<Check | null> {
  try {
    await store.findWatch(watchId);
    return null;
  } catch (error) {
    if (!(error instanceof UnreadableWatch)) throw error;
    const message = `What is stored of it cannot be read, so it finds nothing. DELETE /api/watches/${watchId}, then create it again.`;
    return { name: `watch ${watchId}`, ok: false, message };
  }
}
