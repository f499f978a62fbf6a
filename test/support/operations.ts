import { emptyOutbox } from '../../shared/domain/outbox.ts';
import { trackingIdOf, type OperationReference } from '../../shared/domain/reference.ts';
import {
  neverRead,
  type OperationMessage,
  type OperationState,
  type TrackedOperation,
} from '../../shared/domain/tracked.ts';
import type { OperationStore } from '../../shared/store/operation-store.ts';
import { someCluster } from './settings.ts';

/** When the operations of {@link someOperation} were registered. */
export const registeredAt = '2024-05-06T07:00:00.000Z';

/** What differs from an operation that was registered just now and never read. */
export type OperationChanges = Partial<Omit<TrackedOperation, 'state' | 'reference'>> & {
  readonly state?: Partial<OperationState>;
  readonly reference?: Partial<OperationReference>;
};

/** An operation of a cluster of its own. */
export function someOperation(changes: OperationChanges = {}): TrackedOperation {
  const reference = {
    ...someCluster(),
    agentPoolName: null,
    operationId: 'operation-1',
    ...changes.reference,
  };
  return {
    trackingId: trackingIdOf(reference),
    options: { label: null, channel: 'default', mention: null },
    registeredAt,
    nextCheckAt: registeredAt,
    history: [],
    outbox: emptyOutbox,
    ...changes,
    reference,
    state: { ...neverRead, ...changes.state },
  };
}

/** An operation that ended and was told. */
export function endedOperation(
  lastChangedAt: string,
  changes: OperationChanges = {},
): TrackedOperation {
  return someOperation({
    nextCheckAt: null,
    ...changes,
    state: { status: 'Succeeded', outcome: 'succeeded', lastChangedAt, ...changes.state },
  });
}

/** A message that is owed, about an operation with this error. */
export function someMessage(id: number, error: OperationState['error'] = null): OperationMessage {
  const {
    errorFingerprint: _fingerprint,
    errorTurns: _turns,
    lastCheckedAt: _checked,
    lastChangedAt: _changed,
    stalled: _stalled,
    ...state
  } = neverRead;
  return {
    id,
    at: registeredAt,
    events: [{ event: 'statusChanged', from: 'A', to: 'B', why: 'the phase differs' }],
    state: { ...state, error },
  };
}

/** Moves a stored operation to the history, as a tick does. */
export async function archiveIn(
  store: OperationStore,
  { trackingId, state, registeredAt: registered }: TrackedOperation,
  at = state.lastChangedAt ?? registered,
): Promise<void> {
  const stored = await store.find(trackingId);
  if (stored !== null) await store.archive(stored.operation, stored.etag, at);
}
