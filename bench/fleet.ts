import type { TableClient, TransactionAction } from '@azure/data-tables';
import { emptyMailbox } from '../shared/mailbox.ts';
import {
  operationArmId,
  trackingIdOf,
  type OperationReference,
} from '../shared/operation/reference.ts';
import { neverRead, type TrackedOperation } from '../shared/operation/tracked.ts';
import { keyOf, operationColumns } from '../shared/store/operation-row.ts';

/** How many subscriptions and channels a fleet is spread over. */
export const spread = { subscriptions: 10, channels: 10 } as const;

/** The operations of a fleet; the same for the same size. */
export function fleet(size: number): OperationReference[] {
  return Array.from({ length: size }, (_, index) => ({
    subscriptionId: `00000000-0000-4000-8000-${String(index % spread.subscriptions).padStart(12, '0')}`,
    resourceGroupName: 'rg-bench',
    resourceName: `aks-${index % 500}`,
    agentPoolName: null,
    operationId: `11111111-1111-4111-8111-${String(index).padStart(12, '0')}`,
  }));
}

/** What ARM shows for an operation: all run quietly, but one for each channel has moved on. */
export function statusOf(index: number): Record<string, unknown> {
  const status = index < spread.channels ? 'UpgradingNodes: 1/20 nodes completed' : 'InProgress';
  return { status, percentComplete: 40, startTime: '2026-01-01T00:00:00.1234567Z' };
}

/** ARM IDs of a fleet's operations, in order. */
export function armIds(size: number): string[] {
  return fleet(size).map((reference) => operationArmId(reference));
}

/** Puts a fleet into an empty table, each operation seen once before as `InProgress`. */
export async function seed(table: TableClient, size: number): Promise<void> {
  await table.createTable();
  const now = new Date().toISOString();
  const batches = Map.groupBy(
    fleet(size).map((reference, index) => tracked(reference, index, now)),
    ({ reference }) => reference.subscriptionId,
  );
  for (const operations of batches.values()) {
    for (let from = 0; from < operations.length; from += 100) {
      const actions = operations
        .slice(from, from + 100)
        .map((operation): TransactionAction => [
          'create',
          { ...keyOf(operation.trackingId), ...operationColumns(operation) },
        ]);
      await table.submitTransaction(actions);
    }
  }
}

function tracked(reference: OperationReference, index: number, now: string): TrackedOperation {
  return {
    trackingId: trackingIdOf(reference),
    reference,
    options: { label: null, channel: `c${index % spread.channels}`, mention: null },
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
    mailbox: emptyMailbox,
  };
}
