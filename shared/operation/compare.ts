import { elapsed, formatDuration, plus, type IsoTime } from '../time.ts';
import { mostSpecific } from './errors.ts';
import type { Reading, ReadingFailure, SeenStatus } from './reading.ts';
import { outcomeOf, phaseOf, samePhase } from './status.ts';
import type { OperationEvent, OperationState, ReadingTrouble } from './tracked.ts';

/** The operator's limits, in milliseconds. */
export interface ComparePolicy {
  /** No change of phase, percent or counter for this long is worth a message; `0` turns it off. */
  readonly stalledAfterMs: number;
  /** An operation tracked for this long without an end is given up. */
  readonly giveUpAfterMs: number;
}

/** What {@link compare} found. */
export interface Comparison {
  readonly next: OperationState;
  /** What people are to be told, in one message; empty when there is no news. */
  readonly events: readonly OperationEvent[];
}

/** How many "not found" in a row, over how long, make an operation lost: one may be a glitch. */
export const confirmedLost = { failures: 3, ms: 3 * 60_000 } as const;

/**
 * Decides what a reading means: the state to store and what is worth a message.
 *
 * An ending is final, and told once: it takes up every other event of its reading. A reading that began
 * before the stored one changes nothing (two ticks may overlap).
 *
 * @param registeredAt when tracking began; the age for giving up counts from here
 */
export function compare(
  stored: OperationState,
  reading: Reading,
  registeredAt: IsoTime,
  policy: ComparePolicy,
): Comparison {
  const isVoid = stored.lastCheckedAt !== null && reading.at < stored.lastCheckedAt;
  if (stored.outcome !== null || isVoid) return { next: stored, events: [] };

  const { result } = reading;
  const seen = result.ok
    ? withStatus(stored, result.seen, reading.at, policy)
    : withFailure(stored, result.failure, reading.at);
  if (seen.next.outcome !== null) return seen;
  return reading.at >= plus(registeredAt, policy.giveUpAfterMs)
    ? gaveUp(seen.next, reading.at, registeredAt)
    : seen;
}

function withStatus(
  stored: OperationState,
  seen: SeenStatus,
  at: IsoTime,
  policy: ComparePolicy,
): Comparison {
  const outcome = outcomeOf(seen.status);
  const phase = phaseOf(seen.status);
  const before = stored.status === null ? null : phaseOf(stored.status);
  const from = before === null ? {} : { from: before };
  const code = seen.error === null ? null : mostSpecific(seen.error).code;
  const withCode = code === null ? {} : { code };

  const changed: OperationEvent[] = [];
  if (before !== null && !samePhase(before, phase)) {
    changed.push({
      event: 'statusChanged',
      from: before,
      to: phase,
      why: 'the phase differs from the one seen before',
    });
  }
  if (seen.errorFingerprint !== null && seen.errorFingerprint !== stored.errorFingerprint) {
    changed.push(
      stored.errorFingerprint === null
        ? {
            event: 'errorAppeared',
            ...withCode,
            why: 'an error is present that was not there before',
          }
        : {
            event: 'errorChanged',
            ...withCode,
            why: 'the error differs in codes or targets from the one seen before',
          },
    );
  }

  const moved =
    before === null ||
    stored.status !== seen.status ||
    stored.percentComplete !== seen.percentComplete;
  const lastProgressAt = moved ? at : (stored.lastProgressAt ?? at);
  const standsStill =
    policy.stalledAfterMs > 0 && elapsed(lastProgressAt, at) >= policy.stalledAfterMs;
  if (standsStill && !stored.stalled) {
    changed.push({
      event: 'stalled',
      from: phase,
      why: `no change for ${formatDuration(elapsed(lastProgressAt, at))}`,
    });
  } else if (stored.stalled && moved) {
    changed.push({
      event: 'movingAgain',
      ...from,
      to: phase,
      why: 'it had stood still and now moves',
    });
  }

  const next: OperationState = {
    ...seen,
    errorFingerprint: seen.errorFingerprint ?? stored.errorFingerprint,
    startTime: seen.startTime ?? stored.startTime,
    lastCheckedAt: at,
    lastChangedAt:
      changed.length > 0 || outcome !== null || before === null ? at : stored.lastChangedAt,
    lastProgressAt,
    stalled: outcome === null && (standsStill || (stored.stalled && !moved)),
    outcome,
    trouble: null,
  };
  if (outcome === null) return { next, events: changed };
  return {
    next,
    events: [{ event: 'finished', ...from, to: phase, ...withCode, why: `${phase} is an ending` }],
  };
}

function withFailure(stored: OperationState, failure: ReadingFailure, at: IsoTime): Comparison {
  const trouble = continued(stored.trouble, failure, at);
  const next: OperationState = { ...stored, lastCheckedAt: at, trouble };
  const lost =
    trouble.cause === 'notFound' &&
    trouble.failures >= confirmedLost.failures &&
    elapsed(trouble.since, at) >= confirmedLost.ms;
  if (!lost) return { next, events: [] };
  return {
    next: { ...next, outcome: 'lost', lastChangedAt: at, stalled: false },
    events: [
      {
        event: 'lost',
        ...(stored.status === null ? {} : { from: phaseOf(stored.status) }),
        code: failure.code,
        why: `not found ${trouble.failures} times in a row over ${formatDuration(elapsed(trouble.since, at))}`,
      },
    ],
  };
}

/** A run of failures goes on while its kind stays: "not found" counts by itself, as it can end an operation. */
function continued(
  before: ReadingTrouble | null,
  failure: ReadingFailure,
  at: IsoTime,
): ReadingTrouble {
  const goesOn =
    before !== null && (before.cause === 'notFound') === (failure.cause === 'notFound');
  return {
    ...failure,
    since: goesOn ? before.since : at,
    failures: goesOn ? before.failures + 1 : 1,
  };
}

function gaveUp(state: OperationState, at: IsoTime, registeredAt: IsoTime): Comparison {
  return {
    next: { ...state, outcome: 'gaveUp', lastChangedAt: at, stalled: false },
    events: [
      {
        event: 'gaveUp',
        ...(state.status === null ? {} : { from: phaseOf(state.status) }),
        why: `no ending after ${formatDuration(elapsed(registeredAt, at))}`,
      },
    ],
  };
}
