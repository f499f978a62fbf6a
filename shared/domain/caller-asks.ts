import { clocksDifferMs, elapsed, isCredible, latest, plus, type IsoTime } from '../time.ts';
import { nameKey } from './azure-names.ts';

/** An operation whose caller is not known yet. */
export interface CallerAsk {
  readonly trackingId: string;
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly startTime: IsoTime;
  readonly registeredAt: IsoTime;
  /** How often the activity log was asked, up to {@link CallerAsk.dueAt}. */
  readonly asked: number;
  /** When it is asked next; `null`: no more. */
  readonly dueAt: IsoTime | null;
}

/** What the activity log of a subscription has shown. */
export interface LogExperience {
  /** Whether it ever had an event: without the right, it is empty. */
  readonly hasEvents: boolean;
  /** Operations for which the last ask had no event at all. */
  readonly unseen: number;
}

/** What is asked of the activity log, and what was found. */
export interface CallerAsks {
  readonly asks: readonly CallerAsk[];
  /** By subscription ID in lower case. */
  readonly experience: Readonly<Record<string, LogExperience>>;
}

/** Before anything was asked. */
export const noAsks: CallerAsks = { asks: [], experience: {} };

const minute = 60_000;
/** Events show 3 to 20 minutes after they happened: when it is asked, in milliseconds after the start. */
const askAfterMs = [5 * minute, 12 * minute, 25 * minute] as const;
const lastAskMs = 25 * minute;
/** What was asked for the last time is remembered for so long, so that nothing asks again. */
const rememberedMs = 60 * minute;
/** An operation is taken up until so long after its last regular ask, or its registration. */
const takenUpMs = 30 * minute;
/** So many asks fit into one row; the oldest go first. */
const mostAsks = 1000;
const mostSubscriptions = 200;

/** An operation whose start is known from a reading. */
export type Asking = Omit<CallerAsk, 'asked' | 'dueAt'>;

/** The asks with operations that were seen to run, or to have run; the same object where there is nothing new. */
export function withSeen(before: CallerAsks, seen: readonly Asking[], now: IsoTime): CallerAsks {
  const known = new Set(before.asks.map(({ trackingId }) => trackingId));
  const added = seen.filter(
    (one) => !known.has(one.trackingId) && isBefore(now, plus(endOf(one), takenUpMs)),
  );
  if (added.length === 0) return before;
  const kept = before.asks.filter((ask) => isBefore(now, plus(endOf(ask), rememberedMs)));
  const asks = [
    ...kept,
    ...added.map((one): CallerAsk => ({ ...one, asked: 0, dueAt: nextAsk(one, null, now) })),
  ];
  return { ...before, asks: asks.slice(-mostAsks) };
}

/** Asks of one resource group, which one call answers, in the order of the operations' starts. */
export interface GroupAsk {
  readonly key: string;
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly dueAt: IsoTime;
  readonly asks: readonly [CallerAsk, ...CallerAsk[]];
}

/** Starts that are farther apart are asked for in calls of their own: the log between them may be long. */
const spanMs = 5 * minute;

/** What is due now, by group, the oldest first. */
export function dueAsks({ asks }: CallerAsks, now: IsoTime): GroupAsk[] {
  const due = asks.filter(({ dueAt }) => dueAt !== null && dueAt <= now);
  const groups = Map.groupBy(due, ({ subscriptionId, resourceGroupName }) =>
    [subscriptionId, resourceGroupName].map(nameKey).join(' '),
  );
  return [...groups]
    .flatMap(([key, ofGroup]) => byStart(ofGroup).map((some) => groupOf(key, some, now)))
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
}

/** Asks whose starts are near to each other, together. */
function byStart(asks: readonly CallerAsk[]): readonly [CallerAsk, ...CallerAsk[]][] {
  const groups: [CallerAsk, ...CallerAsk[]][] = [];
  for (const ask of asks.toSorted((a, b) => (a.startTime < b.startTime ? -1 : 1))) {
    const last = groups.at(-1);
    if (last !== undefined && elapsed(last[0].startTime, ask.startTime) <= spanMs) last.push(ask);
    else groups.push([ask]);
  }
  return groups;
}

function groupOf(key: string, asks: readonly [CallerAsk, ...CallerAsk[]], now: IsoTime): GroupAsk {
  const [{ subscriptionId, resourceGroupName, startTime }] = asks;
  const dueAt = asks.map((ask) => ask.dueAt ?? now).toSorted()[0] ?? now;
  return { key: `${key} ${startTime}`, subscriptionId, resourceGroupName, dueAt, asks };
}

/**
 * The asks, with these counted as made; and which of them are this instance's to make: what another one has counted
 * since is not.
 */
export function withAsked(
  before: CallerAsks,
  asked: readonly CallerAsk[],
  now: IsoTime,
): { readonly next: CallerAsks; readonly own: ReadonlySet<string> } {
  const wanted = new Map(asked.map((ask) => [ask.trackingId, ask]));
  const own = new Set<string>();
  const asks = before.asks.map((ask) => {
    if (wanted.get(ask.trackingId)?.asked !== ask.asked || ask.dueAt === null) return ask;
    own.add(ask.trackingId);
    return { ...ask, asked: ask.asked + 1, dueAt: nextAsk(ask, now, now) };
  });
  return { next: own.size === 0 ? before : { ...before, asks }, own };
}

/** What one call has shown. */
export interface Learned {
  readonly subscriptionId: string;
  /** Whether the log had any event. */
  readonly hasEvents: boolean;
  /** Operations of which nothing more is to be found out: their callers are known, or they are gone. */
  readonly settled: readonly string[];
  /** Operations that were asked for. */
  readonly asked: readonly string[];
}

/** The asks after answers; the same object where nothing was learned. */
export function withLearned(before: CallerAsks, learned: readonly Learned[]): CallerAsks {
  if (learned.length === 0) return before;
  const settled = new Set(learned.flatMap((one) => one.settled));
  const asks = before.asks.map((ask) =>
    settled.has(ask.trackingId) ? { ...ask, dueAt: null } : ask,
  );
  const over = new Set(asks.flatMap(({ trackingId, dueAt }) => (dueAt === null ? trackingId : [])));
  const experience = new Map(Object.entries(before.experience));
  for (const { subscriptionId, hasEvents, asked } of learned) {
    const key = nameKey(subscriptionId);
    const old = experience.get(key) ?? { hasEvents: false, unseen: 0 };
    const unseen = hasEvents ? 0 : asked.filter((id) => over.has(id) && !settled.has(id)).length;
    const next = hasEvents
      ? { hasEvents, unseen: 0 }
      : { ...old, unseen: Math.min(old.unseen + unseen, 1_000_000) };
    experience.delete(key);
    experience.set(key, next);
  }
  return { asks, experience: Object.fromEntries([...experience].slice(-mostSubscriptions)) };
}

/** When an operation is asked for next, after an ask at `last`; `null`: no more. */
function nextAsk(
  { startTime, registeredAt }: Asking,
  last: IsoTime | null,
  now: IsoTime,
): IsoTime | null {
  const times = askAfterMs.map((ms) => plus(startTime, ms));
  const next = times.find((time) => time > (last ?? registeredAt));
  if (next !== undefined || last !== null) return next ?? null;
  // A time ahead is that of a clock that was wrong.
  return isCredible(startTime, now, clocksDifferMs) ? now : null;
}

/** When the last regular ask is over. */
function endOf({ startTime, registeredAt }: Asking): IsoTime {
  return latest(plus(startTime, lastAskMs), registeredAt);
}

function isBefore(a: IsoTime, b: IsoTime): boolean {
  return a < b;
}
