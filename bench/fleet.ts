import type { ClusterReference } from '../shared/domain/scope.ts';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { emptyOutbox } from '../shared/domain/outbox.ts';
import { trackingIdOf, type OperationReference } from '../shared/domain/reference.ts';
import {
  neverRead,
  type TrackedOperation,
  type TrackingOptions,
} from '../shared/domain/tracked.ts';
import { operationKey, operationColumns } from '../shared/store/operation-row.ts';

/** How many operations there are, and where they run. */
export interface Fleet {
  readonly size: number;
  readonly subscriptions: number;
  /** Operations that run on one cluster. */
  readonly perCluster: number;
}

/** How many channels a fleet posts to. */
export const channels = 10;

/** The operations of a fleet, spread evenly; the same for the same fleet. */
export function operationsOf({ size, subscriptions, perCluster }: Fleet): OperationReference[] {
  const clusters = size / perCluster;
  return Array.from({ length: size }, (_, index) => ({
    subscriptionId: `00000000-0000-4000-8000-${String((index % clusters) % subscriptions).padStart(12, '0')}`,
    resourceGroupName: 'rg-bench',
    resourceName: `aks-${index % clusters}`,
    agentPoolName: null,
    operationId: `11111111-1111-4111-8111-${String(index).padStart(12, '0')}`,
  }));
}

/** Clusters on which nothing runs, spread evenly. */
export function quietClusters(count: number, subscriptions: number): ClusterReference[] {
  return Array.from({ length: count }, (_, at) => ({
    subscriptionId: `00000000-0000-4000-8000-${String(at % subscriptions).padStart(12, '0')}`,
    resourceGroupName: 'rg-bench',
    resourceName: `aks-${at}`,
  }));
}

/** What ARM shows for an operation: all run quietly, but one for each channel has moved on. */
export function statusOf(index: number): {
  readonly status: string;
  readonly [field: string]: unknown;
} {
  const status = index < channels ? 'UpgradingNodes: 1/20 nodes completed' : 'InProgress';
  return { status, percentComplete: 40, startTime: '2026-01-01T00:00:00.1234567Z' };
}

/**
 * Puts a fleet into an empty table, each operation seen once as `InProgress`.
 *
 * @param now when that was
 * @param events those that are posted; absent: as for every registered operation
 */
export async function seed(
  table: TableClient,
  fleet: Fleet,
  now: Date,
  events?: TrackingOptions['events'],
): Promise<void> {
  await table.createTable();
  const operations = operationsOf(fleet).map((reference, index) =>
    tracked(reference, now.toISOString(), {
      label: null,
      channel: `c${index % channels}`,
      mention: null,
      ...(events === undefined ? {} : { events }),
    }),
  );
  const partitions = Map.groupBy(operations, ({ reference }) => reference.subscriptionId);
  for (const partition of partitions.values()) {
    for (let from = 0; from < partition.length; from += 100) {
      const actions = partition
        .slice(from, from + 100)
        .map((operation): TransactionAction => [
          'create',
          { ...operationKey(operation.trackingId), ...operationColumns(operation) },
        ]);
      await table.submitTransaction(actions);
    }
  }
}

function tracked(
  reference: OperationReference,
  now: string,
  options: TrackingOptions,
): TrackedOperation {
  return {
    trackingId: trackingIdOf(reference),
    reference,
    options,
    registeredAt: now,
    state: {
      ...neverRead,
      status: 'InProgress',
      percentComplete: 40,
      lastCheckedAt: now,
      lastChangedAt: now,
      lastProgressAt: now,
    },
    nextCheckAt: now,
    history: [],
    outbox: emptyOutbox,
  };
}
