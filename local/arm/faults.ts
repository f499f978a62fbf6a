import { z } from 'zod';

import { authorizationFailed } from './authorization.ts';
import { cloudError } from './cloud-error.ts';
import { formNames } from './answer-forms.ts';
import type { Answer } from './listen.ts';

/** What a call reads, as far as faults distinguish it. */
export type ArmRead = 'operation' | 'cluster' | 'agentPools' | 'furtherPage' | 'other';

/** Whom a fault hits (in any case of letters; absent: everyone), how often (absent: always). */
const reach = {
  subscriptionId: z.string().optional(),
  resourceGroupName: z.string().optional(),
  /** Calls at this agent pool's paths alone. */
  agentPoolName: z.string().optional(),
  /**
   * Reads of one operation, of one cluster or of its agent pools alone, or those of the pages of Lists after the first.
   */
  reads: z.enum(['operation', 'cluster', 'agentPools', 'furtherPage']).optional(),
  times: z.int().positive().optional(),
};

/** What can be wrong with ARM or with the identity endpoint. */
export const armFaultSchema = z.discriminatedUnion('kind', [
  /** The connection is destroyed instead of an answer. */
  z.strictObject({ kind: z.literal('down'), ...reach }),
  /** No answer ever comes. */
  z.strictObject({ kind: z.literal('hang'), ...reach }),
  /**
   * An error answer. `code` and `message` default by status, 403 to what ARM says without a role; `flat` leaves
   * out the envelope.
   */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    code: z.string().optional(),
    message: z.string().optional(),
    /** Seconds, or an HTTP date. */
    retryAfter: z.union([z.number(), z.string()]).optional(),
    flat: z.boolean().optional(),
    ...reach,
  }),
  /** 200 with a body that is no operation status. */
  z.strictObject({
    kind: z.literal('malformed'),
    form: z.enum(['html', 'truncated', 'noStatus']),
    ...reach,
  }),
  /** The real answer, broken off in the middle of its body. */
  z.strictObject({ kind: z.literal('cut'), ...reach }),
  /** The real answer, this many milliseconds later. */
  z.strictObject({ kind: z.literal('slow'), ms: z.number().nonnegative(), ...reach }),
  /** The real answer, where it is a List with another place for its next page. */
  z.strictObject({ kind: z.literal('nextLink'), location: z.string(), ...reach }),
  /** The real answer, in another form that has been seen of Azure's services. */
  z.strictObject({ kind: z.literal('form'), form: z.enum(formNames), ...reach }),
  /** 307 to another place. */
  z.strictObject({ kind: z.literal('redirect'), location: z.string(), ...reach }),
  /** The identity endpoint answers `status`, never answers (`hang`), or destroys the connection without either. */
  z.strictObject({
    kind: z.literal('noToken'),
    status: z.int().min(400).max(599).optional(),
    hang: z.literal(true).optional(),
    times: reach.times,
  }),
]);

/** One fault; see the schema for each kind. */
export type ArmFault = z.infer<typeof armFaultSchema>;

const defaultCodes: Readonly<Record<number, string>> = {
  401: 'AuthenticationFailed',
  403: 'AuthorizationFailed',
  404: 'NotFound',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

/** Whether an ARM call about this subscription, resource group and agent pool (empty: none), which reads this, is hit. */
export function hits(
  fault: ArmFault,
  subscriptionId: string,
  resourceGroupName: string,
  agentPoolName: string,
  reads: ArmRead,
): boolean {
  if (fault.kind === 'noToken') return false;
  return (
    isOrAbsent(fault.subscriptionId, subscriptionId) &&
    isOrAbsent(fault.resourceGroupName, resourceGroupName) &&
    isOrAbsent(fault.agentPoolName, agentPoolName) &&
    isOrAbsent(fault.reads, reads)
  );
}

function isOrAbsent(wanted: string | undefined, actual: string): boolean {
  return wanted === undefined || wanted.toLowerCase() === actual.toLowerCase();
}

/**
 * The answer in place of the real one; `undefined` when the fault leaves that alone.
 * @param path of the call
 * @param clientId of the identity that calls
 */
export function faultyAnswer(
  fault: ArmFault | undefined,
  path: string,
  clientId: string,
): Answer | undefined {
  if (fault?.kind === 'status') {
    const { status, flat = false, retryAfter } = fault;
    const code = fault.code ?? defaultCodes[status] ?? 'UnexpectedError';
    const standard =
      status === 403
        ? authorizationFailed(path, clientId)
        : `The stand-in was told to answer ${status}.`;
    const message = fault.message ?? standard;
    return {
      status,
      headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
      body: flat ? { code, message } : cloudError(code, message),
    };
  }
  if (fault?.kind === 'malformed') {
    return { status: 200, headers: malformedHeaders[fault.form], body: malformed[fault.form] };
  }
  if (fault?.kind === 'redirect') {
    return { status: 307, headers: { location: fault.location }, body: '' };
  }
  return undefined;
}

const json = { 'content-type': 'application/json; charset=utf-8' };
const malformedHeaders = { html: { 'content-type': 'text/html' }, truncated: json, noStatus: json };
const malformed = {
  html: '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Our services aren’t available right now</body></html>',
  truncated: '{"id":"/subscriptions/00000000-0000-0000-0000-000000000000","name":"0000","stat',
  noStatus: '{"name":"00000000-0000-0000-0000-000000000000","percentComplete":40}',
};

/** A List's answer with this for its next page; any other as it is. */
export function withNextLink(answer: Answer, nextLink: string): Answer {
  const { status, body } = answer;
  const isList = status === 200 && typeof body === 'object' && 'value' in body;
  return isList ? { ...answer, body: { ...body, nextLink } } : answer;
}
