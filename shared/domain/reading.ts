import type { IsoTime } from '../time.ts';
import type { ErrorDetail } from './error-detail.ts';
import type { OperationKind } from './operation-kind.ts';
import { hasFailed } from './status.ts';
import type { SubOperations } from './sub-operations.ts';

/** An operation's status as ARM showed it, parsed and bounded. */
export interface SeenStatus extends SubOperations {
  /** Never empty. */
  readonly status: string;
  /** 0..100, `null` when absent. */
  readonly percentComplete: number | null;
  readonly startTime: IsoTime | null;
  readonly endTime: IsoTime | null;
  /** The operation's error with those of its sub-operations, `null` when there is none. */
  readonly error: ErrorDetail | null;
  readonly errorFingerprint: string | null;
  readonly kind: OperationKind;
}

/** The reading failed; that says nothing about the operation (ARM's async contract). */
export interface ReadingFailure {
  readonly cause: ReadingFailureCause;
  /** ARM's error code, or ours where ARM gave none. */
  readonly code: string;
  /** What happened and, where a person must act, what to do. */
  readonly message: string;
}

/** Our code of a sign-in that failed: there is no token to ask with. */
export const signInFailed = 'SignInFailed';

/** Whether ARM's code of a 401 says that the token is from another tenant than the one subscription that was asked. */
export function isTenantMismatch(code: string): boolean {
  return code.toLowerCase() === 'invalidauthenticationtokentenant';
}

/** One attempt to read a status. */
export interface Reading {
  /** When the attempt began: a reading older than the stored one is void. */
  readonly at: IsoTime;
  /** ARM's wish (`Retry-After`): do not ask again before; `null` when it has none. */
  readonly notBefore: IsoTime | null;
  /** The lowest of ARM's `x-ms-ratelimit-remaining-*`, in requests; absent when it sent none. */
  readonly remaining?: number;
  readonly result:
    | { readonly ok: true; readonly seen: SeenStatus }
    | { readonly ok: false; readonly failure: ReadingFailure };
}

/** An operation as a List of its cluster shows it. */
export interface ListedOperation {
  readonly operationId: string;
  /** The agent pool that it was started on; `null` where the List names none. */
  readonly agentPoolName: string | null;
  readonly seen: SeenStatus;
}

/** One attempt to list something of ARM, over all of its pages. */
export interface Listing<T> {
  /** When the attempt began: what it shows may be as old. */
  readonly at: IsoTime;
  /** ARM's wish (`Retry-After`): do not ask again before; `null` when it has none. */
  readonly notBefore: IsoTime | null;
  /** Requests made to ARM, one a page; none without a token. */
  readonly calls: number;
  /** The lowest of ARM's `x-ms-ratelimit-remaining-*`, in requests; absent when it sent none. */
  readonly remaining?: number;
  /** A link to a next page that was not followed, because it is not one of this list; absent: there was none. */
  readonly oddNextPage?: OddNextPage;
  /** `items` in ARM's order, each once. Not complete: there may be more pages than were read. */
  readonly result:
    | {
        readonly ok: true;
        readonly items: readonly T[];
        readonly isComplete: boolean;
        /** Why a further page could not be read; absent when none was refused. */
        readonly failure?: ReadingFailure;
      }
    | { readonly ok: false; readonly failure: ReadingFailure };
}

/**
 * Whether a List says everything about an operation. Of an ending without its error, the operation itself may say more.
 */
export function tellsAll({ status, error }: SeenStatus): boolean {
  return error !== null || !hasFailed(status);
}

/** What is wrong with a listing: with all of it, or with a page after the first; `null`: nothing. */
export function failureIn({ result }: Listing<unknown>): ReadingFailure | null {
  return result.failure ?? null;
}

/** A link to a next page that is not one of the list. */
export interface OddNextPage {
  /** The path of the List. */
  readonly list: string;
  /** Where the link leads. */
  readonly leadsTo: string;
}

/**
 * Why a status could not be read; each has its own treatment. `notFound`: ARM says that the operation, or what it is
 * in, is gone; `subscription`: ARM does not know the subscription here, which says nothing about the operation.
 */
export const readingFailureCauses = [
  'unauthenticated',
  'forbidden',
  'notFound',
  'subscription',
  'throttled',
  'serverError',
  'network',
  'malformed',
  'unsupportedApiVersion',
  'rejected',
] as const;

/** See {@link readingFailureCauses}. */
export type ReadingFailureCause = (typeof readingFailureCauses)[number];

/** How reading an operation goes: failures in a row, `null` while it works. */
export interface ReadingTrouble {
  readonly cause: ReadingFailureCause;
  /** ARM's error code, or ours where ARM gave none. */
  readonly code: string;
  readonly message: string;
  /** When the first failure of this run was seen. */
  readonly since: IsoTime;
  /** Failures in a row. */
  readonly failures: number;
}
