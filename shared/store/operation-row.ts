import * as z from 'zod/mini';
import type { IsoTime } from '../time.ts';
import type { OperationReference } from '../operation/reference.ts';
import { neverRead, type OperationState, type TrackedOperation } from '../operation/tracked.ts';
import {
  fromJsonColumns,
  jsonOrNull,
  jsonColumns,
  mailboxColumns,
  numberOrNull,
  schemaVersion,
  text,
  textOrNull,
  toMailbox,
} from './codec.ts';
import {
  errorDetail,
  historyEntry,
  operationMessage,
  outcome,
  readingTrouble,
} from './operation-json.ts';
import type { Columns, Row, RowKey } from './table.ts';

/** Where an operation's row is: the tracking ID begins with its partition, the subscription. */
export function keyOf(trackingId: string): RowKey {
  return { partitionKey: trackingId.slice(0, 36), rowKey: trackingId };
}

/** The columns of the last-seen state and of when it is read next: what a reading without news writes. */
export function stateColumns(state: OperationState, nextCheckAt: string | null): Columns {
  return {
    status: state.status ?? '',
    percentComplete: state.percentComplete ?? -1,
    error: state.error === null ? '' : JSON.stringify(state.error),
    errorFingerprint: state.errorFingerprint ?? '',
    startTime: state.startTime ?? '',
    endTime: state.endTime ?? '',
    lastCheckedAt: state.lastCheckedAt ?? '',
    lastChangedAt: state.lastChangedAt ?? '',
    lastProgressAt: state.lastProgressAt ?? '',
    stalled: state.stalled,
    outcome: state.outcome ?? '',
    troubleCause: state.trouble?.cause ?? '',
    trouble: state.trouble === null ? '' : JSON.stringify(state.trouble),
    nextCheckAt: nextCheckAt ?? '',
  };
}

/** An operation as columns. The `…Key` columns are what is searched for: names compare case-insensitively. */
export function operationColumns(operation: TrackedOperation): Columns {
  const { reference, options } = operation;
  return {
    version: schemaVersion,
    kind: 'operation',
    ...referenceColumns(reference),
    label: options.label ?? '',
    channel: options.channel,
    mention: options.mention ?? '',
    registeredAt: operation.registeredAt,
    ...stateColumns(operation.state, operation.nextCheckAt),
    ...jsonColumns('history', operation.history),
    ...mailboxColumns(operation.mailbox),
  };
}

function referenceColumns(reference: OperationReference): Columns {
  return {
    subscriptionId: reference.subscriptionId,
    resourceGroupName: reference.resourceGroupName,
    resourceGroupKey: reference.resourceGroupName.toLowerCase(),
    resourceName: reference.resourceName,
    resourceKey: reference.resourceName.toLowerCase(),
    agentPoolName: reference.agentPoolName ?? '',
    operationId: reference.operationId,
  };
}

/** The columns that {@link toHead} reads: an operation without its history and messages. */
export const headColumns: readonly string[] = [
  'subscriptionId',
  'resourceGroupName',
  'resourceName',
  'agentPoolName',
  'operationId',
  'label',
  'channel',
  'mention',
  'registeredAt',
  ...Object.keys(stateColumns(neverRead, null)),
  'undelivered',
  'owedSince',
];

/** An operation as lists and ticks read it: without its history and the messages themselves. */
export interface OperationHead extends Omit<TrackedOperation, 'history' | 'mailbox'> {
  /** How many messages it owes. */
  readonly undelivered: number;
  /** Since when the oldest of them is owed; `null` when there is none. */
  readonly owedSince: IsoTime | null;
}

/** Reads a row as {@link OperationHead}. Throws {@link CorruptRow}. */
export function toHead({ key, columns }: Row): OperationHead {
  return {
    trackingId: key.rowKey,
    reference: {
      subscriptionId: text(columns, 'subscriptionId'),
      resourceGroupName: text(columns, 'resourceGroupName'),
      resourceName: text(columns, 'resourceName'),
      agentPoolName: textOrNull(columns, 'agentPoolName'),
      operationId: text(columns, 'operationId'),
    },
    options: {
      label: textOrNull(columns, 'label'),
      channel: text(columns, 'channel'),
      mention: textOrNull(columns, 'mention'),
    },
    registeredAt: text(columns, 'registeredAt'),
    state: toState(columns),
    nextCheckAt: textOrNull(columns, 'nextCheckAt'),
    undelivered: numberOrNull(columns, 'undelivered') ?? 0,
    owedSince: textOrNull(columns, 'owedSince'),
  };
}

/** Reads a whole row as {@link TrackedOperation}. Throws {@link CorruptRow}. */
export function toOperation(row: Row): TrackedOperation {
  const { undelivered: _count, owedSince: _since, ...head } = toHead(row);
  return {
    ...head,
    history: fromJsonColumns(row.columns, 'history', z.array(historyEntry)),
    mailbox: toMailbox(row.columns, operationMessage),
  };
}

function toState(columns: Columns): OperationState {
  const ended = textOrNull(columns, 'outcome');
  return {
    status: textOrNull(columns, 'status'),
    percentComplete: numberOrNull(columns, 'percentComplete'),
    error: jsonOrNull(columns, 'error', errorDetail),
    errorFingerprint: textOrNull(columns, 'errorFingerprint'),
    startTime: textOrNull(columns, 'startTime'),
    endTime: textOrNull(columns, 'endTime'),
    lastCheckedAt: textOrNull(columns, 'lastCheckedAt'),
    lastChangedAt: textOrNull(columns, 'lastChangedAt'),
    lastProgressAt: textOrNull(columns, 'lastProgressAt'),
    stalled: columns['stalled'] === true,
    outcome: ended === null ? null : outcome(ended),
    trouble: jsonOrNull(columns, 'trouble', readingTrouble),
  };
}
