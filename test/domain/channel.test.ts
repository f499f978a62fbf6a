import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  afterAnswer,
  afterRetry,
  currentChannel,
  freshChannel,
  mostStrange,
  notConfigured,
  paceMs,
  spentRun,
  standingOf,
  waitOf,
  withoutSetting,
  withTurnTaken,
  type ChannelState,
} from '../../shared/domain/channel.ts';
import type { SlackAnswer } from '../../shared/domain/slack-answer.ts';
import { plus, type IsoTime } from '../../shared/time.ts';
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
      { meaning: 'delivered' },
      { failures: 0, lastAnswer: 'ok' },
      paceMs,
    ],
    [
      'delivered, after it was parked: works again',
      parked,
      { meaning: 'delivered' },
      { failures: 0, parkedSince: null, lastAnswer: 'ok' },
      paceMs,
    ],
    [
      'rejected: the message’s fault',
      parked,
      { meaning: 'rejected', code: 'invalid_blocks' },
      { failures: 0, parkedSince: null, lastAnswer: 'invalid_blocks' },
      paceMs,
    ],
    [
      'throttled: waits as long as Slack says',
      failing,
      { meaning: 'throttled', retryAfterMs: 30_000, code: 'rate_limited' },
      { failures: 4, parkedSince: null },
      30_000,
    ],
    [
      'throttled without a wait: at its pace',
      turned,
      { meaning: 'throttled', retryAfterMs: 0, code: 'rate_limited' },
      {},
      paceMs,
    ],
    [
      'refused: parked for an hour',
      turned,
      { meaning: 'refused', code: 'no_service' },
      { failures: 1, parkedSince: start, lastAnswer: 'no_service' },
      3_600_000,
    ],
    [
      'refused again: parked since the first time',
      parked,
      { meaning: 'refused', code: 'no_service' },
      { failures: 2, parkedSince: minutes(-60) },
      3_600_000,
    ],
    [
      'ambiguous: backs off',
      turned,
      { meaning: 'ambiguous', code: 'no_answer' },
      { failures: 1, parkedSince: null },
      2000,
    ],
    [
      'ambiguous the fourth time: longer',
      failing,
      { meaning: 'ambiguous', code: 'http_500' },
      { failures: 4 },
      16_000,
    ],
    [
      'ambiguous for ever: a minute at most',
      { ...turned, failures: 500 },
      { meaning: 'ambiguous', code: 'http_500' },
      { failures: 501 },
      60_000,
    ],
  ])('%s', (_, before, answer, expected, waitMs) => {
    const next = afterAnswer(before, answer, start, 0.5);
    expect(next).toMatchObject({ ...expected, lastAnswerAt: start });
    expect(waitOf(next, start)).toBe(waitMs);
  });

  it.each<[string, ChannelState, SlackAnswer['meaning'], string, string]>([
    ['its first message', fresh, 'delivered', 'ok', start],
    ['one failure', turned, 'ambiguous', 'failing', start],
    ['one more failure', failing, 'ambiguous', 'failing', minutes(-1)],
    ['a 429', turned, 'throttled', 'failing', start],
    ['success after failures', failing, 'delivered', 'ok', start],
    ['a refusal after failures', failing, 'refused', 'parked', start],
    ['one more refusal', parked, 'refused', 'parked', minutes(-60)],
    ['a failure of the line while parked', parked, 'ambiguous', 'parked', minutes(-60)],
    ['success after it was parked', parked, 'delivered', 'ok', start],
  ])('stands so since then, after %s', (_, before, meaning, standing, since) => {
    const answer: SlackAnswer =
      meaning === 'delivered'
        ? { meaning }
        : meaning === 'throttled'
          ? { meaning, retryAfterMs: 1, code: 'x' }
          : { meaning, code: 'x' };
    const next = afterAnswer(before, answer, start, 0.5);
    expect([standingOf(next), next.since]).toEqual([standing, since]);
  });

  it('owes the default channel one message each time it is parked', () => {
    const refused: SlackAnswer = { meaning: 'refused', code: 'no_service' };
    const once = afterAnswer(fresh, refused, start, 0.5);
    const twice = afterAnswer(once, refused, minutes(60), 0.5);
    expect(twice.outbox.owed).toEqual([{ id: 1, at: start, code: 'no_service', isStrange: false }]);
    const works = afterAnswer(twice, { meaning: 'delivered' }, minutes(61), 0.5);
    const again = afterAnswer(works, refused, minutes(62), 0.5);
    expect(again.outbox.owed.map(({ id }) => id)).toEqual([1, 2]);
    expect(currentChannel(again, `${url}2`, minutes(63))).toMatchObject({
      parkedSince: null,
      outbox: again.outbox,
    });
  });

  it('does not wait for what nobody can have meant', () => {
    // Nothing ever adds more than this to the present; two clocks differ by a minute.
    const longest = { backedOff: 1, paced: 15, parked: 60 };
    const waits = (at: number, past = at): object => ({
      backedOff: waitOf({ ...fresh, notBefore: minutes(at) }, minutes(at - past)) / 60_000,
      paced: waitOf({ ...fresh, pacedUntil: minutes(at) }, minutes(at - past)) / 60_000,
      parked:
        waitOf({ ...parked, pacedUntil: null, notBefore: minutes(at) }, minutes(at - past)) /
        60_000,
    });
    expect(waits(1)).toEqual({ backedOff: 1, paced: 1, parked: 1 });
    expect(waits(longest.paced)).toEqual({ backedOff: 0, paced: 15, parked: 15 });
    expect(waits(longest.parked)).toEqual({ backedOff: 0, paced: 0, parked: 60 });
    expect(waits(longest.parked + 2)).toEqual({ backedOff: 0, paced: 0, parked: 0 });
    expect(waits(10, -30)).toEqual({ backedOff: 0, paced: 0, parked: 0 });
    expect(waitOf({ ...fresh, notBefore: '9999-12-31T00:00:00.000Z' }, start)).toBe(0);
    expect(waitOf(fresh, start)).toBe(0);
  });

  it('is parked, once, while the settings do not have it', () => {
    const first = withoutSetting(fresh, start);
    expect(first).toMatchObject({ parkedSince: start, lastAnswer: notConfigured });
    expect(withoutSetting(first, minutes(1))).toMatchObject({ parkedSince: start });
    expect(withoutSetting(first, minutes(1)).outbox).toEqual(first.outbox);
    expect(standingOf(currentChannel(first, url, start))).toBe('ok');
  });

  it('is tried at once when a person says so, and stays parked until it took something', () => {
    const tried = afterRetry(parked, 3, start);
    expect(tried).toEqual({ ...parked, notBefore: start, strange: null });
    const refused = afterAnswer(tried, { meaning: 'refused', code: 'no_service' }, start, 0.5);
    expect(refused.outbox.owed).toEqual([]);
    expect(standingOf(afterRetry(parked, 0, start))).toBe('ok');
    const throttled = { meaning: 'throttled', retryAfterMs: 30_000, code: 'x' } as const;
    const waiting = afterAnswer(fresh, throttled, start, 0.5);
    expect(afterRetry(waiting, 3, start)).toBe(waiting);
  });

  it('spreads its retries, but never by more than a quarter', () => {
    const waits = [0, 1].map(
      (jitter) =>
        afterAnswer(failing, { meaning: 'ambiguous', code: 'x' }, start, jitter).notBefore,
    );
    expect(waits).toEqual([plus(start, 12_000), plus(start, 20_000)]);
  });

  it('never loses its pace, whatever Slack answers', () => {
    const answers = fc.oneof(
      fc.record({
        meaning: fc.constant('throttled' as const),
        retryAfterMs: fc.nat(900_000),
        code: fc.string(),
      }),
      fc.record({
        meaning: fc.constantFrom(
          'rejected' as const,
          'refused' as const,
          'ambiguous' as const,
          'strange' as const,
        ),
        code: fc.string(),
      }),
      fc.constant({ meaning: 'delivered' as const }),
    );
    fc.assert(
      fc.property(fc.array(answers), fc.double({ min: 0, max: 1, noNaN: true }), (all, jitter) => {
        let channel = fresh;
        for (const answer of all) {
          channel = afterAnswer(withTurnTaken(channel, start), answer, start, jitter);
          expect(waitOf(channel, start)).toBeGreaterThanOrEqual(paceMs);
        }
      }),
    );
  });

  it('is remembered while its URL stays, and made anew but for its pace when that changes', () => {
    expect(currentChannel(parked, url, start)).toBe(parked);
    expect(currentChannel(parked, `${url}2`, start)).toEqual({
      ...freshChannel(`${url}2`),
      pacedUntil: parked.pacedUntil,
    });
    expect(currentChannel(null, url, start)).toEqual(fresh);
  });

  it('does not hold its URL', () => {
    expect(JSON.stringify(parked)).not.toMatch(/slack|services|xyz/);
  });
});

const strange: SlackAnswer = { meaning: 'strange', code: 'not_ok' };
const refused: SlackAnswer = { meaning: 'refused', code: 'no_service' };
const delivered: SlackAnswer = { meaning: 'delivered' };
/** A channel after answers, each a minute after the one before, from `start` on. */
const after = (channel: ChannelState, ...answers: readonly SlackAnswer[]): ChannelState =>
  answers.reduce((state, answer, at) => afterAnswer(state, answer, minutes(at), 0.5), channel);

describe('a channel that answers strangely', () => {
  it('is parked by the third such answer, once, and says so', () => {
    const twice = after(fresh, strange, { ...strange, code: 'empty_answer' });
    expect([standingOf(twice), spentRun(twice), twice.outbox.owed]).toEqual(['failing', null, []]);
    const thrice = afterAnswer(twice, strange, minutes(2), 0.5);
    expect(thrice).toMatchObject({ parkedSince: minutes(2), lastAnswer: 'not_ok' });
    expect(spentRun(thrice)).toBe(start);
    expect(thrice.outbox.owed).toEqual([
      { id: 1, at: minutes(2), code: 'not_ok', isStrange: true },
    ]);
    const later = afterAnswer(thrice, strange, minutes(62), 0.5);
    expect(later).toMatchObject({ parkedSince: minutes(2), outbox: thrice.outbox });
    expect(spentRun(later)).toBe(start);
    expect(waitOf(later, minutes(62))).toBe(60 * 60_000);
  });

  it.each<SlackAnswer>([
    { meaning: 'ambiguous', code: 'no_answer' },
    { meaning: 'throttled', retryAfterMs: 1, code: 'rate_limited' },
  ])('is no other one for what says nothing about that: $kind', (between) => {
    const channel = after(fresh, strange, between, strange, between, strange);
    expect(standingOf(channel)).toBe('parked');
  });

  it.each<SlackAnswer>([delivered, { meaning: 'rejected', code: 'no_text' }, refused])(
    'begins anew when Slack itself has answered: $kind',
    (between) => {
      const channel = after(fresh, strange, strange, between, strange, strange);
      expect(channel.strange).toEqual({ since: minutes(3), answers: mostStrange - 1 });
    },
  );

  it('is tried with what it has had when a person says so', () => {
    const parkedBy = after(fresh, strange, strange, strange);
    const tried = afterRetry(parkedBy, 1, minutes(5));
    expect([standingOf(tried), spentRun(tried), waitOf(tried, minutes(5))]).toEqual([
      'parked',
      null,
      0,
    ]);
    const again = afterAnswer(tried, strange, minutes(5), 0.5);
    expect([spentRun(again), again.outbox.owed.length]).toEqual([minutes(5), 1]);
  });
});

describe('a channel of which instances have different URLs', () => {
  /** What each URL answers, however often it is asked. */
  const answering = fc.constantFrom<SlackAnswer>(refused, strange, delivered);
  const urls = ['a', 'b', 'c', ''].map((end) => `${url}${end}`);
  const turnsTaken = fc.array(fc.nat(urls.length - 1), { minLength: 1, maxLength: 40 });

  it('keeps its pace and Slack’s Retry-After, and how it stands under each', () => {
    fc.assert(
      fc.property(
        fc.tuple(answering, answering, answering, answering),
        turnsTaken,
        (answers, used) => {
          let stored: ChannelState | null = null;
          const parkedSince = new Map<string, IsoTime | null>();
          for (const [at, which] of used.entries()) {
            const [one = '', answer = delivered] = [urls[which], answers[which]];
            const channel = currentChannel(stored, one, minutes(at));
            expect(channel.parkedSince).toBe(parkedSince.get(one) ?? null);
            const taken = withTurnTaken(channel, minutes(at));
            for (const other of urls)
              expect(
                waitOf(currentChannel(taken, other, minutes(at)), minutes(at)),
              ).toBeGreaterThanOrEqual(paceMs);
            stored = afterAnswer(taken, answer, minutes(at), 0.5);
            parkedSince.set(one, stored.parkedSince);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is reported once until it takes a message, whichever of them is refused', () => {
    fc.assert(
      fc.property(
        fc.tuple(answering, answering, answering, answering),
        turnsTaken,
        (answers, used) => {
          let stored: ChannelState | null = null;
          const isParked = new Set<string>();
          let notices = 0;
          let isKnown = false;
          for (const [at, which] of used.entries()) {
            const [one = '', answer = delivered] = [urls[which], answers[which]];
            const before = currentChannel(stored, one, minutes(at));
            stored = afterAnswer(before, answer, minutes(at), 0.5);
            const begins = stored.parkedSince !== null && !isParked.has(one);
            if (stored.parkedSince === null) isParked.delete(one);
            else isParked.add(one);
            if (answer.meaning === 'delivered') isKnown = false;
            if (begins && !isKnown) {
              notices += 1;
              isKnown = true;
            }
            expect(stored.outbox.owed).toHaveLength(notices);
          }
          // A URL that is refused each time is reported at most once.
          expect(notices).toBeLessThanOrEqual(urls.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('forgets a URL that was not used for two hours, and reports again what it reported so long ago', () => {
    const dead = after(fresh, refused);
    const other = after(currentChannel(dead, `${url}2`, minutes(1)), delivered);
    expect(currentChannel(other, url, minutes(119)).parkedSince).toBe(start);
    expect(currentChannel(other, url, minutes(121)).parkedSince).toBeNull();
    const replaced = currentChannel(dead, `${url}2`, minutes(200));
    expect(afterAnswer(replaced, refused, minutes(200), 0.5).outbox.owed).toHaveLength(2);
  });

  it('is not believed when it was written by a clock that was far ahead', () => {
    const ahead = { ...after(fresh, refused), toldSince: '2999-01-01T00:00:00.000Z' };
    const other = currentChannel(ahead, `${url}2`, minutes(1));
    expect(afterAnswer(other, refused, minutes(1), 0.5).outbox.owed).toHaveLength(2);
  });

  it('keeps few of them', () => {
    let channel = fresh;
    for (let at = 0; at < 50; at += 1)
      channel = after(currentChannel(channel, `${url}${at}`, start), refused);
    expect(channel.others.length).toBeLessThanOrEqual(4);
  });

  it('is parked once where one instance has none', () => {
    let channel = after(fresh, delivered);
    for (let hour = 0; hour < 30; hour += 1) {
      const now = minutes(hour * 60);
      channel = withoutSetting(channel, now);
      channel = { ...currentChannel(channel, url, now), lastAnswerAt: now };
    }
    expect(channel.outbox.owed).toHaveLength(1);
  });
});
