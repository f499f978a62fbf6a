import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { parseJson } from '../domain/foreign-json.ts';
import type { VersionRefusal } from '../domain/known-versions.ts';
import type { ReadingFailure } from '../domain/reading.ts';
import { retryAfterMs } from '../retry-after.ts';
import type { Clock, IsoTime } from '../time.ts';
import packageJson from '../../package.json' with { type: 'json' };
import {
  answerTooLarge,
  failureFromAnswer,
  networkFailure,
  signInFailure,
  timedOut,
} from './reading-failure.ts';
import { BodyTooLarge, readBody } from './read-body.ts';
import { refusalIn } from './version-refusal.ts';
import { longestCallMs } from './call-limit.ts';
import type { TokenSource } from '../sign-in/token.ts';

/** What ARM is asked with. */
export interface ArmClientOptions {
  /** Where ARM is, without a trailing slash. The token goes here and nowhere else. */
  readonly endpoint: string;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  /** Replaces the network in simulations. */
  readonly httpClient?: HttpClient;
}

/** What a `GET` came to. */
export interface Answer {
  /** Requests that it took: none where there was no token, or no time, to make one; more where a token or a version was refused. */
  readonly calls: number;
  /** ARM's `Retry-After`; `null` when it has no such wish. */
  readonly notBefore: IsoTime | null;
  /** The lowest of the answer's `x-ms-ratelimit-remaining-*`; `null` when it has none. */
  readonly remaining: number | null;
  /** The body as JSON, `undefined` when it is none. */
  readonly result:
    | { readonly ok: true; readonly body: unknown }
    | {
        readonly ok: false;
        readonly failure: ReadingFailure;
        /** What ARM says about the api-version; absent when it takes it. */
        readonly refusal?: VersionRefusal;
      };
}

/**
 * `GET`s a URL of ARM in at most `timeoutMs` milliseconds (and never more than ten seconds). Never rejects. Sends
 * the token along: the URL must be one of the endpoint's.
 */
export type Ask = (url: string, timeoutMs: number) => Promise<Answer>;

/** Where a 429 brings no Retry-After (AKS replies without one have been seen), ARM's documented default. */
const throttledMs = 60_000;

/**
 * The one way to ARM. A reading whose token is refused is tried again once, with another token. The pipeline is empty on purpose: no retries (a tick must not sleep; the schedule
 * retries) and no redirects (the token must not travel).
 */
export function createAsk(options: ArmClientOptions): Ask {
  const { endpoint, tokens, clock } = options;
  const pipeline = createEmptyPipeline();
  const httpClient = options.httpClient ?? createDefaultHttpClient();
  const allowInsecureConnection = endpoint.startsWith('http:');

  async function send(url: string, token: string, timeoutMs: number): Promise<PipelineResponse> {
    const request = createPipelineRequest({
      url,
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

  async function attempt(url: string, token: string, end: number): Promise<Answer> {
    try {
      const answer = await send(url, token, Math.max(end - Date.now(), 1));
      const body = await readBody(answer, end - Date.now());
      return {
        calls: 1,
        notBefore: notBeforeOf(answer, clock()),
        remaining: remainingOf(answer),
        result: resultOf(answer, body),
      };
    } catch (error) {
      return failed(1, error instanceof BodyTooLarge ? answerTooLarge : networkFailure(error));
    }
  }

  return async function ask(url, timeoutMs) {
    const end = Date.now() + Math.min(timeoutMs, longestCallMs);
    if (timeoutMs <= 0) return failed(0, timedOut);
    let token: string;
    try {
      token = await tokens.get(end - Date.now());
    } catch (error) {
      return failed(0, signInFailure(error));
    }
    const answer = await attempt(url, token, end);
    if (answer.result.ok || !isOfTheToken(answer.result.failure)) return answer;
    // Half of the time: a sign-in that hangs must not hide what ARM has said.
    const other = await tokens.insteadOf(token, (end - Date.now()) / 2);
    return other === null ? answer : { ...(await attempt(url, other, end)), calls: 2 };
  };
}

/** Whether another token may be taken: not where ARM says that the subscription is in another tenant. */
function isOfTheToken({ cause, code }: ReadingFailure): boolean {
  return cause === 'unauthenticated' && code.toLowerCase() !== 'invalidauthenticationtokentenant';
}

function failed(calls: 0 | 1, failure: ReadingFailure): Answer {
  return { calls, notBefore: null, remaining: null, result: { ok: false, failure } };
}

function resultOf(answer: PipelineResponse, body: string): Answer['result'] {
  const { status } = answer;
  if (status === 200) return { ok: true, body: parseJson(body) };
  const failure = failureFromAnswer({ status, body, requestId: requestIdOf(answer) });
  const refusal = failure.cause === 'unsupportedApiVersion' ? refusalIn(parseJson(body)) : null;
  return { ok: false, failure, ...(refusal === null ? {} : { refusal }) };
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

/** ARM writes `11999`; resource providers also `HighCostGet;159,HighCostGet30Min;1299`. What is no number is passed over. */
function remainingOf(answer: PipelineResponse): number | null {
  const counts = [...answer.headers]
    .filter(([name]) => name.toLowerCase().startsWith('x-ms-ratelimit-remaining-'))
    .flatMap(([, value]) => value.split(','))
    .flatMap((part) => /(?:^|;)\s*(\d{1,9})\s*$/.exec(part)?.[1] ?? [])
    .map(Number);
  return counts.length === 0 ? null : Math.min(...counts);
}
