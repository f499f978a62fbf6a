import { describe, expect, it } from 'vitest';
import type { SlackFault } from '../../local/slack/faults.ts';
import { startSlack } from '../../local/slack/server.ts';
import type { SlackAnswer } from '../../shared/domain/slack-answer.ts';
import { createPoster, postTimeoutMs } from '../../shared/slack/webhook.ts';

const clock = (): Date => new Date('2026-09-21T14:00:00Z');
const post = createPoster(fetch, clock);
const message = { text: 'Failed: aks-prod-weu' };

function status(
  code: number,
  body?: string,
  retryAfter?: number | string,
): Extract<SlackFault, { kind: 'status' }> {
  return {
    kind: 'status',
    status: code,
    ...(body === undefined ? {} : { body }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

describe('posting', () => {
  it('delivers when Slack says ok', async () => {
    await using slack = await startSlack();
    expect(await post(slack.webhookUrl('a'), message)).toEqual({ meaning: 'delivered' });
    expect(slack.messages.map(({ payload }) => payload)).toEqual([message]);
  });

  const rejected = [
    'invalid_payload',
    'invalid_blocks',
    'invalid_attachments',
    'no_text',
    'missing_text_or_fallback_or_attachments',
    'user_not_found',
  ];
  const forbidden = ['action_prohibited', 'posting_to_general_channel_denied', 'invalid_token'];
  const gone = ['channel_not_found', 'no_service', 'no_service_id', 'no_team', 'no_active_hooks'];
  it.each<[string, SlackFault, SlackAnswer]>([
    ...rejected.map((code): [string, SlackFault, SlackAnswer] => [
      `400 ${code}`,
      status(400, code),
      { meaning: 'rejected', code },
    ]),
    ['413', status(413), { meaning: 'rejected', code: 'http_413' }],
    ...forbidden.map((code): [string, SlackFault, SlackAnswer] => [
      `403 ${code}`,
      status(403, code),
      { meaning: 'refused', code },
    ]),
    ...gone.map((code): [string, SlackFault, SlackAnswer] => [
      `404 ${code}`,
      status(404, code),
      { meaning: 'refused', code },
    ]),
    ['410', status(410), { meaning: 'refused', code: 'channel_is_archived' }],
    [
      '404 with a page',
      status(404, '<html>Not here</html>'),
      { meaning: 'refused', code: 'http_404' },
    ],
    [
      '429',
      status(429, 'rate_limited', 7),
      { meaning: 'throttled', retryAfterMs: 7000, code: 'rate_limited' },
    ],
    [
      '429 with a date',
      status(429, 'rate_limited', 'Mon, 21 Sep 2026 14:00:20 GMT'),
      { meaning: 'throttled', retryAfterMs: 20_000, code: 'rate_limited' },
    ],
    [
      '429 without a wait',
      status(429, ''),
      { meaning: 'throttled', retryAfterMs: 30_000, code: 'http_429' },
    ],
    ['408', status(408), { meaning: 'ambiguous', code: 'http_408' }],
    ['500', status(500), { meaning: 'ambiguous', code: 'rollup_error' }],
    ['503 with a Retry-After', status(503, '', 7), { meaning: 'ambiguous', code: 'http_503' }],
    [
      'a redirect',
      { ...status(307), location: 'https://elsewhere.example/' },
      { meaning: 'ambiguous', code: 'no_answer' },
    ],
    ['200 that is not ok', { kind: 'twoHundredNotOk' }, { meaning: 'strange', code: 'not_ok' }],
    ['200 and nothing', status(200, ''), { meaning: 'strange', code: 'empty_answer' }],
    ['200 and an error', status(200, 'no_service'), { meaning: 'refused', code: 'no_service' }],
    [
      '200 and an error as JSON',
      status(200, '{"ok":false,"error":"ratelimited"}', 7),
      { meaning: 'throttled', retryAfterMs: 7000, code: 'ratelimited' },
    ],
    ['a destroyed connection', { kind: 'down' }, { meaning: 'ambiguous', code: 'no_answer' }],
    [
      'a connection cut after acceptance',
      { kind: 'acceptThenCut' },
      { meaning: 'ambiguous', code: 'no_answer' },
    ],
  ])('is answered with %s as it means, after one attempt', async (_, fault, answer) => {
    await using slack = await startSlack();
    slack.faults.set(fault);
    expect(await post(slack.webhookUrl('a'), message)).toEqual(answer);
    expect(slack.attempts).toHaveLength(1);
  });

  it('is given up in time, without knowing whether it arrived', async () => {
    let signal: AbortSignal | null | undefined;
    const hanging = createPoster(async (_, init) => {
      signal = init?.signal;
      throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    }, clock);
    expect(await hanging('https://x.example', message)).toEqual({
      meaning: 'ambiguous',
      code: 'no_answer',
    });
    expect(signal).toBeInstanceOf(AbortSignal);
    expect(postTimeoutMs).toBeLessThanOrEqual(10_000);
  });

  it('takes whatever time is left, whole milliseconds or not', async () => {
    await using slack = await startSlack({ rateLimit: false });
    for (const timeoutMs of [9999.9, 5000, 4499.7, 1350.5])
      expect(await post(slack.webhookUrl('a'), message, timeoutMs)).toEqual({
        meaning: 'delivered',
      });
  });

  it.each([0, -1, 0.3, 1, 40.5])(
    'is given up after %d ms, though Slack hangs',
    async (timeoutMs) => {
      await using slack = await startSlack();
      slack.faults.set({ kind: 'hang' });
      expect(await post(slack.webhookUrl('a'), message, timeoutMs)).toEqual({
        meaning: 'ambiguous',
        code: 'no_answer',
      });
    },
  );

  it('reads Retry-After per call', async () => {
    await using slack = await startSlack();
    slack.faults.set(
      { ...status(429, 'rate_limited', 7), channel: 'a' },
      { ...status(429, 'rate_limited', 9), channel: 'b' },
    );
    const both = ['a', 'b'].map(async (name) => await post(slack.webhookUrl(name), message));
    expect(await Promise.all(both)).toMatchObject([{ retryAfterMs: 7000 }, { retryAfterMs: 9000 }]);
  });

  it.each(['', 'no url', 'https://hooks.slack.invalid:1/services/T0/B0/geheim'])(
    'to %j does not reject, and shows nothing of the URL',
    async (url) => {
      const unreachable = createPoster(async () => {
        throw new Error(`cannot reach ${url}`);
      }, clock);
      const answer = await unreachable(url, message);
      expect(answer).toEqual({ meaning: 'ambiguous', code: 'no_answer' });
    },
  );

  it('to an address that is none shows nothing of it', async () => {
    expect(await post('geheim', message)).toEqual({ meaning: 'ambiguous', code: 'no_answer' });
  });
});
