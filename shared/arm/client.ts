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
import { parseJson, parseOperationStatus } from './parse.ts';
import type { TokenSource } from './token.ts';

/** Reads the status of an operation from ARM. Never rejects: a failure is a {@link Reading} too. */
export type ReadStatus = (operation: OperationReference, signal: AbortSignal) => Promise<Reading>;

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
const timeoutMs = 10_000;
const maxBodyBytes = 4 * 1024 * 1024;
/** Where a 429 brings no Retry-After (AKS replies without one have been seen), ARM's documented default. */
const throttledMs = 60_000;

class BodyTooLarge extends Error {}

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
    signal: AbortSignal,
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
      abortSignal: signal,
      allowInsecureConnection,
      onDownloadProgress({ loadedBytes }) {
        if (loadedBytes > maxBodyBytes) throw new BodyTooLarge();
      },
    });
    return await pipeline.sendRequest(httpClient, request);
  }

  return async function readStatus(operation, signal) {
    const at = clock().toISOString();
    const failed = (failure: ReadingFailure, notBefore: IsoTime | null = null): Reading => ({
      at,
      notBefore,
      result: { ok: false, failure },
    });

    let token: string;
    try {
      token = await tokens.get(signal);
    } catch (error) {
      return failed(signal.aborted ? networkFailure(error, true) : signInFailure(error));
    }
    let answer: PipelineResponse;
    try {
      answer = await send(operation, token, signal);
    } catch (error) {
      if (error instanceof BodyTooLarge) return failed(answerTooLarge);
      const timedOut = error instanceof Error && error.name === 'AbortError';
      return failed(networkFailure(error, timedOut));
    }
    const body = answer.bodyAsText ?? '';
    const notBefore = notBeforeOf(answer, clock());
    if (answer.status !== 200) {
      if (answer.status === 401) tokens.forget();
      return failed(
        failureFromAnswer({ status: answer.status, body, requestId: requestIdOf(answer) }),
        notBefore,
      );
    }
    const seen = parseOperationStatus(parseJson(body));
    if (seen === null) return failed(malformedAnswer, notBefore);
    return { at, notBefore, result: { ok: true, seen } };
  };
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
