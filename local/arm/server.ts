import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { createActivityLog } from './activity-log.ts';
import type { ActivityLog } from './activity-log.ts';
import { answerAdmin } from './admin.ts';
import { createApiVersions } from './api-versions.ts';
import type { Offer } from './api-versions.ts';
import { createCallLog } from './call-log.ts';
import type { ArmCall } from './call-log.ts';
import { createFaultList } from './fault-list.ts';
import type { FaultList } from './fault-list.ts';
import { armFaultSchema, faultyAnswer, hits, withNextLink } from './faults.ts';
import type { ArmFault, ArmRead } from './faults.ts';
import { inForm } from './answer-forms.ts';
import { createIdentity } from './identity.ts';
import type { Identity } from './identity.ts';
import { listenLocally, readBody, send, sendHalf } from './listen.ts';
import type { Answer } from './listen.ts';
import { answerRead } from './answer-read.ts';
import { createRecords } from './records.ts';
import type { Records } from './records.ts';
import { parseArmPath, parseOperationPath, scopeOf } from './resource-path.ts';
import type { ArmPath } from './resource-path.ts';
import { createReadCount, createThrottle } from './throttle.ts';
import type { CallKind, ThrottleOptions } from './throttle.ts';

/** A stand-in for Azure Resource Manager and the managed identity endpoint, on 127.0.0.1. */
export interface Arm
  extends
    Pick<Records, 'addCluster' | 'changeCluster' | 'replaceCluster' | 'start' | 'set' | 'forget'>,
    AsyncDisposable {
  /** The ARM endpoint, without a trailing slash. */
  readonly url: string;
  /** The environment by which a managed identity credential finds the identity endpoint. */
  readonly identityEnv: { readonly IDENTITY_ENDPOINT: string; readonly IDENTITY_HEADER: string };
  readonly identity: Identity;
  /** What the activity log shows; each operation that is started is in it. */
  readonly activityLog: Omit<ActivityLog, 'isAt' | 'answer'>;
  readonly faults: FaultList<ArmFault>;
  /** The api-versions that ARM supports; delete one to retire it. */
  readonly apiVersions: Set<string>;
  /** Changes which api-versions a location takes, and how others are refused. */
  readonly offer: (offer: Offer) => void;
  /** What is played, each with its current status. */
  readonly operations: Records['list'];
  /** The last 10,000 ARM calls, oldest first; token requests are not among them. */
  readonly calls: readonly ArmCall[];
  /** How many ARM calls there were. */
  readonly callCount: number;
  /** Ends every connection and frees the port. */
  readonly close: () => Promise<void>;
}

/** How the stand-in runs. */
export interface ArmOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Default: the wall clock. */
  readonly now?: () => Date;
  /** Added to every ARM answer, in milliseconds; default 0. */
  readonly latencyMs?: number;
  /** Keeps the started operations over restarts; default: memory only. */
  readonly stateFile?: string;
  /** Items on a page of a List; default 20. */
  readonly pageSize?: number;
  /**
   * Whether AKS's limits are enforced per subscription: 200 status reads and 2 more a second, 60 other calls and
   * 1 more a second; and per cluster: 60 reads of it and 1 more a second. Default false.
   */
  readonly rateLimit?: boolean | ThrottleOptions;
}

const identityPath = '/msi/token';
/** Versions that have the operation status calls. */
const previews = [
  '2024-10-02-preview',
  '2025-05-02-preview',
  '2025-10-02-preview',
  '2026-02-02-preview',
  '2026-07-02-preview',
  '2026-10-02-preview',
];

/**
 * Starts the stand-in.
 * @throws the listen error when the port is taken, or when `stateFile` is not its own
 */
export async function startArm(options: ArmOptions = {}): Promise<Arm> {
  const { now = () => new Date(), latencyMs = 0, pageSize = 20, rateLimit = false } = options;
  const activityLog = createActivityLog(now);
  const records = createRecords(now, options.stateFile, activityLog);
  const identity = createIdentity(now);
  const faults = createFaultList(armFaultSchema);
  const calls = createCallLog();
  const apiVersions = createApiVersions(previews);
  const throttle =
    rateLimit === false ? undefined : createThrottle(now, rateLimit === true ? {} : rateLimit);
  const readsLeft = createReadCount(now);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
    if (url.pathname.startsWith('/_standin/')) {
      const route = `${request.method} ${url.pathname}`;
      send(
        response,
        answerAdmin(route, await readBody(request), { records, faults, apiVersions, activityLog }),
      );
    } else if (url.pathname === identityPath) {
      giveToken(request, url.searchParams, response);
    } else {
      await answerCall(request, url, response);
    }
  }

  function giveToken(request: IncomingMessage, query: URLSearchParams, response: ServerResponse) {
    const fault = faults.take(({ kind }) => kind === 'noToken');
    if (fault?.kind !== 'noToken') send(response, identity.answer(request, query));
    else if (fault.hang === true) return;
    else if (fault.status === undefined) response.destroy();
    else
      send(response, {
        status: fault.status,
        body: { statusCode: fault.status, message: 'No token.' },
      });
  }

  async function answerCall(request: IncomingMessage, url: URL, response: ServerResponse) {
    const { method = 'GET', headers } = request;
    const path = decoded(url.pathname);
    const target = parseArmPath(path);
    const { subscriptionId, resourceGroupName } = scopeOf(path);
    const call: ArmCall = {
      at: now(),
      method,
      path: url.pathname,
      apiVersion: url.searchParams.get('api-version'),
      userAgent: headers['user-agent'] ?? null,
      subscriptionId,
      status: null,
    };
    calls.add(call);
    const agentPoolName = parseOperationPath(path)?.agentPoolName ?? '';
    const reads = readOf(target, url);
    const fault = faults.take((candidate) =>
      hits(candidate, subscriptionId, resourceGroupName, agentPoolName, reads),
    );
    if (fault?.kind === 'down') response.destroy();
    if (fault?.kind === 'down' || fault?.kind === 'hang') return;
    const wait = latencyMs + (fault?.kind === 'slow' ? fault.ms : 0);
    if (wait > 0) await delay(wait, undefined, { ref: false });

    const shown =
      faultyAnswer(fault, path, identity.clientId(headers.authorization)) ??
      identity.refusal(headers.authorization) ??
      (activityLog.isAt(path) ? activityLog.answer(path, url) : undefined) ??
      throttle?.refusal(subscriptionId, kindOf(method, target), path) ??
      answerRead(method, target, url, { apiVersions, records, pageSize });
    const answer = changed(shown, fault);
    call.status = answer.status;
    response.setHeader('x-ms-request-id', randomUUID());
    response.setHeader('x-ms-correlation-request-id', randomUUID());
    response.setHeader('x-ms-ratelimit-remaining-subscription-reads', readsLeft(subscriptionId));
    if (fault?.kind === 'cut') sendHalf(response, answer);
    else send(response, answer);
  }

  const { url, close } = await listenLocally(handle, options.port);
  return {
    url,
    identityEnv: { IDENTITY_ENDPOINT: `${url}${identityPath}`, IDENTITY_HEADER: identity.header },
    identity,
    activityLog,
    faults,
    apiVersions: apiVersions.everywhere,
    offer: (offer) => apiVersions.offer(offer),
    addCluster: records.addCluster,
    changeCluster: records.changeCluster,
    replaceCluster: records.replaceCluster,
    start: records.start,
    set: records.set,
    forget: records.forget,
    operations: records.list,
    get calls() {
      return calls.list();
    },
    get callCount() {
      return calls.count();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function readOf(target: ReturnType<typeof parseArmPath>, url: URL): ArmRead {
  if (url.searchParams.has('$skiptoken')) return 'furtherPage';
  switch (target?.kind) {
    case 'operation':
    case 'cluster':
    case 'agentPools':
      return target.kind;
    case 'operations':
    case 'clusters':
    case undefined:
      return 'other';
  }
}

function changed(answer: Answer, fault: ArmFault | undefined): Answer {
  if (fault?.kind === 'nextLink') return withNextLink(answer, fault.location);
  return fault?.kind === 'form' ? inForm(answer, fault.form) : answer;
}

function kindOf(method: string, target: ArmPath | undefined): CallKind {
  if (method !== 'GET') return 'other';
  switch (target?.kind) {
    case 'operation':
      return 'statusRead';
    case 'operations':
    case 'clusters':
      return 'list';
    case 'cluster':
      return 'clusterRead';
    case 'agentPools':
    case undefined:
      return 'other';
  }
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
