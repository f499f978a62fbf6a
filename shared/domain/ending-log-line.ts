import { elapsed, latest, type IsoTime } from '../time.ts';
import { kindKey, kindOn } from './operation-kind.ts';
import type { Outcome } from './status.ts';
import type { TrackedOperation } from './tracked.ts';

/** The line in the log about an operation that has ended. It names nothing of Azure. */
export interface EndingReport {
  readonly outcome: Outcome;
  /** What ran, as far as it is known: `agentPool.upgrade`, `cluster.any`, `any.any`. */
  readonly kind: string;
  /** Milliseconds from the start to the end that Azure gives; `null`: Azure does not give both. */
  readonly durationMs: number | null;
  /** Milliseconds from the end that Azure gives until the app began to read it; `null`: Azure does not give it. */
  readonly toReadMs: number | null;
  /**
   * Milliseconds from the end that Azure gives until the app had stored Slack's `ok`; `null`: Azure does not give it, or
   * nobody wants endings of this operation posted, or the row was left by a process that was killed.
   */
  readonly toSlackMs: number | null;
}

/**
 * What the log says of an ending.
 *
 * @param postedAt when Slack's `ok` was stored; `null`: not in this step
 */
export function endingOf(
  { state, reference, options, registeredAt }: TrackedOperation,
  postedAt: IsoTime | null,
): EndingReport | null {
  const { outcome, startTime, endTime, lastCheckedAt } = state;
  if (outcome === null) return null;
  // Who registers an operation late does not wait since its end; what a watch finds is the app's to find (it lists events).
  const since =
    endTime !== null && options.events === undefined ? latest(endTime, registeredAt) : endTime;
  return {
    outcome,
    kind: kindKey(kindOn(reference, state.kind)).key,
    durationMs: between(startTime, endTime),
    toReadMs: between(since, lastCheckedAt),
    toSlackMs: between(since, postedAt),
  };
}

/** Azure's clock may be ahead of ours by a little. */
function between(from: IsoTime | null, to: IsoTime | null): number | null {
  return from === null || to === null ? null : Math.max(elapsed(from, to), 0);
}
