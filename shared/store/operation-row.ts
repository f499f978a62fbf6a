import * as z from 'zod/mini';
import { nameKey, patterns } from '../domain/azure-names.ts';
import type { ReadingTrouble } from '../domain/reading.ts';
import type { IsoTime } from '../time.ts';
import { noTurns } from '../domain/alternating-errors.ts';
import type { LeftBehind } from '../domain/state-after-failure.ts';
import { trackingIdOf, type OperationReference } from '../domain/reference.ts';
import { mostSpecific } from '../domain/error-detail.ts';
import {
  neverRead,
  type HistoryEntry,
  type OperationEventName,
  type OperationMessage,
  type OperationState,
  type TrackedOperation,
  type TrackingOptions,
} from '../domain/tracked.ts';
import { isChannelName } from '../settings/settings.ts';
import {
  checkVersion,
  CorruptRow,
  flag,
  json,
  jsonOrNull,
  jsonUnless,
  matchOrNull,
  numberOrNull,
  oneOfOrNull,
  required,
  storedText,
  text,
  textOrNull,
  textThat,
  time,
  timeOrNull,
  type Codec,
  type Stored,
} from './codec.ts';
import {
  checkSearched,
  dispensable,
  optional,
  record,
  rowOf,
  searchable,
  type Fields,
} from './columns.ts';
import { entitySize, largestEntity } from './entity-size.ts';
import { outboxColumns, owedFields, type Owed } from './outbox-columns.ts';
import {
  errorDetail,
  errorTurns,
  eventName,
  historyEntry,
  leftBehind,
  operationDetails,
  operationMessage,
  outcomes,
  readingTrouble,
  withBelievableTimes,
  type OperationDetails,
} from './operation-json.ts';
import type { Columns, Row, RowKey } from './table.ts';

/** Where an operation's row is: the tracking ID begins with its partition, the subscription. */
export function operationKey(trackingId: string): RowKey {
  return { partitionKey: trackingId.slice(0, 36), rowKey: trackingId };
}

/** When what is in the history ended: it is purged by it. */
export const endedAt: Stored<IsoTime> = time('endedAt');

/** What is posted of an operation, and where. */
export const optionsColumns: Stored<TrackingOptions> = record<TrackingOptions>({
  label: textOrNull,
  // Channels name rows of their own, and mentions stand in messages as they are.
  channel: required(textThat(isChannelName)),
  mention: matchOrNull(/^[a-z0-9]+$/i),
  events: optional(jsonOrNull<readonly OperationEventName[]>(z.array(eventName))),
});

/** Why the last reading failed. */
export const troubleColumns: Codec<ReadingTrouble | null> = searchable(
  jsonOrNull(readingTrouble),
  causeOf,
);

function causeOf(trouble: ReadingTrouble | null): Columns {
  return { troubleCause: trouble?.cause ?? '' };
}

/** What runs, as JSON; empty while nothing of it is known. */
const detailsColumn = jsonUnless(detailsOf(neverRead), operationDetails)('details');

function detailsOf({ kind, parts, partsLeftOut, usual }: OperationState): OperationDetails {
  return { kind, parts, partsLeftOut, usual };
}

const plainColumns = record<Omit<OperationState, keyof OperationDetails>>({
  status: textOrNull,
  percentComplete: numberOrNull,
  error: jsonOrNull(errorDetail),
  errorFingerprint: textOrNull,
  errorTurns: jsonUnless(noTurns, errorTurns),
  startTime: timeOrNull,
  endTime: timeOrNull,
  lastCheckedAt: timeOrNull,
  lastChangedAt: timeOrNull,
  lastProgressAt: timeOrNull,
  stalled: flag,
  outcome: oneOfOrNull(outcomes),
  trouble: troubleColumns,
});

const stateColumns: Stored<OperationState> = {
  columns: [...plainColumns.columns, 'troubleCause', ...detailsColumn.columns],
  write: (value, columns) =>
    detailsColumn.write(detailsOf(value), plainColumns.write(value, columns)),
  read: (columns) => {
    const plain = plainColumns.read(columns);
    checkSearched(columns, causeOf(plain.trouble));
    return { ...plain, ...detailsColumn.read(columns) };
  },
};

/** The tracking ID proves every part of the reference except the agent pool. */
const referenceColumns = record<OperationReference>({
  subscriptionId: text,
  resourceGroupName: searchable(text, (name) => ({ resourceGroupKey: nameKey(name) })),
  resourceName: searchable(text, (name) => ({ resourceKey: nameKey(name) })),
  agentPoolName: matchOrNull(patterns.agentPoolName),
  operationId: text,
});

/** Searches use the `…Key` columns, as names compare case-insensitively. */
const headFields: Fields<Omit<TrackedOperation, 'trackingId' | 'history' | 'outbox'>> = {
  reference: referenceColumns,
  options: optionsColumns,
  registeredAt: time,
  state: stateColumns,
  startedBy: optional(dispensable(textOrNull, null)),
  changes: optional(dispensable(jsonOrNull<readonly string[]>(z.array(storedText)), null)),
  left: optional(dispensable(jsonOrNull<readonly LeftBehind[]>(z.array(leftBehind)), null)),
  nextCheckAt: timeOrNull,
};
const restFields: Fields<Pick<TrackedOperation, 'history' | 'outbox'>> = {
  history: json<readonly HistoryEntry[]>(z.array(historyEntry)),
  outbox: outboxColumns(operationMessage),
};
const operationRow = rowOf<Omit<TrackedOperation, 'trackingId'>>('operation', {
  ...headFields,
  ...restFields,
});
const restColumns = record(restFields);

/** What {@link toHead} reads: an operation without its history and messages. */
export const operationHead = rowOf<Omit<OperationHead, 'trackingId'>>('operation', {
  ...headFields,
  ...owedFields,
});

/** What a reading without news writes: the last-seen state, and when it is read next. */
export const quietColumns = record<Pick<TrackedOperation, 'state' | 'nextCheckAt'>>({
  state: stateColumns,
  nextCheckAt: timeOrNull,
});

/**
 * An operation as columns of a row that the table service accepts. If the row is too large, the oldest history is
 * dropped first, then the error details in its messages. Messages and the outcome are always kept.
 */
export function operationColumns(operation: TrackedOperation): Columns {
  const key = operationKey(operation.trackingId);
  let columns = operationRow.write(operation);
  for (const lighten of lighter) {
    if (entitySize(key, columns) <= largestEntity) break;
    columns = operationRow.write(lighten(operation));
  }
  return columns;
}

/** Steps that make a row smaller; later steps drop more. */
const lighter: readonly ((operation: TrackedOperation) => TrackedOperation)[] = [
  ...[100, 50, 20, 0].map((kept) => ({ history, ...rest }: TrackedOperation): TrackedOperation => ({
    ...rest,
    history: kept === 0 ? [] : history.slice(-kept),
  })),
  ({ outbox, ...rest }) => ({
    ...rest,
    history: [],
    outbox: { ...outbox, owed: outbox.owed.map(withoutDetails) },
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

/** An operation as lists and ticks read it: without its history and the messages themselves. */
export interface OperationHead extends Omit<TrackedOperation, 'history' | 'outbox'>, Owed {}

/** Reads a row as {@link OperationHead}. Throws {@link CorruptRow}. */
export function toHead({ key, columns }: Row): OperationHead {
  checkVersion(columns);
  if (columns['kind'] !== 'operation') throw new CorruptRow('It is not of an operation.');
  const { state: seen, ...read } = operationHead.read(columns);
  const trackingId = trackingIdOf(read.reference);
  const home = operationKey(trackingId);
  if (key.rowKey !== home.rowKey || key.partitionKey !== home.partitionKey)
    throw new CorruptRow('It is not in the place of the operation that it names.');
  const readAt = seen.lastCheckedAt ?? read.registeredAt;
  return { ...read, trackingId, state: withBelievableTimes(seen, readAt) };
}

/** Reads a whole row as {@link TrackedOperation}. Throws {@link CorruptRow}. */
export function toOperation(row: Row): TrackedOperation {
  const { undelivered: _count, owedSince: _since, ...read } = toHead(row);
  return { ...read, ...restColumns.read(row.columns) };
}
