import { createHash } from 'node:crypto';
import { emptyMailbox, mailboxLimit, owing, type Mailbox, type OwedMessage } from '../mailbox.ts';
import { elapsed, plus, type IsoTime } from '../time.ts';
import type { SlackAnswer } from './webhook.ts';

/** What is remembered about a channel between ticks, and shared between instances. */
export interface ChannelState {
  /** Nothing is sent before this time: Slack's pace, its Retry-After, or our backing off. */
  readonly notBefore: IsoTime | null;
  /** Attempts in a row that did not deliver. */
  readonly failures: number;
  /** Since when a person must act before messages can arrive; `null` when the channel works. */
  readonly parkedSince: IsoTime | null;
  /** Since when it stands as it does ({@link standingOf}); `null` when it was not used yet. */
  readonly since: IsoTime | null;
  /** Slack's last answer: `ok`, its error code, or {@link notConfigured}. */
  readonly lastAnswer: string | null;
  readonly lastAnswerAt: IsoTime | null;
  /** What the default channel is owed about this one. */
  readonly mailbox: Mailbox<ParkedMessage>;
  /** Tells whether the setting was changed since: a digest of the URL, which itself is kept nowhere. */
  readonly urlDigest: string;
}

/** The facts of the message that a channel was parked. */
export interface ParkedMessage extends OwedMessage {
  /** Slack's error code, or {@link notConfigured}. */
  readonly code: string;
}

/**
 * How a channel stands: it takes messages; its last attempt failed and the next one is near; or it takes none
 * before a person acts.
 */
export type Standing = 'ok' | 'failing' | 'parked';

/** The answer, as it were, of a channel that messages wait for and that the settings do not have. */
export const notConfigured = 'not_configured';

/** Slack takes one message a second per webhook; a little more keeps clear of its clock. */
export const paceMs = 1100;
/** A parked channel is tried again this often. */
export const parkedRetryMs = 60 * 60_000;
const backOff = { firstMs: 2000, mostMs: 60_000 } as const;

/** A channel that nothing was ever sent to, or whose URL is new. */
export function freshChannel(url: string): ChannelState {
  return {
    notBefore: null,
    failures: 0,
    parkedSince: null,
    since: null,
    lastAnswer: null,
    lastAnswerAt: null,
    mailbox: emptyMailbox,
    urlDigest: digestOf(url),
  };
}

/** The state to go by: a new URL in the settings makes a new channel of it. What is owed stays owed. */
export function currentChannel(stored: ChannelState | null, url: string): ChannelState {
  if (stored?.urlDigest === digestOf(url)) return stored;
  return { ...freshChannel(url), mailbox: stored?.mailbox ?? emptyMailbox };
}

/** Nobody waits this long: what says so is a damaged row, or was written by a clock that was wrong. */
const longestWaitMs = 2 * parkedRetryMs;

/** How long the channel is to be left alone, in milliseconds. */
export function waitOf({ notBefore }: ChannelState, now: IsoTime): number {
  const wait = notBefore === null ? 0 : elapsed(now, notBefore);
  return wait > longestWaitMs ? 0 : Math.max(wait, 0);
}

/** How a channel stands. */
export function standingOf({ failures, parkedSince }: ChannelState): Standing {
  if (parkedSince !== null) return 'parked';
  return failures > 0 ? 'failing' : 'ok';
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
  const code = answer.kind === 'delivered' ? 'ok' : answer.code;
  const answered = { ...channel, lastAnswer: code, lastAnswerAt: now };
  const failures = channel.failures + 1;
  switch (answer.kind) {
    case 'delivered':
    case 'rejected':
      // Rejected is the message's fault, not the channel's.
      return working(answered, now);
    case 'throttled': {
      const notBefore = plus(now, Math.max(answer.retryAfterMs, paceMs));
      return failing({ ...answered, failures, notBefore }, now);
    }
    case 'refused':
      return parked({ ...answered, failures, notBefore: plus(now, parkedRetryMs) }, code, now);
    case 'ambiguous': {
      const delay = Math.min(backOff.firstMs * 2 ** channel.failures, backOff.mostMs);
      const notBefore = plus(now, Math.round(delay * (0.75 + jitter / 2)));
      return failing({ ...answered, failures, notBefore }, now);
    }
  }
}

/** A channel that messages wait for and that the settings do not have (any more): parked until they have it. */
export function withoutSetting(stored: ChannelState | null, now: IsoTime): ChannelState {
  const channel = { ...currentChannel(stored, ''), lastAnswer: notConfigured, lastAnswerAt: now };
  return parked(channel, notConfigured, now);
}

/**
 * The channel when a person says that it should be tried: a parked one is, at once. The pause after a 429 or a
 * failure of the line goes on; it is short.
 *
 * @param undelivered what waits for the channel; when nothing does, nothing could show that it works, so it is believed
 */
export function afterRetry(channel: ChannelState, undelivered: number, now: IsoTime): ChannelState {
  if (channel.parkedSince === null) return channel;
  const tried = { ...channel, notBefore: now };
  return undelivered > 0 ? tried : working(tried, now);
}

function working(channel: ChannelState, now: IsoTime): ChannelState {
  const since = standingOf(channel) === 'ok' ? (channel.since ?? now) : now;
  return { ...channel, failures: 0, parkedSince: null, since };
}

/** A parked channel stays parked until it takes a message. */
function failing(channel: ChannelState, now: IsoTime): ChannelState {
  const isFirst = channel.failures === 1 && channel.parkedSince === null;
  return isFirst ? { ...channel, since: now } : channel;
}

/** Told once, when it begins. */
function parked(channel: ChannelState, code: string, now: IsoTime): ChannelState {
  if (channel.parkedSince !== null) return channel;
  const { mailbox: before } = channel;
  // While the default channel takes nothing, one that is parked again and again is told of no more.
  const mailbox =
    before.owed.length < mailboxLimit
      ? owing(before, (id): ParkedMessage => ({ id, at: now, code }))
      : before;
  return { ...channel, parkedSince: now, since: now, mailbox };
}

function digestOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 16);
}
