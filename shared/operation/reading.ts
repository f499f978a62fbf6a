import type { IsoTime } from '../time.ts';
import type { ErrorDetail } from './errors.ts';
import type { ReadingFailureCause } from './tracked.ts';

/** An operation's status as ARM showed it, parsed and bounded. */
export interface SeenStatus {
  /** Never empty. */
  readonly status: string;
  /** 0..100, `null` when absent. */
  readonly percentComplete: number | null;
  readonly startTime: IsoTime | null;
  readonly endTime: IsoTime | null;
  /** The operation's error with those of its sub-operations, `null` when there is none. */
  readonly error: ErrorDetail | null;
  readonly errorFingerprint: string | null;
}

/** The reading failed; that says nothing about the operation (ARM's async contract). */
export interface ReadingFailure {
  readonly cause: ReadingFailureCause;
  /** ARM's error code, or ours where ARM gave none. */
  readonly code: string;
  /** What happened and, where a person must act, what to do. */
  readonly message: string;
}

/** One attempt to read a status. */
export interface Reading {
  /** When the attempt began: a reading older than the stored one is void. */
  readonly at: IsoTime;
  /** ARM's wish (`Retry-After`): do not ask again before; `null` when it has none. */
  readonly notBefore: IsoTime | null;
  readonly result:
    | { readonly ok: true; readonly seen: SeenStatus }
    | { readonly ok: false; readonly failure: ReadingFailure };
}
