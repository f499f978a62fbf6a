import type { Allowance } from '../domain/arm-budget.ts';
import { nameKey } from '../domain/names.ts';
import type { IsoTime } from '../time.ts';

/** A tracked operation whose status is due to be read. IDs compare case-insensitively, here and below. */
export interface DueOperation {
  readonly trackingId: string;
  readonly subscriptionId: string;
  /** Its cluster, by a name that no other cluster of the subscription has. */
  readonly cluster: string;
  readonly dueAt: IsoTime;
  /** Lists do not show it, or not any more: it is read by itself. */
  readonly isUnlisted: boolean;
}

/** A watched cluster whose operations are due to be listed; one for each cluster. */
export interface DueLook {
  readonly cluster: string;
  readonly subscriptionId: string;
  readonly dueAt: IsoTime;
}

/** A watched scope whose clusters are due to be listed. */
export interface DueScan {
  readonly watchId: string;
  readonly subscriptionId: string;
  readonly dueAt: IsoTime;
}

/** Everything that calls are wanted for. */
export interface Due<O, L, S> {
  readonly operations: readonly O[];
  readonly looks: readonly L[];
  readonly scans: readonly S[];
}

/** A call to make, and what it is for. A List of operations is for the cluster's due operations and its look. */
export type Call<O, L, S> =
  | { readonly kind: 'get'; readonly operation: O }
  | {
      readonly kind: 'listOperations';
      readonly subscriptionId: string;
      readonly cluster: string;
      readonly look: L | null;
      readonly operations: readonly O[];
    }
  | { readonly kind: 'listClusters'; readonly scan: S };

/** What is done now, and what has to wait. */
export interface Plan<O, L, S> {
  /** The oldest due first. */
  readonly calls: readonly Call<O, L, S>[];
  readonly leftOver: Due<O, L, S>;
}

/** How things are ordered. */
interface Age {
  readonly dueAt: IsoTime;
  /** Decides between two that are due at the same time, so that the order of the input does not matter. */
  readonly key: string;
}

/** A call that is wanted, as old as the oldest thing that it is for. */
interface Wish<O, L, S> extends Age {
  readonly call: Call<O, L, S>;
  readonly subscription: string;
}

const nothing: Allowance = { reads: 0, lists: 0 };

/**
 * Which calls to make: the fewest that serve all that is due, the oldest first, as far as each subscription's
 * allowance goes. One List takes the place of the Gets of two or more operations of a cluster, and of one
 * beside a look. Once a subscription's Lists are used up, the operations of what is left are read one by one.
 *
 * @param allowances by {@link subscriptionOf}; without one, nothing is called
 */
export function plan<O extends DueOperation, L extends DueLook, S extends DueScan>(
  due: Due<O, L, S>,
  allowances: ReadonlyMap<string, Allowance>,
): Plan<O, L, S> {
  const bySubscription = Map.groupBy(wishesFor(due), ({ subscription }) => subscription);
  const calls = [...bySubscription]
    .flatMap(([subscription, wishes]) =>
      affordable(wishes, allowances.get(subscription) ?? nothing),
    )
    .toSorted(oldestFirst)
    .map(({ call }) => call);
  const served = new Set(calls.flatMap<O | L | S>(servedBy));
  const isLeft = (item: O | L | S): boolean => !served.has(item);
  return {
    calls,
    leftOver: {
      operations: due.operations.filter(isLeft),
      looks: due.looks.filter(isLeft),
      scans: due.scans.filter(isLeft),
    },
  };
}

/** What calls cost: each request a read, that of a List one of the Lists as well. */
export function costOf(
  made: readonly { readonly call: Call<unknown, unknown, unknown>; readonly requests: number }[],
): Allowance {
  const sum = (of: typeof made): number => of.reduce((all, { requests }) => all + requests, 0);
  return { reads: sum(made), lists: sum(made.filter(({ call }) => call.kind !== 'get')) };
}

/** Whose budget something counts in. */
export function subscriptionOf({ subscriptionId }: { readonly subscriptionId: string }): string {
  return nameKey(subscriptionId);
}

/** Whose budget a call takes from. */
export function subscriptionOfCall(call: Call<DueOperation, DueLook, DueScan>): string {
  switch (call.kind) {
    case 'get':
      return subscriptionOf(call.operation);
    case 'listOperations':
      return subscriptionOf(call);
    case 'listClusters':
      return subscriptionOf(call.scan);
  }
}

/** The fewest calls that serve everything. */
function wishesFor<O extends DueOperation, L extends DueLook, S extends DueScan>({
  operations,
  looks,
  scans,
}: Due<O, L, S>): Wish<O, L, S>[] {
  const lookAt = new Map(looks.map((look) => [clusterOf(look), look]));
  const listed = Map.groupBy(
    operations.filter(({ isUnlisted }) => !isUnlisted),
    clusterOf,
  );
  const clusters = new Set([...listed.keys(), ...lookAt.keys()]);
  return [
    ...operations.filter(({ isUnlisted }) => isUnlisted).map((one) => wishToGet(one)),
    ...[...clusters].flatMap((key) =>
      wishForCluster(key, lookAt.get(key) ?? null, listed.get(key) ?? []),
    ),
    ...scans.map((scan): Wish<O, L, S> => ({
      call: { kind: 'listClusters', scan },
      subscription: subscriptionOf(scan),
      dueAt: scan.dueAt,
      key: scan.watchId,
    })),
  ];
}

/** One call for all of a cluster; none when nothing is due there. */
function wishForCluster<O extends DueOperation, L extends DueLook>(
  key: string,
  look: L | null,
  operations: readonly O[],
): Wish<O, L, never>[] {
  const [first, ...others] = look === null ? operations : [look, ...operations];
  if (first === undefined) return [];
  if (look === null && others.length === 0) return operations.map((one) => wishToGet(one));
  const { subscriptionId, cluster } = first;
  const dueAt = others.reduce(
    (oldest, one) => (one.dueAt < oldest ? one.dueAt : oldest),
    first.dueAt,
  );
  const call = { kind: 'listOperations', subscriptionId, cluster, look, operations } as const;
  return [{ call, subscription: subscriptionOf(first), dueAt, key }];
}

function wishToGet<O extends DueOperation>(operation: O): Wish<O, never, never> {
  const { dueAt, trackingId } = operation;
  return {
    call: { kind: 'get', operation },
    subscription: subscriptionOf(operation),
    dueAt,
    key: trackingId,
  };
}

/** The wishes of one subscription that its allowance can pay for. */
function affordable<O extends DueOperation, L, S>(
  wishes: readonly Wish<O, L, S>[],
  { reads, lists }: Allowance,
): Wish<O, L, S>[] {
  const queue = wishes.toSorted(oldestFirst);
  const tooMany = queue.filter(({ call }) => call.kind !== 'get')[lists];
  if (tooMany === undefined) return queue.slice(0, reads);
  const end = queue.indexOf(tooMany);
  const oneByOne = queue.slice(end).flatMap(gets).toSorted(oldestFirst);
  return [...queue.slice(0, end), ...oneByOne].slice(0, reads);
}

/** The part of a wish that can be done without a List. */
function gets<O extends DueOperation, L, S>(wish: Wish<O, L, S>): Wish<O, L, S>[] {
  switch (wish.call.kind) {
    case 'get':
      return [wish];
    case 'listOperations':
      return wish.call.operations.map((one) => wishToGet(one));
    case 'listClusters':
      return [];
  }
}

function servedBy<O, L, S>(call: Call<O, L, S>): (O | L | S)[] {
  switch (call.kind) {
    case 'get':
      return [call.operation];
    case 'listOperations':
      return call.look === null ? [...call.operations] : [...call.operations, call.look];
    case 'listClusters':
      return [call.scan];
  }
}

function clusterOf(item: DueOperation | DueLook): string {
  return `${subscriptionOf(item)} ${nameKey(item.cluster)}`;
}

function oldestFirst(a: Age, b: Age): number {
  return compareText(a.dueAt, b.dueAt) || compareText(a.key, b.key);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
