import { operationArmId } from '../shared/operation/reference.ts';
import type { ErrorDetail } from '../shared/operation/errors.ts';
import type { TrackedOperation } from '../shared/operation/tracked.ts';
import type { OperationHead } from '../shared/store/operation-row.ts';

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
    percentComplete: state.percentComplete,
    error: state.error === null ? null : viewOfError(state.error),
    startTime: state.startTime,
    endTime: state.endTime,
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
  };
}

/** The same with the history of changes. */
export function viewWithHistory(operation: TrackedOperation): Record<string, unknown> {
  return { ...viewOf(headOf(operation)), history: operation.history };
}

/** An operation without its history. */
export function headOf({ history: _history, mailbox, ...rest }: TrackedOperation): OperationHead {
  return { ...rest, undelivered: mailbox.owed.length, owedSince: mailbox.owed[0]?.at ?? null };
}

function viewOfError({ code, message, target, details }: ErrorDetail): Record<string, unknown> {
  return {
    ...(code === null ? {} : { code }),
    ...(message === null ? {} : { message }),
    ...(target === null ? {} : { target }),
    ...(details.length === 0 ? {} : { details: details.map(viewOfError) }),
  };
}
