import type { StoredOutbox } from '../delivery/outboxes.ts';
import type { Deadline } from '../delivery/needs.ts';
import type { TrackedOperation } from '../domain/tracked.ts';
import { oldestUsed } from '../domain/version-choices.ts';
import type { Refusals } from '../store/refused-rows.ts';
import { scopeKey, type ClusterReference } from '../domain/scope.ts';
import type { OperationHead } from '../store/operation-row.ts';
import type { Work } from '../store/work-store.ts';
import type { IsoTime } from '../time.ts';
import type { ApiVersions } from '../calls/api-versions.ts';
import { createDiscovery, type DiscoverNeeds } from './discover.ts';
import type { Asking } from '../domain/caller-asks.ts';
import { askingFor } from './find-callers.ts';
import { createEndings, type EndingNeeds, type EndingsSeen } from './look-into-endings.ts';
import { reviewIncidents } from './incidents.ts';
import { outboxOf, outboxOfIncident, outboxOfMoves, type OwedNeeds } from './owed-outboxes.ts';
import { poll, type PollNeeds, type PollResult } from './poll.ts';
import { createRecorder, type RecordNeeds } from './record.ts';

/** What observing works with. */
export type ObserveNeeds = PollNeeds &
  RecordNeeds &
  DiscoverNeeds &
  EndingNeeds &
  OwedNeeds & {
    readonly refusals: Refusals;
    readonly versions: Pick<ApiVersions, 'refresh' | 'choices'>;
  };

/** What a tick has observed in Azure. */
export interface Observed extends PollResult {
  readonly endings: EndingsSeen;
  /** Operations that were due. */
  readonly due: number;
  /** Readings with news. */
  readonly changed: number;
  /** Operations that watches found. */
  readonly found: number;
  /** Operations that were read, with a start and without a known caller. */
  readonly started: readonly Asking[];
  /** The oldest api-version in use. */
  readonly apiVersion: string;
  /** Incidents that are open now. */
  readonly incidents: number;
  /** Operations that could not be read before and were not due. */
  readonly stillUnreadable: number;
}

/** The part of a tick's time for reviewing changed watches; the rest is for reading. */
const reviewShare = 1 / 4;

/**
 * Reads, compares and records what is due, tracks what watches find, and reviews the incidents. What owes messages
 * then is handed to `deliver` at once.
 */
export async function observe(
  work: Work,
  startedAt: IsoTime,
  { end }: Deadline,
  deliver: (outbox: StoredOutbox) => void,
  needs: ObserveNeeds,
): Promise<Observed> {
  const { clock, refusals } = needs;
  const { due = [], later = [] } = Object.groupBy(work.operations, ({ head: { nextCheckAt } }) =>
    nextCheckAt !== null && nextCheckAt <= startedAt ? 'due' : 'later',
  );
  const onOwing = (operation: TrackedOperation): void => deliver(outboxOf(operation, needs));
  const started: Asking[] = [];
  const endings = createEndings(watchedAmong(work.clusters), end, needs);
  const onJudged = (operation: OperationHead): void => {
    const asking = askingFor(operation);
    if (asking !== null) started.push(asking);
  };
  const recorder = createRecorder(startedAt, needs, onOwing, onJudged, endings);
  const discovery = createDiscovery(
    work.watches,
    work.clusters,
    !work.corrupt.some(({ rowKey }) => rowKey.startsWith('watch.')),
    { at: startedAt, end },
    needs,
    onOwing,
    endings,
  );
  const begun = clock().getTime();
  await discovery.review(begun + (end - begun) * reviewShare);
  const troubled = later.filter(
    ({ head: { state } }) => state.outcome === null && state.trouble !== null,
  );
  const movesBefore = needs.versions.choices.outbox.nextId;
  const polled = await poll(due, troubled, end, recorder, discovery, needs);
  await refusals.passOver(async () => await endings.finish());
  const { choices } = needs.versions;
  const moves = choices.outbox.nextId === movesBefore ? null : outboxOfMoves(choices, needs);
  if (moves !== null) deliver(moves);
  const review = await reviewIncidents(
    [...polled.read, ...discovery.read],
    work.incidents,
    clock().toISOString(),
    needs.work,
    refusals,
    () => clock().getTime() >= end,
  );
  for (const incident of review.owing) deliver(outboxOfIncident(incident, needs));
  return {
    ...polled,
    endings: endings.seen,
    due: due.length,
    changed: recorder.changed,
    found: discovery.found,
    started,
    apiVersion: oldestUsed(needs.app.apiVersion, choices, clock().toISOString()),
    incidents: review.open,
    stillUnreadable: later.filter(({ head }) => head.state.trouble !== null).length,
  };
}

/** Whether a cluster is watched, by what a tick has loaded. */
function watchedAmong(clusters: Work['clusters']): (cluster: ClusterReference) => boolean {
  const keys = new Set(clusters.map(({ reference }) => scopeKey(reference)));
  return (cluster) => keys.has(scopeKey(cluster));
}
