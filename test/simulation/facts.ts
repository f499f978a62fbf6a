import type { SlackAnswer } from '../../shared/domain/slack-answer.ts';
import type { Columns } from '../../shared/store/table.ts';

/** One life of the app's process, with memory of its own. */
export interface Process {
  readonly name: string;
  isAlive: boolean;
}

/** Names that are found in messages (an operation's cluster, an incident's subscription) and what is said of them. */
export interface Telling {
  readonly name: string;
  /** `Upgrading`, `Failed`, `Stalled`: in the order in which they are posted. */
  readonly leads: readonly string[];
}

/** What happened in a simulation, as seen from outside the product. */
export type Fact = { readonly at: number } & (
  | {
      readonly kind: 'commit';
      readonly table: 'active' | 'history' | 'state';
      readonly partitionKey: string;
      readonly rowKey: string;
      readonly before: Columns | null;
      readonly after: Columns | null;
      readonly by: Process;
    }
  | {
      readonly kind: 'post';
      readonly by: Process;
      readonly channel: string;
      readonly isAccepted: boolean;
      /** What Slack answered, as the process would understand it. */
      readonly answer: SlackAnswer['meaning'];
      /** All that the message shows. */
      readonly words: string;
      /** Until when Slack wants no more: with a 429. */
      readonly notBefore: number | null;
      /** The answer does not reach the process. */
      readonly isLost: boolean;
      readonly tellings: readonly Telling[];
    }
  | {
      readonly kind: 'read';
      readonly by: Process;
      readonly tick: number;
      /** When the reading began. */
      readonly began: string;
      readonly operation: string;
      /** The agent pool at whose path it was asked; `null`: at its cluster's. */
      readonly pool: string | null;
      /** Until when ARM wants no more: with a 429. */
      readonly notBefore: number | null;
    }
  /** A reading was asked for with an api-version, and ARM takes it or not. */
  | {
      readonly kind: 'version';
      readonly by: Process;
      readonly operation: string;
      readonly version: string;
      readonly isTaken: boolean;
    }
  /** The activity log of a subscription's resource group was read. */
  | {
      readonly kind: 'logRead';
      readonly by: Process;
      readonly tick: number;
      readonly subscription: number;
      /** As the process knows it. */
      readonly requests: number;
      /** Its events reached the process, all that there are by then. */
      readonly isHeard: boolean;
    }
  | { readonly kind: 'tickBegan'; readonly tick: number; readonly by: Process }
  | { readonly kind: 'killed' | 'storeFault'; readonly by: Process }
  | {
      readonly kind: 'tracked' | 'untracked';
      readonly operation: string;
      /** Untracking found nothing: a watch may yet find it. */
      readonly wasNothing?: boolean;
      /** When it was asked for. */
      readonly asked: number;
    }
  /** A parked channel with something to send is to be tried. */
  | { readonly kind: 'retried'; readonly channel: string }
  | { readonly kind: 'crashed'; readonly by: Process; readonly reason: string }
  | { readonly kind: 'settled' | 'purged'; readonly active: number; readonly history: number }
);

/** A {@link Fact} before it has its time. */
export type NewFact = Fact extends infer F ? (F extends Fact ? Omit<F, 'at'> : never) : never;
