import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { createFaultList } from '../arm/fault-list.ts';
import type { FaultList } from '../arm/fault-list.ts';
import { listenLocally, readBody, send } from '../arm/listen.ts';
import type { Answer, TextAnswer } from '../arm/listen.ts';
import { createBuckets } from '../arm/token-bucket.ts';
import { readPayload, refuse } from './accept.ts';
import { faultyAnswer, slackFaultSchema } from './faults.ts';
import type { SlackFault } from './faults.ts';
import { createMessageLog } from './message-log.ts';
import type { SlackMessage } from './message-log.ts';
import { createWebhooks } from './webhooks.ts';

export type { SlackMessage } from './message-log.ts';

/** One POST to a webhook, whatever became of it. */
export interface SlackAttempt {
  readonly at: Date;
  /** `null` when the path is no webhook of this workspace. */
  readonly channel: string | null;
  /** HTTP status and body of the answer; `null` until there is one, and for good without one. */
  status: number | null;
  answer: string | null;
  /** Whether the message stands in the channel. */
  accepted: boolean;
}

/** A stand-in for Slack's incoming webhooks, on 127.0.0.1. */
export interface Slack extends AsyncDisposable {
  /** Origin without a trailing slash. */
  readonly url: string;
  /** The channel's webhook, the same for the same port and name. The first call creates both. */
  readonly webhookUrl: (channel: string) => string;
  /** What was accepted, oldest first, over all channels. */
  readonly messages: readonly SlackMessage[];
  /** Calls `listener` for every message from now on, until the returned function is called. */
  readonly onMessage: (listener: (message: SlackMessage) => void) => () => void;
  /** Every POST, oldest first. */
  readonly attempts: readonly SlackAttempt[];
  readonly faults: FaultList<SlackFault>;
  /** Ends every connection and frees the port. */
  readonly close: () => Promise<void>;
}

/** How the stand-in runs. */
export interface SlackOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Default: the wall clock. */
  readonly now?: () => Date;
  /** Keeps the accepted messages over restarts, as JSON lines; default: memory only. */
  readonly stateFile?: string;
  /** Whether one message a second per webhook, in bursts of 4, is enforced; default true. */
  readonly rateLimit?: boolean;
}

const burst = 4;
const ok: TextAnswer = { status: 200, body: 'ok' };

/**
 * Starts the stand-in. It answers as Slack documents, and plays faults on request, in process or
 * by `PUT /_standin/faults`; `GET /_standin/messages` lists what was accepted.
 * @throws the listen error when the port is taken
 */
export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const { now = () => new Date(), rateLimit = true } = options;
  const { messages, append, onMessage } = createMessageLog(options.stateFile);
  const faults = createFaultList(slackFaultSchema);
  const webhooks = createWebhooks();
  for (const { channel } of messages) webhooks.path(channel);
  const buckets = createBuckets(burst, 1, now);
  const attempts: SlackAttempt[] = [];
  let closed = false;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? '/';
    if (path.startsWith('/_standin/')) {
      send(response, answerAdmin(path, request.method, await readBody(request)));
    } else if (request.method === 'POST') {
      await receive(webhooks.channel(path), request, response);
    } else {
      send(response, { status: 405, headers: { allow: 'POST' }, body: 'method_not_allowed' });
    }
  }

  function answerAdmin(path: string, method: string | undefined, body: string | undefined): Answer {
    if (path === '/_standin/faults') return faults.answer(method, body);
    const isList = method === 'GET' && path === '/_standin/messages';
    return isList ? { status: 200, body: messages } : { status: 404, body: 'no such route' };
  }

  async function receive(
    channel: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const attempt: SlackAttempt = {
      at: now(),
      channel: channel ?? null,
      status: null,
      answer: null,
      accepted: false,
    };
    attempts.push(attempt);
    const payload = readPayload(request, await readBody(request));
    const fault = faults.take((candidate) => (candidate.channel ?? channel) === channel);
    const slow = fault?.kind === 'slow' ? fault : undefined;
    if (fault?.kind === 'down') response.destroy();
    if (fault?.kind === 'down' || fault?.kind === 'hang') return;

    if (slow && slow.wait !== 'afterAccepting') await pause(slow.ms);
    if (closed) return;
    const answer = faultyAnswer(fault) ?? post(channel, payload);
    attempt.accepted = answer === ok;
    if (slow?.wait === 'afterAccepting') await pause(slow.ms);

    if (fault?.kind === 'acceptThenCut' && attempt.accepted) {
      response.destroy();
    } else {
      attempt.status = answer.status;
      attempt.answer = answer.body;
      send(response, answer);
    }
  }

  function post(channel: string | undefined, payload: unknown): TextAnswer {
    if (channel === undefined) return { status: 404, body: 'no_service' };
    const refusal = refuse(payload, rateLimit ? buckets.take(channel) : undefined);
    if (refusal !== undefined) return refusal;
    append(channel, now().toISOString(), payload);
    return ok;
  }

  const { url, close: stop } = await listenLocally(handle, options.port);
  const close = () => {
    closed = true;
    return stop();
  };
  return {
    url,
    webhookUrl: (channel) => `${url}${webhooks.path(channel)}`,
    messages,
    onMessage,
    attempts,
    faults,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function pause(ms: number): Promise<void> {
  return delay(ms, undefined, { ref: false });
}
