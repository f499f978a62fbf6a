import { fingerprintOf, toErrorDetail } from '../../shared/domain/error-detail.ts';
import { readErrors } from '../../shared/domain/foreign-error.ts';
import { unknownKind } from '../../shared/domain/operation-kind.ts';
import type {
  Reading,
  SeenStatus,
  ReadingFailureCause,
  ReadingTrouble,
} from '../../shared/domain/reading.ts';
import type { OperationReference } from '../../shared/domain/reference.ts';
import {
  neverRead,
  type OperationEvent,
  type OperationMessage,
  type OperationState,
} from '../../shared/domain/tracked.ts';
import { plus, type IsoTime } from '../../shared/time.ts';

/** When everything in these tests begins. */
export const start: IsoTime = '2026-09-21T14:00:00.000Z';

/** `start` and this many minutes. */
export function minutes(count: number): IsoTime {
  return plus(start, count * 60_000);
}

/** The operation of these tests. */
export const reference: OperationReference = {
  subscriptionId: '11111111-2222-3333-4444-555555555555',
  resourceGroupName: 'rg-prod',
  resourceName: 'aks-prod-weu',
  agentPoolName: null,
  operationId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
};

/** An error as ARM sends it. */
export interface RawError {
  readonly code?: string;
  readonly message?: string;
  readonly target?: string;
  readonly details?: readonly RawError[];
}

/** What a 200 shows; `error` as ARM sends it. */
export function seen(
  status: string,
  { error, ...changes }: Partial<Omit<SeenStatus, 'error'>> & { readonly error?: RawError } = {},
): SeenStatus {
  const errors = readErrors([error]);
  return {
    status,
    percentComplete: null,
    startTime: null,
    endTime: null,
    error: toErrorDetail(errors),
    errorFingerprint: errors.length === 0 ? null : fingerprintOf(errors),
    kind: unknownKind,
    parts: [],
    partsLeftOut: 0,
    ...changes,
  };
}

/** A reading that worked. */
export function saw(at: IsoTime, ...what: Parameters<typeof seen>): Reading {
  return { at, notBefore: null, result: { ok: true, seen: seen(...what) } };
}

/** A reading that failed. */
export function failed(at: IsoTime, cause: ReadingFailureCause, code: string = cause): Reading {
  const failure = { cause, code, message: `ARM said ${code}.` };
  return { at, notBefore: null, result: { ok: false, failure } };
}

/** A run of failed readings. */
export function trouble(
  cause: ReadingFailureCause,
  failures: number,
  since: IsoTime = start,
): ReadingTrouble {
  return { cause, code: cause, message: `ARM said ${cause}.`, since, failures };
}

/** An operation that was read at {@link start} and has stood there since. */
export function known(
  status: string,
  {
    error,
    ...changes
  }: Partial<Omit<OperationState, 'error'>> & { readonly error?: RawError } = {},
): OperationState {
  return {
    ...neverRead,
    ...seen(status, error === undefined ? {} : { error }),
    lastCheckedAt: start,
    lastChangedAt: start,
    lastProgressAt: start,
    ...changes,
  };
}

/** The message about events, read at `at`, that left the operation in `state`. */
export function messageOf(
  events: readonly OperationEvent[],
  state: OperationState,
  at: IsoTime,
): OperationMessage {
  return { id: 1, at, events, state };
}

/** Events in a form that is quick to read: `statusChanged InProgress>Canceling`, `finished >Failed (Code)`. */
export function told(events: readonly OperationEvent[]): string[] {
  return events.map(({ event, from, to, code }) => {
    const change = from === undefined && to === undefined ? '' : ` ${from ?? ''}>${to ?? ''}`;
    return `${event}${change}${code === undefined ? '' : ` (${code})`}`;
  });
}
