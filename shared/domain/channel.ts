import { createHash } from 'node:crypto';
import { emptyOutbox, outboxLimit, owing, type Outbox, type OwedMessage } from './outbox.ts';
import { longestRetryAfterMs } from '../retry-after.ts';
import { clocksDifferMs, elapsed, isCredible, plus, type IsoTime } from '../time.ts';
import type { SlackAnswer } from './slack-answer.ts';

/** The state of a channel under one URL. */
export interface UrlState {
  /** A digest of the URL; the URL itself is not stored. */
  readonly urlDigest: string;
  /** Nothing is posted to the URL before this time: our backing off, or the pause of a parked channel. */
  readonly notBefore: IsoTime | null;
  /** Attempts in a row that did not deliver. */
  readonly failures: number;
  /** The current run of strange answers; `null`: the last clear answer came from Slack. */
  readonly strange: {
    /** When it began; also identifies it. */
    readonly since: IsoTime;
    readonly answers: number;
  } | null;
  /** Since when a person must act before messages can arrive; `null` when the channel works. */
  readonly parkedSince: IsoTime | null;
  /** Since when it stands as it does ({@link standingOf}); `null` when it was not used yet. */
  readonly since: IsoTime | null;
  /** Slack's last answer: `ok`, its error code, or {@link notConfigured}. */
  readonly lastAnswer: string | null;
  readonly lastAnswerAt: IsoTime | null;
}

/**
 * What the store keeps about a channel, for all ticks and instances: its state under the URL that was used last, and what
 * is true for every URL.
 */
export interface ChannelState extends UrlState {
  /** Nobody posts before this time: Slack's pace and its Retry-After, which are the channel's. */
  readonly pacedUntil: IsoTime | null;
  /** Since when the default channel knows that this one takes no messages; `null`: it took one since. */
  readonly toldSince: IsoTime | null;
  /** Other URLs, the last used first: while the setting changes, instances use different ones. */
  readonly others: readonly UrlState[];
  /** What the default channel is owed about this one. */
  readonly outbox: Outbox<ParkedMessage>;
}

/** The facts of the message that a channel was parked. */
export interface ParkedMessage extends OwedMessage {
  /** Slack's error code, or {@link notConfigured}. */
  readonly code: string;
  /** Whether the channel was parked for strange answers. */
  readonly isStrange: boolean;
}

/**
 * The state that people see. `ok`: it takes messages; `failing`: the last attempt failed and the next one comes soon;
 * `parked`: it takes no messages until a person acts.
 */
export type Standing = 'ok' | 'failing' | 'parked';

/** Stands for the answer of a channel that has waiting messages but no setting. */
export const notConfigured = 'not_configured';

/** Slack takes one message a second per webhook; a little more allows for differences between the clocks. */
export const paceMs = 1100;
/** A parked channel is tried again this often. */
export const parkedRetryMs = 60 * 60_000;
const backOff = { firstMs: 2000, mostMs: 60_000 } as const;
/** This many strange answers in a row park a channel, as each of those messages may have arrived. */
export const mostStrange = 3;
/** How long after their last answer other URLs are kept, and how many of them. */
const othersFor = { ms: 2 * parkedRetryMs, most: 4 } as const;

/** A channel that nothing was ever sent to. */
export function freshChannel(url: string): ChannelState {
  return {
    ...freshUrl(digestOf(url)),
    pacedUntil: null,
    toldSince: null,
    others: [],
    outbox: emptyOutbox,
  };
}

function freshUrl(urlDigest: string): UrlState {
  return {
    urlDigest,
    notBefore: null,
    failures: 0,
    strange: null,
    parkedSince: null,
    since: null,
    lastAnswer: null,
    lastAnswerAt: null,
  };
}

/**
 * The state under a URL, from memory if it was used lately. The pace, the outbox and what was posted about the channel
 * are the same under each URL.
 */
export function currentChannel(
  stored: ChannelState | null,
  url: string,
  now: IsoTime,
): ChannelState {
  if (stored === null) return freshChannel(url);
  const urlDigest = digestOf(url);
  if (stored.urlDigest === urlDigest) return stored;
  const { pacedUntil, toldSince, outbox, others, ...last } = stored;
  const known = [last, ...others].filter(({ lastAnswerAt }) => isRecent(lastAnswerAt, now));
  const current = known.find((one) => one.urlDigest === urlDigest) ?? freshUrl(urlDigest);
  const rest = known.filter((one) => one !== current).slice(0, othersFor.most);
  return { ...current, pacedUntil, toldSince, outbox, others: rest };
}

function isRecent(time: IsoTime | null, now: IsoTime): boolean {
  return time !== null && Math.abs(elapsed(time, now)) < othersFor.ms;
}

/** Of ours, with its jitter. */
const longestBackOffMs = 1.25 * backOff.mostMs;

/** How long the channel is to be left alone, in milliseconds. */
export function waitOf({ notBefore, parkedSince, pacedUntil }: ChannelState, now: IsoTime): number {
  const longestMs = parkedSince === null ? longestBackOffMs : parkedRetryMs;
  return Math.max(
    waitUntil(notBefore, longestMs, now),
    waitUntil(pacedUntil, longestRetryAfterMs, now),
  );
}

/** A time further ahead is wrong: a clock was ahead, or the row is damaged. */
function waitUntil(time: IsoTime | null, longestMs: number, now: IsoTime): number {
  if (time === null || !isCredible(time, now, longestMs + clocksDifferMs)) return 0;
  return Math.max(elapsed(now, time), 0);
}

/**
 * The run of strange answers that parked the channel. A message that was posted during the run is not posted again
 * during it. `null`: the channel is not parked for strange answers.
 */
export function spentRun({ parkedSince, strange }: ChannelState): IsoTime | null {
  return parkedSince === null ? null : (strange?.since ?? null);
}

/** How a channel stands. */
export function standingOf({ failures, parkedSince }: UrlState): Standing {
  if (parkedSince !== null) return 'parked';
  return failures > 0 ? 'failing' : 'ok';
}

/** The channel with a turn taken: nobody else sends within its pace. */
export function withTurnTaken(channel: ChannelState, now: IsoTime): ChannelState {
  return { ...channel, pacedUntil: plus(now, paceMs) };
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
  const code = answer.meaning === 'delivered' ? 'ok' : answer.code;
  const answered = { ...channel, lastAnswer: code, lastAnswerAt: now };
  const failures = channel.failures + 1;
  const delay = Math.min(backOff.firstMs * 2 ** channel.failures, backOff.mostMs);
  const backedOff = plus(now, Math.round(delay * (0.75 + jitter / 2)));
  const rested = plus(now, parkedRetryMs);
  switch (answer.meaning) {
    case 'delivered':
    case 'rejected':
      // Rejected is the message's fault, not the channel's.
      return working(answered, now);
    case 'throttled': {
      const pacedUntil = plus(now, Math.max(answer.retryAfterMs, paceMs));
      return failing({ ...answered, failures, pacedUntil }, now);
    }
    case 'refused':
      return parked({ ...answered, failures, strange: null, notBefore: rested }, now);
    case 'ambiguous':
      return failing({ ...answered, failures, notBefore: backedOff }, now);
    case 'strange': {
      const { since, answers } = channel.strange ?? { since: now, answers: 0 };
      const next = { ...answered, failures, strange: { since, answers: answers + 1 } };
      return channel.parkedSince !== null || answers + 1 >= mostStrange
        ? parked({ ...next, notBefore: rested }, now)
        : failing({ ...next, notBefore: backedOff }, now);
    }
  }
}

/**
 * A channel that has waiting messages but no setting (any more): it is parked until the setting exists. `stored` itself
 * when nothing changes.
 */
export function withoutSetting(stored: ChannelState | null, now: IsoTime): ChannelState {
  const channel = currentChannel(stored, '', now);
  // Noted again from time to time: it would be forgotten while another instance has a URL.
  const isNoted =
    channel.lastAnswerAt !== null && elapsed(channel.lastAnswerAt, now) < othersFor.ms / 2;
  if (stored !== null && channel.parkedSince !== null && isNoted) return stored;
  return parked({ ...channel, lastAnswer: notConfigured, lastAnswerAt: now }, now);
}

/** A parked channel that may be tried at once. The pause after a 429 or a failure of the line goes on; it is short. */
export function awake(channel: ChannelState, now: IsoTime): ChannelState {
  return channel.parkedSince === null ? channel : { ...channel, notBefore: now };
}

/**
 * The channel after a person asked for a retry: a parked channel is tried at once, also with messages that got a strange
 * answer.
 *
 * @param undelivered messages that wait for the channel; with none, the retry cannot be verified, so assume that it works
 */
export function afterRetry(channel: ChannelState, undelivered: number, now: IsoTime): ChannelState {
  if (channel.parkedSince === null) return channel;
  const tried = { ...awake(channel, now), strange: null };
  return undelivered > 0 ? tried : working(tried, now);
}

function working(channel: ChannelState, now: IsoTime): ChannelState {
  const since = standingOf(channel) === 'ok' ? (channel.since ?? now) : now;
  const works = { failures: 0, strange: null, parkedSince: null, notBefore: null, toldSince: null };
  return { ...channel, ...works, since };
}

/** A parked channel stays parked until it takes a message. */
function failing(channel: ChannelState, now: IsoTime): ChannelState {
  const isFirst = channel.failures === 1 && channel.parkedSince === null;
  return isFirst ? { ...channel, since: now } : channel;
}

/** One message goes to the default channel when parking begins, whatever URLs the instances have. */
function parked(channel: ChannelState, now: IsoTime): ChannelState {
  const { parkedSince, toldSince, lastAnswer, strange, outbox } = channel;
  if (parkedSince !== null) return channel;
  const begun = { ...channel, parkedSince: now, since: now };
  // While the default channel takes nothing, repeated parking adds no further messages.
  if (isRecent(toldSince, now) || outbox.owed.length >= outboxLimit) return begun;
  const message = { at: now, code: lastAnswer ?? '', isStrange: strange !== null };
  return {
    ...begun,
    toldSince: now,
    outbox: owing(outbox, (id): ParkedMessage => ({ id, ...message })),
  };
}

function digestOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 16);
}
