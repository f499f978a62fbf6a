import * as z from 'zod/mini';
import { fingerprintOf, isError, toErrorDetail } from '../operation/errors.ts';
import type { SeenStatus } from '../operation/reading.ts';
import { cleanText, oneLine } from '../text.ts';
import { toIsoTime } from '../time.ts';
import { kindFields, parseKind, parseParts, percentage, rawPartsIn } from './parse-parts.ts';

/** What an OperationStatusResult must be for us to read it: everything but `status` may be absent or odd. */
const operationStatus = z.object({
  status: z.string().check(z.refine((status) => status.trim() !== '')),
  percentComplete: percentage,
  startTime: z.optional(z.unknown()),
  endTime: z.optional(z.unknown()),
  error: z.optional(z.unknown()),
  operations: z.optional(z.unknown()),
  ...kindFields,
});

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
  const { status, percentComplete, startTime, endTime, error, operations, ...kind } = parsed.data;
  const parts = rawPartsIn(operations);
  const errors = [error, ...parts.map((part) => part.error)].filter((value) => isError(value));
  const cleanStatus = oneLine(cleanText(status, statusLength));
  if (cleanStatus === '') return null;
  return {
    status: cleanStatus,
    percentComplete,
    startTime: toIsoTime(startTime),
    endTime: toIsoTime(endTime),
    error: toErrorDetail(errors),
    errorFingerprint: errors.length === 0 ? null : fingerprintOf(errors),
    kind: parseKind(kind, cleanStatus),
    ...parseParts(parts),
  };
}

/**
 * The code and message of a CloudError body, nested (`{ error: { … } }`) or flat; `null` when it is none.
 *
 * @param longest what is kept of the message, in characters
 */
export function parseCloudError(
  body: unknown,
  longest = 1000,
): { code: string; message: string } | null {
  const parsed = cloudError.safeParse(body);
  if (!parsed.success) return null;
  const { code, message } = 'error' in parsed.data ? parsed.data.error : parsed.data;
  const cleanCode = oneLine(cleanText(code, 128));
  if (cleanCode === '') return null;
  return { code: cleanCode, message: oneLine(cleanText(message ?? '', longest)) };
}

const codeAndMessage = z.object({
  code: z.string(),
  message: z.catch(z.optional(z.string()), undefined),
});
const cloudError = z.union([z.object({ error: codeAndMessage }), codeAndMessage]);
