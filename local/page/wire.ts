/** What the page's server and its browser say to each other, as JSON. */
import type { Payload } from './payload.ts';

/** A channel of the Slack stand-in. */
export interface Channel {
  /** As registrations name it, such as `default`. */
  readonly name: string;
  /** As the page shows it, without `#`. */
  readonly title: string;
}

/** A message that the Slack stand-in accepted. */
export interface PageMessage {
  /** Counts up over all channels. */
  readonly sequence: number;
  readonly channel: string;
  /** ISO 8601 UTC. */
  readonly receivedAt: string;
  readonly payload: Payload;
}

/** Which parts of the world the page has cut off from the product, to show how it copes. */
export interface Unplugged {
  readonly arm: boolean;
  readonly slack: boolean;
}

/** `GET /state`: all that the page needs to begin with. */
export interface PageState {
  readonly channels: readonly Channel[];
  /** Oldest first; the newest ones only. */
  readonly messages: readonly PageMessage[];
  /** The scenarios that an operation can play. */
  readonly scenarios: readonly string[];
}

/** `POST /try/operations`: what to start in the ARM stand-in, and how to register it. */
export interface TryOperation {
  readonly scenario: string;
  readonly resourceName: string;
  readonly channel?: string | undefined;
  readonly mention?: string | undefined;
  readonly label?: string | undefined;
}
