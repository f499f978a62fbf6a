import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { Reading, ReadingFailure } from '../operation/reading.ts';
import { operationArmId, type OperationReference } from '../operation/reference.ts';
import { retryAfterMs } from '../retry-after.ts';
import type { Clock, IsoTime } from '../time.ts';
import packageJson from '../../package.json' with { type: 'json' };
import {
  answerTooLarge,
  failureFromAnswer,
  malformedAnswer,
  networkFailure,
  signInFailure,
} from './failure.ts';
import { BodyTooLarge, readBody } from './read-body.ts';
import { parseJson, parseOperationStatus } from './parse.ts';
import type { TokenSource } from './token.ts';

/**
 * Reads the status of an operation from ARM, in at most `timeoutMs` milliseconds (and never more than ten
 * seconds). Never rejects: a failure is a {@link Reading} too.
 */
export type ReadStatus = (operation: OperationReference, timeoutMs: number) => Promise<Reading>;

/** What the reader works with. */
export interface ArmClientOptions {
  /** Where ARM is, without a trailing slash. The token goes here and nowhere else. */
  readonly endpoint: string;
  readonly apiVersion: string;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  /** Replaces the network in simulations. */
  readonly httpClient?: HttpClient;
}

/** One read takes at most this long, body included. */
const longestMs = 10_000;
/** Where a 429 brings no Retry-After (AKS replies without one have been seen), ARM's documented default. */
const throttledMs = 60_000;

/**
 * A reader for "Operation Status Result - Get" and "Get By Agent Pool". The pipeline is empty on purpose:
 * no retries (a tick must not sleep; the schedule retries) and no redirects (the token must not travel).
 */
export function createArmReader(options: ArmClientOptions): ReadStatus {
  const { endpoint, apiVersion, tokens, clock } = options;
  const pipeline = createEmptyPipeline();
  const httpClient = options.httpClient ?? createDefaultHttpClient();
  const allowInsecureConnection = endpoint.startsWith('http:');

  async function send(
    operation: OperationReference,
    token: string,
    timeoutMs: number,
  ): Promise<PipelineResponse> {
    const request = createPipelineRequest({
      url: `${endpoint}${pathOf(operation)}?api-version=${encodeURIComponent(apiVersion)}`,
      headers: createHttpHeaders({
        Accept: 'application/json',
        'Accept-Language': 'en-US',
        Authorization: `Bearer ${token}`,
        'User-Agent': `${packageJson.name}/${packageJson.version}`,
      }),
      timeout: timeoutMs,
      allowInsecureConnection,
      // Every body as a stream: how much of it is read is up to us.
      streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
    });
    return await pipeline.sendRequest(httpClient, request);
  }

  return async function readStatus(operation, timeoutMs) {
    const began = clock();
    const end = Date.now() + Math.min(timeoutMs, longestMs);
    const reading = (result: Reading['result'], notBefore: IsoTime | null = null): Reading => ({
      at: began.toISOString(),
      notBefore,
      result,
    });
    const failed = (failure: ReadingFailure): Reading => reading({ ok: false, failure });

    let token: string;
    try {
      token = await tokens.get(end - Date.now());
    } catch (error) {
      return failed(signInFailure(error));
    }
    try {
      const answer = await send(operation, token, Math.max(end - Date.now(), 1));
      const body = await readBody(answer, end - Date.now());
      if (answer.status === 401) tokens.forget();
      return reading(resultOf(answer, body), notBeforeOf(answer, clock()));
    } catch (error) {
      return failed(error instanceof BodyTooLarge ? answerTooLarge : networkFailure(error));
    }
  };
}

function resultOf(answer: PipelineResponse, body: string): Reading['result'] {
  const { status } = answer;
  if (status !== 200) {
    const failure = failureFromAnswer({ status, body, requestId: requestIdOf(answer) });
    return { ok: false, failure };
  }
  const seen = parseOperationStatus(parseJson(body));
  return seen === null ? { ok: false, failure: malformedAnswer } : { ok: true, seen };
}

function pathOf(operation: OperationReference): string {
  return operationArmId(operation).split('/').map(encodeURIComponent).join('/');
}

function requestIdOf(answer: PipelineResponse): string | null {
  return (
    answer.headers.get('x-ms-correlation-request-id') ??
    answer.headers.get('x-ms-request-id') ??
    null
  );
}

function notBeforeOf(answer: PipelineResponse, now: Date): IsoTime | null {
  const wait = retryAfterMs(answer.headers.get('retry-after'), now);
  if (wait === null && answer.status !== 429) return null;
  return new Date(now.getTime() + (wait ?? throttledMs)).toISOString();
}
