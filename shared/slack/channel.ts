import { createHash } from 'node:crypto';
import { plus, type IsoTime } from '../time.ts';
import type { SlackAnswer } from './webhook.ts';

/** What is remembered about a channel between ticks, and shared between instances. */
export interface ChannelState {
  /** Nothing is sent before this time: Slack's pace, its Retry-After, or our backing off. */
  readonly notBefore: IsoTime | null;
  /** Attempts in a row that did not deliver. */
  readonly failures: number;
  /** Since when a person must act before messages can arrive; `null` when the channel works. */
  readonly parkedSince: IsoTime | null;
  /** Slack's last answer: `ok` or its error code. */
  readonly lastAnswer: string | null;
  readonly lastAnswerAt: IsoTime | null;
  /** Tells whether the setting was changed since: a digest of the URL, which itself is kept nowhere. */
  readonly urlDigest: string;
}

/** Slack takes one message a second per webhook; a little more keeps clear of its clock. */
export const paceMs = 1100;
/** A parked channel is tried again this often. */
const parkedRetryMs = 60 * 60_000;
const backOff = { firstMs: 2000, mostMs: 60_000 } as const;

/** A channel that nothing was ever sent to, or whose URL is new. */
export function freshChannel(url: string): ChannelState {
  return {
    notBefore: null,
    failures: 0,
    parkedSince: null,
    lastAnswer: null,
    lastAnswerAt: null,
    urlDigest: digestOf(url),
  };
}

/** The state to go by: a new URL in the settings makes a new channel of it. */
export function currentChannel(stored: ChannelState | null, url: string): ChannelState {
  return stored !== null && stored.urlDigest === digestOf(url) ? stored : freshChannel(url);
}

/** Whether the channel's last attempt did not deliver: it waits before the next one. */
export function isResting({ failures }: ChannelState): boolean {
  return failures > 0;
}

/** The channel with a turn taken: nobody else sends within its pace. */
export function withTurnTaken(channel: ChannelState, now: IsoTime): ChannelState {
  return { ...channel, notBefore: plus(now, paceMs) };
}

/**
 * The channel after an answer.
 *
 * @param jitter 0..1, spreads the retries of several instances
 */
export function afterAnswer(
  channel: ChannelState,
  answer: SlackAnswer,
  now: IsoTime,
  jitter: number,
): ChannelState {
  const answered = {
    ...channel,
    lastAnswer: answer.kind === 'delivered' ? 'ok' : answer.code,
    lastAnswerAt: now,
  };
  switch (answer.kind) {
    case 'delivered':
      return { ...answered, failures: 0, parkedSince: null };
    case 'rejected':
      // The message's fault, not the channel's.
      return { ...answered, failures: 0, parkedSince: null };
    case 'throttled':
      return {
        ...answered,
        failures: channel.failures + 1,
        notBefore: plus(now, Math.max(answer.retryAfterMs, paceMs)),
      };
    case 'refused':
      return {
        ...answered,
        failures: channel.failures + 1,
        parkedSince: channel.parkedSince ?? now,
        notBefore: plus(now, parkedRetryMs),
      };
    case 'ambiguous': {
      const delay = Math.min(backOff.firstMs * 2 ** channel.failures, backOff.mostMs);
      return {
        ...answered,
        failures: channel.failures + 1,
        notBefore: plus(now, Math.round(delay * (0.75 + jitter / 2))),
      };
    }
  }
}

function digestOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 16);
}
