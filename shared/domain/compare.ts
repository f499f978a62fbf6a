import { earlier, elapsed, formatDuration, isCredible, plus, type IsoTime } from '../time.ts';
import { afterError, type ErrorNews } from './alternating-errors.ts';
import { mostSpecific } from './error-detail.ts';
import { knownKind } from './operation-kind.ts';
import { knownSubOperations, sameSubOperations } from './sub-operations.ts';
import type { Reading, ReadingFailure, SeenStatus } from './reading.ts';
import { reasonToStall, type StallPolicy } from './stall.ts';
import { counterOf, outcomeOf, phaseOf, samePhase } from './status.ts';
import type { OperationEvent, OperationState } from './tracked.ts';
import { isConfirmedGone } from './confirmed-lost.ts';
import { afterFailure } from './reading-trouble.ts';
import type { Usual } from './usual-duration.ts';

/** The operator's limits, in milliseconds. */
export interface ComparePolicy extends StallPolicy {
  /** An operation tracked for this long without an end is given up. */
  readonly giveUpAfterMs: number;
}

/** What {@link compare} found. */
export interface Comparison {
  readonly next: OperationState;
  /** What to post, in one message; empty when there is no news. */
  readonly events: readonly OperationEvent[];
}

/**
 * Decides what a reading means: the state to store and what is worth a message.
 *
 * An ending is final and posted once: its message includes every other event of its reading. A reading that began
 * before the stored one changes nothing (two ticks may overlap).
 *
 * @param registeredAt when tracking began; the age for giving up counts from here
 * @param usual how long such operations usually take, as far as is known with this reading
 */
export function compare(
  stored: OperationState,
  reading: Reading,
  registeredAt: IsoTime,
  policy: ComparePolicy,
  usual: Usual | null = stored.usual,
): Comparison {
  const isVoid = isOlder(reading.at, stored.lastCheckedAt);
  if (stored.outcome !== null || isVoid) return { next: stored, events: [] };

  const { result } = reading;
  const seen = result.ok
    ? withStatus(stored, result.seen, reading.at, registeredAt, policy, usual)
    : withFailure(stored, result.failure, reading.at);
  if (seen.next.outcome !== null) return seen;
  return reading.at >= plus(registeredAt, policy.giveUpAfterMs)
    ? gaveUp(seen.next, reading.at, registeredAt)
    : seen;
}

/** The longest time between two readings of ticks that overlap, in milliseconds: no tick takes longer. */
const overlapMs = 5 * 60_000;

/** Whether a reading began before the stored one. What is stored ahead of it by more was written by a clock that was wrong. */
function isOlder(at: IsoTime, lastCheckedAt: IsoTime | null): boolean {
  return lastCheckedAt !== null && at < lastCheckedAt && isCredible(lastCheckedAt, at, overlapMs);
}

function withStatus(
  stored: OperationState,
  seen: SeenStatus,
  at: IsoTime,
  registeredAt: IsoTime,
  policy: ComparePolicy,
  usual: Usual | null,
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
  const { errorFingerprint } = stored;
  const errors = afterError(stored.errorTurns, errorFingerprint, seen.errorFingerprint, at);
  const errorEvent = eventOf(errors.news, errorFingerprint === null);
  if (errorEvent !== null) changed.push({ ...errorEvent, ...withCode });

  const parts = knownSubOperations(stored, seen, outcome !== null);
  const startTime = seen.startTime ?? stored.startTime;
  const moved =
    before === null ||
    stored.status !== seen.status ||
    stored.percentComplete !== seen.percentComplete ||
    !sameSubOperations(stored, parts);
  // No time of ours is ahead of this reading, unless a clock was wrong.
  const lastProgressAt = moved ? at : earlier(stored.lastProgressAt ?? at, at);
  const kind = knownKind(stored.kind, seen.kind);
  const whyStalled = reasonToStall(
    { stillMs: elapsed(lastProgressAt, at), ranMs: elapsed(startTime ?? registeredAt, at) },
    { status: seen.status, kind, parts: parts.parts },
    usual,
    policy,
  );
  const stalled = whyStalled !== null || (stored.stalled && !moved);
  if (whyStalled !== null && !stored.stalled) {
    changed.push({ event: 'stalled', from: phase, why: whyStalled });
  } else if (stored.stalled && !stalled) {
    changed.push({
      event: 'movingAgain',
      ...from,
      to: phase,
      why: 'it had stood still and now moves',
    });
  }

  const next: OperationState = {
    ...seen,
    ...parts,
    errorFingerprint: seen.errorFingerprint ?? errorFingerprint,
    errorTurns: errors.next,
    startTime,
    kind,
    usual,
    lastCheckedAt: at,
    lastChangedAt:
      changed.length > 0 || outcome !== null || before === null ? at : stored.lastChangedAt,
    lastProgressAt,
    stalled: outcome === null && stalled,
    outcome,
    trouble: null,
  };
  if (outcome === null) return { next, events: changed };
  const { status: last } = stored;
  const counted = last !== null && counterOf(last) !== null ? { last } : {};
  const why = `${phase} is an ending`;
  return {
    next,
    events: [{ event: 'finished', ...from, to: phase, ...counted, ...withCode, why }],
  };
}

function eventOf(news: ErrorNews, isFirst: boolean): OperationEvent | null {
  switch (news.post) {
    case 'nothing':
      return null;
    case 'error':
      return isFirst
        ? { event: 'errorAppeared', why: 'an error is present that was not there before' }
        : {
            event: 'errorChanged',
            why: 'the error differs in codes or targets from those seen before',
          };
    case 'count': {
      const { changes, since } = news;
      const why =
        'errors alternate that were posted before, or there are too many to post each one';
      return { event: 'errorChanged', turns: { changes, since }, why };
    }
  }
}

function withFailure(stored: OperationState, failure: ReadingFailure, at: IsoTime): Comparison {
  const trouble = afterFailure(stored.trouble, failure, at);
  const next: OperationState = { ...stored, lastCheckedAt: at, trouble };
  if (!isConfirmedGone(trouble, at)) return { next, events: [] };
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
