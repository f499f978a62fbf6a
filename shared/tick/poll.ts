import { scopeIdOf } from '../domain/scope.ts';
import type { ArmReader } from '../arm/client.ts';
import type { LastReading } from '../domain/incident.ts';
import { nameKey } from '../domain/azure-names.ts';
import type { Log } from '../log.ts';
import { hasRoom } from '../domain/apply-reading.ts';
import {
  tellsAll,
  type ListedOperation,
  type Listing,
  type OddNextPage,
  type Reading,
  type ReadingFailure,
} from '../domain/reading.ts';
import type { BudgetStore } from '../store/budget-store.ts';
import type { OperationWork } from '../store/work-store.ts';
import type { IsoTime } from '../time.ts';
import { callLimitMs } from './deadline.ts';
import type { Discovery } from './discover.ts';
import { fairly } from '../calls/run-fairly.ts';
import { at as askedAt, isOfPath, otherPath, together } from '../calls/operation-path.ts';
import { plan, subscriptionOf, type AnyWanted, type Call } from '../calls/plan.ts';
import type { Recorder } from './record.ts';
import type { Refusals } from '../store/refused-rows.ts';
import { reserve, settle, type CallAnswer } from '../calls/reserve.ts';
import { forgetOld, logOnce, remember, type Remembered } from './remembered-paths.ts';
import {
  clusterOf,
  dueAtOf,
  justAdded,
  toRead,
  type TickItems,
  type WantedRead,
} from './wanted-calls.ts';

/** What polling works with. */
export interface PollNeeds extends Remembered {
  readonly arm: ArmReader;
  readonly budget: BudgetStore;
  /** The part of ARM's documented limits that the app may use (`ARM_BUDGET`): above 0, at most 1. */
  readonly armBudget: number;
  readonly log: Log;
  readonly clock: () => Date;
  readonly refusals: Refusals;
}

/** The result of polling. */
export interface PollResult {
  /** The last readings of due operations, and of troubled ones that a look has shown. */
  readonly read: readonly LastReading[];
  /** Due operations for which there was no time, or whose messages must be posted first. */
  readonly leftOver: number;
  /** Due operations, clusters and watches that wait for the subscription's budget. */
  readonly deferred: number;
  /** Since when the oldest of both is due. */
  readonly oldestDueAt: IsoTime | null;
  /** Requests made to ARM. */
  readonly armCalls: number;
}

type PlannedCall = Call<TickItems>;

const callsAtOnce = 48;
/** A call that was broken off after this share of its limit has failed; one that had less time has not. */
const fairShare = 3 / 4;

/**
 * Reads what is due, as the plan and the subscriptions' budgets allow, until the deadline. A second round reads one by
 * one the operations that Lists do not show, and asks the other path of an operation that its first path does not know.
 *
 * @param troubled operations that cannot be read and are not due yet: what a look shows of them is used
 * @param end when the tick breaks off all calls and begins no more (milliseconds since the epoch)
 */
export async function poll(
  due: readonly OperationWork[],
  troubled: readonly OperationWork[],
  end: number,
  recorder: Recorder,
  discovery: Discovery,
  needs: PollNeeds,
): Promise<PollResult> {
  const { arm, budget, armBudget, unlisted, atCluster, clock, refusals } = needs;
  const callMs = callLimitMs(end - clock().getTime());
  const fairMs = callMs * fairShare;
  const readings: LastReading[] = [];
  const waiting: string[] = [];
  const throttled = new Set<string>();
  let leftOver = 0;
  let deferred = 0;
  let armCalls = 0;
  let next: WantedRead[] = [];

  /** Keeps a call from being made; its tokens come back. */
  function passOver(call: PlannedCall): CallAnswer {
    if (throttled.has(subscriptionOf(call))) deferred += call.wanted.length;
    else leftOver += call.wanted.length;
    waiting.push(...call.wanted.map(({ dueAt }) => dueAt));
    return { call, requests: 0, throttledUntil: null };
  }

  async function make(call: PlannedCall): Promise<CallAnswer> {
    const begun = clock().getTime();
    const timeLeft = end - begun;
    if (timeLeft <= 0 || throttled.has(subscriptionOf(call))) return passOver(call);
    const answer = await ask(call, timeLeft);
    if (answer.oddNextPage !== undefined) logOnce(answer.oddNextPage, needs);
    const endedAt = clock().getTime();
    // The tick broke the call off: it counts as a failed reading only if it had a fair time.
    if (!answer.result.ok && endedAt >= end && endedAt - begun < fairMs)
      return { ...passOver(call), requests: answer.calls };
    const isThrottled = !answer.result.ok && answer.result.failure.cause === 'throttled';
    if (isThrottled) throttled.add(subscriptionOf(call));
    await answer.use();
    armCalls += answer.calls;
    const { calls: requests, notBefore, remaining } = answer;
    return { call, requests, throttledUntil: isThrottled ? notBefore : null, remaining };
  }

  /** Asks ARM; `use` records what it said. */
  async function ask(call: PlannedCall, timeLeft: number): Promise<Asked> {
    switch (call.request) {
      case 'get': {
        const [read] = call.wanted;
        const { work, path } = read.item;
        const reading = await arm.readStatus(
          askedAt(path, work.head.reference),
          Math.min(timeLeft, callMs),
        );
        return { ...reading, use: async () => await useReading(read, reading) };
      }
      case 'listOperations': {
        const reads = call.wanted.filter((one) => one.task === 'read');
        const look = call.wanted.find((one) => one.task === 'look');
        const cluster = clusterOf(look ?? call.wanted[0]);
        // A look searches for unknown operations, so it needs all pages.
        const ids =
          look === undefined
            ? reads.map(({ item }) => item.work.head.reference.operationId)
            : undefined;
        const listing = await arm.listOperations(cluster, timeLeft, ids, callMs);
        const use = async (): Promise<void> => {
          await useListing(reads, listing);
          if (look !== undefined) {
            await useItems(troubledAt.get(scopeIdOf(cluster)) ?? [], listing);
            for (const { operation, shown } of await discovery.looked(look, listing)) {
              const read = toRead(justAdded(operation), needs);
              next.push({ ...read, listOf: null, item: { ...read.item, shown } });
            }
          }
        };
        return { ...listing, use };
      }
      case 'getCluster':
      case 'listClusters': {
        const [scan] = call.wanted;
        const listing = await arm.listClusters(scan.item.scope, timeLeft, callMs);
        return { ...listing, use: async () => await discovery.scanned(scan, listing) };
      }
    }
  }

  /** Asks the other path, in a call of its own, when one path does not know the operation. */
  async function useReading(read: WantedRead, reading: Reading): Promise<void> {
    const { work, before, path: asked } = read.item;
    const path = before === null ? otherPath(asked, work.head.reference) : null;
    if (path === null || reading.result.ok || !isOfPath(reading.result.failure)) {
      await record(read, before === null ? reading : together(before, reading));
      return;
    }
    const { trackingId } = work.head;
    // Kept even when no budget is left now: the next tick then asks this path first.
    if (path === 'cluster') remember(atCluster, trackingId, clock().getTime());
    else atCluster.delete(trackingId);
    next.push({ ...read, listOf: null, item: { ...read.item, path, before: reading } });
  }

  async function record({ item }: WantedRead, reading: Reading): Promise<void> {
    const { work, shown } = item;
    const isListsWord =
      shown !== null && !reading.result.ok && isFinal(reading.result.failure, work);
    const trouble = await recorder.record(work, isListsWord ? shown : reading);
    readings.push({ scope: work.head.reference, isOperation: true, trouble });
  }

  /** Records what a List shows of operations; returns those that it does not show, or not completely. */
  async function useItems(
    reads: readonly WantedRead[],
    { at, notBefore, result }: Listing<ListedOperation>,
  ): Promise<WantedRead[]> {
    const shown = new Map(
      result.ok ? result.items.map(({ operationId, seen }) => [nameKey(operationId), seen]) : [],
    );
    const rest: WantedRead[] = [];
    for (const read of reads) {
      const seen = shown.get(nameKey(read.item.work.head.reference.operationId));
      if (seen === undefined) rest.push(read);
      else {
        const reading: Reading = { at, notBefore, result: { ok: true, seen } };
        if (tellsAll(seen)) await record(read, reading);
        else rest.push({ ...read, item: { ...read.item, shown: reading } });
      }
    }
    return rest;
  }

  async function useListing(
    reads: readonly WantedRead[],
    listing: Listing<ListedOperation>,
  ): Promise<void> {
    const { at, notBefore, result } = listing;
    for (const read of await useItems(reads, listing)) {
      if (result.ok || isOfLists(result.failure)) {
        remember(unlisted, read.item.work.head.trackingId, clock().getTime());
        next.push({ ...read, listOf: null });
      } else await record(read, { at, notBefore, result });
    }
  }

  forgetOld(needs, clock().getTime());
  const full = due.filter((work) => !isReadable(work));
  leftOver += full.length;
  waiting.push(...full.map(dueAtOf));
  const troubledAt = Map.groupBy(
    troubled.filter(isReadable).map((work) => toRead(work, needs)),
    (read) => scopeIdOf(clusterOf(read)),
  );
  let wanted: readonly AnyWanted<TickItems>[] = [
    ...due.filter(isReadable).map((work) => toRead(work, needs)),
    ...discovery.wanted(),
  ];
  while (wanted.length > 0) {
    const now = wanted;
    const reserved = await refusals.passOver(
      async () => await reserve(now, armBudget, budget, clock),
    );
    const { calls, leftOver: rest } = reserved ?? plan(now, new Map());
    deferred += rest.length;
    waiting.push(...rest.map(({ dueAt }) => dueAt));
    next = [];
    const answers = await fairly(calls, subscriptionOf, callsAtOnce, make);
    await refusals.passOver(async () => await settle(answers, armBudget, budget, clock));
    wanted = next;
  }
  await recorder.finish();
  const oldestDueAt = waiting.toSorted()[0] ?? null;
  return { read: readings, leftOver, deferred, oldestDueAt, armCalls };
}

function isReadable({ head }: OperationWork): boolean {
  return hasRoom(head.undelivered);
}

/** The result of any call. */
interface Asked extends Omit<Reading, 'at' | 'result'> {
  readonly oddNextPage?: OddNextPage;
  /** Requests made. */
  readonly calls: number;
  readonly result: { readonly ok: true } | { readonly ok: false; readonly failure: ReadingFailure };
  /** Records it. */
  readonly use: () => Promise<void>;
}

/** Failures that may concern only the List: its operations may still be readable one by one. */
function isOfLists({ cause }: ReadingFailure): boolean {
  // "Not found" ends tracking, so only a reading of the operation itself counts.
  return cause === 'notFound' || cause === 'malformed' || cause === 'rejected';
}

/** Whether an operation cannot be read by itself: then what a List has shown of it is all that can be known. */
function isFinal(failure: ReadingFailure, { head }: OperationWork): boolean {
  return isOfLists(failure) || failure.cause === 'forbidden' || head.state.trouble !== null;
}
