import type { AnyWanted } from '../calls/plan.ts';
import type { Path } from '../calls/operation-path.ts';
import type { Reading } from '../domain/reading.ts';
import { scopeIdOf, type ClusterReference } from '../domain/scope.ts';
import type { TrackedOperation } from '../domain/tracked.ts';
import type { Watch } from '../domain/watch.ts';
import { operationKey } from '../store/operation-row.ts';
import type { ClusterHead } from '../store/watch-row.ts';
import type { OperationWork } from '../store/work-store.ts';
import type { IsoTime } from '../time.ts';
import type { Remembered } from './remembered-paths.ts';

/** What a tick asks Azure for. */
export interface TickItems {
  readonly read: {
    readonly work: OperationWork;
    /** Where its status is asked. */
    readonly path: Path;
    /** What the other path has said in this tick; `null`: it was not asked. */
    readonly before: Reading | null;
    /** An ending that a List has shown in this tick without its reason; `null`: none. */
    readonly shown: Reading | null;
  };
  readonly look: ClusterHead;
  readonly scan: Watch;
}

/** An operation that is to be read. */
export type WantedRead = AnyWanted<TickItems, 'read'>;

/** An operation as something wanted; how it is asked follows from what this process remembers of it. */
export function toRead(work: OperationWork, { unlisted, atCluster }: Remembered): WantedRead {
  const { trackingId, reference } = work.head;
  return {
    task: 'read',
    key: trackingId,
    subscriptionId: reference.subscriptionId,
    listOf: unlisted.has(trackingId) ? null : scopeIdOf(reference),
    dueAt: dueAtOf(work),
    item: {
      work,
      path: atCluster.has(trackingId) ? 'cluster' : 'own',
      before: null,
      shown: null,
    },
  };
}

/** The cluster whose list answers a read or a look. */
export function clusterOf({ task, item }: AnyWanted<TickItems, 'read' | 'look'>): ClusterReference {
  return task === 'look' ? item.reference : item.work.head.reference;
}

/** An operation that was tracked a moment ago. Its reading is news, and news is compared with the row, which has the ETag. */
export function justAdded(operation: TrackedOperation): OperationWork {
  const head = { ...operation, undelivered: 0, owedSince: null };
  return { head, key: operationKey(operation.trackingId), etag: '' };
}

/** Since when an operation is due. */
export function dueAtOf({ head }: OperationWork): IsoTime {
  return head.nextCheckAt ?? '';
}
