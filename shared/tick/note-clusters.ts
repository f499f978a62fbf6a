import pMap from 'p-map';
import { isPosted } from '../domain/apply-reading.ts';
import type { ListedCluster, SeenCluster } from '../domain/cluster-config.ts';
import type { ClusterReference } from '../domain/scope.ts';
import {
  isNewBefore,
  isRightByItself,
  withBefore,
  withSetRight,
} from '../domain/settled-cluster.ts';
import type { Watch, WatchedCluster } from '../domain/watch.ts';
import type { OperationStore } from '../store/operation-store.ts';
import type { Refusals } from '../store/refused-rows.ts';
import type { ClusterHead } from '../store/watch-row.ts';
import type { WatchStore } from '../store/watch-store.ts';
import type { Clock, IsoTime } from '../time.ts';

/** What it takes to note what lists show of clusters. */
interface NoteNeeds {
  readonly operations: OperationStore;
  readonly watches: WatchStore;
  readonly clock: Clock;
  readonly refusals: Refusals;
}

/** What a tick knows of the watched clusters. */
interface WatchedRows {
  readonly headOf: (cluster: ClusterReference) => ClusterHead | undefined;
  readonly watchOf: (cluster: ClusterReference) => Watch | null;
  /** From then on nothing more is noted, in milliseconds since the epoch. */
  readonly end: number;
}

/** So many clusters' rows are changed in one scan by what the list shows of them; the next scan goes on. */
const mostNoted = 200;
const rowsAtOnce = 16;

/** Takes down what a list shows of clusters as wholes: what is there before the next operation, and what is set right. */
export async function noteClusters(
  items: readonly ListedCluster[],
  at: IsoTime,
  { headOf, watchOf, end }: WatchedRows,
  { operations, watches, clock, refusals }: NoteNeeds,
): Promise<void> {
  let noted = 0;
  await pMap(
    items,
    async ({ reference, seen }) => {
      const head = headOf(reference);
      const watch = watchOf(reference);
      if (seen === null || head === undefined || watch === null) return;
      if (!head.isBroken && !isNewBefore(head, seen, at)) return;
      if (noted >= mostNoted || clock().getTime() >= end) return;
      noted += 1;
      const stored = await watches.findCluster(reference);
      if (stored === null) return;
      const { value, etag } = stored;
      const isWanted = isPosted(watch.options, 'setRightAgain');
      const next = (await isSetRight(value, seen, operations))
        ? withSetRight(value, seen, at, isWanted, await sayingSo(value, operations))
        : value;
      const kept = withBefore(next, seen, at);
      if (kept !== value)
        await refusals.passOver(async () => await watches.saveCluster(kept, etag));
    },
    { concurrency: rowsAtOnce },
  );
}

/** Whether what was broken is set right, and no operation's ending says so. */
async function isSetRight(
  cluster: WatchedCluster,
  seen: SeenCluster,
  operations: OperationStore,
): Promise<boolean> {
  if (!isRightByItself(cluster, seen)) return false;
  const { subscriptionId, resourceGroupName, resourceName } = cluster.reference;
  const { operations: running } = await operations.list({
    state: 'active',
    subscriptionId,
    resourceGroupName,
    resourceName,
    top: 1,
    position: null,
  });
  return running.length === 0;
}

/** Operations whose endings have said what is set right. One that was to say it may have ended without. */
async function sayingSo(
  { broken }: WatchedCluster,
  operations: OperationStore,
): Promise<Set<string>> {
  const said = new Set<string>();
  for (const by of new Set(broken.flatMap((one) => one.by ?? []))) {
    const stored = await operations.find(by);
    const events = stored?.operation.history.map(({ event }) => event) ?? [];
    if (events.includes('setRightAgain')) said.add(by);
  }
  return said;
}
