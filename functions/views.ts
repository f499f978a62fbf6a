import { explain } from '../shared/explain/explain.ts';
import { kindOn, type OperationKind } from '../shared/domain/operation-kind.ts';
import type { SubOperation } from '../shared/domain/sub-operations.ts';
import { operationArmId } from '../shared/domain/reference.ts';
import type { ErrorDetail } from '../shared/domain/error-detail.ts';
import { counterOf } from '../shared/domain/status.ts';
import type { LeftBehind } from '../shared/domain/state-after-failure.ts';
import type { TrackedOperation } from '../shared/domain/tracked.ts';
import type { Usual } from '../shared/domain/usual-duration.ts';
import type { OperationHead } from '../shared/store/operation-row.ts';
import { elapsed } from '../shared/time.ts';
import { armIdOf, isCluster } from '../shared/domain/scope.ts';
import type { ReadingTrouble } from '../shared/domain/reading.ts';
import { operationEventNames } from '../shared/domain/tracked.ts';
import type { ClusterHead } from '../shared/store/watch-row.ts';
import type { IsoTime } from '../shared/time.ts';
import type { Watch } from '../shared/domain/watch.ts';

/** A tracked operation as the API shows it; absent options are left out, unknown values are `null`. */
export function viewOf(operation: OperationHead): Record<string, unknown> {
  const { reference, options, state } = operation;
  const { trouble } = state;
  return {
    trackingId: operation.trackingId,
    id: operationArmId(reference),
    subscriptionId: reference.subscriptionId,
    resourceGroupName: reference.resourceGroupName,
    resourceName: reference.resourceName,
    ...(reference.agentPoolName === null ? {} : { agentPoolName: reference.agentPoolName }),
    operationId: reference.operationId,
    ...(options.label === null ? {} : { label: options.label }),
    channel: options.channel,
    ...(options.mention === null ? {} : { mention: options.mention }),
    state: state.outcome === null ? 'active' : 'finished',
    status: state.status,
    kind: viewOfKind(kindOn(reference, state.kind)),
    percentComplete: state.percentComplete,
    progress: state.status === null ? null : counterOf(state.status),
    parts: state.parts.map((part) => viewOfPart(part)),
    partsLeftOut: state.partsLeftOut,
    error: state.error === null ? null : viewOfError(state.error),
    explanation: viewOfExplanation(operation),
    startTime: state.startTime,
    endTime: state.endTime,
    elapsedSeconds: elapsedSeconds(operation),
    usual: state.usual === null ? null : viewOfUsual(state.usual),
    registeredAt: operation.registeredAt,
    lastCheckedAt: state.lastCheckedAt,
    lastChangedAt: state.lastChangedAt,
    nextCheckAt: operation.nextCheckAt,
    outcome: state.outcome,
    reading:
      trouble === null
        ? { ok: true }
        : { ok: false, code: trouble.code, message: trouble.message, since: trouble.since },
    undelivered: operation.undelivered,
    startedBy: operation.startedBy ?? null,
    changes: operation.changes ?? [],
    left: (operation.left ?? []).map((one) => viewOfLeft(one, reference.resourceName)),
  };
}

/** The same with the history of changes. */
export function viewWithHistory(operation: TrackedOperation): Record<string, unknown> {
  return { ...viewOf(headOf(operation)), history: operation.history };
}

/** An operation without its history. */
export function headOf({ history: _history, outbox, ...rest }: TrackedOperation): OperationHead {
  return { ...rest, undelivered: outbox.owed.length, owedSince: outbox.owed[0]?.at ?? null };
}

/** From its start, or its registration, to its end, or the last look at it; `null`: never looked at. */
function elapsedSeconds({ state, registeredAt }: OperationHead): number | null {
  const until =
    state.endTime ?? (state.outcome === null ? state.lastCheckedAt : state.lastChangedAt);
  if (until === null) return null;
  return Math.max(0, toSeconds(elapsed(state.startTime ?? registeredAt, until)));
}

function viewOfExplanation({ reference, state }: OperationHead): Record<string, unknown> | null {
  const kind = kindOn(reference, state.kind);
  const explanation =
    state.error === null
      ? null
      : explain(state.error, reference, { kind, isRunning: state.outcome === null });
  if (explanation === null) return null;
  const { code, title, cause, step, command, link } = explanation;
  return { code, title, cause, step, command, link };
}

function toSeconds(ms: number): number {
  return Math.round(ms / 1000);
}

function viewOfKind({
  target,
  agentPoolName,
  action,
}: OperationKind): Record<string, unknown> | null {
  if (target === null && action === null) return null;
  return { target, ...(agentPoolName === null ? {} : { agentPoolName }), action };
}

function viewOfPart({
  name,
  kind,
  status,
  percentComplete,
  code,
}: SubOperation): Record<string, unknown> {
  return {
    ...(name === null ? {} : { name }),
    kind: viewOfKind(kind),
    status,
    percentComplete,
    progress: counterOf(status),
    ...(code === null ? {} : { code }),
  };
}

function viewOfLeft(
  { pool, provisioningState, requestedVersion, error }: LeftBehind,
  cluster: string,
): Record<string, unknown> {
  return {
    name: pool ?? cluster,
    provisioningState,
    ...(requestedVersion === undefined ? {} : { requestedVersion }),
    ...(error === undefined ? {} : { error: viewOfError(error) }),
  };
}

function viewOfUsual({ lowMs, medianMs, highMs, runs, of }: Usual): Record<string, unknown> {
  return {
    lowSeconds: toSeconds(lowMs),
    medianSeconds: toSeconds(medianMs),
    highSeconds: toSeconds(highMs),
    runs,
    of,
  };
}

function viewOfError({ code, message, target, details }: ErrorDetail): Record<string, unknown> {
  return {
    ...(code === null ? {} : { code }),
    ...(message === null ? {} : { message }),
    ...(target === null ? {} : { target }),
    ...(details.length === 0 ? {} : { details: details.map(viewOfError) }),
  };
}

/** A watch as the API shows it; absent options are left out. */
export function viewOfWatch({ watchId, scope, options, ...watch }: Watch): Record<string, unknown> {
  const { label, channel, mention, events = operationEventNames } = options;
  return {
    watchId,
    scope: armIdOf(scope),
    ...(label === null ? {} : { label }),
    channel,
    ...(mention === null ? {} : { mention }),
    events,
    createdAt: watch.createdAt,
    // One cluster needs not be looked for.
    ...(isCluster(scope)
      ? {}
      : {
          lastScanAt: watch.lastScanAt,
          nextScanAt: watch.nextScanAt,
          reading: readingOf(watch, watch.lastScanAt),
        }),
  };
}

/** A watched cluster as the API shows it. */
export function viewOfCluster(cluster: ClusterHead): Record<string, unknown> {
  const { reference, lastLookAt, nextLookAt } = cluster;
  return {
    id: armIdOf(reference),
    lastLookAt,
    nextLookAt,
    reading: readingOf(cluster, lastLookAt),
  };
}

/** `null`: not read yet. */
function readingOf(
  { trouble }: { trouble: ReadingTrouble | null },
  lastAt: IsoTime | null,
): Record<string, unknown> | null {
  if (trouble === null) return lastAt === null ? null : { ok: true };
  return { ok: false, code: trouble.code, message: trouble.message, since: trouble.since };
}
