import { retryOnConflict } from '../store/table.ts';
import { emptyOutbox, type Outbox } from '../domain/outbox.ts';
import { defaultChannel } from '../settings/settings.ts';
import {
  afterAnswer,
  currentChannel,
  spentRun,
  standingOf,
  waitOf,
  withTurnTaken,
  type ChannelState,
} from '../domain/channel.ts';
import type { SlackAnswer } from '../domain/slack-answer.ts';
import type { StateStore } from '../store/state-store.ts';
import { elapsed, type Clock, type IsoTime } from '../time.ts';

/**
 * The result of waiting for a turn. `busy`: none is free in time, as other messages are being sent; `resting`: the
 * channel takes no messages and is not tried again in time; `spent`: it answers strangely, and each of the messages
 * was already posted since that began.
 */
export type Turn =
  | {
      readonly is: 'taken';
      /** What was posted in this run of strange answers is not posted again; `null`: all may be posted. */
      readonly spentRun: IsoTime | null;
    }
  | { readonly is: 'busy' | 'resting' | 'spent' };

/** The turns of one channel: whoever has one may post once. Shared by all ticks and instances. */
export interface Turns {
  /**
   * Waits for a turn, until `latest` at most (milliseconds since the epoch).
   *
   * @param wanting what has something to post; default: something that was never posted
   */
  take(latest: number, wanting?: readonly Pick<Outbox, 'strangeRun'>[]): Promise<Turn>;
  /**
   * Remembers Slack's answer: its Retry-After, our backing off, whether a person must act.
   *
   * @returns the run of strange answers that the answer belongs to; `null`: to none
   */
  note(answer: SlackAnswer): Promise<IsoTime | null>;
}

/** The time of an answer like the one before is remembered to this. */
const sameAnswerMs = 60_000;

/** The turns of a channel, decided by conditional writes of its stored state. */
export function turnsOf(
  name: string,
  url: string,
  store: StateStore,
  clock: Clock,
  sleep: (ms: number) => Promise<void>,
  random: () => number,
): Turns {
  return {
    async take(latest, wanting = [emptyOutbox]) {
      for (;;) {
        const { state, etag } = await store.channel(name);
        const now = clock();
        const channel = currentChannel(state, url, now.toISOString());
        const wait = waitOf(channel, now.toISOString());
        if (now.getTime() + wait > latest)
          return { is: standingOf(channel) === 'ok' ? 'busy' : 'resting' };
        const spent = spentRun(channel);
        if (spent !== null && wanting.every(({ strangeRun }) => strangeRun === spent))
          return { is: 'spent' };
        if (wait > 0) {
          await sleep(wait);
          continue;
        }
        const next = withTurnTaken(channel, now.toISOString());
        if ((await store.saveChannel(name, next, etag)) !== null)
          return { is: 'taken', spentRun: spent };
      }
    },
    async note(answer) {
      const noted = await retryOnConflict(async () => {
        const { state, etag } = await store.channel(name);
        const now = clock().toISOString();
        const before = currentChannel(state, url, now);
        if (answer.meaning === 'delivered' && isKnownToWork(before, now)) return { strange: null };
        const next = afterAnswer(before, answer, now, random());
        // The default channel cannot say of itself that it takes no messages: `health` does.
        const after = name === defaultChannel ? { ...next, outbox: emptyOutbox } : next;
        return (await store.saveChannel(name, after, etag)) === null ? null : after;
      });
      return noted?.strange?.since ?? null;
    },
  };
}

/** The usual case, one `ok` after another, is not worth a write each time. */
function isKnownToWork(
  { lastAnswer, lastAnswerAt, toldSince }: ChannelState,
  now: IsoTime,
): boolean {
  const isNews = lastAnswerAt === null || Math.abs(elapsed(lastAnswerAt, now)) >= sameAnswerMs;
  return lastAnswer === 'ok' && toldSince === null && !isNews;
}
