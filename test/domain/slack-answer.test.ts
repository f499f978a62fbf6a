import { describe, expect, it } from 'vitest';
import { answerOf, type SlackAnswer } from '../../shared/domain/slack-answer.ts';
import { fc } from '../support/properties.ts';

/** Slack's errors, each with the status that it documents for it and what it means there. */
const documented: readonly (readonly [
  code: string,
  status: number,
  meaning: SlackAnswer['meaning'],
])[] = [
  ...[
    'invalid_payload',
    'invalid_blocks',
    'invalid_attachments',
    'no_text',
    'missing_text_or_fallback_or_attachments',
    'user_not_found',
    'msg_blocks_too_long',
    'msg_too_long',
  ].map((code) => [code, 400, 'rejected'] as const),
  ...['action_prohibited', 'posting_to_general_channel_denied', 'invalid_token'].map(
    (code) => [code, 403, 'refused'] as const,
  ),
  ...['channel_not_found', 'no_service', 'no_service_id', 'no_team', 'no_active_hooks'].map(
    (code) => [code, 404, 'refused'] as const,
  ),
  ...['invalid_auth', 'token_revoked', 'account_inactive', 'not_in_channel', 'is_archived'].map(
    (code) => [code, 403, 'refused'] as const,
  ),
  ['channel_is_archived', 410, 'refused'],
  ['rate_limited', 429, 'throttled'],
  ['ratelimited', 429, 'throttled'],
  ['rollup_error', 500, 'ambiguous'],
  ['internal_error', 500, 'ambiguous'],
  ['fatal_error', 500, 'ambiguous'],
];

/** How an error may stand in a body. */
const forms: readonly (readonly [name: string, body: (code: string) => string])[] = [
  ['a word', (code) => code],
  ['a word and a line break', (code) => `${code}\r\n`],
  ['a word after a BOM', (code) => `\ufeff${code}`],
  ['a JSON text', (code) => JSON.stringify(code)],
  ['JSON', (error) => JSON.stringify({ ok: false, error })],
  ['JSON with more in it', (error) => JSON.stringify({ ts: 1, error, detail: 'd'.repeat(5000) })],
  ['JSON after a BOM', (error) => `\ufeff${JSON.stringify({ ok: false, error }, null, 2)}\n`],
  ['JSON with capitals', (Error) => JSON.stringify({ Ok: false, Error })],
];

const successes = [200, 201, 202, 204, 206, 299];

describe('an error of Slack', () => {
  it.each(forms)('as %s means under a success what it means under its own status', (_, body) => {
    for (const [code, status, meaning] of documented) {
      const own = answerOf(status, body(code), 7000);
      expect(own).toMatchObject({ meaning, code });
      for (const success of successes) expect(answerOf(success, body(code), 7000)).toEqual(own);
    }
  });

  it('means the same under each status that blames the caller', () => {
    const callers = [400, 401, 403, 404, 405, 410, 413, 422];
    for (const [code, , meaning] of documented)
      for (const status of callers) expect(answerOf(status, code, null).meaning).toBe(meaning);
  });

  it('waits as long as the Retry-After says, or half a minute', () => {
    expect(answerOf(200, 'ratelimited', 7000)).toMatchObject({ retryAfterMs: 7000 });
    expect(answerOf(200, 'ratelimited', null)).toMatchObject({ retryAfterMs: 30_000 });
  });
});

describe('a success that is neither ok nor an error of Slack', () => {
  const secret = 'https://hooks.slack.com/services/T0/B0/geheim?token=xoxb-1';
  it.each<[string, string, string]>([
    ['nothing', '', 'empty_answer'],
    ['white space', ' \r\n', 'empty_answer'],
    ['a page', '<!DOCTYPE html><html>Please sign in.</html>', 'not_ok'],
    ['a long page', `<html>${'x'.repeat(60_000)}`, 'not_ok'],
    ['JSON that says ok', '{"ok":true}', 'not_ok'],
    ['JSON whose error is ok', '{"ok":false,"error":"ok"}', 'not_ok'],
    ['JSON whose error is an object', '{"error":{"code":"no_service"}}', 'not_ok'],
    ['JSON whose error is null', '{"error":null}', 'not_ok'],
    ['null', 'null', 'not_ok'],
    ['a list', '["no_service"]', 'not_ok'],
    ['half of a JSON', '{"ok":false,"error":"no_serv', 'not_ok'],
    ['a number', '1', 'not_ok'],
    ['ok in capitals', 'OK', 'not_ok'],
    ['ok as JSON', '"ok"', 'not_ok'],
    ['a code of ours', 'not_configured', 'not_ok'],
    ['an error that Slack may yet think of', '{"ok":false,"error":"mood_missing"}', 'mood_missing'],
    ['a word', 'accepted', 'accepted'],
    ['a secret', secret, 'not_ok'],
    ['a secret as an error', JSON.stringify({ error: secret }), 'not_ok'],
  ])('is strange: %s', (_, body, code) => {
    for (const status of successes)
      expect(answerOf(status, body, null)).toEqual({ meaning: 'strange', code });
  });

  it('is strange whatever it holds, and its code is short and a word', () => {
    const body = fc.oneof(
      fc.string({ maxLength: 300, unit: 'binary' }),
      fc.json(),
      fc.record({ ok: fc.boolean(), error: fc.jsonValue() }).map((json) => JSON.stringify(json)),
    );
    const known = new Set(documented.map(([code]) => code));
    fc.assert(
      fc.property(fc.constantFrom(...successes), body, (status, said) => {
        const answer = answerOf(status, said, null);
        fc.pre(answer.meaning !== 'delivered' && !known.has(answer.code));
        expect(answer.meaning).toBe('strange');
        expect(answer).toHaveProperty('code', expect.stringMatching(/^(?!ok$)[a-z_]{1,60}$/));
      }),
      { numRuns: 200 },
    );
  });
});

it.each([201, 202, 204, 206])('ok with %i is no ok of Slack', (status) => {
  expect(answerOf(status, 'ok', null)).toEqual({ meaning: 'strange', code: 'not_ok' });
});
