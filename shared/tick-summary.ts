import type { IsoTime } from './time.ts';

/** What one tick did, in numbers: the log line, and what `health` knows between ticks. */
export interface TickSummary {
  readonly startedAt: IsoTime;
  readonly completedAt: IsoTime;
  /** Operations that were due. */
  readonly due: number;
  /** Readings made, failed ones included. */
  readonly read: number;
  /** Readings with news. */
  readonly changed: number;
  readonly failedReadings: number;
  /** Due operations that there was no time for, or that a throttled subscription held back. */
  readonly leftOver: number;
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
  /** Places where operations cannot be read, for minutes already: what Slack was told of. */
  readonly incidents: number;
  /** Rows that could not be read. */
  readonly corruptRows: number;
  /** Milliseconds spent loading what is due, reading and recording, and in all. */
  readonly loadMs: number;
  readonly pollMs: number;
  readonly totalMs: number;
}
