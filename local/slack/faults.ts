import { z } from 'zod';

import type { TextAnswer } from '../arm/listen.ts';

/** Which channel a fault hits (absent: every one) and how many messages (absent: all). */
const reach = { channel: z.string().optional(), times: z.int().positive().optional() };

/** What can be wrong with Slack. */
export const slackFaultSchema = z.discriminatedUnion('kind', [
  /** The connection is destroyed; the message is not accepted. */
  z.strictObject({ kind: z.literal('down'), ...reach }),
  /** No answer ever comes; the message is not accepted. */
  z.strictObject({ kind: z.literal('hang'), ...reach }),
  /** An answer instead of acceptance, also a success. `body` defaults to what Slack says with that status. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.string().optional(),
    /** `Retry-After` in seconds, or an HTTP date. */
    retryAfter: z.union([z.number(), z.string()]).optional(),
    /** `Location`, for a redirect. */
    location: z.string().optional(),
    ...reach,
  }),
  /**
   * The answer comes this many milliseconds late, by a wait before the message is accepted
   * (default) or after. It is accepted in either case, also when the sender has given up meanwhile.
   */
  z.strictObject({
    kind: z.literal('slow'),
    ms: z.number().nonnegative(),
    wait: z.enum(['beforeAccepting', 'afterAccepting']).optional(),
    ...reach,
  }),
  /** The message is accepted and stored, then the connection is destroyed without an answer. */
  z.strictObject({ kind: z.literal('acceptThenCut'), ...reach }),
  /** A proxy's page with status 200; the message is not accepted. */
  z.strictObject({ kind: z.literal('twoHundredNotOk'), ...reach }),
]);

/** One fault; see the schema for each kind. */
export type SlackFault = z.infer<typeof slackFaultSchema>;

const defaultBodies: Readonly<Record<number, string>> = {
  400: 'invalid_payload',
  403: 'action_prohibited',
  404: 'no_service',
  410: 'channel_is_archived',
  429: 'rate_limited',
  500: 'rollup_error',
};

/** The answer that the fault puts in place of acceptance; `undefined` when it leaves that alone. */
export function faultyAnswer(fault: SlackFault | undefined): TextAnswer | undefined {
  if (fault?.kind === 'status') {
    const { status, body = defaultBodies[status] ?? '', retryAfter, location } = fault;
    return {
      status,
      headers: {
        ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
        ...(location !== undefined && { location }),
      },
      body,
    };
  }
  if (fault?.kind === 'twoHundredNotOk') {
    const page = '<!DOCTYPE html><html><body>Please sign in to the network.</body></html>';
    return { status: 200, headers: { 'content-type': 'text/html' }, body: page };
  }
  return undefined;
}
