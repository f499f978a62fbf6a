import { signInFix } from '../az-commands.ts';
import type { ArmReader } from '../arm/client.ts';
import { incidentAt, incidentKindOf, type Place } from '../incident.ts';
import type { Listing, Reading, ReadingFailure } from '../operation/reading.ts';
import type { OperationReference } from '../operation/reference.ts';
import { titles } from '../slack/incident-notice.ts';
import { remedyOf, type AppFacts } from '../slack/incident-remedy.ts';
import type { ListPosition, OperationStore } from '../store/operation-store.ts';
import type { WatchStore } from '../store/watch-store.ts';
import { covers, scopeArmId, type Watch } from '../watch/watch.ts';
import type { Finding } from './check.ts';

/** One read of ARM that shows whether a scope may be read: the very read that ticks make there. */
export interface Target {
  readonly name: string;
  readonly kind: 'get' | 'listOperations' | 'listClusters';
  readonly place: Place;
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
interface TargetParts {
  readonly arm: ArmReader;
  readonly operations: OperationStore;
  readonly watches: WatchStore;
}

/** All watches; then, once for each resource group, tracked operations that no watch covers: more than `most` are cut off. */
export async function targetsOf(
  { arm, operations, watches }: TargetParts,
  most: number,
): Promise<Target[]> {
  const ordered = await watches.watches();
  const tracked = await trackedBesides(ordered, operations, most);
  const targets = [
    ...ordered.map((watch) => watchTarget(watch, arm)),
    ...tracked.map((reference) => operationTarget(reference, arm)),
  ];
  // The widest first: the shortest name.
  return targets.toSorted((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
}

async function trackedBesides(
  watches: readonly Watch[],
  operations: OperationStore,
  most: number,
): Promise<OperationReference[]> {
  const anywhere = { subscriptionId: null, resourceGroupName: null, resourceName: null };
  const byGroup = new Map<string, OperationReference>();
  let position: ListPosition | null = null;
  do {
    const query = { state: 'active', top: 1000, position, ...anywhere } as const;
    const page: Awaited<ReturnType<OperationStore['list']>> = await operations.list(query);
    for (const { reference } of page.operations) {
      const isWatched = watches.some(({ scope }) => covers(scope, reference));
      if (!isWatched) byGroup.set(groupOf(reference).toLowerCase(), reference);
    }
    position = page.next;
  } while (position !== null && byGroup.size <= most);
  return [...byGroup.values()];
}

function watchTarget({ scope }: Watch, arm: ArmReader): Target {
  const { subscriptionId, resourceGroupName, resourceName } = scope;
  const name = `ARM ${scopeArmId(scope)}`;
  const place = { subscriptionId, resourceGroupName: resourceGroupName ?? '' };
  if (resourceGroupName === null || resourceName === null)
    return {
      name,
      kind: 'listClusters',
      place,
      read: async (ms) =>
        listed(await arm.listClusters(scope, ms), (count) =>
          count === 0
            ? 'It can be read, and has no cluster.'
            : `It can be read: ${count} ${count === 1 ? 'cluster' : 'clusters'}.`,
        ),
    };
  const cluster = { subscriptionId, resourceGroupName, resourceName };
  return {
    name,
    kind: 'listOperations',
    place,
    read: async (ms) =>
      listed(await arm.listOperations(cluster, ms), () => 'Its operations can be read.'),
  };
}

function operationTarget(reference: OperationReference, arm: ArmReader): Target {
  return {
    name: `ARM ${groupOf(reference)}`,
    kind: 'get',
    place: reference,
    async read(ms) {
      const { result, ...answer } = await arm.readStatus(reference, ms);
      const message = 'A tracked operation there can be read.';
      return { ...answer, calls: 1, result: result.ok ? { ok: true, message } : result };
    },
  };
}

function groupOf({ subscriptionId, resourceGroupName }: OperationReference): string {
  return scopeArmId({ subscriptionId, resourceGroupName, resourceName: null });
}

function listed<T>(
  { result, ...answer }: Listing<T>,
  say: (count: number) => string,
): TargetAnswer {
  return {
    ...answer,
    result: result.ok ? { ok: true, message: say(result.items.length) } : result,
  };
}

/** What an answer means for who set the app up. */
export function findingOf(
  { kind: read, place }: Target,
  result: TargetAnswer['result'],
  app: AppFacts,
): Finding {
  if (result.ok) return result;
  const { cause, code, message } = result.failure;
  const kind = incidentKindOf(cause);
  if (kind === 'notFound')
    return read === 'get'
      ? { ok: true, message: `Azure answers there; the operation is no longer found (${code}).` }
      : {
          ok: false,
          message: `Azure finds no such place: it was misspelt, or is gone (${code}).`,
          fix: `az aks list --subscription ${place.subscriptionId} --query "[].id" --output tsv`,
        };
  const remedy = remedyOf(incidentAt(kind, place), { message }, app);
  const fix =
    kind === 'unauthenticated'
      ? signInFix(app.site, app.clientId, app.managedIdentity)
      : remedy?.command;
  return {
    ok: false,
    message: [`${titles[kind]} (${code}).`, remedy?.cause, message]
      .filter((sentence) => sentence !== undefined)
      .join(' '),
    ...(fix === undefined ? {} : { fix }),
  };
}
