import * as z from 'zod/mini';
import { nameKey } from '../domain/names.ts';
import type { IsoTime } from '../time.ts';
import {
  clusterKeyOf,
  watchIdOf,
  type GapMessage,
  type Watch,
  type WatchedCluster,
  type WatchScope,
} from '../domain/watch.ts';
import {
  checkVersion,
  CorruptRow,
  count,
  fromJsonColumns,
  jsonColumns,
  jsonOrNull,
  mailboxColumns,
  schemaVersion,
  storedId,
  storedText,
  storedTime,
  text,
  textOrNull,
  time,
  timeOrNull,
  toMailbox,
} from './codec.ts';
import { readingTrouble } from './operation-json.ts';
import { optionsColumns, toOptions } from './operation-row.ts';
import { quoted, type Columns, type Row, type RowKey } from './table.ts';

/** Where a watch's row is: beside the operations of its subscription. */
export function watchKey(watchId: string): RowKey {
  return { partitionKey: watchId.slice(0, 36), rowKey: `watch${watchId.slice(36)}` };
}

/** A watch as columns. */
export function watchColumns(watch: Watch): Columns {
  return {
    version: schemaVersion,
    kind: 'watch',
    ...scopeColumns(watch.scope),
    ...optionsColumns(watch.options),
    createdAt: watch.createdAt,
    nextScanAt: watch.nextScanAt,
    lastScanAt: watch.lastScanAt ?? '',
    troubleCause: watch.trouble?.cause ?? '',
    trouble: watch.trouble === null ? '' : JSON.stringify(watch.trouble),
  };
}

/** Reads a row as {@link Watch}. Throws {@link CorruptRow}. */
export function toWatch({ key, columns }: Row): Watch {
  checkVersion(columns);
  const scope: WatchScope = {
    subscriptionId: text(columns, 'subscriptionId'),
    resourceGroupName: textOrNull(columns, 'resourceGroupName'),
    resourceName: textOrNull(columns, 'resourceName'),
  };
  const watchId = watchIdOf(scope);
  checkHome(key, watchKey(watchId));
  return {
    watchId,
    scope,
    options: toOptions(columns),
    createdAt: time(columns, 'createdAt'),
    nextScanAt: time(columns, 'nextScanAt'),
    lastScanAt: timeOrNull(columns, 'lastScanAt'),
    trouble: jsonOrNull(columns, 'trouble', readingTrouble),
  };
}

/** Where a watched cluster's row is. */
export function clusterRowKey(clusterKey: string): RowKey {
  return { partitionKey: clusterKey.slice(0, 36), rowKey: `cluster${clusterKey.slice(36)}` };
}

/** Whose row is there: the way back of {@link clusterRowKey}. */
export function clusterKeyAt({ partitionKey, rowKey }: RowKey): string {
  return `${partitionKey}${rowKey.slice('cluster'.length)}`;
}

/** A filter for the rows of a subscription's clusters, by their keys alone. */
export function clusterRowsOf(subscriptionId: string): string {
  const from = "RowKey ge 'cluster.' and RowKey lt 'cluster/'";
  return `PartitionKey eq ${quoted(nameKey(subscriptionId))} and ${from}`;
}

/** A watched cluster as columns. */
export function clusterColumns(cluster: WatchedCluster): Columns {
  return {
    version: schemaVersion,
    kind: 'cluster',
    ...scopeColumns(cluster.reference),
    resourceGroupKey: nameKey(cluster.reference.resourceGroupName),
    since: cluster.since,
    ...jsonColumns('known', cluster.known),
    nextLookAt: cluster.nextLookAt,
    lastLookAt: cluster.lastLookAt ?? '',
    troubleCause: cluster.trouble?.cause ?? '',
    trouble: cluster.trouble === null ? '' : JSON.stringify(cluster.trouble),
    channel: cluster.channel,
    ...mailboxColumns(cluster.mailbox),
  };
}

/** A watched cluster as ticks read it: without what it knows, and without the messages themselves. */
export interface ClusterHead extends Omit<WatchedCluster, 'known' | 'mailbox'> {
  readonly undelivered: number;
  readonly owedSince: IsoTime | null;
}

/** The columns that {@link toClusterHead} reads. */
export const clusterHeadColumns: readonly string[] = [
  'version',
  'subscriptionId',
  'resourceGroupName',
  'resourceName',
  'since',
  'nextLookAt',
  'lastLookAt',
  'trouble',
  'channel',
  'undelivered',
  'owedSince',
];

/** The columns that {@link toWatch} reads beside those. */
export const watchColumnsBeside: readonly string[] = ['createdAt', 'nextScanAt', 'lastScanAt'];

/** Reads a row as {@link ClusterHead}. Throws {@link CorruptRow}. */
export function toClusterHead({ key, columns }: Row): ClusterHead {
  checkVersion(columns);
  const reference = {
    subscriptionId: text(columns, 'subscriptionId'),
    resourceGroupName: text(columns, 'resourceGroupName'),
    resourceName: text(columns, 'resourceName'),
  };
  checkHome(key, clusterRowKey(clusterKeyOf(reference)));
  return {
    reference,
    since: time(columns, 'since'),
    nextLookAt: time(columns, 'nextLookAt'),
    lastLookAt: timeOrNull(columns, 'lastLookAt'),
    trouble: jsonOrNull(columns, 'trouble', readingTrouble),
    channel: text(columns, 'channel'),
    undelivered: count(columns, 'undelivered'),
    owedSince: timeOrNull(columns, 'owedSince'),
  };
}

/** Reads a whole row as {@link WatchedCluster}. Throws {@link CorruptRow}. */
export function toCluster(row: Row): WatchedCluster {
  const { undelivered: _count, owedSince: _since, ...head } = toClusterHead(row);
  return {
    ...head,
    known: fromJsonColumns(row.columns, 'known', z.array(storedText)),
    mailbox: toMailbox(row.columns, gapMessage),
  };
}

function scopeColumns({ subscriptionId, resourceGroupName, resourceName }: WatchScope): Columns {
  return {
    subscriptionId,
    resourceGroupName: resourceGroupName ?? '',
    resourceName: resourceName ?? '',
  };
}

function checkHome(key: RowKey, home: RowKey): void {
  if (key.rowKey !== home.rowKey || key.partitionKey !== home.partitionKey)
    throw new CorruptRow('It is not in the place of what it names.');
}

const gapMessage: z.ZodMiniType<GapMessage> = z.object({
  id: storedId,
  at: storedTime,
  after: storedTime,
});
