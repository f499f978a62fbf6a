import type { Deadline } from '../delivery/needs.ts';
import { longestCallMs } from '../arm/call-limit.ts';
import { occurrences } from '../settings/ncrontab.ts';
import { postTimeoutMs } from '../slack/webhook.ts';

/** Left free at the end of the interval, for the last writes. */
const marginMs = 2000;

/** A tick ends before the next one should start. */
export function deadlineOf(schedule: string, now: Date): Deadline {
  const next = occurrences(schedule).nextRun(now);
  // A tick gets five minutes at most, however rare ticks are; the next one continues.
  const interval = Math.min((next ?? now).getTime() - now.getTime(), 5 * 60_000);
  // Whole milliseconds: a timeout takes no others.
  const budget = Math.floor(Math.max(interval - Math.min(marginMs, interval / 10), 1000));
  const end = now.getTime() + budget;
  return { end, lastPost: end - Math.min(postTimeoutMs, Math.floor(budget / 2)) };
}

/**
 * How long one call to Azure may take in a tick, in milliseconds: half of the time for reading. So calls without an
 * answer end in time to be recorded, and the other calls have the second half.
 *
 * @param timeMs what the tick has for reading
 */
export function callLimitMs(timeMs: number): number {
  return Math.floor(Math.min(longestCallMs, timeMs / 2));
}

/** The schedule's interval as seen from `now`, in milliseconds. */
export function intervalOf(schedule: string, now: Date): number {
  const [first, second] = occurrences(schedule).nextRuns(2, now);
  return first === undefined || second === undefined ? 0 : second.getTime() - first.getTime();
}
