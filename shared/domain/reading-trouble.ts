import { earlier, type IsoTime } from '../time.ts';
import type { ReadingFailure, ReadingTrouble } from './reading.ts';

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
