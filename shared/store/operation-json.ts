import { readingFailureCauses, type ReadingTrouble } from '../domain/reading.ts';
import * as z from 'zod/mini';
import { _default as byDefault } from 'zod/mini';
import type { Broken } from '../domain/set-right.ts';
import type { LeftBehind } from '../domain/state-after-failure.ts';
import { toldLimit, type ErrorTurns } from '../domain/alternating-errors.ts';
import { errorDepth, type ErrorDetail } from '../domain/error-detail.ts';
import { operationActions, unknownKind, type OperationKind } from '../domain/operation-kind.ts';
import type { SubOperation } from '../domain/sub-operations.ts';
import {
  operationEventNames,
  type HistoryEntry,
  type OperationEvent,
  type OperationMessage,
  type OperationState,
} from '../domain/tracked.ts';
import { isRunLength, type Usual } from '../domain/usual-duration.ts';
import { believable, type IsoTime } from '../time.ts';
import { storedId, storedText, storedTime } from './codec.ts';

/** The shapes of what operation rows hold as JSON, checked when it is read back. */

const nullableText = z.nullable(storedText);
const nullableTime = z.nullable(storedTime);

/** As deep as errors are kept, and no deeper: what is read by recursion must end before the stack does. */
function errorOfDepth(depth: number): z.ZodMiniType<ErrorDetail> {
  return z.object({
    code: nullableText,
    message: nullableText,
    target: nullableText,
    details: z.array(depth > 1 ? errorOfDepth(depth - 1) : z.never()),
  });
}

export const errorDetail = errorOfDepth(errorDepth);

export const eventName = z.enum(operationEventNames);

/** What was posted as failed. */
export const broken: z.ZodMiniType<Broken> = z.object({
  pool: nullableText,
  since: storedTime,
  by: z.exactOptional(storedText),
});

/** What a failed operation left behind. */
export const leftBehind: z.ZodMiniType<LeftBehind> = z.object({
  pool: nullableText,
  provisioningState: storedText,
  requestedVersion: z.exactOptional(storedText),
  error: z.exactOptional(errorDetail),
});

const eventFields = {
  event: eventName,
  from: z.exactOptional(storedText),
  to: z.exactOptional(storedText),
  code: z.exactOptional(storedText),
};

export const historyEntry: z.ZodMiniType<HistoryEntry> = z.object({
  at: storedTime,
  ...eventFields,
});
const operationEvent: z.ZodMiniType<OperationEvent> = z.object({
  ...eventFields,
  last: z.exactOptional(storedText),
  turns: z.exactOptional(z.object({ changes: z.int().check(z.gte(1)), since: storedTime })),
  restored: z.exactOptional(z.array(broken)),
  why: storedText,
});

export const errorTurns: z.ZodMiniType<ErrorTurns> = z.object({
  told: z.array(storedText).check(z.maxLength(toldLimit)),
  changes: z.int().check(z.gte(0)),
  since: nullableTime,
});

export const readingTrouble: z.ZodMiniType<ReadingTrouble> = z.object({
  cause: z.enum(readingFailureCauses),
  code: storedText,
  message: storedText,
  since: storedTime,
  failures: z.number(),
});

export const outcomes = ['succeeded', 'failed', 'canceled', 'lost', 'gaveUp'] as const;

const operationKind: z.ZodMiniType<OperationKind> = z.object({
  target: z.nullable(z.enum(['cluster', 'agentPool'])),
  agentPoolName: nullableText,
  action: z.nullable(z.enum(operationActions)),
  isGuess: z.boolean(),
});

const subOperation: z.ZodMiniType<SubOperation> = z.object({
  name: nullableText,
  kind: operationKind,
  status: storedText,
  percentComplete: z.nullable(z.number()),
  code: nullableText,
});

/** In older rows, unset times may have made a usual duration impossible: then there is none. */
const usual: z.ZodMiniType<Usual | null> = z.pipe(
  z.nullable(
    z.object({
      lowMs: z.number(),
      medianMs: z.number(),
      highMs: z.number(),
      runs: z.number(),
      of: z.enum(['here', 'everywhere', 'mixed']),
    }),
  ),
  z.transform((stored) => (stored !== null && isRunLength(stored.highMs / 1000) ? stored : null)),
);

/** What is stored of what runs; none of it stands in what was written before it was known. */
const detailFields = {
  kind: byDefault(operationKind, unknownKind),
  parts: byDefault(z.array(subOperation), []),
  partsLeftOut: byDefault(z.int().check(z.gte(0)), 0),
  usual: byDefault(usual, null),
};

/** See {@link detailFields}. */
export type OperationDetails = Pick<OperationState, keyof typeof detailFields>;

export const operationDetails: z.ZodMiniType<OperationDetails> = z.object(detailFields);

const storedMessage: z.ZodMiniType<OperationMessage> = z.object({
  id: storedId,
  at: storedTime,
  events: z.array(operationEvent).check(z.minLength(1)),
  state: z.object({
    status: nullableText,
    percentComplete: z.nullable(z.number()),
    error: z.nullable(errorDetail),
    startTime: nullableTime,
    endTime: nullableTime,
    lastProgressAt: nullableTime,
    outcome: z.nullable(z.enum(outcomes)),
    trouble: z.nullable(readingTrouble),
    ...detailFields,
  }),
});

export const operationMessage: z.ZodMiniType<OperationMessage> = z.pipe(
  storedMessage,
  z.transform(({ state, ...message }) => ({
    ...message,
    state: withBelievableTimes(state, message.at),
  })),
);

/** Without an unset start or end, such as the year 1: older rows may hold one. */
export function withBelievableTimes<S extends Pick<OperationState, 'startTime' | 'endTime'>>(
  state: S,
  readAt: IsoTime,
): S {
  const startTime = believable(state.startTime, readAt);
  const endTime = believable(state.endTime, readAt);
  return { ...state, startTime, endTime };
}
