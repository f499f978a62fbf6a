import { longestRetryAfterMs } from '../retry-after.ts';
import { elapsed, latest, plus, type IsoTime } from '../time.ts';
import type { OperationState } from './tracked.ts';

const minute = 60_000;

/**
 * How long after its last news (registration counts) an operation is read how often.
 * Most endings come within minutes of a change, so that is when looking often pays.
 */
const readable: readonly { readonly until: number; readonly every: number }[] = [
  { until: 5 * minute, every: 0 },
  { until: 30 * minute, every: minute },
  { until: Number.POSITIVE_INFINITY, every: 2 * minute },
];

/** While readings fail: 30 s, 1 min, 2 min, 4 min, then every 5 min. */
const unreadable = { first: minute / 2, most: 5 * minute };

/** No operation waits longer than this for its next reading. */
export const longestCheckMs = Math.max(unreadable.most, longestRetryAfterMs);

/** A tick that starts a little early still finds what was meant for it. */
const tolerance = 1000;

/**
 * When an operation is read next, not counting that ticks come at their own times: `tickAt` means
 * "every tick".
 *
 * @param tickAt when the tick that has just read it began
 * @param notBefore ARM's wish; it outweighs everything else
 */
export function nextCheck(
  state: OperationState,
  registeredAt: IsoTime,
  tickAt: IsoTime,
  notBefore: IsoTime | null,
): IsoTime | null {
  if (state.outcome !== null) return null;
  return latest(
    plus(tickAt, Math.max(0, delay(state, registeredAt, tickAt) - tolerance)),
    notBefore,
  );
}

function delay(state: OperationState, registeredAt: IsoTime, tickAt: IsoTime): number {
  if (state.trouble !== null) {
    return Math.min(unreadable.first * 2 ** (state.trouble.failures - 1), unreadable.most);
  }
  const quiet = elapsed(latest(registeredAt, state.lastChangedAt), tickAt);
  return readable.find(({ until }) => quiet < until)?.every ?? 0;
}
