/** What an attempt to post came to. */
export type SlackAnswer =
  /** Slack has the message. */
  | { readonly meaning: 'delivered' }
  /** Slack does not have it, and says when to come back. */
  | { readonly meaning: 'throttled'; readonly retryAfterMs: number; readonly code: string }
  /** Slack does not have it: the message itself is refused. */
  | { readonly meaning: 'rejected'; readonly code: string }
  /** Slack does not have it, and a person must act: the webhook or its channel is gone or forbidden. */
  | { readonly meaning: 'refused'; readonly code: string }
  /** Slack may or may not have it. */
  | { readonly meaning: 'ambiguous'; readonly code: string }
  /**
   * A success that no incoming webhook of Slack gives: a workflow, a relay or a proxy's page. The message may or may
   * not have arrived, and another attempt would hear the same.
   */
  | { readonly meaning: 'strange'; readonly code: string };

/**
 * Slack's errors, by what they mean, whatever the status that they come with: those of incoming webhooks
 * (docs.slack.dev, "Sending messages using incoming webhooks") and those of the Web API that relays hand on.
 */
const knownErrors: Readonly<
  Record<Exclude<SlackAnswer['meaning'], 'delivered' | 'strange'>, readonly string[]>
> = {
  rejected: [
    'invalid_payload',
    'invalid_blocks',
    'invalid_blocks_format',
    'invalid_attachments',
    'no_text',
    'missing_text_or_fallback_or_attachments',
    'user_not_found',
    'msg_too_long',
    'msg_blocks_too_long',
    'too_many_attachments',
  ],
  refused: [
    'action_prohibited',
    'posting_to_general_channel_denied',
    'invalid_token',
    'channel_not_found',
    'no_service',
    'no_service_id',
    'no_team',
    'no_active_hooks',
    'channel_is_archived',
    'is_archived',
    'invalid_auth',
    'not_authed',
    'account_inactive',
    'token_revoked',
    'token_expired',
    'not_in_channel',
    'missing_scope',
    'no_permission',
    'access_denied',
    'restricted_action',
    'team_disabled',
    'team_not_found',
  ],
  throttled: ['ratelimited', 'rate_limited'],
  ambiguous: ['rollup_error', 'internal_error', 'fatal_error', 'service_unavailable'],
};
const knownMeanings = ['rejected', 'refused', 'throttled', 'ambiguous'] as const;

/** How long to wait after a 429 without Retry-After, in milliseconds. */
const throttledMs = 30_000;
/** Words that are no error: Slack's ok, a code of ours, and JSON's own. */
const reserved = new Set(['ok', 'not_configured', 'null', 'true', 'false']);

/**
 * What an answer means.
 *
 * @param status `null`: there was none
 * @param wait of its Retry-After, in milliseconds
 */
export function answerOf(status: number | null, body: string, wait: number | null): SlackAnswer {
  if (status === 200 && body.trim() === 'ok') return { meaning: 'delivered' };
  const error = errorIn(body);
  const code = error ?? codeWithoutError(status, body);
  switch (meaningOf(status, error)) {
    case 'throttled':
      return { meaning: 'throttled', retryAfterMs: wait ?? throttledMs, code };
    case 'rejected':
      return { meaning: 'rejected', code };
    case 'refused':
      return { meaning: 'refused', code };
    case 'strange':
      return { meaning: 'strange', code };
    case 'ambiguous':
      return { meaning: 'ambiguous', code };
  }
}

/** What an answer means: by its error if the status is a success or blames the caller; else by the status alone. */
function meaningOf(
  status: number | null,
  error: string | null,
): Exclude<SlackAnswer['meaning'], 'delivered'> {
  if (status === null || status === 408 || status >= 500) return 'ambiguous';
  if (status === 429) return 'throttled';
  const isSuccess = status >= 200 && status < 300;
  if (!isSuccess && status < 400) return 'ambiguous';
  const known = knownMeanings.find(
    (meaning) => error !== null && knownErrors[meaning].includes(error),
  );
  if (known !== undefined) return known;
  if (isSuccess) return 'strange';
  return status === 400 || status === 413 ? 'rejected' : 'refused';
}

/** A short code of ours, which shows nothing of the body. */
function codeWithoutError(status: number | null, body: string): string {
  if (status === null) return 'no_answer';
  if (status >= 300) return `http_${status}`;
  return body.trim() === '' ? 'empty_answer' : 'not_ok';
}

/** The error in an answer, a word: by itself, or as the `error` of a JSON object; `null`: there is none. */
function errorIn(body: string): string | null {
  const word = wordIn(body.trim());
  return /^[a-z_]{1,60}$/.test(word) && !reserved.has(word) ? word : null;
}

function wordIn(said: string): string {
  if (!/^[{"]/.test(said)) return said;
  try {
    const json: unknown = JSON.parse(said);
    if (typeof json === 'string') return json.trim();
    const [, error] =
      Object.entries(json ?? {}).find(([key]) => key.toLowerCase() === 'error') ?? [];
    return typeof error === 'string' ? error.trim() : '';
  } catch {
    return '';
  }
}
