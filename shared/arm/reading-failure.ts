import { parseJson } from '../domain/foreign-json.ts';
import { goneBy } from '../domain/gone-codes.ts';
import { signInFailed, type ReadingFailure, type ReadingFailureCause } from '../domain/reading.ts';
import { cleanText, oneLine, truncate } from '../text.ts';
import { codesIn, parseCloudError } from './parse.ts';
import { refusesVersion } from './version-refusal.ts';

/**
 * Codes by which ARM says that it does not know the subscription, whatever the status: in the wrong cloud or tenant, or
 * for minutes while a subscription is moved or its roles change (github.com/Azure/azure-cli/issues/33657).
 */
const unknownSubscription = new Set([
  'subscriptionnotfound',
  'invalidsubscriptionid',
  'tenantnotfound',
  'invalidtenantid',
]);

/** What an answer other than a readable 200 means for the reading; it never speaks of the operation. */
export function failureFromAnswer(answer: {
  readonly status: number;
  readonly body: string;
  /** `x-ms-correlation-request-id` or `x-ms-request-id`: what Azure support asks for. */
  readonly requestId: string | null;
}): ReadingFailure {
  const body = parseJson(answer.body);
  const error = parseCloudError(body);
  const cause = causeOf(answer.status, codesIn(body));
  const answered =
    cause === 'unsupportedApiVersion'
      ? offeredVersions(parseCloudError(body, longestWithVersions)?.message ?? '')
      : error?.message;
  const said = (answered ?? '') === '' ? `ARM answered HTTP ${answer.status}.` : answered;
  const reference =
    answer.requestId === null ? '' : ` (correlation ID ${cleanText(answer.requestId, 64)})`;
  const message = `${truncate(said ?? '', longestMessage)}${reference}`;
  return { cause, code: error?.code ?? `HTTP${answer.status}`, message };
}

/** Each row of what cannot be read holds it. */
const longestMessage = 1000;

/** ARM's text with all api-versions and all regions in it: about 3,000 characters in 2024. */
const longestWithVersions = 50_000;
/** The first api-version with the operation status calls; only previews have them. */
const firstPreview = '2023-10-02-preview';
const versionsNamed = 8;

/**
 * What ARM says about an api-version, with the newest previews in place of all versions since 2017 (in no order:
 * github.com/Azure/azure-cli/issues/28368). "The supported versions" of `InvalidApiVersionParameter` are ARM's own,
 * not those of AKS (github.com/Azure/azure-cli/issues/28038), and left out.
 */
function offeredVersions(said: string): string {
  const [versions = null] = /(?<=supported api-versions are ')[^']*/i.exec(said) ?? [];
  const short = said.replaceAll(/ ?The supported [\w-]+ are '[^']*'\.?/gi, '');
  if (versions === null) return short;
  const previews = [...new Set(versions.match(/\b\d{4}-\d{2}-\d{2}-preview\b/g))]
    .filter((version) => version >= firstPreview)
    .toSorted()
    .toReversed()
    .slice(0, versionsNamed);
  const offered =
    previews.length === 0
      ? 'It offers no preview with the operation status calls.'
      : `It offers: ${previews.join(', ')}.`;
  const [asked = null] = /(?<=api[- ]version ')[^']{1,40}/i.exec(short) ?? [];
  return asked === null
    ? `${short} ${offered}`
    : `ARM does not offer api-version ${asked}. ${offered}`;
}

/**
 * Only a 404 whose codes all name what is gone is `notFound`: see {@link goneBy} on any other code. An inner one may
 * say what an outer `NotFound` means.
 */
function causeOf(status: number, codes: readonly string[]): ReadingFailureCause {
  if (status >= 200 && status < 300) return 'malformed';
  if (status < 500 && codes.some((code) => unknownSubscription.has(code))) return 'subscription';
  if ((status === 400 || status === 404) && codes.some((code) => refusesVersion.has(code))) {
    return 'unsupportedApiVersion';
  }
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  // Without ARM's own code a 404 may be a proxy's or a wrong endpoint's: no proof that anything is gone.
  const isGone = codes.length > 0 && codes.every((code) => goneBy(code) !== null);
  if (status === 404 && isGone) return 'notFound';
  if (status === 429) return 'throttled';
  if (status === 408 || status >= 500) return 'serverError';
  return 'rejected';
}

/**
 * A failure with an api-version that may lack the operation status calls: "not found" may then mean the call itself,
 * and does not prove that anything is gone.
 */
export function underUnknownVersion(failure: ReadingFailure, apiVersion: string): ReadingFailure {
  if (failure.cause !== 'notFound') return failure;
  const doubt = `The app does not know api-version ${apiVersion}, which may lack the operation status calls. So this answer does not end the tracking of an operation.`;
  return { ...failure, cause: 'rejected', message: `${failure.message} ${doubt}` };
}

/** A 200 that is no operation status. */
export const malformedAnswer: ReadingFailure = {
  cause: 'malformed',
  code: 'MalformedAnswer',
  message: 'ARM answered HTTP 200 with a body that is no operation status.',
};

/** A 200 that is no list. */
export const malformedList: ReadingFailure = {
  cause: 'malformed',
  code: 'MalformedAnswer',
  message: 'ARM answered HTTP 200 with a body that is no list.',
};

/**
 * What ARM's answer to a further page of a list means for the list; `null`: all of the list has failed. A page that is
 * refused says nothing about what the pages before it have shown, and nothing about the place that is listed.
 */
export function failureOfPage(failure: ReadingFailure): ReadingFailure | null {
  switch (failure.cause) {
    case 'notFound':
    case 'rejected':
    case 'malformed': {
      const cause = failure.cause === 'notFound' ? 'rejected' : failure.cause;
      const message = `A further page of a list cannot be read. ${failure.message}`;
      return { ...failure, cause, message };
    }
    case 'network':
    case 'serverError':
    case 'throttled':
    case 'unauthenticated':
    case 'forbidden':
    case 'subscription':
    case 'unsupportedApiVersion':
      return null;
  }
}

/** A body longer than what is read. */
export const answerTooLarge: ReadingFailure = {
  cause: 'malformed',
  code: 'AnswerTooLarge',
  message: 'ARM answered with a body of more than 4 MiB; it was not read.',
};

/** No complete answer in time. */
export const timedOut: ReadingFailure = {
  cause: 'network',
  code: 'Timeout',
  message: 'ARM did not answer in time.',
};

/** No connection, or no complete answer in time. */
export function networkFailure(error: unknown): ReadingFailure {
  // The pipeline and the body's reader both say so by an AbortError.
  if (error instanceof Error && error.name === 'AbortError') return timedOut;
  const code = errorCode(error) ?? 'NetworkError';
  return { cause: 'network', code, message: `ARM could not be reached (${code}).` };
}

/** The sign-in failed: there is no token to ask ARM with. */
export function signInFailure(error: unknown): ReadingFailure {
  const said = error instanceof Error ? oneLine(cleanText(error.message, 500)) : 'unknown reason';
  return {
    cause: 'unauthenticated',
    code: signInFailed,
    message: `No access token for ARM: ${said}`,
  };
}

function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return null;
  return oneLine(cleanText(error.code, 64));
}
