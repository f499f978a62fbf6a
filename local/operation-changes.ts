import type { TrackedOperation } from './notifier-api.ts';
import { phaseOf } from '../shared/domain/status.ts';

/** Something about an operation that is worth a line in the terminal. */
export interface OperationChange {
  readonly kind: 'registered' | 'changed' | 'ended' | 'unreadable' | 'readable';
  readonly tone: 'plain' | 'good' | 'bad' | 'warning';
  readonly text: string;
}

/**
 * What has happened between two looks at the product. A counter that moves is no line of its own.
 *
 * @param since - operations registered before it, that were not there at the earlier look, are old
 *   ones that just came into sight
 */
export function findChanges(
  before: readonly TrackedOperation[],
  after: readonly TrackedOperation[],
  since: Date,
): OperationChange[] {
  const known = new Map(before.map((operation) => [operation.trackingId, operation]));
  return after.flatMap((operation) => {
    const earlier = known.get(operation.trackingId);
    if (earlier !== undefined) return compareLooks(earlier, operation);
    return new Date(operation.registeredAt) < since ? [] : describeNew(operation);
  });
}

function describeNew(operation: TrackedOperation): OperationChange[] {
  const registered: OperationChange = {
    kind: 'registered',
    tone: 'plain',
    text: describeTarget(operation),
  };
  return operation.outcome === null ? [registered] : [registered, describeEnd(operation)];
}

function compareLooks(before: TrackedOperation, after: TrackedOperation): OperationChange[] {
  if (after.outcome !== null) return before.outcome === null ? [describeEnd(after)] : [];
  const changes: OperationChange[] = [];
  if (after.status !== null && phaseOf(before.status ?? '') !== phaseOf(after.status)) {
    const percent = after.percentComplete === null ? '' : ` (${after.percentComplete} %)`;
    const text = `${describeTarget(after)}: ${after.status}${percent}`;
    changes.push({ kind: 'changed', tone: 'plain', text });
  }
  if (before.reading.ok && !after.reading.ok) {
    const why = after.reading.code ?? after.reading.message ?? 'unknown reason';
    const text = `${describeTarget(after)}: ${why}`;
    changes.push({ kind: 'unreadable', tone: 'warning', text });
  }
  if (!before.reading.ok && after.reading.ok) {
    changes.push({ kind: 'readable', tone: 'good', text: describeTarget(after) });
  }
  return changes;
}

const endings = {
  succeeded: ['Succeeded', 'good'],
  failed: ['Failed', 'bad'],
  canceled: ['Canceled', 'warning'],
  lost: ['no longer found', 'warning'],
  gaveUp: ['given up', 'warning'],
} as const;

function describeEnd(operation: TrackedOperation): OperationChange {
  const [word, tone] = endings[operation.outcome ?? 'gaveUp'];
  const code = operation.error?.code ? ` (${operation.error.code})` : '';
  return { kind: 'ended', tone, text: `${describeTarget(operation)}: ${word}${code}` };
}

/** The cluster, its pool and the label: `aks-prod-weu/userpool, weekly upgrade`. */
function describeTarget({ resourceName, agentPoolName, label }: TrackedOperation): string {
  const resource = agentPoolName ? `${resourceName}/${agentPoolName}` : resourceName;
  return label ? `${resource}, ${label}` : resource;
}
