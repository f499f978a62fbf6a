import * as z from 'zod/mini';
import { foreignObject } from '../domain/foreign-json.ts';
import { fingerprintOf, flatten, toErrorDetail } from '../domain/error-detail.ts';
import { readErrors } from '../domain/foreign-error.ts';
import type { SeenStatus } from '../domain/reading.ts';
import { hasFailed } from '../domain/status.ts';
import { cleanText, oneLine } from '../text.ts';
import { toIsoTime, type IsoTime } from '../time.ts';
import {
  kindFields,
  parseKind,
  parseSubOperations,
  percentage,
  rawSubOperationsIn,
} from './parse-sub-operations.ts';

/** What an OperationStatusResult must be for us to read it: everything but `status` may be absent or odd. */
const operationStatus = foreignObject({
  status: z.string().check(z.refine((status) => status.trim() !== '')),
  percentComplete: percentage,
  startTime: z.optional(z.unknown()),
  endTime: z.optional(z.unknown()),
  error: z.optional(z.unknown()),
  operations: z.optional(z.unknown()),
  ...kindFields,
});

const statusLength = 256;

/**
 * Reads an OperationStatusResult; `null` when the body is none (a missing or empty status is malformed, not success).
 *
 * @param now what {@link toIsoTime} goes by
 */
export function parseOperationStatus(body: unknown, now: IsoTime): SeenStatus | null {
  const parsed = operationStatus.safeParse(body);
  if (!parsed.success) return null;
  const { status, percentComplete, startTime, endTime, error, operations, ...kind } = parsed.data;
  const parts = rawSubOperationsIn(operations);
  const cleanStatus = oneLine(cleanText(status, statusLength));
  if (cleanStatus === '') return null;
  const own = readErrors([error, ...parts.map((part) => part.error)]);
  // Flat, beside the status, as a CloudError may be too; while it runs a message there is no error.
  const errors = own.length === 0 && hasFailed(cleanStatus) ? readErrors([body]) : own;
  const detail = toErrorDetail(errors);
  return {
    status: cleanStatus,
    percentComplete,
    startTime: toIsoTime(startTime, now),
    endTime: toIsoTime(endTime, now),
    error: detail,
    errorFingerprint: detail === null ? null : fingerprintOf(errors),
    kind: parseKind(kind, cleanStatus),
    ...parseSubOperations(parts),
  };
}

/** All codes in an error answer, the outermost first. */
export function codesIn(body: unknown): readonly string[] {
  return readErrors([body])
    .flatMap((error) => flatten(error))
    .flatMap(({ code }) => (code === null ? [] : [code.trim().slice(0, 128).toLowerCase()]));
}

/**
 * The first code and message of a CloudError body, nested (`{ error: { … } }`) or flat; `null` when it is none.
 *
 * @param longest what is kept of the message, in characters
 */
export function parseCloudError(
  body: unknown,
  longest = 1000,
): { code: string | null; message: string } | null {
  const said = readErrors([body]).flatMap((error) => flatten(error));
  const code = oneLine(cleanText(said.find((error) => error.code !== null)?.code ?? '', 128));
  const message = said.find((error) => error.message !== null)?.message ?? '';
  const cleanMessage = oneLine(cleanText(message, longest));
  if (code === '' && cleanMessage === '') return null;
  return { code: code === '' ? null : code, message: cleanMessage };
}
