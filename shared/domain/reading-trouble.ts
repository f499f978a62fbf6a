import { earlier, elapsed, type IsoTime } from '../time.ts';
import type { ReadingFailure, ReadingTrouble } from './reading.ts';

/** How many "not found" in a row, over how long, make an operation lost: one may be a glitch. */
const confirmedLost = { failures: 3, ms: 3 * 60_000 } as const;

/** Whether what cannot be found is gone: "not found" often enough, over long enough. */
export function isConfirmedGone({ cause, failures, since }: ReadingTrouble, at: IsoTime): boolean {
  return (
    cause === 'notFound' &&
    failures >= confirmedLost.failures &&
    elapsed(since, at) >= confirmedLost.ms
  );
}

/** Causes of a passing disturbance: one may turn into another although nothing has changed. */
export const passing: ReadonlySet<ReadingTrouble['cause']> = new Set([
  'network',
  'serverError',
  'throttled',
  'malformed',
]);

/** A run of failures goes on while its cause stays, or changes among the passing ones; any other begins anew. */
export function afterFailure(
  before: ReadingTrouble | null,
  failure: ReadingFailure,
  at: IsoTime,
): ReadingTrouble {
  const goesOn =
    before !== null &&
    (before.cause === failure.cause || (passing.has(before.cause) && passing.has(failure.cause)));
  return {
    ...failure,
    since: goesOn ? earlier(before.since, at) : at,
    failures: goesOn ? before.failures + 1 : 1,
  };
}
