import * as z from 'zod/mini';
import { fingerprintOf, isError, toErrorDetail } from '../operation/errors.ts';
import type { SeenStatus } from '../operation/reading.ts';
import { cleanText, oneLine } from '../text.ts';
import { toIsoTime } from '../time.ts';

/** What an OperationStatusResult must be for us to read it: everything but `status` may be absent or odd. */
const operationStatus = z.object({
  status: z.string().check(z.refine((status) => status.trim() !== '')),
  percentComplete: z.catch(z.nullable(z.number().check(z.gte(0), z.lte(100))), null),
  startTime: z.optional(z.unknown()),
  endTime: z.optional(z.unknown()),
  error: z.optional(z.unknown()),
  operations: z.optional(z.unknown()),
});

/** Sub-operations looked at for errors, over all levels. */
const subOperationLimit = 1000;
const statusLength = 256;

/** Parses a body as JSON; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads an OperationStatusResult; `null` when the body is none (a missing or empty status is malformed, not success). */
export function parseOperationStatus(body: unknown): SeenStatus | null {
  const parsed = operationStatus.safeParse(body);
  if (!parsed.success) return null;
  const { status, percentComplete, startTime, endTime, error, operations } = parsed.data;
  const errors = [error, ...subOperationErrors(operations)].filter((value) => isError(value));
  const cleanStatus = oneLine(cleanText(status, statusLength));
  if (cleanStatus === '') return null;
  return {
    status: cleanStatus,
    percentComplete,
    startTime: toIsoTime(startTime),
    endTime: toIsoTime(endTime),
    error: toErrorDetail(errors),
    errorFingerprint: errors.length === 0 ? null : fingerprintOf(errors),
  };
}

function subOperationErrors(operations: unknown): unknown[] {
  const errors: unknown[] = [];
  const waiting: unknown[] = [operations];
  for (let looked = 0; waiting.length > 0 && looked < subOperationLimit;) {
    const list = waiting.shift();
    if (!Array.isArray(list)) continue;
    for (const item of list.slice(0, subOperationLimit - looked)) {
      looked += 1;
      const operation = subOperation.safeParse(item);
      if (!operation.success) continue;
      errors.push(operation.data.error);
      waiting.push(operation.data.operations);
    }
  }
  return errors;
}

const subOperation = z.object({
  error: z.optional(z.unknown()),
  operations: z.optional(z.unknown()),
});

/** The code and message of a CloudError body, nested (`{ error: { … } }`) or flat; `null` when it is none. */
export function parseCloudError(body: unknown): { code: string; message: string } | null {
  const parsed = cloudError.safeParse(body);
  if (!parsed.success) return null;
  const { code, message } = 'error' in parsed.data ? parsed.data.error : parsed.data;
  return { code: oneLine(cleanText(code, 128)), message: oneLine(cleanText(message ?? '', 1000)) };
}

const codeAndMessage = z.object({
  code: z.string().check(z.minLength(1)),
  message: z.catch(z.optional(z.string()), undefined),
});
const cloudError = z.union([z.object({ error: codeAndMessage }), codeAndMessage]);
