import { IncomingWebhook } from '@slack/webhook';
import { retryAfterMs } from '../retry-after.ts';
import type { Clock } from '../time.ts';
import { answerOf, type SlackAnswer } from '../domain/slack-answer.ts';
import type { SlackMessage } from './payload.ts';

/**
 * Posts a message to a webhook. Never rejects, and no answer holds the URL.
 *
 * @param timeoutMs the post is broken off after this long; default: {@link postTimeoutMs}
 */
export type PostToSlack = (
  url: string,
  message: SlackMessage,
  timeoutMs?: number,
) => Promise<SlackAnswer>;

/** A post takes at most this long, in milliseconds. */
export const postTimeoutMs = 10_000;
/** Slack's answers are a word; of a longer one no more is read. */
const longestAnswer = 64 * 1024;

/**
 * Posts through Slack's own client, without its retries: it would repeat a message after a cut-off answer,
 * at once and without a record of it.
 */
export function createPoster(fetchFn: typeof fetch, clock: Clock): PostToSlack {
  return async function post(url, message, timeoutMs = postTimeoutMs) {
    // The client's errors hold no headers, and it takes any 2xx: a fetch of this call's own keeps both.
    let retryAfter: string | null = null;
    let status: number | null = null;
    const webhook = new IncomingWebhook(url, {
      // The client takes whole milliseconds, and 0 for none at all.
      timeout: Math.max(1, Math.floor(timeoutMs)),
      fetch: async (input, init) => {
        const response = await fetchFn(input, init);
        retryAfter = response.headers.get('retry-after');
        status = response.status;
        return await withBoundedBody(response);
      },
    });
    try {
      const { text } = await webhook.send({ ...message });
      return answerOf(status, text, retryAfterMs(retryAfter, clock()));
    } catch (error) {
      const { statusCode, body } = httpError(error);
      return answerOf(statusCode, body, retryAfterMs(retryAfter, clock()));
    }
  };
}

/** Stands for a body that is too long: it says nothing. */
const unread = '…';

/** The answer with its body read, up to a length. The client reads whatever comes. */
async function withBoundedBody(response: Response): Promise<Response> {
  const { status, body } = response;
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the rest.
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > longestAnswer) break;
    chunks.push(chunk);
  }
  if (length === 0) return new Response(null, { status });
  return new Response(length > longestAnswer ? unread : Buffer.concat(chunks), { status });
}

function httpError(error: unknown): { statusCode: number | null; body: string } {
  if (
    !(error instanceof Error) ||
    !('statusCode' in error) ||
    typeof error.statusCode !== 'number'
  ) {
    return { statusCode: null, body: '' };
  }
  const body = 'body' in error && typeof error.body === 'string' ? error.body : '';
  return { statusCode: error.statusCode, body };
}
