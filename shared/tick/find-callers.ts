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
import type { LogAnswer, LogQuestion, ReadLog } from '../arm/activity-log.ts';
import { subscriptionOf, type AnyWanted } from '../calls/plan.ts';
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
/**
 * So many pages are read of one log, of about 200 events each: 22 events a second around a single start. A deployment of
 * hundreds of resources or a policy's remediation (10 deployments at a time, at most 30) stays below that. A longer log
 * is not asked again: its callers stay unknown. Once a tick has made so many requests in a subscription, it begins no
 * further log there, so it never makes twice as many.
 */
const mostPages = 20;
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
    return await askLogs(seen, end, needs, callers);
  } catch (error) {
    const why = error instanceof Error ? error.name : 'unknown';
    log.info('Who started operations could not be looked up; it is tried again.', { why });
    return none;
  }
}

async function askLogs(
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
  /** Counts asks just before they are made; those that no other instance has counted. */
  const countAsks = async (asked: readonly CallerAsk[]): Promise<readonly CallerAsk[]> => {
    let own: ReadonlySet<string> = new Set();
    const counted = await change((asks) => {
      const result = withAsked(asks, asked, now);
      ({ own } = result);
      return result.next;
    });
    return counted === null ? [] : asked.filter(({ trackingId }) => own.has(trackingId));
  };
  const requestsIn = new Map<string, number>();
  const answers: CallAnswer[] = [];
  const learned: Learned[] = [];
  let callersFound = 0;
  let callerCalls = 0;
  const lastEnd = Math.min(end, begun.getTime() + longestMs);
  for (const call of calls) {
    const [{ item }] = call.wanted;
    const subscription = subscriptionOf(call);
    const made = requestsIn.get(subscription) ?? 0;
    const timeLeft = (): number => lastEnd - clock().getTime();
    const asks = made < mostPages && timeLeft() > 0 ? await countAsks(item.asks) : [];
    const {
      calls: requests,
      throttledUntil,
      events,
      isTooLong,
    } = isAny(asks) ? await readLog(questionOf(asks), timeLeft(), mostPages) : notAsked;
    requestsIn.set(subscription, made + requests);
    callerCalls += requests;
    answers.push({ call, requests, throttledUntil });
    if (events === null && !isTooLong) continue;
    const asked = asks.map(({ trackingId }) => trackingId);
    const settled =
      events === null ? { ids: asked, found: 0 } : await settleAll(asks, events, needs.operations);
    callersFound += settled.found;
    learned.push({
      subscriptionId: call.subscriptionId,
      hasEvents: events === null || events.length > 0,
      settled: settled.ids,
      asked,
    });
  }
  await settle(answers, armBudget, budget, clock, 'callers');
  await change((asks) => withLearned(asks, learned));
  return { callerCalls, callersFound };
}

const notAsked: LogAnswer = { calls: 0, throttledUntil: null, events: null, isTooLong: false };

function isAny(asks: readonly CallerAsk[]): asks is readonly [CallerAsk, ...CallerAsk[]] {
  return asks.length > 0;
}

interface CallerItems {
  readonly read: GroupAsk;
  readonly look: never;
  readonly scan: never;
}

function toWanted(group: GroupAsk): AnyWanted<CallerItems, 'read'> {
  const { key, subscriptionId, dueAt } = group;
  return { task: 'read', key, subscriptionId, listOf: null, dueAt, item: group };
}

/** One question for asks in the order of their starts. */
function questionOf(asks: readonly [CallerAsk, ...CallerAsk[]]): LogQuestion {
  const [{ subscriptionId, resourceGroupName, startTime }] = asks;
  const lastStart = asks.at(-1)?.startTime ?? startTime;
  return { subscriptionId, resourceGroupName, firstStart: startTime, lastStart };
}

/** Stores the callers that the log shows. */
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
