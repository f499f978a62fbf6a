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
/** How long a 429 without Retry-After means. */
const throttledMs = 30_000;

/**
 * Posts through Slack's own client, without its retries: it would repeat a message after a cut-off answer,
 * at once and without a record of it.
 */
export function createPoster(fetchFn: typeof fetch, clock: Clock): PostToSlack {
  return async function post(url, message) {
    // The client's errors hold no headers: a fetch of this call's own keeps them.
    let retryAfter: string | null = null;
    const webhook = new IncomingWebhook(url, {
      timeout: postTimeoutMs,
      fetch: async (input, init) => {
        const response = await fetchFn(input, init);
        retryAfter = response.headers.get('retry-after');
        return response;
      },
    });
    try {
      const { text } = await webhook.send({ ...message });
      return text.trim() === 'ok' ? { kind: 'delivered' } : { kind: 'ambiguous', code: 'not_ok' };
    } catch (error) {
      const { statusCode, body } = httpError(error);
      const wait = retryAfterMs(retryAfter, clock());
      return answerOf(statusCode, body, wait);
    }
  };
}

/** What a status other than 2xx means (Slack's documented answers). */
function answerOf(status: number | null, body: string, wait: number | null): SlackAnswer {
  const said = oneLine(cleanText(body, 60));
  const code = /^[a-z_]+$/.test(said) ? said : status === null ? 'no_answer' : `http_${status}`;
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
