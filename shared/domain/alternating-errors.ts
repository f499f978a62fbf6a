import { elapsed, type IsoTime } from '../time.ts';

/** Which errors of a running operation were posted: each one once, and then how often they alternated. */
export interface ErrorTurns {
  /** Fingerprints of the errors that were posted one by one, oldest first; at most {@link toldLimit}. */
  readonly told: readonly string[];
  /** How often the error changed since {@link ErrorTurns.since} to one that is not posted by itself. */
  readonly changes: number;
  /** Start of the count: the last time when an error or a count was posted. `null`: no error was posted. */
  readonly since: IsoTime | null;
}

/** For an operation that never had an error. */
export const noTurns: ErrorTurns = { told: [], changes: 0, since: null };

/** At most this many errors are posted one by one, as a target may differ at each reading; others are only counted. */
export const toldLimit = 64;
/** A count of changes is posted at most this often. */
const togetherMs = 60 * 60_000;

/** What to post: nothing, the new error, or how often the error changed. */
export type ErrorNews =
  | { readonly post: 'nothing' }
  | { readonly post: 'error' }
  | { readonly post: 'count'; readonly changes: number; readonly since: IsoTime };

/**
 * Takes in the error of a reading. An error that was never seen before is posted at once. A change back to a known
 * error is only counted.
 *
 * @param last fingerprint of the last error seen; an error that disappears and comes back is not a change
 * @param seen fingerprint of this reading's error; `null`: it has none
 */
export function afterError(
  before: ErrorTurns,
  last: string | null,
  seen: string | null,
  at: IsoTime,
): { readonly next: ErrorTurns; readonly news: ErrorNews } {
  if (seen === null) return { next: before, news: { post: 'nothing' } };
  // Older rows hold only the last error.
  const told = before.told.length === 0 && last !== null ? [last] : before.told;
  const isChange = seen !== last;
  if (isChange && !told.includes(seen) && told.length < toldLimit) {
    const since = before.changes === 0 ? at : before.since;
    return { next: { ...before, told: [...told, seen], since }, news: { post: 'error' } };
  }
  // If a clock was ahead, `since` may lie in the future: the count must still be posted.
  const since = before.since !== null && before.since <= at ? before.since : at;
  const changes = before.changes + Number(isChange);
  return changes > 0 && elapsed(since, at) >= togetherMs
    ? { next: { told, changes: 0, since: at }, news: { post: 'count', changes, since } }
    : { next: { told, changes, since }, news: { post: 'nothing' } };
}
