import type { DeliveryNeeds, Deadline } from './needs.ts';
import { postTimeoutMs, type PostToSlack } from '../slack/webhook.ts';
import { RowRefused } from '../store/table.ts';
import type { IsoTime } from '../time.ts';
import type { StoredOutbox } from './outboxes.ts';
import { withoutSetting } from '../domain/channel.ts';
import { deliverDigest, digestAbove, type DigestDelivery } from './digest.ts';
import { deliverFrom, type OutboxDelivery } from './one-message.ts';
import { turnsOf } from './turns.ts';

/** The result of delivery. */
export interface DeliveryResult {
  readonly delivered: number;
  readonly undelivered: number;
  readonly oldestOwedAt: IsoTime | null;
  readonly unroutable: number;
  readonly failingChannels: number;
}

/** Delivers what is owed; outboxes may be added until {@link Delivery.finish} is called. */
export interface Delivery {
  add(outbox: StoredOutbox): void;
  /** Waits until everything is sent or the time is up. */
  finish(): Promise<DeliveryResult>;
}

/**
 * Starts delivering. Channels do not wait for each other. Within a channel, the outbox that has owed longest comes first,
 * the messages of an outbox are posted in order, and an outbox that fails does not hold up the others. A post without an
 * answer is broken off when the tick ends.
 *
 * @param isReading whether the tick still reads: more may come for a channel, so its first message waits for it (see
 * {@link longestWaitMs})
 */
export function startDelivery(
  given: DeliveryNeeds,
  { end, lastPost }: Deadline,
  isReading: () => boolean = () => false,
): Delivery {
  const timeLeft = (): number =>
    Math.max(1, Math.min(postTimeoutMs, end - given.clock().getTime()));
  const post: PostToSlack = async (url, message) => await given.post(url, message, timeLeft());
  const needs: DeliveryNeeds = { ...given, post };
  const lanes = new Map<string, Lane>();
  const unroutable: StoredOutbox[] = [];
  return {
    add(outbox) {
      const url = needs.channels.get(outbox.channel);
      if (url === undefined) {
        unroutable.push(outbox);
        return;
      }
      let lane = lanes.get(outbox.channel);
      if (lane === undefined) {
        lane = createLane(outbox.channel, url, needs, lastPost, isReading);
        lanes.set(outbox.channel, lane);
      }
      lane.add(outbox);
    },
    async finish() {
      const all = [...lanes.values()];
      const ends = await Promise.all(all.map((lane) => lane.finish()));
      await parkWithoutSetting(unroutable, needs);
      const waiting = [...unroutable, ...ends.flatMap(({ waiting: left }) => left)];
      return {
        delivered: ends.reduce((sum, { delivered }) => sum + delivered, 0),
        undelivered: count(waiting),
        oldestOwedAt: waiting.map(({ owedSince }) => owedSince).toSorted()[0] ?? null,
        unroutable: count(unroutable),
        failingChannels: ends.filter(({ failing }) => failing).length,
      };
    },
  };
}

/** Notes which channels the settings do not have; where two note it at once, one is enough. */
async function parkWithoutSetting(
  unroutable: readonly StoredOutbox[],
  { state, clock, refusals }: DeliveryNeeds,
): Promise<void> {
  for (const name of new Set(unroutable.map(({ channel }) => channel))) {
    const { state: stored, etag } = await state.channel(name);
    const parked = withoutSetting(stored, clock().toISOString());
    if (parked === stored) continue;
    await refusals.passOver(async () => await state.saveChannel(name, parked, etag));
  }
}

interface Waiting {
  readonly owedSince: IsoTime;
  readonly undelivered: number;
}

function count(outboxes: readonly Waiting[]): number {
  return outboxes.reduce((sum, { undelivered }) => sum + undelivered, 0);
}

/** Whether a channel does not take messages, judged by the results of sending; `null`: they do not say. */
function isFailing(why: OutboxDelivery['why'] | DigestDelivery['why']): boolean | null {
  switch (why) {
    case 'failed':
    case 'resting':
    case 'spent':
      return true;
    case 'done':
    case 'busy':
      return false;
    case 'noTurn':
    case 'again':
      return null;
  }
}

/**
 * The first message of a burst waits at most this long, in milliseconds, and no longer than half of the time that is
 * left to post: what the tick reads meanwhile is posted together with it.
 */
const longestWaitMs = 5000;
const lookMs = 100;

/** One channel's part of a delivery. */
interface Lane {
  add(outbox: StoredOutbox): void;
  finish(): Promise<{ delivered: number; waiting: Waiting[]; failing: boolean }>;
}

function createLane(
  name: string,
  url: string,
  needs: DeliveryNeeds,
  lastPost: number,
  isReading: () => boolean,
): Lane {
  const turns = turnsOf(name, url, needs.state, needs.clock, needs.sleep, needs.random);
  const queue: StoredOutbox[] = [];
  const waiting: Waiting[] = [];
  let delivered = 0;
  let failing = false;
  let work: Promise<void> | null = null;
  let fault: { error: unknown } | null = null;

  async function run(): Promise<void> {
    try {
      // All outboxes that are added at once are one round.
      await Promise.resolve();
      await readingsOver();
      for (let isOpen = true; isOpen && queue.length > 0;) {
        isOpen = count(queue) > digestAbove ? await postDigest() : await postNext();
      }
    } catch (error) {
      if (error instanceof RowRefused) {
        // The row of the channel itself was refused: without a stored turn the channel takes no messages.
        needs.refusals.note(error);
        failing = true;
        return;
      }
      // The error concerns the whole tick: `finish` throws it.
      fault = { error };
    } finally {
      work = null;
    }
  }

  async function readingsOver(): Promise<void> {
    const begun = needs.clock().getTime();
    const until = begun + Math.min(longestWaitMs, (lastPost - begun) / 2);
    for (let left = until - begun; left > 0 && isReading();) {
      await needs.sleep(Math.min(lookMs, left));
      left = until - needs.clock().getTime();
    }
  }

  /** Posts the messages of the first outbox in the queue; `false` when the channel takes no more in this tick. */
  async function postNext(): Promise<boolean> {
    const outbox = queue.shift();
    if (outbox === undefined) return true;
    const end = await deliverFrom(outbox, url, turns, needs, lastPost);
    delivered += end.delivered;
    failing = isFailing(end.why) ?? failing;
    if (end.why === 'failed') queue.push(outbox);
    else if (end.left > 0) waiting.push({ owedSince: outbox.owedSince, undelivered: end.left });
    return end.why !== 'noTurn' && end.why !== 'resting';
  }

  /** Posts the messages of the whole queue in digests; `false` when the channel takes no more in this tick. */
  async function postDigest(): Promise<boolean> {
    const round = queue.splice(0);
    const end = await deliverDigest(round, url, turns, needs, lastPost);
    delivered += end.delivered;
    waiting.push(...end.busy);
    failing = isFailing(end.why) ?? failing;
    if (end.why === 'failed' || end.why === 'again') queue.unshift(...end.left);
    else waiting.push(...end.left);
    const isOpen = end.why !== 'noTurn' && end.why !== 'resting';
    if (isOpen) return await postEach(end.alone);
    waiting.push(...end.alone);
    return false;
  }

  async function postEach(outboxes: readonly StoredOutbox[]): Promise<boolean> {
    const others = queue.splice(0);
    queue.push(...outboxes);
    let isOpen = true;
    for (let at = 0; isOpen && at < outboxes.length; at += 1) isOpen = await postNext();
    queue.push(...others);
    return isOpen;
  }

  return {
    add(outbox) {
      queue.push(outbox);
      work ??= run();
    },
    async finish() {
      for (let pending = work; pending !== null; pending = work) await pending;
      if (fault !== null) throw fault.error;
      return { delivered, waiting: [...waiting, ...queue], failing };
    },
  };
}
