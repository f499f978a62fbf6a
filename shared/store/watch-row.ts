import { scopeIdOf, type ClusterReference, type Scope } from '../domain/scope.ts';
import * as z from 'zod/mini';
import { nameKey } from '../domain/azure-names.ts';
import type { Broken } from '../domain/set-right.ts';
import type { ClusterConfig, PoolConfig, SettledCluster } from '../domain/cluster-config.ts';
import { markOf, type SettledMark } from '../domain/settled-cluster.ts';
import type {
  ClusterMessage,
  GapMessage,
  SetRightMessage,
  Watch,
  WatchedCluster,
} from '../domain/watch.ts';
import {
  checkVersion,
  CorruptRow,
  flag,
  json,
  storedId,
  storedText,
  storedTime,
  text,
  textOrNull,
  time,
  timeOrNull,
  type Stored,
} from './codec.ts';
import { dispensable, record, rowOf, searchable, type Fields } from './columns.ts';
import { outboxColumns, owedFields, type Owed } from './outbox-columns.ts';
import { broken } from './operation-json.ts';
import { optionsColumns, troubleColumns } from './operation-row.ts';
import { quoted, type Row, type RowKey } from './table.ts';

/** Where a watch's row is: beside the operations of its subscription. */
export function watchKey(watchId: string): RowKey {
  return { partitionKey: watchId.slice(0, 36), rowKey: `watch${watchId.slice(36)}` };
}

/** A watch as a row, which {@link toWatch} reads. */
export const watchRow: Stored<Omit<Watch, 'watchId'>> = rowOf<Omit<Watch, 'watchId'>>('watch', {
  scope: record<Scope>({
    subscriptionId: text,
    resourceGroupName: textOrNull,
    resourceName: textOrNull,
  }),
  options: optionsColumns,
  createdAt: time,
  nextScanAt: time,
  lastScanAt: timeOrNull,
  trouble: troubleColumns,
});

/** Reads a row as {@link Watch}. Throws {@link CorruptRow}. */
export function toWatch({ key, columns }: Row): Watch {
  checkVersion(columns);
  const watch = watchRow.read(columns);
  const watchId = scopeIdOf(watch.scope);
  checkHome(key, watchKey(watchId));
  return { ...watch, watchId };
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

const gapMessage: z.ZodMiniType<GapMessage> = z.object({
  id: storedId,
  at: storedTime,
  after: storedTime,
});

const nullableText = z.nullable(storedText);
const settings = z.record(z.string(), storedText);

const poolConfig: z.ZodMiniType<PoolConfig> = z.object({
  name: storedText,
  kubernetes: nullableText,
  count: z.nullable(z.number()),
  vmSize: nullableText,
  nodeImage: nullableText,
  power: nullableText,
  settings,
});

const clusterConfig: z.ZodMiniType<ClusterConfig> = z.object({
  apiVersion: storedText,
  kubernetes: nullableText,
  power: nullableText,
  settings,
  pools: z.array(poolConfig),
});

const settledCluster: z.ZodMiniType<SettledCluster> = z.object({
  at: storedTime,
  config: clusterConfig,
});

const setRightMessage: z.ZodMiniType<SetRightMessage> = z.object({
  id: storedId,
  at: storedTime,
  restored: z.array(broken),
});

const clusterMessage: z.ZodMiniType<ClusterMessage> = z.union([gapMessage, setRightMessage]);

const restFields: Fields<Pick<WatchedCluster, 'known' | 'settled' | 'broken' | 'outbox'>> = {
  known: json<readonly string[]>(z.array(storedText)),
  settled: dispensable(
    searchable(json<SettledCluster | null>(z.nullable(settledCluster)), (settled) => {
      const { settledAt, settledKey } = markOf({ settled });
      return { settledAt: settledAt ?? '', settledKey: settledKey ?? '' };
    }),
    null,
  ),
  broken: dispensable(
    searchable(json<readonly Broken[]>(z.array(broken)), ({ length }) => ({
      isBroken: length > 0,
    })),
    [],
  ),
  outbox: outboxColumns(clusterMessage),
};
const headFields: Fields<Omit<WatchedCluster, keyof typeof restFields>> = {
  reference: record<ClusterReference>({
    subscriptionId: text,
    resourceGroupName: searchable(text, (name) => ({ resourceGroupKey: nameKey(name) })),
    resourceName: text,
  }),
  since: time,
  nextLookAt: time,
  lastLookAt: timeOrNull,
  trouble: troubleColumns,
  channel: text,
};
const restColumns = record(restFields);

/** A watched cluster as a row, which {@link toCluster} reads. */
export const clusterRow: Stored<WatchedCluster> = rowOf<WatchedCluster>('cluster', {
  ...headFields,
  ...restFields,
});

/** What ticks know of a cluster's configuration and of what is broken there, without either. */
interface ClusterMarks extends SettledMark {
  /** Whether something was posted as failed, and is not set right yet. */
  readonly isBroken: boolean;
}

const markFields: Fields<ClusterMarks> = {
  settledAt: dispensable(timeOrNull, null),
  settledKey: dispensable(textOrNull, null),
  isBroken: dispensable(flag, false),
};

/** A watched cluster as ticks read it: without what it knows, and without the messages themselves. */
export interface ClusterHead
  extends Omit<WatchedCluster, keyof typeof restFields>, ClusterMarks, Owed {}

/** What {@link toClusterHead} reads. */
export const clusterHead: Stored<ClusterHead> = rowOf<ClusterHead>('cluster', {
  ...headFields,
  ...markFields,
  ...owedFields,
});

/** Reads a row as {@link ClusterHead}. Throws {@link CorruptRow}. */
export function toClusterHead({ key, columns }: Row): ClusterHead {
  checkVersion(columns);
  const head = clusterHead.read(columns);
  checkHome(key, clusterRowKey(scopeIdOf(head.reference)));
  return head;
}

/** Reads a whole row as {@link WatchedCluster}. Throws {@link CorruptRow}. */
export function toCluster(row: Row): WatchedCluster {
  const {
    undelivered: _count,
    owedSince: _since,
    settledAt: _at,
    settledKey: _key,
    isBroken: _broken,
    ...head
  } = toClusterHead(row);
  return { ...head, ...restColumns.read(row.columns) };
}

function checkHome(key: RowKey, home: RowKey): void {
  if (key.rowKey !== home.rowKey || key.partitionKey !== home.partitionKey)
    throw new CorruptRow('It is not in the place of what it names.');
}
