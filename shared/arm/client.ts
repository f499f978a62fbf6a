import {
  armIdOf,
  clustersPath,
  scopeKey,
  type ClusterReference,
  type Scope,
} from '../domain/scope.ts';
import type {
  ListedOperation,
  Listing,
  OddNextPage,
  Reading,
  ReadingFailure,
} from '../domain/reading.ts';
import { operationArmId, type OperationReference } from '../domain/reference.ts';
import { nameKey } from '../domain/names.ts';
import type { IsoTime } from '../time.ts';
import { createAsk, type Answer, type ArmClientOptions, type Ask } from './ask.ts';
import { isKnownVersion } from '../domain/api-versions.ts';
import { failureOfPage, malformedAnswer, malformedList, underUnknownVersion } from './failure.ts';
import {
  nextPage,
  parseClusterList,
  parseOperationList,
  whereTo,
  type Page,
} from './parse-list.ts';
import { parseOperationStatus } from './parse.ts';

/**
 * Reads the status of an operation from ARM, in at most `timeoutMs` milliseconds (and never more than ten
 * seconds). Never rejects: a failure is a {@link Reading} too.
 */
export type ReadStatus = (
  operation: OperationReference,
  timeoutMs: number,
) => Promise<CountedReading>;

/** A reading, and its cost. */
export interface CountedReading extends Reading {
  /** Requests made. */
  readonly calls: number;
}

/**
 * Lists a cluster's operations, those of its agent pools included, all pages in at most `timeoutMs` milliseconds
 * (and none in more than ten seconds). ARM shows the newest 50. Never rejects; one failed page fails the listing, but a
 * further page that is refused does not: see {@link failureOfPage}. A `nextLink` to elsewhere is not followed. What was
 * read before such a page counts.
 *
 * @param wanted with these IDs shown no further page is read; default: all pages are
 * @param pageMs the most for one page, in milliseconds
 */
export type ListOperations = (
  cluster: ClusterReference,
  timeoutMs: number,
  wanted?: readonly string[],
  pageMs?: number,
) => Promise<Listing<ListedOperation>>;

/**
 * Lists the clusters of a subscription or resource group; otherwise as {@link ListOperations}.
 *
 * @param mostPages no more pages are read; default: as many as 10,000 clusters have
 */
export type ListClusters = (
  scope: Scope,
  timeoutMs: number,
  pageMs?: number,
  mostPages?: number,
) => Promise<Listing<ClusterReference>>;

/** What is read from ARM. */
export interface ArmReader {
  /** "Operation Status Result - Get", or "Get By Agent Pool". */
  readonly readStatus: ReadStatus;
  /** "Operation Status Result - List". */
  readonly listOperations: ListOperations;
  /** "Managed Clusters - List", or "List By Resource Group". */
  readonly listClusters: ListClusters;
}

/** Reads ARM with one api-version: every preview version has all three kinds of call. */
export function createArmReader(options: ArmClientOptions): ArmReader {
  const { endpoint, apiVersion, clock } = options;
  const ask = createAsk(options);
  const askForOperations = isKnownVersion(apiVersion) ? ask : withoutLosses(ask, apiVersion);

  function urlOf(armPath: string): string {
    const path = armPath.split('/').map(encodeURIComponent).join('/');
    return `${endpoint}${path}?api-version=${encodeURIComponent(apiVersion)}`;
  }

  return {
    async readStatus(operation, timeoutMs) {
      const at = clock().toISOString();
      const answer = await askForOperations(urlOf(operationArmId(operation)), timeoutMs);
      const { calls, notBefore, remaining, result } = answer;
      return {
        at,
        calls,
        notBefore,
        ...(remaining === null ? {} : { remaining }),
        result: result.ok ? statusIn(result.body, at) : result,
      };
    },
    async listOperations(cluster, timeoutMs, wanted, pageMs) {
      const at = clock().toISOString();
      const keys = wanted?.map(nameKey);
      const pages = {
        first: urlOf(`${armIdOf(cluster)}/operations`),
        parse: (body: unknown) => parseOperationList(body, cluster, at),
        keyOf: ({ operationId }: ListedOperation) => nameKey(operationId),
        mostPages: 5,
        isEnough: (items: ReadonlyMap<string, ListedOperation>) =>
          items.size >= 1000 || (keys?.every((key) => items.has(key)) ?? false),
      };
      return { at, ...(await readPages(askForOperations, pages, timeoutMs, pageMs)) };
    },
    async listClusters(scope, timeoutMs, pageMs, mostPages = 100) {
      const at = clock().toISOString();
      const pages = {
        first: urlOf(`${armIdOf(scope)}/${clustersPath}`),
        parse: (body: unknown) => parseClusterList(body, scope),
        keyOf: scopeKey,
        mostPages,
        isEnough: ({ size }: ReadonlyMap<string, ClusterReference>) => size >= 10_000,
      };
      return { at, ...(await readPages(ask, pages, timeoutMs, pageMs)) };
    },
  };
}

/** Asks with an api-version that may lack these calls: see {@link underUnknownVersion}. */
function withoutLosses(ask: Ask, apiVersion: string): Ask {
  return async (url, timeoutMs) => {
    const answer = await ask(url, timeoutMs);
    const { result } = answer;
    return result.ok
      ? answer
      : {
          ...answer,
          result: { ok: false, failure: underUnknownVersion(result.failure, apiVersion) },
        };
  };
}

function statusIn(body: unknown, at: IsoTime): Reading['result'] {
  const seen = parseOperationStatus(body, at);
  return seen === null ? { ok: false, failure: malformedAnswer } : { ok: true, seen };
}

/** A List, and how much of it is read. */
interface Pages<T> {
  /** The URL of the first page. */
  readonly first: string;
  readonly parse: (body: unknown) => Page<T> | null;
  /** What tells items apart: one that moves to the next page between two calls is shown twice. */
  readonly keyOf: (item: T) => string;
  readonly mostPages: number;
  /** Whether no further page is read. */
  readonly isEnough: (items: ReadonlyMap<string, T>) => boolean;
}

function pageIn<T>(
  { result }: Answer,
  parse: Pages<T>['parse'],
): ({ readonly ok: true } & Page<T>) | { readonly ok: false; readonly failure: ReadingFailure } {
  if (!result.ok) return result;
  const page = parse(result.body);
  return page === null ? { ok: false, failure: malformedList } : { ok: true, ...page };
}

async function readPages<T>(
  ask: Ask,
  { first, parse, keyOf, mostPages, isEnough }: Pages<T>,
  timeoutMs: number,
  pageMs = Infinity,
): Promise<Omit<Listing<T>, 'at'>> {
  const end = Date.now() + timeoutMs;
  const asked = new Set<string>();
  const items = new Map<string, T>();
  let calls = 0;
  let notBefore: IsoTime | null = null;
  let remaining = Infinity;
  let oddNextPage: OddNextPage | null = null;
  const listing = (result: Listing<T>['result']): Omit<Listing<T>, 'at'> => ({
    notBefore,
    calls,
    ...(remaining === Infinity ? {} : { remaining }),
    ...(oddNextPage === null ? {} : { oddNextPage }),
    result,
  });
  const listed = (isComplete: boolean, failure?: ReadingFailure): Omit<Listing<T>, 'at'> => {
    const failed = failure === undefined ? {} : { failure };
    return listing({ ok: true, items: [...items.values()], isComplete, ...failed });
  };

  let url: string | null = first;
  while (url !== null && asked.size < mostPages && (asked.size === 0 || !isEnough(items))) {
    asked.add(url);
    const answer = await ask(url, Math.min(end - Date.now(), pageMs));
    calls += answer.calls;
    notBefore = answer.notBefore ?? notBefore;
    remaining = Math.min(remaining, answer.remaining ?? Infinity);
    const page = pageIn(answer, parse);
    if (!page.ok) {
      const ofPage = asked.size === 1 ? null : failureOfPage(page.failure);
      return ofPage === null ? listing(page) : listed(false, ofPage);
    }
    for (const item of page.items) {
      const key = keyOf(item);
      if (!items.has(key)) items.set(key, item);
    }
    if (page.nextLink === null) url = null;
    else {
      url = nextPage(first, page.nextLink);
      if (url === null || asked.has(url)) {
        oddNextPage = { list: new URL(first).pathname, leadsTo: whereTo(first, page.nextLink) };
        return listed(false);
      }
    }
  }
  return listed(url === null);
}
