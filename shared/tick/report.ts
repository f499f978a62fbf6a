import type { DeliveryResult } from '../delivery/lanes.ts';
import type { SlackAnswer } from '../domain/slack-answer.ts';
import type { TickReport, TickSummary } from '../domain/tick-summary.ts';
import { appVersion } from '../settings/app-version.ts';
import type { Log } from '../log.ts';
import { elapsed, type IsoTime } from '../time.ts';
import type { CallersFound } from './find-callers.ts';
import type { Observed } from './observe.ts';

/** When the steps of a tick had ended. */
export interface Milestones {
  readonly startedAt: IsoTime;
  readonly loadedAt: IsoTime;
  readonly polledAt: IsoTime;
  readonly deliveredAt: IsoTime;
  readonly completedAt: IsoTime;
}

/** Rows that a tick could not use, each in a sentence that names it. */
export interface UnusableRows {
  /** They cannot be read. */
  readonly corrupt: readonly string[];
  /** Table storage refuses their new content. */
  readonly refused: readonly string[];
}

/** At most this many unusable rows are named in the log. */
const rowsNamed = 20;

/** What a tick did, in numbers. */
export function summaryOf(
  observed: Observed,
  delivered: DeliveryResult,
  { corrupt, refused }: UnusableRows,
  { startedAt, loadedAt, polledAt, completedAt }: Milestones,
): TickSummary {
  const failedReadings = observed.read.filter(({ trouble }) => trouble !== null).length;
  return {
    version: appVersion,
    startedAt,
    completedAt,
    due: observed.due,
    read: observed.read.length,
    changed: observed.changed,
    failedReadings,
    found: observed.found,
    armCalls: observed.armCalls,
    leftOver: observed.leftOver,
    deferred: observed.deferred,
    oldestDueAt: observed.oldestDueAt,
    ...delivered,
    unreadable: failedReadings + observed.stillUnreadable,
    incidents: observed.incidents,
    apiVersion: observed.apiVersion,
    corruptRows: corrupt.length,
    refusedRows: refused.length,
    loadMs: elapsed(startedAt, loadedAt),
    pollMs: elapsed(loadedAt, polledAt),
    totalMs: elapsed(startedAt, completedAt),
  };
}

/** A tick's line in the log. */
export function reportOf(
  summary: TickSummary,
  { read, endings }: Observed,
  callers: CallersFound,
  answers: readonly SlackAnswer['meaning'][],
  leastBudget: number | null,
  { polledAt, deliveredAt }: Milestones,
): TickReport {
  return {
    ...summary,
    ...callers,
    ...endings,
    deliverMs: elapsed(polledAt, deliveredAt),
    // Rounded down: an empty budget is never called one with something left.
    budgetLeft: leastBudget === null ? null : Math.floor(leastBudget * 100) / 100,
    readingFailures: countEach(read.flatMap(({ trouble }) => trouble?.cause ?? [])),
    slackAnswers: countEach(answers),
  };
}

/** How often each value occurs. */
function countEach(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]),
  );
}

/** What waits for the request budget longer than this, in milliseconds, is late: it does not just wait for its turn. */
const longestTurnMs = 5 * 60_000;

/** Everything that was due was read or has its turn soon; what was owed was posted or is on its way at Slack's pace. */
export function isComplete(summary: TickSummary): boolean {
  const { leftOver, oldestDueAt, failingChannels, unroutable, completedAt } = summary;
  const isInTime = oldestDueAt === null || elapsed(oldestDueAt, completedAt) <= longestTurnMs;
  return leftOver === 0 && isInTime && failingChannels === 0 && unroutable === 0;
}

/** Names rows in the log, the first of them, under a sentence about all of them. */
export function logRows(message: string, rows: readonly string[], log: Log): void {
  if (rows.length > 0) log.error(message, { rows: rows.slice(0, rowsNamed), count: rows.length });
}
