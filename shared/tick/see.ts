import type { Outbox } from '../delivery/outboxes.ts';
import type { Deadline } from '../delivery/delivery-parts.ts';
import type { TrackedOperation } from '../domain/tracked.ts';
import type { Refusals } from '../store/refusals.ts';
import type { Work } from '../store/work-store.ts';
import type { IsoTime } from '../time.ts';
import { createDiscovery, type DiscoverParts } from './discover.ts';
import { reviewIncidents } from './incidents.ts';
import { outboxOf, outboxOfIncident, type OwedParts } from './owed.ts';
import { poll, type PollParts, type PollResult } from './poll.ts';
import { createRecorder, type RecordParts } from './record.ts';

/** What seeing works with. */
export type SeeParts = PollParts &
  RecordParts &
  DiscoverParts &
  OwedParts & { readonly refusals: Refusals };

/** What a tick has seen of Azure. */
export interface Seen extends PollResult {
  /** Operations that were due. */
  readonly due: number;
  /** Readings with news. */
  readonly changed: number;
  /** Operations that watches found. */
  readonly found: number;
  /** Incidents that are open now. */
  readonly incidents: number;
  /** Operations that could not be read before and were not due. */
  readonly stillUnreadable: number;
}

/** Of a tick's time for what watches have changed; the rest is for reading. */
const reviewShare = 1 / 4;

/**
 * Reads, compares and records what is due, tracks what watches find, and reviews the incidents. What owes messages
 * then is handed to `deliver` at once.
 */
export async function see(
  work: Work,
  startedAt: IsoTime,
  { end }: Deadline,
  deliver: (outbox: Outbox) => void,
  parts: SeeParts,
): Promise<Seen> {
  const { clock, refusals } = parts;
  const { due = [], later = [] } = Object.groupBy(work.operations, ({ head: { nextCheckAt } }) =>
    nextCheckAt !== null && nextCheckAt <= startedAt ? 'due' : 'later',
  );
  const onOwing = (operation: TrackedOperation): void => deliver(outboxOf(operation, parts));
  const recorder = createRecorder(startedAt, parts, onOwing);
  const discovery = createDiscovery(
    work.watches,
    work.clusters,
    !work.corrupt.some(({ rowKey }) => rowKey.startsWith('watch.')),
    { at: startedAt, end },
    parts,
    onOwing,
  );
  const begun = clock().getTime();
  await discovery.review(begun + (end - begun) * reviewShare);
  const troubled = later.filter(
    ({ head: { state } }) => state.outcome === null && state.trouble !== null,
  );
  const polled = await poll(due, troubled, end, recorder, discovery, parts);
  const review = await reviewIncidents(
    [...polled.read, ...discovery.read],
    work.incidents,
    clock().toISOString(),
    parts.work,
    refusals,
    () => clock().getTime() >= end,
  );
  for (const incident of review.owing) deliver(outboxOfIncident(incident, parts));
  return {
    ...polled,
    due: due.length,
    changed: recorder.changed,
    found: discovery.found,
    incidents: review.open,
    stillUnreadable: later.filter(({ head }) => head.state.trouble !== null).length,
  };
}
