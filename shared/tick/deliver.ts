import type { PostToSlack } from '../slack/webhook.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Clock, IsoTime } from '../time.ts';
import type { Log } from '../log.ts';
import type { Outbox } from './outbox.ts';
import { deliverFrom } from './deliver-outbox.ts';
import { turnsOf } from './turns.ts';

/** What delivery works with. */
export interface DeliveryParts {
  /** Webhook URLs by channel name. */
  readonly channels: ReadonlyMap<string, string>;
  readonly post: PostToSlack;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  /** 0..1 */
  readonly random: () => number;
  readonly log: Log;
  /**
   * Messages that Slack took but the store did not yet hear of, kept for the life of the process: when the
   * store fails between the two, the message is recorded later instead of being sent again.
   */
  readonly accepted: Set<string>;
}

/** What delivery came to. */
export interface DeliveryResult {
  readonly delivered: number;
  readonly undelivered: number;
  readonly oldestOwedAt: IsoTime | null;
  readonly unroutable: number;
  readonly failingChannels: number;
}

/** Delivers what is owed; outboxes may be added until {@link Delivery.finish} is called. */
export interface Delivery {
  add(outbox: Outbox): void;
  /** Waits until everything is sent or the time is up. */
  finish(): Promise<DeliveryResult>;
}

/**
 * Starts delivering. Channels do not wait for each other; within one, an outbox is told in order, the
 * longest owing first, and one that fails lets the others pass.
 *
 * @param lastPost no post begins after this time, in milliseconds since the epoch
 */
export function startDelivery(parts: DeliveryParts, lastPost: number): Delivery {
  const lanes = new Map<string, Lane>();
  const unroutable: Outbox[] = [];
  return {
    add(outbox) {
      const url = parts.channels.get(outbox.channel);
      if (url === undefined) {
        unroutable.push(outbox);
        return;
      }
      let lane = lanes.get(outbox.channel);
      if (lane === undefined) {
        lane = createLane(outbox.channel, url, parts, lastPost);
        lanes.set(outbox.channel, lane);
      }
      lane.add(outbox);
    },
    async finish() {
      const all = [...lanes.values()];
      const ends = await Promise.all(all.map((lane) => lane.finish()));
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

interface Waiting {
  readonly owedSince: IsoTime;
  readonly undelivered: number;
}

function count(outboxes: readonly Waiting[]): number {
  return outboxes.reduce((sum, { undelivered }) => sum + undelivered, 0);
}

/** One channel's part of a delivery. */
interface Lane {
  add(outbox: Outbox): void;
  finish(): Promise<{ delivered: number; waiting: Waiting[]; failing: boolean }>;
}

function createLane(name: string, url: string, parts: DeliveryParts, lastPost: number): Lane {
  const turns = turnsOf(name, url, parts.state, parts.clock, parts.sleep, parts.random);
  const queue: Outbox[] = [];
  const waiting: Waiting[] = [];
  let delivered = 0;
  let failing = false;
  let work: Promise<void> | null = null;
  let fault: { error: unknown } | null = null;

  async function run(): Promise<void> {
    try {
      for (let outbox = queue.shift(); outbox !== undefined; outbox = queue.shift()) {
        const end = await deliverFrom(outbox, url, turns, parts, lastPost);
        delivered += end.delivered;
        if (end.why !== 'noTurn') failing = end.why === 'failed' || end.why === 'resting';
        if (end.why === 'failed') queue.push(outbox);
        else if (end.left > 0) waiting.push({ owedSince: outbox.owedSince, undelivered: end.left });
        // No more turns in this tick: what is queued stays for the next one.
        if (end.why === 'noTurn' || end.why === 'resting') break;
      }
    } catch (error) {
      // It is the whole tick's, and told by `finish`.
      fault = { error };
    } finally {
      work = null;
    }
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
