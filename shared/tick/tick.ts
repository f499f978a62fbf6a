import type { DeliveryParts } from '../delivery/delivery-parts.ts';
import type { Incident } from '../domain/incident.ts';
import type { TrackedOperation } from '../domain/tracked.ts';
import type { ChannelState } from '../domain/channel.ts';
import { passingOverCorrupt } from '../store/passing-over-corrupt.ts';
import type { Work } from '../store/work-store.ts';
import { elapsed, type IsoTime } from '../time.ts';
import pMap from 'p-map';
import { deadlineOf } from './deadline.ts';
import { startDelivery, type Delivery } from '../delivery/lanes.ts';
import { reviewIncidents } from './incidents.ts';
import {
  channelOutbox,
  clusterOutbox,
  incidentOutbox,
  operationOutbox,
  type Outbox,
  passingOver,
} from '../delivery/outboxes.ts';
import { createDiscovery, type DiscoverParts } from './discover.ts';
import { poll, type PollParts } from './poll.ts';
import { createRecorder, type RecordParts } from './record.ts';
import { collectRefusals, type Refusals } from '../store/refusals.ts';
import type { AppFacts } from '../slack/incident-remedy.ts';
import type { SlackAnswer } from '../domain/slack-answer.ts';
import type { TickReport, TickSummary } from '../domain/tick-summary.ts';

/** What a tick works with. */
export interface TickParts extends Omit<
  PollParts & RecordParts & DiscoverParts & DeliveryParts,
  'refusals'
> {
  /** NCRONTAB of the ticks: one ends before the next should start. */
  readonly schedule: string;
  /** The cloud's portal, for links. */
  readonly portal: string;
  /** For messages about the app's own trouble. */
  readonly app: AppFacts;
  /** Tells a monitor outside that all went well; given up after this long. */
  readonly heartbeat: (timeoutMs: number) => Promise<void>;
}

const archivesAtOnce = 16;
/** Of a tick's time for what watches have changed; the rest is for reading. */
const reviewShare = 1 / 4;
/** A heartbeat has this long in a tick that used up its time. */
const shortestHeartbeatMs = 500;
/** Of the rows that cannot be read or written so many are named in the log. */
const rowsNamed = 20;

/**
 * One tick: load what is due and what is owed; read, compare and record; review incidents; deliver; archive.
 * Delivery begins at once and runs beside the reading, so that neither waits for the other.
 * Rejects when the store fails: what was not recorded is simply done again by the next tick.
 */
export async function tick(given: TickParts): Promise<TickReport> {
  const corrupt = new Map<string, string>();
  const operations = passingOverCorrupt(given.operations, (id, why) => void corrupt.set(id, why));
  const refusals = collectRefusals();
  const parts = { ...given, operations, refusals };
  const started = parts.clock();
  const startedAt = started.toISOString();
  const deadline = deadlineOf(parts.schedule, started);

  const [work, channels] = await Promise.all([parts.work.load(startedAt), parts.state.channels()]);
  const loadedAt = parts.clock().toISOString();
  const answers: SlackAnswer['kind'][] = [];
  const post: TickParts['post'] = async (...request) => {
    const answer = await parts.post(...request);
    answers.push(answer.kind);
    return answer;
  };
  const delivery = startDelivery({ ...parts, post }, deadline);
  const deliver = (outbox: Outbox): void => delivery.add(passingOver(outbox, refusals));
  for (const outbox of owedOutboxes(work, channels, parts)) deliver(outbox);

  const { due = [], later = [] } = Object.groupBy(work.operations, ({ head: { nextCheckAt } }) =>
    nextCheckAt !== null && nextCheckAt <= startedAt ? 'due' : 'later',
  );
  const polled = await settled(delivery, async () => {
    const onOwing = (operation: TrackedOperation): void => deliver(outboxOf(operation, parts));
    const recorder = createRecorder(startedAt, parts, onOwing);
    const discovery = createDiscovery(
      work.watches,
      work.clusters,
      !work.corrupt.some(({ rowKey }) => rowKey.startsWith('watch.')),
      { at: startedAt, end: deadline.end },
      parts,
      onOwing,
    );
    const begun = parts.clock().getTime();
    await discovery.review(begun + (deadline.end - begun) * reviewShare);
    const troubled = later.filter(
      ({ head: { state } }) => state.outcome === null && state.trouble !== null,
    );
    const wanted = { operations: due, troubled, ...discovery.due() };
    const result = await poll(wanted, deadline.end, recorder, discovery, parts);
    const now = parts.clock().toISOString();
    const places = [...result.read, ...discovery.read];
    const isLate = (): boolean => parts.clock().getTime() >= deadline.end;
    const review = await reviewIncidents(places, work.incidents, now, parts.work, refusals, isLate);
    for (const incident of review.owing) deliver(outboxOfIncident(incident, parts));
    const { changed } = recorder;
    return { ...result, changed, found: discovery.found, incidents: review.open };
  });
  const polledAt = parts.clock().toISOString();
  const delivered = await delivery.finish();
  const deliveredAt = parts.clock().toISOString();
  await archive(work, parts);

  const corruptRows = [
    ...work.corrupt.map(({ partitionKey, rowKey, why }) => `${partitionKey} ${rowKey}: ${why}`),
    ...corrupt.values(),
  ];
  if (corruptRows.length > 0) {
    parts.log.error('Stored rows cannot be read; they are left as they are.', {
      rows: corruptRows.slice(0, rowsNamed),
      count: corruptRows.length,
    });
  }

  const completedAt = parts.clock().toISOString();
  const failedReadings = polled.read.filter(({ trouble }) => trouble !== null).length;
  const stillUnreadable = later.filter(({ head }) => head.state.trouble !== null).length;
  const summary: TickSummary = {
    startedAt,
    completedAt,
    due: due.length,
    read: polled.read.length,
    changed: polled.changed,
    failedReadings,
    found: polled.found,
    armCalls: polled.armCalls,
    leftOver: polled.leftOver,
    deferred: polled.deferred,
    oldestDueAt: polled.oldestDueAt,
    ...delivered,
    unreadable: failedReadings + stillUnreadable,
    incidents: polled.incidents,
    corruptRows: corruptRows.length,
    refusedRows: refusals.rows.length,
    loadMs: elapsed(startedAt, loadedAt),
    pollMs: elapsed(loadedAt, polledAt),
    totalMs: elapsed(startedAt, completedAt),
  };
  await refusals.passOver(async () => await parts.state.saveLastTick(summary));
  const refusedRows = refusals.rows;
  if (refusedRows.length > 0) {
    parts.log.error('Table storage refuses rows that are too large; they stay as they were.', {
      rows: refusedRows.slice(0, rowsNamed),
      count: refusedRows.length,
    });
  }
  // A monitor that hangs is no reason to keep the next tick waiting; one that works is near.
  const timeLeft = deadline.end - parts.clock().getTime();
  if (isComplete(summary)) await parts.heartbeat(Math.max(timeLeft, shortestHeartbeatMs));
  return {
    ...summary,
    deliverMs: elapsed(polledAt, deliveredAt),
    readingFailures: countEach(polled.read.flatMap(({ trouble }) => trouble?.cause ?? [])),
    slackAnswers: countEach(answers),
  };
}

/** How often each value occurs. */
function countEach(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]),
  );
}

/** What waits for ARM's budget for longer than this has not only to wait for its turn. */
const longestTurnMs = 5 * 60_000;

/** Everything that was due was read or has its turn soon; what was owed was told or is on its way at Slack's pace. */
function isComplete(summary: TickSummary): boolean {
  const { leftOver, oldestDueAt, failingChannels, unroutable, completedAt } = summary;
  const isInTime = oldestDueAt === null || elapsed(oldestDueAt, completedAt) <= longestTurnMs;
  return leftOver === 0 && isInTime && failingChannels === 0 && unroutable === 0;
}

/** Runs a step beside the delivery; when it fails, the delivery is brought to its end before that is told. */
async function settled<T>(delivery: Delivery, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    await delivery.finish().catch(() => {});
    throw error;
  }
}

function owedOutboxes(
  { operations, incidents, clusters }: Work,
  channels: ReadonlyMap<string, ChannelState>,
  parts: TickParts,
): Outbox[] {
  const owed: Outbox[] = [];
  for (const { head } of operations) {
    const { owedSince } = head;
    if (owedSince !== null)
      owed.push(
        operationOutbox({ ...head, owedSince }, parts.operations, parts.portal, parts.clock),
      );
  }
  for (const incident of incidents) {
    const { owedSince } = incident;
    if (owedSince !== null)
      owed.push(incidentOutbox({ ...incident, owedSince }, parts.work, parts.app));
  }
  for (const cluster of clusters) {
    const { owedSince, undelivered } = cluster;
    if (owedSince !== null)
      owed.push(clusterOutbox(cluster, { owedSince, undelivered }, parts.watches, parts.portal));
  }
  for (const [name, { mailbox }] of channels) {
    if (mailbox.owed.length > 0) owed.push(channelOutbox(name, owedBy(mailbox.owed), parts.state));
  }
  return owed.toSorted((a, b) => (a.owedSince < b.owedSince ? -1 : 1));
}

function outboxOf(operation: TrackedOperation, parts: TickParts): Outbox {
  return operationOutbox(
    { ...operation, ...owedBy(operation.mailbox.owed) },
    parts.operations,
    parts.portal,
    parts.clock,
  );
}

function outboxOfIncident(incident: Incident, parts: TickParts): Outbox {
  return incidentOutbox({ ...incident, ...owedBy(incident.mailbox.owed) }, parts.work, parts.app);
}

function owedBy(owed: readonly { readonly at: IsoTime }[]): {
  owedSince: IsoTime;
  undelivered: number;
} {
  return { owedSince: owed[0]?.at ?? '', undelivered: owed.length };
}

/** Moves to the history what had ended and was told before, and was not moved then. */
async function archive(
  { operations }: Work,
  parts: TickParts & { refusals: Refusals },
): Promise<void> {
  const done = operations.filter(
    ({ head }) => head.state.outcome !== null && head.undelivered === 0,
  );
  await pMap(
    done,
    async ({ head }) =>
      await parts.refusals.passOver(
        async () => await parts.operations.archive(head.trackingId, parts.clock().toISOString()),
      ),
    {
      concurrency: archivesAtOnce,
    },
  );
}
