import { mailboxLimit, owing } from '../mailbox.ts';
import type { IsoTime } from '../time.ts';
import { compare, type ComparePolicy } from './compare.ts';
import type { Reading } from './reading.ts';
import { nextCheck } from './schedule.ts';
import { historyLimit, type OperationEvent, type TrackedOperation } from './tracked.ts';

/** What of an operation a reading is compared with: all but its history and messages. */
export type Comparable = Pick<TrackedOperation, 'state' | 'registeredAt' | 'nextCheckAt'>;

/** Compares a reading and says when to read next; `events` is empty when there is no news. */
export function judge<T extends Comparable>(
  operation: T,
  reading: Reading,
  policy: ComparePolicy,
  tickAt: IsoTime,
): { judged: T; events: readonly OperationEvent[] } {
  const { next, events } = compare(operation.state, reading, operation.registeredAt, policy);
  const nextCheckAt = nextCheck(next, operation.registeredAt, tickAt, reading.notBefore);
  return { judged: { ...operation, state: next, nextCheckAt }, events };
}

/** The operation with events put down in its history, and the one message about them owed. */
export function withEvents(
  operation: TrackedOperation,
  events: readonly OperationEvent[],
  at: IsoTime,
): TrackedOperation {
  if (events.length === 0) return operation;
  const { status, percentComplete, error, startTime, endTime, lastProgressAt, outcome, trouble } =
    operation.state;
  const state = {
    status,
    percentComplete,
    error,
    startTime,
    endTime,
    lastProgressAt,
    outcome,
    trouble,
  };
  const entries = events.map(({ why: _why, ...event }) => ({ at, ...event }));
  return {
    ...operation,
    history: [...operation.history, ...entries].slice(-historyLimit),
    mailbox: owing(operation.mailbox, (id) => ({ id, at, events, state })),
  };
}

/** Whether an operation may be read: one that owes too much waits until Slack has taken some. */
export function hasRoom(undelivered: number): boolean {
  return undelivered < mailboxLimit;
}
