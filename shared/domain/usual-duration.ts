import { formatDuration } from '../time.ts';

/** How long operations of a kind usually take. */
export interface Usual {
  /** First quartile, in milliseconds. */
  readonly lowMs: number;
  readonly medianMs: number;
  /** Third quartile, in milliseconds. */
  readonly highMs: number;
  /** How many runs it is known from. */
  readonly runs: number;
  /**
   * Whose runs: this cluster's, or those of all clusters. `mixed`: this cluster's, but they may be of several
   * kinds, so nothing is concluded from them.
   */
  readonly of: 'here' | 'everywhere' | 'mixed';
}

/** A run that succeeded. */
export interface Run {
  /** Identifies the run, so that it counts once: 64 bits of the tracking ID, hex. */
  readonly id: string;
  readonly seconds: number;
}

/** How many runs of a kind are kept: the newest ones. */
export const runLimit = 50;
/** With fewer runs nothing is called usual. */
const fewestRuns = 5;

/** The longest credible run, in seconds: a longer one has a wrong start time. */
const longestRun = 30 * 24 * 3600;

/** Whether a run can have taken this many seconds. */
export function isRunLength(seconds: number): boolean {
  return seconds >= 0 && seconds <= longestRun;
}

/** The runs with further ones, of which those that count already are left out. */
export function withRuns(runs: readonly Run[], more: readonly Run[]): readonly Run[] {
  const all = new Map(runs.map((run) => [run.id, run]));
  for (const run of more) if (!all.has(run.id)) all.set(run.id, run);
  return [...all.values()].slice(-runLimit);
}

/** What is usual by these runs; `null` when they are too few. */
export function usualOf(runs: readonly Run[], of: Usual['of']): Usual | null {
  if (runs.length < fewestRuns) return null;
  const sorted = runs.map(({ seconds }) => seconds * 1000).toSorted((a, b) => a - b);
  return {
    lowMs: quantile(sorted, 1 / 4),
    medianMs: quantile(sorted, 1 / 2),
    highMs: quantile(sorted, 3 / 4),
    runs: runs.length,
    of,
  };
}

/** Between two values in proportion, as spreadsheets do (R's type 7). */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return Math.round(below + (above - below) * (place % 1));
}

/** An operation is overdue when it takes three times as long as usual, and half an hour longer. */
const overdue = { times: 3, floorMs: 30 * 60_000 };

/** Whether an operation that has run for so long is far beyond its usual. */
export function isOverdue(usual: Usual | null, ranMs: number): boolean {
  return (
    usual !== null &&
    usual.of !== 'mixed' &&
    ranMs > Math.max(usual.highMs * overdue.times, usual.highMs + overdue.floorMs)
  );
}

/** `usual here: 28–41 min, 12 runs` */
export function usualWords({ lowMs, highMs, runs, of }: Omit<Usual, 'medianMs'>): string {
  return `usual ${of === 'everywhere' ? 'on all clusters' : 'here'}: ${usualRange({ lowMs, highMs })}, ${runs} runs`;
}

/** `28–41 min`, `50 min – 2 h`, `30 min` */
export function usualRange({ lowMs, highMs }: Pick<Usual, 'lowMs' | 'highMs'>): string {
  const [low, high] = [formatDuration(lowMs), formatDuration(highMs)];
  if (low === high) return low;
  const [, figure, unit] = /^(\d+) (\w+)$/.exec(low) ?? [];
  return unit !== undefined && new RegExp(`^\\d+ ${unit}$`).test(high)
    ? `${figure}–${high}`
    : `${low} – ${high}`;
}
