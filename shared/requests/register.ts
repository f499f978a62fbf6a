import { isDeepStrictEqual } from 'node:util';
import { nameKey } from '../domain/azure-names.ts';
import { emptyOutbox } from '../domain/outbox.ts';
import { trackingIdOf, type OperationReference } from '../domain/reference.ts';
import { neverRead, type TrackedOperation, type TrackingOptions } from '../domain/tracked.ts';
import type { OperationStore, StoredOperation } from '../store/operation-store.ts';
import { untilWritten } from '../store/table.ts';
import type { Clock, IsoTime } from '../time.ts';
import { unlessGiven, type GivenOptions } from './fields.ts';
import type { Registration } from './register-request.ts';

/** What registering came to. */
export interface Registered {
  readonly operation: TrackedOperation;
  /** `false` when it was tracked already. */
  readonly created: boolean;
}

/**
 * Starts tracking an operation. Idempotent, also for many callers at once: one tracked operation, options
 * given again replace the old ones. ARM is not asked.
 */
export async function register(
  { reference, options }: Registration,
  store: OperationStore,
  clock: Clock,
): Promise<Registered> {
  const trackingId = trackingIdOf(reference);
  return await untilWritten('the operation', async () => {
    const stored = await store.find(trackingId);
    if (stored !== null) {
      const updated = await update(stored, reference, options, store);
      return updated === null ? null : { operation: updated, created: false };
    }
    const now = clock().toISOString();
    return await addOperation(newOperation(reference, { ...unlessGiven, ...options }, now), store);
  });
}

/** Adds an operation that was not tracked when it was looked for; `null` when it is at work by now. */
export async function addOperation(
  operation: TrackedOperation,
  store: OperationStore,
): Promise<Registered | null> {
  if (!(await store.add(operation))) return null;
  // A row in the history means that it was registered, ended and archived between that look and this write.
  const archived = await store.findArchived(operation.trackingId);
  if (archived === null) return { operation, created: true };
  const ours = await store.find(operation.trackingId);
  if (ours !== null && !ours.archived) await store.remove(ours);
  return { operation: archived.operation, created: false };
}

/** The stored operation with the options given; `null` when it was changed meanwhile. */
async function update(
  { operation, etag, archived }: StoredOperation,
  reference: OperationReference,
  given: GivenOptions,
  store: OperationStore,
): Promise<TrackedOperation | null> {
  const options: TrackingOptions = { ...operation.options, ...given };
  // An operation is one, at its pool and at its cluster: the pool is kept when it becomes known.
  const agentPoolName = reference.agentPoolName ?? operation.reference.agentPoolName;
  const updated = { ...operation, options, reference: { ...operation.reference, agentPoolName } };
  if (isDeepStrictEqual(updated, operation)) return operation;
  const saved = archived
    ? await store.saveArchived(updated, etag)
    : await store.save(updated, etag);
  return saved === null ? null : updated;
}

/** An operation as it is before its first reading. */
export function newOperation(
  reference: OperationReference,
  options: TrackingOptions,
  now: IsoTime,
): TrackedOperation {
  return {
    trackingId: trackingIdOf(reference),
    reference: { ...reference, subscriptionId: nameKey(reference.subscriptionId) },
    options,
    registeredAt: now,
    state: neverRead,
    nextCheckAt: now,
    history: [],
    outbox: emptyOutbox,
  };
}
