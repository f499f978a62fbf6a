import type { IncomingMessage } from 'node:http';

import { parseJson } from '../arm/listen.ts';
import type { TextAnswer } from '../arm/listen.ts';
import type { Taken } from '../arm/token-bucket.ts';
import { validateMessage } from './limits.ts';

/**
 * What was sent: the JSON body, or the JSON in the `payload` field of a form; `undefined` when
 * there is none.
 */
export function readPayload(request: IncomingMessage, body: string | undefined): unknown {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return parseJson(body);
  if (type !== 'application/x-www-form-urlencoded') return undefined;
  return parseJson(new URLSearchParams(body).get('payload') ?? undefined);
}

/** Why Slack does not take the message: too fast, then too broken; `undefined` when it does. */
export function refuse(payload: unknown, rate: Taken | undefined): TextAnswer | undefined {
  if (rate?.granted === false) {
    const headers = { 'retry-after': String(Math.max(1, Math.ceil(rate.waitSeconds))) };
    return { status: 429, headers, body: 'rate_limited' };
  }
  const [problem] = validateMessage(payload);
  return problem === undefined ? undefined : { status: 400, body: problem.answer };
}
