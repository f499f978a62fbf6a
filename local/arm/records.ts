import { randomUUID } from 'node:crypto';

import type { ActivityLog } from './activity-log.ts';
import { defaultCluster } from './cluster-document.ts';
import type { ClusterChanges, Json } from './cluster-document.ts';
import { progressOf } from './cluster-history.ts';
import type { ClusterEvent, OperationProgress } from './cluster-history.ts';
import { createClusters } from './clusters.ts';
import type { Answer } from './listen.ts';
import { operationUrl } from './operation-url.ts';
import { play, reachedBy } from './play.ts';
import type { OperationStatusResult, PlayedOperation } from './play.ts';
import {
  clusterId,
  parseClusterId,
  parseGroupId,
  parseOperationPath,
  parsePoolId,
  resourceId,
} from './resource-path.ts';
import type { ClusterPath, OperationPath, Scope } from './resource-path.ts';
import { scenarioChanges, subOperationTypes } from './scenarios.ts';
import { loadOperations, saveOperations } from './state-file.ts';
import type { StartRequest } from './state-file.ts';

/** An operation that was started. */
export interface StartedOperation {
  /** ARM ID, under the agent pool when it has one. */
  readonly id: string;
  readonly operationId: string;
  /** What the `Azure-AsyncOperation` header would say. */
  readonly operationUrl: string;
}

/** What a record answers instead of a scenario: a body for 200, or a whole answer. */
export type FixedAnswer = Answer | { readonly status?: string; readonly [field: string]: unknown };

interface OperationRecord {
  readonly path: OperationPath;
  /** @param hasTypes whether the api-version shows the types of operations */
  readonly read: (hasTypes: boolean) => Answer;
  /** Absent when the answer is fixed. */
  readonly played?: PlayedOperation;
  /** Of a fixed answer: the part of the nodes that any answer so far has counted as done. */
  readonly reached?: number;
}

/** The clusters and their operation records; IDs compare case-insensitively, as in ARM. */
export type Records = ReturnType<typeof createRecords>;

/** @param stateFile keeps the started operations over restarts; time goes on meanwhile. */
export function createRecords(
  now: () => Date,
  stateFile?: string,
  activityLog?: Pick<ActivityLog, 'started'>,
) {
  const clusters = createClusters(() => new Map<string, OperationRecord>());
  const deletedPools = new Set<string>();
  if (stateFile !== undefined) loadOperations(stateFile).forEach(add);

  function add(played: PlayedOperation): void {
    const {
      operationId,
      agentPoolName,
      scenario,
      changes = scenarioChanges[scenario] ?? {},
    } = played;
    put(operationId, {
      path: played,
      read: (hasTypes) => ({ status: 200, body: play(played, now(), hasTypes) }),
      played,
    });
    clusters.happened(played, {
      kind: 'operation',
      operationId,
      agentPoolName,
      changes,
      progress: () => progress(played),
    });
  }

  /** What an operation's record answers now; one whose record was dropped has ended well. */
  function progress(played: PlayedOperation): OperationProgress {
    const record = clusters.get(played)?.get(played.operationId.toLowerCase());
    const { body } = record?.read(true) ?? { body: { status: 'Succeeded' } };
    const doing = subOperationTypes[played.scenario] ?? 'Updating';
    return { doing, ...progressOf(body, record?.reached ?? reachedBy(played, now())) };
  }

  function setDocument(path: ClusterPath, event: ClusterEvent, location: unknown): void {
    clusters.happened(path, event);
    if (typeof location === 'string') clusters.locate(path, location);
  }

  /**
   * Changes a cluster's document in parts, whatever runs on it; the cluster is there from now on. What is set here
   * holds until an operation that starts later changes it. Not kept over restarts.
   *
   * @param id ARM ID of the cluster
   * @throws when `id` is none
   */
  function changeCluster(id: string, changes: ClusterChanges): void {
    setDocument(clusterOf(id), { kind: 'parts', changes }, changes.cluster?.['location']);
  }

  /**
   * Replaces a cluster's whole document; only `id`, `name`, `type` and `location` have defaults. See
   * {@link changeCluster}.
   */
  function replaceCluster(id: string, whole: Json): void {
    const path = clusterOf(id);
    const { name, type, location, ...rest } = defaultCluster(path, clusters.locationOf(path));
    const document = { id: rest['id'], name, type, location, ...whole };
    setDocument(path, { kind: 'whole', document }, document.location);
  }

  function put(operationId: string, record: OperationRecord): void {
    clusters.add(record.path).set(operationId.toLowerCase(), record);
  }

  function allPlayed(): PlayedOperation[] {
    const records = clusters.values().flatMap((operations) => [...operations.values()]);
    return records.flatMap(({ played }) => played ?? []);
  }

  function save(): void {
    if (stateFile === undefined) return;
    const byStart = allPlayed().toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
    saveOperations(stateFile, byStart);
  }

  /**
   * Adds a cluster without operations, unless it is there; its ARM ID. Not kept over restarts.
   *
   * @param location as resources name it; default `westeurope`
   */
  function addCluster(
    { subscriptionId, resourceGroupName, resourceName }: ClusterPath,
    location?: string,
  ): string {
    const path = { subscriptionId, resourceGroupName, resourceName };
    clusters.add(path);
    if (location !== undefined) clusters.locate(path, location);
    return clusterId(path);
  }

  /** Starts a scenario, on a cluster that is there from then on; a record with the same ID is replaced. */
  function start(request: StartRequest): StartedOperation {
    const {
      scenario,
      speed = 1,
      operationId = randomUUID(),
      startedBy,
      changes,
      ...path
    } = request;
    const asked = changes === undefined ? {} : { changes };
    add({ ...path, operationId, scenario, speed, startedAt: now().toISOString(), ...asked });
    activityLog?.started(path, startedBy);
    save();
    return {
      id: `${resourceId(path)}/operations/${operationId}`,
      operationId,
      operationUrl: operationUrl(path.subscriptionId, operationId),
    };
  }

  /**
   * Fixes what the record with this ARM ID answers, known before or not. Not kept over restarts.
   * @throws when `id` is not the ARM ID of an operation
   */
  function set(id: string, fixed: FixedAnswer): void {
    const path = parseOperationPath(id);
    if (path?.operationId === undefined) throw new Error(`not the ARM ID of an operation: ${id}`);
    const { status, headers, body }: Answer = isAnswer(fixed)
      ? fixed
      : { status: 200, body: fixed };
    // A raw string stands for a broken body, so it still claims to be JSON.
    const answer = { status, headers: { 'content-type': 'application/json', ...headers }, body };
    const before = clusters.get(path)?.get(path.operationId.toLowerCase())?.reached ?? 0;
    const reached = Math.max(before, progressOf(body, 0).done);
    put(path.operationId, { path, read: () => answer, reached });
  }

  /**
   * Drops the record with this ARM ID, or, given a cluster's or resource group's, all that is in it. A deleted agent
   * pool leaves the cluster's document; its operations are not found at its path any more, at the cluster's they stay.
   */
  function forget(id: string): void {
    const path = parseOperationPath(id);
    const cluster = parseClusterId(id);
    const pool = parsePoolId(id);
    const group = parseGroupId(id);
    if (path?.operationId !== undefined) clusters.get(path)?.delete(path.operationId.toLowerCase());
    if (cluster !== undefined) clusters.delete(cluster);
    if (pool !== undefined) forgetPool(pool);
    if (group !== undefined) clusters.deleteGroup(group);
    save();
  }

  function forgetPool(pool: OperationPath): void {
    deletedPools.add(resourceId(pool).toLowerCase());
    const { agentPoolName = '' } = pool;
    const changes = { pools: { [agentPoolName]: null } };
    if (clusters.get(pool) !== undefined) clusters.happened(pool, { kind: 'parts', changes });
  }

  /** What is played, with what it shows now. */
  function list(): (PlayedOperation & OperationStatusResult)[] {
    return allPlayed().map((played) => Object.assign(play(played, now()), played));
  }

  /** One record's answer, or what is missing. An agent pool sees only its own. */
  function read(
    path: OperationPath,
    operationId: string,
    hasTypes: boolean,
  ): Answer | 'noResourceGroup' | 'noCluster' | 'noPool' | 'noRecord' {
    const operations = clusters.get(path);
    if (operations === undefined) return missing(path);
    if (deletedPools.has(resourceId(path).toLowerCase())) return 'noPool';
    const record = operations.get(operationId.toLowerCase());
    return record !== undefined && isSeenFrom(path, record) ? record.read(hasTypes) : 'noRecord';
  }

  /** The bodies of a cluster's or agent pool's newest operations, newest first. */
  function newest(
    path: OperationPath,
    count: number,
    hasTypes: boolean,
  ): readonly unknown[] | 'noResourceGroup' | 'noCluster' {
    const operations = clusters.get(path);
    if (operations === undefined) return missing(path);
    const seen = [...operations.values()].filter((record) => isSeenFrom(path, record));
    return seen
      .slice(-count)
      .flatMap((record) => {
        const { status, body } = record.read(hasTypes);
        return status === 200 ? [named(body, record)] : [];
      })
      .toReversed();
  }

  function missing(path: ClusterPath): 'noResourceGroup' | 'noCluster' {
    return clusters.isGroupDeleted(path) ? 'noResourceGroup' : 'noCluster';
  }

  const clustersIn = (scope: Scope) => clusters.listIn(scope);

  const locationOf = (path: ClusterPath) => clusters.locationOf(path);

  /** A cluster's document, or what is missing; its pools carry their `status`. */
  function readCluster(path: ClusterPath): Json | 'noResourceGroup' | 'noCluster' {
    return clusters.document(path) ?? missing(path);
  }

  return {
    addCluster,
    changeCluster,
    replaceCluster,
    start,
    set,
    forget,
    list,
    read,
    newest,
    clustersIn,
    locationOf,
    readCluster,
  };
}

function clusterOf(id: string): ClusterPath {
  const path = parseClusterId(id);
  if (path === undefined) throw new Error(`not the ARM ID of a cluster: ${id}`);
  const { subscriptionId, resourceGroupName, resourceName } = path;
  return { subscriptionId, resourceGroupName, resourceName };
}

/** A List names its items, also those whose fixed answers do not name themselves. */
function named(body: unknown, { path }: OperationRecord): unknown {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (!isObject || path.operationId === undefined) return body;
  const id = `${resourceId(path)}/operations/${path.operationId}`;
  return { id, name: path.operationId, ...body };
}

function isAnswer(fixed: FixedAnswer): fixed is Answer {
  return typeof fixed.status === 'number';
}

function isSeenFrom({ agentPoolName }: OperationPath, { path }: OperationRecord): boolean {
  const pool = agentPoolName?.toLowerCase();
  return pool === undefined || pool === path.agentPoolName?.toLowerCase();
}
