import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  afterAnswer,
  currentChannel,
  freshChannel,
  paceMs,
  withTurnTaken,
  type ChannelState,
} from '../../shared/slack/channel.ts';
import type { SlackAnswer } from '../../shared/slack/webhook.ts';
import { elapsed, plus } from '../../shared/time.ts';
import { minutes, start } from '../support/operation-builders.ts';

const url = 'https://hooks.slack.com/services/T0/B0/xyz';
const fresh = freshChannel(url);
const turned = withTurnTaken(fresh, start);
const failing: ChannelState = { ...turned, failures: 3 };
const parked: ChannelState = { ...turned, failures: 1, parkedSince: minutes(-60) };

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
