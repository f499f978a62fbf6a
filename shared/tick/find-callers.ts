import { callerOf, type LogEvent, type StartedOperation } from '../domain/caller.ts';
import {
  dueAsks,
  withAsked,
  withLearned,
  withSeen,
  type Asking,
  type CallerAsk,
  type CallerAsks,
  type GroupAsk,
  type Learned,
} from '../domain/caller-asks.ts';
import type { TrackedOperation } from '../domain/tracked.ts';
import type { LogAnswer, ReadLog } from '../arm/activity-log.ts';
import type { AnyWanted } from '../calls/plan.ts';
import { reserve, settle, type CallAnswer } from '../calls/reserve.ts';
import type { BudgetStore } from '../store/budget-store.ts';
import type { CallerStore } from '../store/caller-store.ts';
import { UnreadableOperation, type OperationStore } from '../store/operation-store.ts';
import { retryOnConflict } from '../store/table.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../time.ts';

/** What callers are looked up with. */
export interface CallerNeeds {
  /** `null`: nobody wants to know (`SHOW_CALLER=false`). */
  readonly callers: { readonly readLog: ReadLog; readonly store: CallerStore } | null;
  readonly operations: OperationStore;
  readonly budget: BudgetStore;
  readonly armBudget: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** What looking up callers came to in one tick. */
export interface CallersFound {
  /** Requests made to the activity log. */
  readonly callerCalls: number;
  /** Operations whose caller is known since. */
  readonly callersFound: number;
}

const none: CallersFound = { callerCalls: 0, callersFound: 0 };
/** So many pages are read of one log: 200 events each. */
const mostPages = 10;
/** All asks of a tick take at most this long, in milliseconds. */
const longestMs = 8000;

/** What is asked for an operation, as a reading has shown it; `null`: nothing, or not yet. */
export function askingFor(
  operation: Pick<
    TrackedOperation,
    'trackingId' | 'reference' | 'registeredAt' | 'state' | 'startedBy'
  >,
): Asking | null {
  const { trackingId, reference, registeredAt, state, startedBy } = operation;
  if (state.startTime === null || startedBy !== undefined) return null;
  const { subscriptionId, resourceGroupName } = reference;
  return {
    trackingId,
    subscriptionId,
    resourceGroupName,
    startTime: state.startTime,
    registeredAt,
  };
}

/**
 * Asks the activity log who started operations, as far as it is time for that, and writes it down. Never rejects:
 * whatever fails is known later, or not at all, and nobody is notified.
 *
 * @param seen operations that this tick has read
 * @param end when the tick breaks off all calls (milliseconds since the epoch)
 */
export async function findCallers(
  seen: readonly Asking[],
  end: number,
  needs: CallerNeeds,
): Promise<CallersFound> {
  const { callers, log } = needs;
  if (callers === null) return none;
  try {
    return await ask(seen, end, needs, callers);
  } catch (error) {
    const why = error instanceof Error ? error.name : 'unknown';
    log.info('Who started operations could not be looked up; it is tried again.', { why });
    return none;
  }
}

async function ask(
  seen: readonly Asking[],
  end: number,
  needs: CallerNeeds,
  { readLog, store }: NonNullable<CallerNeeds['callers']>,
): Promise<CallersFound> {
  const { clock, budget, armBudget } = needs;
  const change = async (decide: (before: CallerAsks) => CallerAsks): Promise<CallerAsks | null> =>
    await retryOnConflict(async () => {
      const { asks, etag } = await store.load();
      const next = decide(asks);
      return next === asks || (await store.save(next, etag)) !== null ? next : null;
    });
  const begun = clock();
  const now = begun.toISOString();
  const known = await change((asks) => withSeen(asks, seen, now));
  if (known === null) return none;
  const wanted = dueAsks(known, now).map((group) => toWanted(group));
  if (wanted.length === 0) return none;
  const { calls } = await reserve<CallerItems>(wanted, armBudget, budget, clock, 'callers');
  let own: ReadonlySet<string> = new Set();
  const counted = await change((asks) => {
    const asked = calls.flatMap(({ wanted: [{ item }] }) => item.asks);
    const result = withAsked(asks, asked, now);
    ({ own } = result);
    return result.next;
  });
  const answers: CallAnswer[] = [];
  const learned: Learned[] = [];
  let callersFound = 0;
  let callerCalls = 0;
  const lastEnd = Math.min(end, begun.getTime() + longestMs);
  for (const call of calls) {
    const [{ item }] = call.wanted;
    const asks = item.asks.filter(({ trackingId }) => own.has(trackingId));
    const timeLeft = lastEnd - clock().getTime();
    const isMade = counted !== null && asks.length > 0 && timeLeft > 0;
    const answer: LogAnswer = isMade
      ? await readLog(questionOf(asks), timeLeft, mostPages)
      : { calls: 0, throttledUntil: null, events: null };
    callerCalls += answer.calls;
    const { calls: requests, throttledUntil, events } = answer;
    answers.push({ call, requests, throttledUntil });
    if (events === null) continue;
    const settled = await settleAll(asks, events, needs.operations);
    callersFound += settled.found;
    learned.push({
      subscriptionId: call.subscriptionId,
      hasEvents: events.length > 0,
      settled: settled.ids,
      asked: asks.map(({ trackingId }) => trackingId),
    });
  }
  await settle(answers, armBudget, budget, clock, 'callers');
  await change((asks) => withLearned(asks, learned));
  return { callerCalls, callersFound };
}

interface CallerItems {
  readonly read: GroupAsk;
  readonly look: never;
  readonly scan: never;
}

function toWanted(group: GroupAsk): AnyWanted<CallerItems, 'read'> {
  const { key, subscriptionId, dueAt } = group;
  return { kind: 'read', key, subscriptionId, listOf: null, dueAt, item: group };
}

function questionOf(asks: readonly CallerAsk[]) {
  const starts = asks.map(({ startTime }) => startTime).toSorted();
  return {
    subscriptionId: asks[0]?.subscriptionId ?? '',
    resourceGroupName: asks[0]?.resourceGroupName ?? '',
    firstStart: starts[0] ?? '',
    lastStart: starts.at(-1) ?? '',
  };
}

/** Writes down the callers that the log tells. */
async function settleAll(
  asks: readonly CallerAsk[],
  events: readonly LogEvent[],
  operations: OperationStore,
): Promise<{ readonly ids: readonly string[]; readonly found: number }> {
  const ids: string[] = [];
  let found = 0;
  for (const { trackingId } of asks) {
    const outcome = await retryOnConflict(async () => await unlessUnreadable(trackingId));
    if (outcome === 'found') found += 1;
    if (outcome === 'found' || outcome === 'gone') ids.push(trackingId);
  }
  return { ids, found };

  /** What cannot be read stays as it is. */
  async function unlessUnreadable(trackingId: string): ReturnType<typeof writeCaller> {
    try {
      return await writeCaller(trackingId);
    } catch (error) {
      if (error instanceof UnreadableOperation) return 'gone';
      throw error;
    }
  }

  /** `null`: somebody was quicker. */
  async function writeCaller(trackingId: string): Promise<'found' | 'gone' | 'open' | null> {
    const stored = await operations.find(trackingId);
    if (stored === null || stored.operation.startedBy !== undefined) return 'gone';
    const { operation, etag, archived } = stored;
    const started = startedOf(operation);
    const startedBy = started === null ? null : callerOf(started, events);
    if (startedBy === null) return 'open';
    const next = { ...operation, startedBy };
    const written = archived
      ? await operations.saveArchived(next, etag)
      : await operations.save(next, etag);
    return written === null ? null : 'found';
  }
}

function startedOf({ reference, state }: TrackedOperation): StartedOperation | null {
  const { startTime, kind } = state;
  return startTime === null ? null : { reference, kind, startTime };
}
