import type { Log } from '../log.ts';
import type { PostToSlack } from '../slack/webhook.ts';
import type { Refusals } from '../store/refused-rows.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Clock } from '../time.ts';
import type { Accepted } from './take-claim.ts';

/** What delivery works with. */
export interface DeliveryNeeds {
  /** Webhook URLs by channel name. */
  readonly channels: ReadonlyMap<string, string>;
  readonly post: PostToSlack;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  /** 0..1 */
  readonly random: () => number;
  readonly log: Log;
  readonly accepted: Accepted;
  readonly refusals: Refusals;
}

/** Until when a tick may do what, in milliseconds since the epoch. */
export interface Deadline {
  /** No reading is begun, and every one is broken off, at this time. */
  readonly end: number;
  /** No post is begun after this time: a post that is broken off may have arrived. */
  readonly lastPost: number;
}
