import type { Allowance } from '../domain/arm-budget.ts';
import { nameKey } from '../domain/azure-names.ts';
import type { IsoTime } from '../time.ts';

/** A question to Azure: for an operation's status, for the list of a cluster's operations, for a scope's clusters. */
export type WantedTask = 'read' | 'look' | 'scan';

/** A question to Azure that is due; at most one look for each cluster. IDs and names compare case-insensitively. */
export interface Wanted<T, K extends WantedTask = WantedTask> {
  readonly task: K;
  /** Decides between two that are due at the same time, so that the order of the input does not matter. */
  readonly key: string;
  readonly subscriptionId: string;
  /**
   * An ID of the cluster whose list of operations may answer it, unique in the subscription: one List answers everything
   * that is wanted with the same ID. `null`: it needs a request of its own, as each scan does.
   */
  readonly listOf: string | null;
  /** Of a scan: whether one cluster alone is read; absent: no. */
  readonly isOfOne?: boolean;
  readonly dueAt: IsoTime;
  /** What the answer is for. */
  readonly item: T;
}

/** By task, the type of the item. */
export type Items = Readonly<Record<WantedTask, unknown>>;

/** Something wanted, with the item of its task. */
export type AnyWanted<T extends Items, K extends WantedTask = WantedTask> = {
  [P in K]: Wanted<T[P], P>;
}[K];

/** A request to make, and what it serves. It is due since the oldest of these is due. */
export type Call<T extends Items> = Pick<Wanted<unknown>, 'key' | 'subscriptionId' | 'dueAt'> &
  (
    | { readonly request: 'get'; readonly wanted: readonly [AnyWanted<T, 'read'>] }
    | { readonly request: 'listOperations'; readonly wanted: Listed<T> }
    | {
        readonly request: 'listClusters' | 'getCluster';
        readonly wanted: readonly [AnyWanted<T, 'scan'>];
      }
  );

/** What one List of operations serves. */
type Listed<T extends Items> = readonly [
  AnyWanted<T, 'read' | 'look'>,
  ...AnyWanted<T, 'read' | 'look'>[],
];

/** Which requests are made now, and what has to wait. */
export interface Plan<T extends Items> {
  /** The oldest due first. */
  readonly calls: readonly Call<T>[];
  readonly leftOver: readonly AnyWanted<T>[];
}

const nothing: Allowance = { reads: 0, lists: 0 };

/**
 * Plans the fewest calls that serve all that is wanted, the oldest first, within each subscription's allowance. One List
 * replaces the Gets of two or more operations of a cluster; beside a look it replaces even a single Get. Once a
 * subscription's Lists are used up, the remaining operations are read one by one.
 *
 * @param allowances by {@link subscriptionOf}; without one, nothing is called
 */
export function plan<T extends Items>(
  wanted: readonly AnyWanted<T>[],
  allowances: ReadonlyMap<string, Allowance>,
): Plan<T> {
  const calls = [...Map.groupBy(callsFor(wanted), subscriptionOf)]
    .flatMap(([id, ofOne]) => affordable(ofOne, allowances.get(id) ?? nothing))
    .toSorted(oldestFirst);
  const served = new Set(calls.flatMap<AnyWanted<T>>((call) => call.wanted));
  return { calls, leftOver: wanted.filter((one) => !served.has(one)) };
}

/** What calls cost: each request a read, that of a List one of the Lists as well. */
export function costOf(
  made: readonly { readonly call: Pick<Call<Items>, 'request'>; readonly requests: number }[],
): Allowance {
  const sum = (of: typeof made): number => of.reduce((all, { requests }) => all + requests, 0);
  return { reads: sum(made), lists: sum(made.filter(({ call }) => isList(call))) };
}

/** The key of the subscription whose budget pays. */
export function subscriptionOf({ subscriptionId }: { readonly subscriptionId: string }): string {
  return nameKey(subscriptionId);
}

/** The fewest calls that serve everything. */
function callsFor<T extends Items>(wanted: readonly AnyWanted<T>[]): Call<T>[] {
  const scans = wanted.filter((one) => one.task === 'scan');
  const others = wanted.filter((one) => one.task !== 'scan');
  return [
    ...scans.map((scan) => callFor(scan.isOfOne === true ? 'getCluster' : 'listClusters', scan)),
    ...[...Map.groupBy(others, listKeyOf)].flatMap(([key, [first, ...rest]]) =>
      first === undefined ? [] : [callForList(key, [first, ...rest])],
    ),
  ];
}

/** One call for all that a list of operations serves. */
function callForList<T extends Items>(key: string, wanted: Listed<T>): Call<T> {
  const [first, ...others] = wanted;
  if (first.task === 'read' && others.length === 0) return callFor('get', first);
  const dueAt = others.reduce((least, one) => (one.dueAt < least ? one.dueAt : least), first.dueAt);
  return { request: 'listOperations', key, subscriptionId: first.subscriptionId, dueAt, wanted };
}

/** A call for one thing alone. */
function callFor<W extends Wanted<unknown>, R extends Call<Items>['request']>(request: R, one: W) {
  const { key, subscriptionId, dueAt } = one;
  return { request, key, subscriptionId, dueAt, wanted: [one] as const };
}

/** The calls of one subscription that its allowance can pay for. */
function affordable<T extends Items>(
  calls: readonly Call<T>[],
  { reads, lists }: Allowance,
): Call<T>[] {
  const queue = calls.toSorted(oldestFirst);
  const tooMany = queue.filter(isList)[lists];
  if (tooMany === undefined) return queue.slice(0, reads);
  const end = queue.indexOf(tooMany);
  const oneByOne = queue.slice(end).flatMap(withoutList).toSorted(oldestFirst);
  return [...queue.slice(0, end), ...oneByOne].slice(0, reads);
}

function isList({ request }: Pick<Call<Items>, 'request'>): boolean {
  return request === 'listOperations' || request === 'listClusters';
}

/** The part of a call that can be done without a List. */
function withoutList<T extends Items>(call: Call<T>): Call<T>[] {
  if (!isList(call)) return [call];
  const { wanted } = call;
  const all: readonly AnyWanted<T>[] = wanted;
  return all.filter((one) => one.task === 'read').map((read) => callFor('get', read));
}

/** One List serves all that have the same key. */
function listKeyOf(wanted: Wanted<unknown>): string {
  const { key, listOf } = wanted;
  return listOf === null ? key : `${subscriptionOf(wanted)} ${nameKey(listOf)}`;
}

function oldestFirst(a: Call<Items>, b: Call<Items>): number {
  return compareText(a.dueAt, b.dueAt) || compareText(a.key, b.key);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
