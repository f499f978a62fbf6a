import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { nameKey } from '../domain/names.ts';
import { believable, type IsoTime } from '../time.ts';
import { noTurns, type ErrorTurns } from '../domain/error-turns.ts';
import { patterns, trackingIdOf, type OperationReference } from '../domain/reference.ts';
import { mostSpecific } from '../domain/errors.ts';
import {
  neverRead,
  type OperationMessage,
  type OperationState,
  type TrackedOperation,
  type TrackingOptions,
} from '../domain/tracked.ts';
import { isChannelName } from '../settings/settings.ts';
import {
  checkVersion,
  corruptColumn,
  CorruptRow,
  count,
  flag,
  fromJsonColumns,
  jsonOrNull,
  jsonColumns,
  mailboxColumns,
  matchOrNull,
  numberOrNull,
  schemaVersion,
  text,
  textOrNull,
  time,
  timeOrNull,
  toMailbox,
} from './codec.ts';
import {
  errorDetail,
  errorTurns,
  eventName,
  historyEntry,
  operationDetails,
  operationMessage,
  outcome,
  readingTrouble,
  type OperationDetails,
} from './operation-json.ts';
import { entitySize, largestEntity } from './entity-size.ts';
import type { Columns, Row, RowKey } from './table.ts';

const kind = 'operation';
const noDetails: OperationDetails = {
  kind: neverRead.kind,
  parts: neverRead.parts,
  partsLeftOut: neverRead.partsLeftOut,
  usual: neverRead.usual,
};

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
    errorTurns: isDeepStrictEqual(state.errorTurns, noTurns)
      ? ''
      : JSON.stringify(state.errorTurns),
    startTime: state.startTime ?? '',
    endTime: state.endTime ?? '',
    lastCheckedAt: state.lastCheckedAt ?? '',
    lastChangedAt: state.lastChangedAt ?? '',
    lastProgressAt: state.lastProgressAt ?? '',
    stalled: state.stalled,
    outcome: state.outcome ?? '',
    troubleCause: state.trouble?.cause ?? '',
    trouble: state.trouble === null ? '' : JSON.stringify(state.trouble),
    details: detailsText(state),
    nextCheckAt: nextCheckAt ?? '',
  };
}

/** What runs, as JSON; empty while nothing of it is known. */
function detailsText({ kind: what, parts, partsLeftOut, usual }: OperationDetails): string {
  const details = { kind: what, parts, partsLeftOut, usual };
  return isDeepStrictEqual(details, noDetails) ? '' : JSON.stringify(details);
}

/**
 * An operation as columns of a row that the table service accepts. If the row is too large, the oldest history is
 * dropped first, then the error details in its messages. Messages and the outcome are always kept.
 */
export function operationColumns(operation: TrackedOperation): Columns {
  const key = keyOf(operation.trackingId);
  let columns = columnsOf(operation);
  for (const lighten of lighter) {
    if (entitySize(key, columns) <= largestEntity) break;
    columns = columnsOf(lighten(operation));
  }
  return columns;
}

/** Steps that make a row smaller; later steps drop more. */
const lighter: readonly ((operation: TrackedOperation) => TrackedOperation)[] = [
  ...[100, 50, 20, 0].map((kept) => ({ history, ...rest }: TrackedOperation): TrackedOperation => ({
    ...rest,
    history: kept === 0 ? [] : history.slice(-kept),
  })),
  ({ mailbox, ...rest }) => ({
    ...rest,
    history: [],
    mailbox: { ...mailbox, owed: mailbox.owed.map(withoutDetails) },
  }),
];

/** A message with the outermost error and the most specific one, and without the sub-operations. */
function withoutDetails({ state, ...message }: OperationMessage): OperationMessage {
  const { error, parts, partsLeftOut } = state;
  const details = error === null ? [] : [{ ...mostSpecific(error), details: [] }];
  return {
    ...message,
    state: {
      ...state,
      error: error === null ? null : { ...error, details },
      parts: [],
      partsLeftOut: partsLeftOut + parts.length,
    },
  };
}

/** Searches use the `…Key` columns, as names compare case-insensitively. */
function columnsOf(operation: TrackedOperation): Columns {
  const { reference, options } = operation;
  return {
    version: schemaVersion,
    kind,
    ...referenceColumns(reference),
    ...optionsColumns(options),
    registeredAt: operation.registeredAt,
    ...stateColumns(operation.state, operation.nextCheckAt),
    ...jsonColumns('history', operation.history),
    ...mailboxColumns(operation.mailbox),
  };
}

/** Options as columns. */
export function optionsColumns({ label, channel, mention, events }: TrackingOptions): Columns {
  const told = events === undefined ? {} : { events: JSON.stringify(events) };
  return { label: label ?? '', channel, mention: mention ?? '', ...told };
}

function referenceColumns(reference: OperationReference): Columns {
  return {
    subscriptionId: reference.subscriptionId,
    resourceGroupName: reference.resourceGroupName,
    resourceGroupKey: nameKey(reference.resourceGroupName),
    resourceName: reference.resourceName,
    resourceKey: nameKey(reference.resourceName),
    agentPoolName: reference.agentPoolName ?? '',
    operationId: reference.operationId,
  };
}

/** The columns that {@link toHead} reads: an operation without its history and messages. */
export const headColumns: readonly string[] = [
  'version',
  'kind',
  'subscriptionId',
  'resourceGroupName',
  'resourceName',
  'agentPoolName',
  'operationId',
  'label',
  'channel',
  'mention',
  'events',
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
  checkVersion(columns);
  if (columns['kind'] !== kind) throw new CorruptRow('It is not of an operation.');
  const reference = toReference(columns);
  const trackingId = trackingIdOf(reference);
  const home = keyOf(trackingId);
  if (key.rowKey !== home.rowKey || key.partitionKey !== home.partitionKey)
    throw new CorruptRow('It is not in the place of the operation that it names.');
  return {
    trackingId,
    reference,
    options: toOptions(columns),
    registeredAt: time(columns, 'registeredAt'),
    state: toState(columns),
    nextCheckAt: timeOrNull(columns, 'nextCheckAt'),
    undelivered: count(columns, 'undelivered'),
    owedSince: timeOrNull(columns, 'owedSince'),
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

/** The tracking ID proves every part except the agent pool. */
function toReference(columns: Columns): OperationReference {
  return {
    subscriptionId: text(columns, 'subscriptionId'),
    resourceGroupName: text(columns, 'resourceGroupName'),
    resourceName: text(columns, 'resourceName'),
    agentPoolName: matchOrNull(columns, 'agentPoolName', patterns.agentPoolName),
    operationId: text(columns, 'operationId'),
  };
}

/**
 * Reads what {@link optionsColumns} wrote: channels name rows of their own, and mentions stand in messages as
 * they are. Throws {@link CorruptRow}.
 */
export function toOptions(columns: Columns): TrackingOptions {
  const channel = text(columns, 'channel');
  if (!isChannelName(channel)) throw corruptColumn('channel');
  const label = textOrNull(columns, 'label');
  const mention = matchOrNull(columns, 'mention', /^[a-z0-9]+$/i);
  // Rows from before watches existed do not have it.
  const events = 'events' in columns ? jsonOrNull(columns, 'events', z.array(eventName)) : null;
  return { label, channel, mention, ...(events === null ? {} : { events }) };
}

function toState(columns: Columns): OperationState {
  const ended = textOrNull(columns, 'outcome');
  const trouble = jsonOrNull(columns, 'trouble', readingTrouble);
  if (columns['troubleCause'] !== (trouble?.cause ?? '')) throw corruptColumn('troubleCause');
  const lastCheckedAt = timeOrNull(columns, 'lastCheckedAt');
  // Older rows may hold unset times, such as the year 1.
  const readAt = lastCheckedAt ?? time(columns, 'registeredAt');
  return {
    status: textOrNull(columns, 'status'),
    percentComplete: numberOrNull(columns, 'percentComplete'),
    error: jsonOrNull(columns, 'error', errorDetail),
    errorFingerprint: textOrNull(columns, 'errorFingerprint'),
    errorTurns: toErrorTurns(columns),
    startTime: believable(timeOrNull(columns, 'startTime'), readAt),
    endTime: believable(timeOrNull(columns, 'endTime'), readAt),
    lastCheckedAt,
    lastChangedAt: timeOrNull(columns, 'lastChangedAt'),
    lastProgressAt: timeOrNull(columns, 'lastProgressAt'),
    stalled: flag(columns, 'stalled'),
    outcome: ended === null ? null : outcome(ended),
    trouble,
    ...toDetails(columns),
  };
}

/** Rows that were written before errors were counted have no such column. */
function toErrorTurns(columns: Columns): ErrorTurns {
  if (columns['errorTurns'] === undefined) return noTurns;
  return jsonOrNull(columns, 'errorTurns', errorTurns) ?? noTurns;
}

/** Rows that were written before there were details have no such column. */
function toDetails(columns: Columns): OperationDetails {
  if (columns['details'] === undefined) return noDetails;
  return jsonOrNull(columns, 'details', operationDetails) ?? noDetails;
}
