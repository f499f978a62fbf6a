import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  afterAnswer,
  afterRetry,
  currentChannel,
  freshChannel,
  notConfigured,
  paceMs,
  standingOf,
  waitOf,
  withoutSetting,
  withTurnTaken,
  type ChannelState,
} from '../../shared/slack/channel.ts';
import type { SlackAnswer } from '../../shared/slack/webhook.ts';
import { elapsed, plus } from '../../shared/time.ts';
import { minutes, start } from '../support/operation-builders.ts';

const url = 'https://hooks.slack.com/services/T0/B0/xyz';
const fresh = freshChannel(url);
const turned = withTurnTaken(fresh, start);
const failing: ChannelState = { ...turned, failures: 3, since: minutes(-1) };
const parked: ChannelState = {
  ...turned,
  failures: 1,
  parkedSince: minutes(-60),
  since: minutes(-60),
};

describe('a channel', () => {
  it.each<[string, ChannelState, SlackAnswer, Partial<ChannelState>, number]>([
    [
      'delivered: at its pace',
      failing,
      { kind: 'delivered' },
      { failures: 0, lastAnswer: 'ok' },
      paceMs,
    ],
    [
      'delivered, after it was parked: works again',
      parked,
      { kind: 'delivered' },
      { failures: 0, parkedSince: null, lastAnswer: 'ok' },
      paceMs,
    ],
    [
      'rejected: the message’s fault',
      parked,
      { kind: 'rejected', code: 'invalid_blocks' },
      { failures: 0, parkedSince: null, lastAnswer: 'invalid_blocks' },
      paceMs,
    ],
    [
      'throttled: waits as long as Slack says',
      failing,
      { kind: 'throttled', retryAfterMs: 30_000, code: 'rate_limited' },
      { failures: 4, parkedSince: null },
      30_000,
    ],
    [
      'throttled without a wait: at its pace',
      turned,
      { kind: 'throttled', retryAfterMs: 0, code: 'rate_limited' },
      {},
      paceMs,
    ],
    [
      'refused: parked for an hour',
      turned,
      { kind: 'refused', code: 'no_service' },
      { failures: 1, parkedSince: start, lastAnswer: 'no_service' },
      3_600_000,
    ],
    [
      'refused again: parked since the first time',
      parked,
      { kind: 'refused', code: 'no_service' },
      { failures: 2, parkedSince: minutes(-60) },
      3_600_000,
    ],
    [
      'ambiguous: backs off',
      turned,
      { kind: 'ambiguous', code: 'no_answer' },
      { failures: 1, parkedSince: null },
      2000,
    ],
    [
      'ambiguous the fourth time: longer',
      failing,
      { kind: 'ambiguous', code: 'http_500' },
      { failures: 4 },
      16_000,
    ],
    [
      'ambiguous for ever: a minute at most',
      { ...turned, failures: 500 },
      { kind: 'ambiguous', code: 'http_500' },
      { failures: 501 },
      60_000,
    ],
  ])('%s', (_, before, answer, expected, waitMs) => {
    const next = afterAnswer(before, answer, start, 0.5);
    expect(next).toMatchObject({
      ...expected,
      lastAnswerAt: start,
      notBefore: plus(start, waitMs),
    });
  });

  it.each<[string, ChannelState, SlackAnswer['kind'], string, string]>([
    ['its first message', fresh, 'delivered', 'ok', start],
    ['one failure', turned, 'ambiguous', 'failing', start],
    ['one more failure', failing, 'ambiguous', 'failing', minutes(-1)],
    ['a 429', turned, 'throttled', 'failing', start],
    ['success after failures', failing, 'delivered', 'ok', start],
    ['a refusal after failures', failing, 'refused', 'parked', start],
    ['one more refusal', parked, 'refused', 'parked', minutes(-60)],
    ['a failure of the line while parked', parked, 'ambiguous', 'parked', minutes(-60)],
    ['success after it was parked', parked, 'delivered', 'ok', start],
  ])('stands so since then, after %s', (_, before, kind, standing, since) => {
    const answer: SlackAnswer =
      kind === 'delivered'
        ? { kind }
        : kind === 'throttled'
          ? { kind, retryAfterMs: 1, code: 'x' }
          : { kind, code: 'x' };
    const next = afterAnswer(before, answer, start, 0.5);
    expect([standingOf(next), next.since]).toEqual([standing, since]);
  });

  it('owes the default channel one message each time it is parked', () => {
    const refused: SlackAnswer = { kind: 'refused', code: 'no_service' };
    const once = afterAnswer(fresh, refused, start, 0.5);
    const twice = afterAnswer(once, refused, minutes(60), 0.5);
    expect(twice.mailbox.owed).toEqual([{ id: 1, at: start, code: 'no_service' }]);
    const works = afterAnswer(twice, { kind: 'delivered' }, minutes(61), 0.5);
    const again = afterAnswer(works, refused, minutes(62), 0.5);
    expect(again.mailbox.owed.map(({ id }) => id)).toEqual([1, 2]);
    expect(currentChannel(again, `${url}2`)).toMatchObject({
      parkedSince: null,
      mailbox: again.mailbox,
    });
  });

  it('does not wait for what nobody can have meant', () => {
    expect(waitOf({ ...fresh, notBefore: minutes(30) }, start)).toBe(30 * 60_000);
    expect(waitOf({ ...fresh, notBefore: minutes(-30) }, start)).toBe(0);
    expect(waitOf({ ...fresh, notBefore: '9999-12-31T00:00:00.000Z' }, start)).toBe(0);
    expect(waitOf(fresh, start)).toBe(0);
  });

  it('is parked, once, while the settings do not have it', () => {
    const first = withoutSetting(fresh, start);
    expect(first).toMatchObject({ parkedSince: start, lastAnswer: notConfigured });
    expect(withoutSetting(first, minutes(1))).toMatchObject({ parkedSince: start });
    expect(withoutSetting(first, minutes(1)).mailbox).toEqual(first.mailbox);
    expect(standingOf(currentChannel(first, url))).toBe('ok');
  });

  it('is tried at once when a person says so, and stays parked until it took something', () => {
    const tried = afterRetry(parked, 3, start);
    expect(tried).toEqual({ ...parked, notBefore: start });
    const refused = afterAnswer(tried, { kind: 'refused', code: 'no_service' }, start, 0.5);
    expect(refused.mailbox.owed).toEqual([]);
    expect(standingOf(afterRetry(parked, 0, start))).toBe('ok');
    const throttled = { kind: 'throttled', retryAfterMs: 30_000, code: 'x' } as const;
    const waiting = afterAnswer(fresh, throttled, start, 0.5);
    expect(afterRetry(waiting, 3, start)).toBe(waiting);
  });

  it('spreads its retries, but never by more than a quarter', () => {
    const waits = [0, 1].map(
      (jitter) => afterAnswer(failing, { kind: 'ambiguous', code: 'x' }, start, jitter).notBefore,
    );
    expect(waits).toEqual([plus(start, 12_000), plus(start, 20_000)]);
  });

  it('never loses its pace, whatever Slack answers', () => {
    const answers = fc.oneof(
      fc.record({
        kind: fc.constant('throttled' as const),
        retryAfterMs: fc.nat(900_000),
        code: fc.string(),
      }),
      fc.record({
        kind: fc.constantFrom('rejected' as const, 'refused' as const, 'ambiguous' as const),
        code: fc.string(),
      }),
      fc.constant({ kind: 'delivered' as const }),
    );
    fc.assert(
      fc.property(fc.array(answers), fc.double({ min: 0, max: 1, noNaN: true }), (all, jitter) => {
        let channel = fresh;
        for (const answer of all) {
          channel = afterAnswer(withTurnTaken(channel, start), answer, start, jitter);
          expect(elapsed(start, channel.notBefore ?? '')).toBeGreaterThanOrEqual(paceMs);
        }
      }),
    );
  });

  it('is remembered while its URL stays, and made anew when that changes', () => {
    expect(currentChannel(parked, url)).toBe(parked);
    expect(currentChannel(parked, `${url}2`)).toEqual(freshChannel(`${url}2`));
    expect(currentChannel(null, url)).toEqual(fresh);
  });

  it('does not hold its URL', () => {
    expect(JSON.stringify(parked)).not.toMatch(/slack|services|xyz/);
  });
});
