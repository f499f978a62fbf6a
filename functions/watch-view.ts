import { armIdOf, isCluster } from '../shared/domain/scope.ts';
import type { ReadingTrouble } from '../shared/domain/reading.ts';
import { operationEventNames } from '../shared/domain/tracked.ts';
import type { ClusterHead } from '../shared/store/watch-row.ts';
import type { IsoTime } from '../shared/time.ts';
import type { Watch } from '../shared/domain/watch.ts';

/** A watch as the API shows it; absent options are left out. */
export function viewOfWatch({ watchId, scope, options, ...watch }: Watch): Record<string, unknown> {
  const { label, channel, mention, events = operationEventNames } = options;
  return {
    watchId,
    scope: armIdOf(scope),
    ...(label === null ? {} : { label }),
    channel,
    ...(mention === null ? {} : { mention }),
    events,
    createdAt: watch.createdAt,
    // One cluster needs not be looked for.
    ...(isCluster(scope)
      ? {}
      : {
          lastScanAt: watch.lastScanAt,
          nextScanAt: watch.nextScanAt,
          reading: readingOf(watch, watch.lastScanAt),
        }),
  };
}

/** A watched cluster as the API shows it. */
export function viewOfCluster(cluster: ClusterHead): Record<string, unknown> {
  const { reference, lastLookAt, nextLookAt } = cluster;
  return {
    id: armIdOf(reference),
    lastLookAt,
    nextLookAt,
    reading: readingOf(cluster, lastLookAt),
  };
}

/** `null`: not read yet. */
function readingOf(
  { trouble }: { trouble: ReadingTrouble | null },
  lastAt: IsoTime | null,
): Record<string, unknown> | null {
  if (trouble === null) return lastAt === null ? null : { ok: true };
  return { ok: false, code: trouble.code, message: trouble.message, since: trouble.since };
}
