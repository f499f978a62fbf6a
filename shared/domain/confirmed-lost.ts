import { elapsed, type IsoTime } from '../time.ts';
import type { ReadingTrouble } from './reading.ts';

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
