import { armIdOf, isCluster, type Scope } from '../domain/scope.ts';
import type { ArmReader } from '../arm/client.ts';
import type { WantedTask } from '../calls/plan.ts';
import { nameKey } from '../domain/azure-names.ts';
import type { Listing, Reading, ReadingFailure } from '../domain/reading.ts';
import type { OperationReference } from '../domain/reference.ts';
import type { OperationStore } from '../store/operation-store.ts';
import type { RowKey } from '../store/table.ts';
import { watchFinder, type Watch } from '../domain/watch.ts';

/** One read of ARM that shows whether a scope may be read: the very read that ticks make there. */
export interface Target {
  readonly name: string;
  readonly task: WantedTask;
  readonly scope: Scope;
  /** The watch that it is of; `null`: a tracked operation’s. */
  readonly watchId: string | null;
  readonly read: (timeoutMs: number) => Promise<TargetAnswer>;
}

/** What a read came to; `message` says in a sentence what could be read. */
export interface TargetAnswer extends Pick<Reading, 'notBefore' | 'remaining'> {
  /** Requests made. */
  readonly calls: number;
  readonly result:
    | { readonly ok: true; readonly message: string }
    | { readonly ok: false; readonly failure: ReadingFailure };
}

/** Where scopes are known from. */
interface TargetNeeds {
  readonly arm: ArmReader;
  readonly operations: Pick<OperationStore, 'list'>;
}

/** All watches; then, once for each resource group, tracked operations that no watch covers: more than `most` are cut off. */
export async function targetsOf(
  watches: readonly Watch[],
  { arm, operations }: TargetNeeds,
  most: number,
): Promise<Target[]> {
  const tracked = await trackedBesides(watches, operations, most);
  const targets = [
    ...watches.map((watch) => watchTarget(watch, arm)),
    ...tracked.map((reference) => operationTarget(reference, arm)),
  ];
  // The shortest name first, as the widest have it.
  return targets.toSorted((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
}

async function trackedBesides(
  watches: readonly Watch[],
  operations: TargetNeeds['operations'],
  most: number,
): Promise<OperationReference[]> {
  const anywhere = { subscriptionId: null, resourceGroupName: null, resourceName: null };
  const watchOf = watchFinder(watches);
  const byGroup = new Map<string, OperationReference>();
  let position: RowKey | null = null;
  do {
    const query = { state: 'active', top: 1000, position, ...anywhere } as const;
    const page: Awaited<ReturnType<OperationStore['list']>> = await operations.list(query);
    for (const { reference } of page.operations) {
      if (watchOf(reference) === null) byGroup.set(nameKey(groupOf(reference)), reference);
    }
    position = page.next;
  } while (position !== null && byGroup.size <= most);
  return [...byGroup.values()];
}

function watchTarget({ scope, watchId }: Watch, arm: ArmReader): Target {
  const name = `ARM ${armIdOf(scope)}`;
  if (!isCluster(scope))
    return {
      name,
      task: 'scan',
      scope,
      watchId,
      read: async (ms) => listed(await arm.listClusters(scope, ms, ms, 1), howMany),
    };
  return {
    name,
    task: 'look',
    scope,
    watchId,
    read: async (ms) =>
      listed(await arm.listOperations(scope, ms, []), () => 'Its operations can be read.'),
  };
}

function operationTarget(reference: OperationReference, arm: ArmReader): Target {
  return {
    name: `ARM ${groupOf(reference)}`,
    task: 'read',
    scope: reference,
    watchId: null,
    async read(ms) {
      const { result, ...answer } = await arm.readStatus(reference, ms);
      const message = 'A tracked operation there can be read.';
      return { ...answer, result: result.ok ? { ok: true, message } : result };
    },
  };
}

function groupOf({ subscriptionId, resourceGroupName }: OperationReference): string {
  return armIdOf({ subscriptionId, resourceGroupName, resourceName: null });
}

/** Of a scope's list one page is read: its budget is small, and one page shows that all can be read. */
function howMany({ items: { length }, isComplete }: Listed): string {
  if (!isComplete) return `It can be read: ${length} clusters or more.`;
  if (length === 0) return 'It can be read, and has no cluster.';
  return `It can be read: ${length} ${length === 1 ? 'cluster' : 'clusters'}.`;
}

type Listed = Listing<unknown>['result'] & { readonly ok: true };

function listed(
  { result, ...answer }: Listing<unknown>,
  say: (result: Listed) => string,
): TargetAnswer {
  return { ...answer, result: result.ok ? { ok: true, message: say(result) } : result };
}
