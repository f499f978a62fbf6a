import * as z from 'zod/mini';
import type { ErrorDetail } from '../operation/errors.ts';
import type { Outcome } from '../operation/status.ts';
import {
  operationEventNames,
  readingFailureCauses,
  type HistoryEntry,
  type OperationEvent,
  type OperationMessage,
  type ReadingTrouble,
} from '../operation/tracked.ts';
import { CorruptRow } from './codec.ts';

/** The shapes of what operation rows hold as JSON, checked when it is read back. */

const nullableText = z.nullable(z.string());

export const errorDetail: z.ZodMiniType<ErrorDetail> = z.object({
  code: nullableText,
  message: nullableText,
  target: nullableText,
  get details() {
    return z.array(errorDetail);
  },
});

const eventFields = {
  event: z.enum(operationEventNames),
  from: z.exactOptional(z.string()),
  to: z.exactOptional(z.string()),
  code: z.exactOptional(z.string()),
};

export const historyEntry: z.ZodMiniType<HistoryEntry> = z.object({
  at: z.string(),
  ...eventFields,
});
const operationEvent: z.ZodMiniType<OperationEvent> = z.object({ ...eventFields, why: z.string() });

export const readingTrouble: z.ZodMiniType<ReadingTrouble> = z.object({
  cause: z.enum(readingFailureCauses),
  code: z.string(),
  message: z.string(),
  since: z.string(),
  failures: z.number(),
});

const outcomeName = z.enum(['succeeded', 'failed', 'canceled', 'lost', 'gaveUp']);

export const operationMessage: z.ZodMiniType<OperationMessage> = z.object({
  id: z.number(),
  at: z.string(),
  events: z.array(operationEvent),
  state: z.object({
    status: nullableText,
    percentComplete: z.nullable(z.number()),
    error: z.nullable(errorDetail),
    startTime: nullableText,
    endTime: nullableText,
    lastProgressAt: nullableText,
    outcome: z.nullable(outcomeName),
    trouble: z.nullable(readingTrouble),
  }),
});

/** A stored outcome's text. */
export function outcome(text: string): Outcome {
  const parsed = outcomeName.safeParse(text);
  if (!parsed.success) throw new CorruptRow('Column outcome does not hold what it should.');
  return parsed.data;
}
