import type { Offer } from '../../local/arm/api-versions.ts';
import type { FormName } from '../../local/arm/answer-forms.ts';

/** What ARM shows of an operation; `gone`: its record is not found. */
export type ArmAnswer =
  | {
      readonly status: string;
      readonly percentComplete?: number;
      readonly startTime?: string;
      readonly operationType?: string;
      readonly subOperationType?: string;
      readonly error?: { readonly code: string; readonly message: string };
    }
  | 'gone';

/** An operation of a cluster of its own, whose name all its messages hold. */
export interface SimulatedOperation {
  readonly name: string;
  readonly subscription: number;
  readonly channel: string;
  /** How ARM writes its answers; default: a form that its name decides. */
  readonly form?: FormName;
  /** Where its cluster is; default `west`. */
  readonly location?: string;
  /** The agent pool that it was started on, whose path does not know it any more from which second on. */
  readonly pool?: { readonly name: string; readonly goneAt: number };
  /** What ARM shows from which second on. */
  readonly script: readonly [
    readonly [seconds: number, answer: ArmAnswer],
    ...(readonly [seconds: number, answer: ArmAnswer])[],
  ];
}

interface When {
  /** Seconds from the beginning. */
  readonly at: number;
  /** Which instance of the app. */
  readonly on: number;
}

/** What somebody asks of the app. */
export type Asked = When &
  (
    | { readonly do: 'purge' }
    | { readonly do: 'register'; readonly operation: string; readonly label?: string }
    | { readonly do: 'untrack'; readonly operation: string }
    | { readonly do: 'retry'; readonly channel: string }
    /** Watches a subscription, or one cluster of it; its operations are posted to this channel. */
    | {
        readonly do: 'watch';
        readonly subscription: number;
        readonly channel: string;
        readonly cluster?: { readonly group: string; readonly name: string };
      }
  );

/** Something that comes from outside. */
export type Step = Asked | (When & { readonly do: 'tick' });

/** What is wrong with the world while the steps go on, whatever else happens. */
export interface Trouble {
  /** A channel whose webhook always answers so. */
  readonly channel?: {
    readonly name: string;
    readonly how: 'hangs' | 'slow' | 'refused' | 'rejected' | 'strange';
    /** Until this second; default: as long as the steps go on. */
    readonly until?: number;
  };
  /** A subscription whose reads always end so. */
  readonly subscription?: {
    readonly number: number;
    readonly how: 'hangs' | 'malformed' | 'throttled' | 'forbidden' | 'missing';
    /** From which second to which; default: as long as the steps go on. */
    readonly during?: readonly (readonly [from: number, to: number])[];
  };
  /** Reads that always end so: of an operation by its name, of a cluster that nobody has as `list group name`. */
  readonly reads?: Readonly<Record<string, 'malformed' | 'serverError' | 'notThere'>>;
  /** Every query of the table begins with an empty page. */
  readonly emptyPages?: boolean;
}

/** Which api-versions ARM takes in a location from which second on; others it refuses so. */
export interface SimulatedOffer extends Pick<Offer, 'offered' | 'code'> {
  readonly location: string;
  readonly from: number;
}

/** The activity log, in which each operation that has a start time has a starter. */
export interface SimulatedLog {
  /** Events show so many seconds after they happened. */
  readonly showsAfter: number;
  /** Requests that it takes to read it. */
  readonly pages: number;
}

/** A story to simulate. After its steps the world heals, and everything must come to rest. */
export interface Scenario {
  readonly name: string;
  readonly operations: readonly SimulatedOperation[];
  readonly steps: readonly Step[];
  readonly trouble?: Trouble;
  /** With these the app chooses the api-version by itself; default: it is pinned, and taken. */
  readonly offers?: readonly SimulatedOffer[];
  /** Default: the app does not look for callers. */
  readonly log?: SimulatedLog;
}

/** A tick on an instance, every so many seconds. */
export function ticks(from: number, to: number, every = 30, on = 0): Step[] {
  const count = Math.floor((to - from) / every) + 1;
  return Array.from({ length: count }, (_, at) => ({ at: from + at * every, on, do: 'tick' }));
}
