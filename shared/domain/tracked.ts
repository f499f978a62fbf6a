import type { ReadingTrouble } from './reading.ts';
import type { IsoTime } from '../time.ts';
import type { Broken } from './set-right.ts';
import type { ErrorDetail } from './error-detail.ts';
import { noTurns, type ErrorTurns } from './alternating-errors.ts';
import { unknownKind, type OperationKind } from './operation-kind.ts';
import type { LeftBehind } from './state-after-failure.ts';
import type { Outbox, OwedMessage } from './outbox.ts';
import type { SubOperations } from './sub-operations.ts';
import type { OperationReference } from './reference.ts';
import type { Outcome } from './status.ts';
import type { Usual } from './usual-duration.ts';

/** What can be worth a message about one operation (README, "What it says, and when"). */
export const operationEventNames = [
  'started',
  'statusChanged',
  'errorAppeared',
  'errorChanged',
  'finished',
  'stalled',
  'movingAgain',
  'lost',
  'gaveUp',
  'setRightAgain',
] as const;

/** See {@link operationEventNames}. */
export type OperationEventName = (typeof operationEventNames)[number];

/** One thing that happened, with the reason why it is posted. */
export interface OperationEvent {
  readonly event: OperationEventName;
  /** Phase or status before. */
  readonly from?: string;
  /** Phase or status after. */
  readonly to?: string;
  /** Of an ending: the status before it, where that had a counter. */
  readonly last?: string;
  /** The code of the error that came with it. */
  readonly code?: string;
  /** Of an error that goes to and fro: how often it changed, and since when that is counted. */
  readonly turns?: Pick<ErrorTurns, 'changes'> & { readonly since: IsoTime };
  /** Of what is set right again: what had failed. */
  readonly restored?: readonly Broken[];
  /** One sentence for people and logs: what made this worth a message. */
  readonly why: string;
}

/** An entry of an operation's history: an event and when it was read. */
export interface HistoryEntry extends Omit<OperationEvent, 'why' | 'turns' | 'last' | 'restored'> {
  readonly at: IsoTime;
}

/** The last-seen state of an operation: what {@link compare} reads and writes. */
export interface OperationState extends SubOperations {
  /** As ARM gave it, counter included; `null` before the first reading. */
  readonly status: string | null;
  /** 0..100, `null` when ARM did not say. */
  readonly percentComplete: number | null;
  /** The error of the last reading. */
  readonly error: ErrorDetail | null;
  /** Fingerprint of the last error ever seen: an error that goes and comes back is no news. */
  readonly errorFingerprint: string | null;
  /** Which of its errors were posted. */
  readonly errorTurns: ErrorTurns;
  /** As ARM says. */
  readonly startTime: IsoTime | null;
  /** As ARM says. */
  readonly endTime: IsoTime | null;
  /** When the reading that is stored here was begun. */
  readonly lastCheckedAt: IsoTime | null;
  /** When phase or error last changed, or the operation ended. */
  readonly lastChangedAt: IsoTime | null;
  /** When phase, percent or counter last moved, its own or a sub-operation's. */
  readonly lastProgressAt: IsoTime | null;
  /** Whether it was posted that it stands still, or is overdue. */
  readonly stalled: boolean;
  readonly outcome: Outcome | null;
  readonly trouble: ReadingTrouble | null;
  /** What runs, as far as any reading has shown. */
  readonly kind: OperationKind;
  /** What was usual when it became known what runs; `null`: not known. */
  readonly usual: Usual | null;
}

/** The facts of one message as they were when it became owed; the text is made when it is sent. */
export interface OperationMessage extends OwedMessage {
  readonly events: readonly OperationEvent[];
  readonly state: Pick<
    OperationState,
    | 'status'
    | 'percentComplete'
    | 'error'
    | 'startTime'
    | 'endTime'
    | 'lastProgressAt'
    | 'outcome'
    | 'trouble'
    | 'kind'
    | 'parts'
    | 'partsLeftOut'
    | 'usual'
  >;
}

/** Who is notified, and how: what people may give when they register. */
export interface TrackingOptions {
  /** Free text shown in the messages. */
  readonly label: string | null;
  /** Name of a configured channel, in lower case. */
  readonly channel: string;
  /** `here`, `channel`, or a Slack user or user group ID; used on failure, stall and loss. */
  readonly mention: string | null;
  /** Which events are posted; absent: all but `started`, as who registers an operation knows that it was. */
  readonly events?: readonly OperationEventName[];
}

/** One operation that is, or was, tracked: the unit that is stored and conditionally written. */
export interface TrackedOperation {
  readonly trackingId: string;
  readonly reference: OperationReference;
  readonly options: TrackingOptions;
  readonly registeredAt: IsoTime;
  readonly state: OperationState;
  /** Who started it, in words; absent: not known, or not yet. */
  readonly startedBy?: string;
  /** What it changed, a line each, in words; absent: not known, or not ended. See {@link changesBetween}. */
  readonly changes?: readonly string[];
  /** In which state it left its cluster and the pools when it failed; absent: not known, or not failed. */
  readonly left?: readonly LeftBehind[];
  /** Not read before this; `null` when it is finished. */
  readonly nextCheckAt: IsoTime | null;
  /** Oldest first; the newest {@link historyLimit} are kept. */
  readonly history: readonly HistoryEntry[];
  readonly outbox: Outbox<OperationMessage>;
}

/** How many history entries an operation keeps. */
export const historyLimit = 200;

/** The state of an operation that was never read. */
export const neverRead: OperationState = {
  status: null,
  percentComplete: null,
  error: null,
  errorFingerprint: null,
  errorTurns: noTurns,
  startTime: null,
  endTime: null,
  lastCheckedAt: null,
  lastChangedAt: null,
  lastProgressAt: null,
  stalled: false,
  outcome: null,
  trouble: null,
  kind: unknownKind,
  parts: [],
  partsLeftOut: 0,
  usual: null,
};
