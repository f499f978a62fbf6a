import { cleanText, oneLine } from '../text.ts';
import { elapsed, type IsoTime } from '../time.ts';
import { kindOn, type OperationAction, type OperationKind } from './operation-kind.ts';
import { nameKey } from './azure-names.ts';
import type { OperationReference } from './reference.ts';
import { armIdOf } from './scope.ts';

/** Whom an event of the activity log names; an absent part is empty. */
export interface CallerClaims {
  /** A UPN of a person; an object ID of an application. */
  readonly caller: string;
  /** A person's name, or an application's where the log has it. */
  readonly name: string;
  readonly upn: string;
  readonly objectId: string;
  /** The application: of a person, the one that the person used. */
  readonly appId: string;
  /** `user` or `app`. */
  readonly idType: string;
}

/** An event of the activity log, as far as it shows who started what. */
export interface LogEvent extends CallerClaims {
  readonly at: IsoTime;
  /** ARM ID of what it was done to. */
  readonly resourceId: string;
  /** `Microsoft.ContainerService/managedClusters/write`, in any letter case. */
  readonly action: string;
  /** `Started`, `Accepted`, `Succeeded`, `Failed`. */
  readonly status: string;
  /** What the events of one request share; empty: the log does not say. */
  readonly correlationId: string;
}

/** The operation whose caller is looked for. */
export interface StartedOperation {
  readonly reference: OperationReference;
  readonly kind: OperationKind;
  readonly startTime: IsoTime;
}

/** An event begins an operation from so long before its start… */
export const callerBeforeMs = 2 * 60_000;
/** … until so long after it, in milliseconds. */
export const callerAfterMs = 60_000;

/** Longest name that is kept, in characters. */
const longestName = 120;

/**
 * Who started an operation, in words; `null` when no event fits, when two callers fit, or when the one that fits has
 * no name. The request nearest to the start decides; of a single caller it does not matter which one it is.
 */
export function callerOf(operation: StartedOperation, events: readonly LogEvent[]): string | null {
  const fitting = events.filter((event) => fits(operation, event));
  const requests = [...Map.groupBy(fitting, requestOf).values()].filter(hasBegun(operation));
  const known = requests.map((request) => request.filter((event) => keysOf(event).length > 0));
  // A request that names nobody may be another one's.
  if (known.some((request) => request.length === 0)) return null;
  const all = known.flat();
  if (!areOne(all)) return null;
  const { startTime } = operation;
  const nearest = all.toSorted(
    (a, b) => Math.abs(elapsed(a.at, startTime)) - Math.abs(elapsed(b.at, startTime)),
  );
  return nearest.map(wordsOf).find((words) => words !== null) ?? null;
}

function fits({ reference, kind, startTime }: StartedOperation, event: LogEvent): boolean {
  const sinceStart = elapsed(startTime, event.at);
  if (!(sinceStart >= -callerBeforeMs && sinceStart <= callerAfterMs)) return false;
  const cluster = nameKey(armIdOf(reference));
  const resource = nameKey(event.resourceId);
  const known = kindOn(reference, kind);
  const verb = verbOf(event.action);
  if (verb === null || !verbsOf(known.action).includes(verb.name)) return false;
  if (resource === cluster) return !verb.isOfPool && known.target !== 'agentPool';
  const pool = resource.startsWith(`${cluster}/agentpools/`)
    ? resource.slice(cluster.length + '/agentpools/'.length)
    : null;
  if (pool === null || pool === '' || pool.includes('/') || !verb.isOfPool) return false;
  if (known.target === 'cluster') return known.isGuess;
  return known.agentPoolName === null || pool === nameKey(known.agentPoolName);
}

/** What starts an operation of AKS (learn.microsoft.com/azure/role-based-access-control/permissions/containers). */
const starters = [
  'write',
  'delete',
  'start/action',
  'stop/action',
  'rotateclustercertificates/action',
  'rotateserviceaccountsigningkeys/action',
  'resetserviceprincipalprofile/action',
  'resetaadprofile/action',
  'upgradenodeimageversion/action',
  'upgradenodeimageversion/write',
  'deletemachines/action',
] as const;

type Starter = (typeof starters)[number];

const clusterType = 'microsoft.containerservice/managedclusters/';

/** What an action does to a cluster or a pool; `null`: it starts no operation. */
function verbOf(action: string): { readonly name: Starter; readonly isOfPool: boolean } | null {
  const [, of, rest] = /^([^/]+\/managedclusters\/)(.*)$/.exec(nameKey(action)) ?? [];
  if (of !== clusterType || rest === undefined) return null;
  const isOfPool = rest.startsWith('agentpools/');
  const verb = isOfPool ? rest.slice('agentpools/'.length) : rest;
  const name = starters.find((one) => one === verb);
  return name === undefined ? null : { name, isOfPool };
}

/** By which verbs an operation of a kind is started. */
function verbsOf(action: OperationAction | null): readonly Starter[] {
  switch (action) {
    case 'delete':
      return ['delete'];
    case 'start':
      return ['start/action', 'write'];
    case 'stop':
      return ['stop/action', 'write'];
    case 'create':
      return ['write'];
    case 'upgrade':
      return ['write', 'upgradenodeimageversion/action', 'upgradenodeimageversion/write'];
    case 'scale':
      return ['write', 'deletemachines/action'];
    case 'update':
      return starters.filter((verb) => !['delete', 'start/action', 'stop/action'].includes(verb));
    case null:
      return starters;
  }
}

/** What the events of one request share. */
function requestOf({ correlationId, at, caller, resourceId }: LogEvent): string {
  return correlationId === '' ? `${at} ${caller} ${resourceId}` : nameKey(correlationId);
}

/** Events that say only how a request ended, before the operation began, are of a request before it. */
function hasBegun({ startTime }: StartedOperation): (request: readonly LogEvent[]) => boolean {
  return (request) =>
    request.some(({ status, at }) => !/^(?:succeeded|failed)$/i.test(status) || at >= startTime);
}

/** What identifies a caller: two callers that share one of these are the same. */
function keysOf(event: CallerClaims): string[] {
  const { caller, upn, objectId, appId } = event;
  // Many people use the same application.
  const keys = [caller, upn, objectId, ...(isPerson(event) ? [] : [appId])].map(nameKey);
  return keys.filter((key) => key !== '');
}

/** Whether all events name the same caller. */
function areOne(events: readonly CallerClaims[]): boolean {
  const [first, ...others] = events.map(keysOf);
  const known = new Set(first);
  let rest = others;
  for (;;) {
    const apart = rest.filter((keys) => !keys.some((key) => known.has(key)));
    if (apart.length === rest.length) return apart.length === 0;
    for (const key of rest.filter((keys) => !apart.includes(keys)).flat()) known.add(key);
    rest = apart;
  }
}

function isPerson({ caller, upn, idType }: CallerClaims): boolean {
  if (/^app$/i.test(idType)) return false;
  return /^user$/i.test(idType) || upn !== '' || caller.includes('@');
}

/**
 * The application with which AKS works in every tenant: lists of tenants' applications that people published have this
 * ID as `AzureContainerService`, an application of Microsoft. Which caller the log has for AKS' own work is not
 * documented; `Microsoft.ContainerService` is what people reported. Not meant is 6dae42f8-4368-4678-94ff-3960e28e3630,
 * "AKS server app" (learn.microsoft.com/azure/aks/kubelogin-authentication): tokens for the API servers of clusters name
 * it, and it starts nothing.
 */
const aksAppId = '7319c514-987d-4e9b-ac3d-d38c4f427f4c';
/** Its names, for events without an application's ID: an application of anybody can have such a name. */
const aksNames = new Set(['microsoft.containerservice', 'azurecontainerservice']);

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A caller in words: see `startedBy` in the API. `null`: the log has an object ID alone. */
function wordsOf(event: CallerClaims): string | null {
  const { caller, name, upn, appId } = event;
  const first = [name, upn, caller].map(clean).find((text) => isReadable(text));
  if (isPerson(event)) return first ?? null;
  const hasName = [caller, name].some((text) => aksNames.has(nameKey(text.trim())));
  if (guid.test(appId) ? nameKey(appId) === aksAppId : hasName) return 'AKS itself';
  if (first !== undefined) return first;
  return guid.test(appId) ? `an application (appId ${appId.slice(0, 8).toLowerCase()}…)` : null;
}

function clean(text: string): string {
  return oneLine(cleanText(text, longestName)).trim();
}

function isReadable(text: string): boolean {
  return text !== '' && !guid.test(text);
}
