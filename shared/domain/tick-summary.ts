import type { IsoTime } from '../time.ts';

/** What one tick did, in numbers: what `health` knows between ticks. */
export interface TickSummary {
  /** Of the code that ran it; `null` of one before there were versions. */
  readonly version: string | null;
  readonly startedAt: IsoTime;
  readonly completedAt: IsoTime;
  /** Operations that were due. */
  readonly due: number;
  /** Readings made, failed ones included. */
  readonly read: number;
  /** Readings with news. */
  readonly changed: number;
  readonly failedReadings: number;
  /** Operations that watches found. */
  readonly found: number;
  /** Requests made to ARM. */
  readonly armCalls: number;
  /** Due operations that there was no time for, or whose messages must be posted first. */
  readonly leftOver: number;
  /** Due operations, clusters and watches that wait for their subscription's request budget. */
  readonly deferred: number;
  /** Since when the oldest of these is due. */
  readonly oldestDueAt: IsoTime | null;
  /** Messages that Slack took. */
  readonly delivered: number;
  /** Messages that are still owed. */
  readonly undelivered: number;
  /** Since when the oldest of these is owed. */
  readonly oldestOwedAt: IsoTime | null;
  /** Of the undelivered, those for a channel that the settings do not have (any more). */
  readonly unroutable: number;
  /** Channels with something to send whose last attempt, in this tick or before, did not deliver. */
  readonly failingChannels: number;
  /** Operations whose last reading failed, whether or not they were due in this tick. */
  readonly unreadable: number;
  /** Incidents: causes that keep operations from being read, and that were posted. */
  readonly incidents: number;
  /** The oldest api-version in use; `null`: a version of the app ran it that did not say. */
  readonly apiVersion: string | null;
  /** Rows that could not be read. */
  readonly corruptRows: number;
  /** Rows that table storage refused to hold as they would have to be. */
  readonly refusedRows: number;
  /** Milliseconds spent loading what is due, reading and recording, and in all. */
  readonly loadMs: number;
  readonly pollMs: number;
  readonly totalMs: number;
}

/**
 * A tick's line in the log, which the queries in the README go by: its summary, and what nobody asks between
 * ticks.
 */
export interface TickReport extends TickSummary {
  /** Milliseconds that delivery, which begins beside the reading, took beyond it. */
  readonly deliverMs: number;
  /** Failed readings by their cause ({@link ReadingFailureCause}); `throttled` is ARM's 429. */
  readonly readingFailures: Readonly<Record<string, number>>;
  /** Requests made to the activity log, beside {@link TickSummary.armCalls}. */
  readonly callerCalls: number;
  /** Operations of which it became known who started them. */
  readonly callersFound: number;
  /**
   * The smallest share of its request budget that any subscription had left, 0..1 to two decimals; `null`: nothing was
   * due, and no budget was looked at.
   */
  readonly budgetLeft: number | null;
  /** Requests made to see what ended operations changed or left behind, beside {@link TickSummary.armCalls}. */
  readonly endingCalls: number;
  /** Endings that say what their operations changed. */
  readonly changesFound: number;
  /** Endings that say in which state a failure left the cluster. */
  readonly leftFound: number;
  /** Slack's answers by their kind ({@link SlackAnswer}); `throttled` is its 429. */
  readonly slackAnswers: Readonly<Record<string, number>>;
}

/** What the store knows for `health`. */
export interface StoreHealth {
  readonly lastTick: TickSummary | null;
  /** Since when a first tick is waited for; `null`: there was one. */
  readonly awaitedSince: IsoTime | null;
  readonly parkedChannels: number;
}
