import { elapsed, type IsoTime } from '../time.ts';

/** What people were told of the errors of an operation while it runs: each once, and what goes to and fro together. */
export interface ErrorTurns {
  /** Fingerprints of the errors that were told, oldest first; at most {@link toldLimit}. */
  readonly told: readonly string[];
  /** Changes to an error that is not told by itself, since {@link ErrorTurns.since}. */
  readonly changes: number;
  /** Since when these are counted: an error, or how often it changed, was told then. `null`: no error was told. */
  readonly since: IsoTime | null;
}

/** What is known of an operation without an error. */
export const noTurns: ErrorTurns = { told: [], changes: 0, since: null };

/** So many errors are told by themselves; where a target is another at each reading, the others are told together. */
export const toldLimit = 64;
/** How often errors went to and fro is told this seldom. */
const togetherMs = 60 * 60_000;

/** What an error is worth: told by itself, told as one that changes all the time, or nothing. */
export type ErrorNews =
  | { readonly kind: 'none' }
  | { readonly kind: 'new' }
  | { readonly kind: 'turns'; readonly changes: number; readonly since: IsoTime };

/**
 * Takes in the error of a reading. One that was never seen before is news; one that was is a change, and such changes
 * are told together.
 *
 * @param last fingerprint of the last error ever seen; an error that goes and comes back is no change
 * @param seen that of this reading's; `null`: it has none
 */
export function afterError(
  before: ErrorTurns,
  last: string | null,
  seen: string | null,
  at: IsoTime,
): { readonly next: ErrorTurns; readonly news: ErrorNews } {
  if (seen === null) return { next: before, news: { kind: 'none' } };
  // Rows of before this was kept know the last one alone.
  const told = before.told.length === 0 && last !== null ? [last] : before.told;
  const isChange = seen !== last;
  if (isChange && !told.includes(seen) && told.length < toldLimit) {
    const since = before.changes === 0 ? at : before.since;
    return { next: { ...before, told: [...told, seen], since }, news: { kind: 'new' } };
  }
  // A clock that was ahead must not hold back what is counted.
  const since = before.since !== null && before.since <= at ? before.since : at;
  const changes = before.changes + Number(isChange);
  return changes > 0 && elapsed(since, at) >= togetherMs
    ? { next: { told, changes: 0, since: at }, news: { kind: 'turns', changes, since } }
    : { next: { told, changes, since }, news: { kind: 'none' } };
}
