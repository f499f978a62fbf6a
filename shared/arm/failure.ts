import type { ReadingFailure } from '../operation/reading.ts';
import type { ReadingFailureCause } from '../operation/tracked.ts';
import { cleanText, oneLine } from '../text.ts';
import { parseCloudError, parseJson } from './parse.ts';

/** Codes by which ARM says that it does not know the api-version (with HTTP 400 or 404). */
const unsupportedApiVersion = new Set([
  'noregisteredproviderfound',
  'invalidapiversionparameter',
  'invalidresourcetype',
  'unsupportedapiversion',
]);

/** What an answer other than a readable 200 means for the reading; it never speaks of the operation. */
export function failureFromAnswer(answer: {
  readonly status: number;
  readonly body: string;
  /** `x-ms-correlation-request-id` or `x-ms-request-id`: what Azure support asks for. */
  readonly requestId: string | null;
}): ReadingFailure {
  const error = parseCloudError(parseJson(answer.body));
  const cause = causeOf(answer.status, error?.code ?? null);
  const said =
    error === null || error.message === '' ? `ARM answered HTTP ${answer.status}.` : error.message;
  const reference =
    answer.requestId === null ? '' : ` (correlation ID ${cleanText(answer.requestId, 64)})`;
  return { cause, code: error?.code ?? `HTTP${answer.status}`, message: said + reference };
}

function causeOf(status: number, code: string | null): ReadingFailureCause {
  if (status >= 200 && status < 300) return 'malformed';
  if (
    code !== null &&
    (status === 400 || status === 404) &&
    unsupportedApiVersion.has(code.toLowerCase())
  ) {
    return 'unsupportedApiVersion';
  }
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  // Without ARM's own code a 404 may be a proxy's or a wrong endpoint's: no proof that anything is gone.
  if (status === 404 && code !== null) return 'notFound';
  if (status === 429) return 'throttled';
  if (status === 408 || status >= 500) return 'serverError';
  return 'rejected';
}

/** A 200 that is no operation status. */
export const malformedAnswer: ReadingFailure = {
  cause: 'malformed',
  code: 'MalformedAnswer',
  message: 'ARM answered HTTP 200 with a body that is no operation status.',
};

/** A body longer than what is read. */
export const answerTooLarge: ReadingFailure = {
  cause: 'malformed',
  code: 'AnswerTooLarge',
  message: 'ARM answered with a body of more than 4 MiB; it was not read.',
};

/** No connection, or no complete answer in time. */
export function networkFailure(error: unknown): ReadingFailure {
  // The pipeline and the body's reader both say so by an AbortError.
  if (error instanceof Error && error.name === 'AbortError') {
    return { cause: 'network', code: 'Timeout', message: 'ARM did not answer in time.' };
  }
  const code = errorCode(error) ?? 'NetworkError';
  return { cause: 'network', code, message: `ARM could not be reached (${code}).` };
}

/** The sign-in failed: there is no token to ask ARM with. */
export function signInFailure(error: unknown): ReadingFailure {
  const said = error instanceof Error ? oneLine(cleanText(error.message, 500)) : 'unknown reason';
  return {
    cause: 'unauthenticated',
    code: 'SignInFailed',
    message: `No access token for ARM: ${said}`,
  };
}

function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return null;
  return oneLine(cleanText(error.code, 64));
}
