import { IncomingWebhook } from '@slack/webhook';
import { retryAfterMs } from '../retry-after.ts';
import { cleanText, oneLine } from '../text.ts';
import type { Clock } from '../time.ts';
import type { SlackMessage } from './payload.ts';

/** What an attempt to post came to. */
export type SlackAnswer =
  /** Slack has the message. */
  | { readonly kind: 'delivered' }
  /** Slack does not have it, and says when to come back. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number; readonly code: string }
  /** Slack does not have it: the message itself is refused. */
  | { readonly kind: 'rejected'; readonly code: string }
  /** Slack does not have it, and a person must act: the webhook or its channel is gone or forbidden. */
  | { readonly kind: 'refused'; readonly code: string }
  /** Slack may or may not have it. */
  | { readonly kind: 'ambiguous'; readonly code: string };

/** Posts a message to a webhook. Never rejects, and no answer holds the URL. */
export type PostToSlack = (url: string, message: SlackMessage) => Promise<SlackAnswer>;

/** A post takes at most this long. */
export const postTimeoutMs = 10_000;
/** Slack's answers are a word; of a longer one no more is read. */
const longestAnswer = 64 * 1024;
/** How long a 429 without Retry-After means. */
const throttledMs = 30_000;

/**
 * Posts through Slack's own client, without its retries: it would repeat a message after a cut-off answer,
 * at once and without a record of it.
 */
export function createPoster(
  fetchFn: typeof fetch,
  clock: Clock,
  timeoutMs = postTimeoutMs,
): PostToSlack {
  return async function post(url, message) {
    // The client's errors hold no headers, and it takes any 2xx: a fetch of this call's own keeps both.
    let retryAfter: string | null = null;
    let status: number | null = null;
    const webhook = new IncomingWebhook(url, {
      timeout: timeoutMs,
      fetch: async (input, init) => {
        const response = await fetchFn(input, init);
        retryAfter = response.headers.get('retry-after');
        status = response.status;
        return await withBoundedBody(response);
      },
    });
    try {
      const { text } = await webhook.send({ ...message });
      return status === 200 && text.trim() === 'ok'
        ? { kind: 'delivered' }
        : { kind: 'ambiguous', code: 'not_ok' };
    } catch (error) {
      const { statusCode, body } = httpError(error);
      const wait = retryAfterMs(retryAfter, clock());
      return answerOf(statusCode, body, wait);
    }
  };
}

/** The answer with its body read; one that is too long counts as none. The client reads whatever comes. */
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
  const isReadable = length > 0 && length <= longestAnswer;
  return new Response(isReadable ? Buffer.concat(chunks) : null, { status });
}

/** What a status other than 2xx means (Slack's documented answers). */
function answerOf(status: number | null, body: string, wait: number | null): SlackAnswer {
  const said = oneLine(cleanText(body, 60));
  // `ok` is no error code, whatever says it.
  const isCode = /^[a-z_]+$/.test(said) && said !== 'ok';
  const code = isCode ? said : status === null ? 'no_answer' : `http_${status}`;
  if (status === 429) return { kind: 'throttled', retryAfterMs: wait ?? throttledMs, code };
  if (status === 400 || status === 413) return { kind: 'rejected', code };
  if (status !== null && status >= 400 && status < 500 && status !== 408)
    return { kind: 'refused', code };
  return { kind: 'ambiguous', code };
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
