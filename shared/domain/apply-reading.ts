import type { ClusterReference } from './scope.ts';
import { outboxLimit, owing } from './outbox.ts';
import { elapsed, type IsoTime } from '../time.ts';
import { compare, type ComparePolicy } from './compare.ts';
import { subOperationsToShow } from './sub-operations.ts';
import type { Reading } from './reading.ts';
import { nextCheck } from './next-check.ts';
import { phaseOf } from './status.ts';
import {
  historyLimit,
  type OperationEvent,
  type OperationEventName,
  type TrackedOperation,
  type TrackingOptions,
} from './tracked.ts';
import { kindKey, kindOn, knownKind, type KindKey, type OperationKind } from './operation-kind.ts';
import { isRunLength, type Run, type Usual } from './usual-duration.ts';

/** The part of an operation that a reading is compared with: all but its history and messages. */
export type Comparable = Pick<
  TrackedOperation,
  'options' | 'state' | 'registeredAt' | 'nextCheckAt'
>;

/**
 * Compares a reading and says when to read next; `events` is empty when there is no news.
 *
 * @param usual see {@link compare}
 */
export function judge<T extends Comparable>(
  operation: T,
  reading: Reading,
  policy: ComparePolicy,
  tickAt: IsoTime,
  usual: Usual | null = operation.state.usual,
): { judged: T; events: readonly OperationEvent[] } {
  const { options, state, registeredAt } = operation;
  const { next, events: seen } = compare(state, reading, registeredAt, policy, usual);
  const nextCheckAt = nextCheck(next, registeredAt, tickAt, reading.notBefore);
  const isFirst = state.status === null && next.status !== null && next.outcome === null;
  const events = isFirst && isPosted(options, 'started') ? [started(next.status), ...seen] : seen;
  return { judged: { ...operation, state: next, nextCheckAt }, events };
}

/** Adds events to the operation's history, and to its outbox one message about those that are to be posted. */
export function withEvents(
  operation: TrackedOperation,
  events: readonly OperationEvent[],
  at: IsoTime,
): TrackedOperation {
  if (events.length === 0) return operation;
  const { status, percentComplete, error, startTime, endTime, lastProgressAt, outcome, trouble } =
    operation.state;
  const { kind, usual } = operation.state;
  const state = {
    status,
    percentComplete,
    error,
    startTime,
    endTime,
    lastProgressAt,
    outcome,
    trouble,
    kind,
    ...subOperationsToShow(operation.state),
    usual,
  };
  const owed = events.filter(({ event }) => isPosted(operation.options, event));
  const entries = events.map(({ why: _why, turns: _turns, restored: _restored, ...event }) => ({
    at,
    ...event,
  }));
  return {
    ...operation,
    history: [...operation.history, ...entries].slice(-historyLimit),
    outbox:
      owed.length === 0
        ? operation.outbox
        : owing(operation.outbox, (id) => ({ id, at, events: owed, state })),
  };
}

function started(status: string): OperationEvent {
  return { event: 'started', to: phaseOf(status), why: 'a watch has found it running' };
}

/** Whether an event is posted: all are unless the options name some, but for the start of what somebody registered. */
export function isPosted(
  { events }: Pick<TrackingOptions, 'events'>,
  event: OperationEventName,
): boolean {
  return events === undefined ? event !== 'started' : events.includes(event);
}

/** Whether an operation may be read: one that owes too much waits until Slack has taken some. */
export function hasRoom(undelivered: number): boolean {
  return undelivered < outboxLimit;
}

/** The run of an operation that has ended; `null` unless it succeeded and ARM said when it began. */
export function runOf({
  trackingId,
  state,
}: Pick<TrackedOperation, 'trackingId' | 'state'>): Run | null {
  const { outcome, startTime, endTime, lastChangedAt } = state;
  const end = endTime ?? lastChangedAt;
  if (outcome !== 'succeeded' || startTime === null || end === null) return null;
  const seconds = Math.round(elapsed(startTime, end) / 1000);
  return isRunLength(seconds) ? { id: trackingId.slice(37, 53), seconds } : null;
}

/** Looks up what is usual for operations of a kind (see {@link kindKey}) on a cluster; `null`: too few runs. */
export type FindUsual = (cluster: ClusterReference, kind: KindKey) => Promise<Usual | null>;

/**
 * What is usual for an operation as a reading shows it. It is looked up once, when it becomes known what runs:
 * runs that end meanwhile do not move the mark.
 */
export async function usualFor(
  { reference, state }: Pick<TrackedOperation, 'reference' | 'state'>,
  { result }: Reading,
  find: FindUsual,
): Promise<Usual | null> {
  if (!result.ok) return state.usual;
  const keyWith = (kind: OperationKind): KindKey => kindKey(kindOn(reference, kind));
  const kind = keyWith(knownKind(state.kind, result.seen.kind));
  const isKnown = state.status !== null && kind.key === keyWith(state.kind).key;
  return isKnown ? state.usual : await find(reference, kind);
}
