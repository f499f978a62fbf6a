import * as z from 'zod/mini';
import { toProblems, type RequestProblem } from './fields.ts';

/** What is to be checked. */
export interface DoctorRequest {
  /** Whether each Slack channel gets a test message. */
  readonly slack: boolean;
}

/** The body's form. */
export const doctorRequest = z.strictObject({
  slack: z.optional(z.boolean('must be true or false.')),
});

/** Reads the body of a request for a check; every problem is found at once. */
export function parseDoctorRequest(
  body: unknown,
): { request: DoctorRequest } | { problems: readonly RequestProblem[] } {
  const parsed = doctorRequest.safeParse(body);
  if (parsed.success) return { request: { slack: parsed.data.slack ?? false } };
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return isObject
    ? { problems: parsed.error.issues.flatMap(toProblems) }
    : { problems: [{ pointer: '', message: 'The body must be a JSON object.' }] };
}
