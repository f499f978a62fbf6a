import { emptyMailbox } from '../mailbox.ts';
import { defaultChannel } from '../settings.ts';
import {
  afterAnswer,
  currentChannel,
  standingOf,
  waitOf,
  withTurnTaken,
} from '../slack/channel.ts';
import type { SlackAnswer } from '../slack/webhook.ts';
import type { StateStore } from '../store/state-store.ts';
import { elapsed, type Clock } from '../time.ts';

/**
 * What became of waiting for a turn: `taken`; `busy`: none is free in time, others are being sent; `resting`:
 * the channel does not take messages, and is not tried again in time.
 */
export type Turn = 'taken' | 'busy' | 'resting';

/** The turns of one channel: whoever has one may post once. Shared by all ticks and instances. */
export interface Turns {
  /** Waits for a turn, until `latest` at most (milliseconds since the epoch). */
  take(latest: number): Promise<Turn>;
  /** Remembers Slack's answer: its Retry-After, our backing off, whether a person must act. */
  note(answer: SlackAnswer): Promise<void>;
}

const noteAttempts = 5;
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
    async take(latest) {
      for (;;) {
        const { state, etag } = await store.channel(name);
        const channel = currentChannel(state, url);
        const now = clock();
        const wait = waitOf(channel, now.toISOString());
        if (now.getTime() + wait > latest) return standingOf(channel) === 'ok' ? 'busy' : 'resting';
        if (wait > 0) {
          await sleep(wait);
          continue;
        }
        const next = withTurnTaken(channel, now.toISOString());
        if ((await store.saveChannel(name, next, etag)) !== null) return 'taken';
      }
    },
    async note(answer) {
      for (let attempt = 0; attempt < noteAttempts; attempt += 1) {
        const { state, etag } = await store.channel(name);
        const before = currentChannel(state, url);
        const now = clock().toISOString();
        // The usual case, one `ok` after another, is not worth a write each time.
        const isNews =
          before.lastAnswerAt === null || elapsed(before.lastAnswerAt, now) >= sameAnswerMs;
        if (answer.kind === 'delivered' && before.lastAnswer === 'ok' && !isNews) return;
        const noted = afterAnswer(before, answer, now, random());
        // Nobody can be told in the default channel that it takes no messages: that is for `health`.
        const after = name === defaultChannel ? { ...noted, mailbox: emptyMailbox } : noted;
        if ((await store.saveChannel(name, after, etag)) !== null) return;
      }
    },
  };
}
