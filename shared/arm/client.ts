import {
  armIdOf,
  clustersPath,
  isCluster,
  scopeKey,
  type ClusterReference,
  type Scope,
} from '../domain/scope.ts';
import type { ListedCluster, SeenPool } from '../domain/cluster-config.ts';
import type {
  ListedOperation,
  Listing,
  OddNextPage,
  Reading,
  ReadingFailure,
} from '../domain/reading.ts';
import { operationArmId, type OperationReference } from '../domain/reference.ts';
import { nameKey } from '../domain/azure-names.ts';
import type { IsoTime } from '../time.ts';
import { createAsk, type Answer, type ArmClientOptions, type Ask } from './request.ts';
import { isKnownVersion } from '../domain/known-versions.ts';
import type { VersionPlace } from '../domain/version-choices.ts';
import {
  failureOfPage,
  malformedAnswer,
  malformedList,
  underUnknownVersion,
} from './reading-failure.ts';
import { parseListedCluster, parsePool } from './parse-cluster.ts';
import { nextPage, parseOperationList, parsePage, whereTo, type Page } from './parse-list.ts';
import { parseOperationStatus } from './parse.ts';
import type { Versions } from './version-source.ts';

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
 * Lists the clusters of a subscription or resource group, or gets the one that the scope is; otherwise as
 * {@link ListOperations}.
 *
 * @param mostPages no more pages are read; default: as many as 10,000 clusters have
 */
export type ListClusters = (
  scope: Scope,
  timeoutMs: number,
  pageMs?: number,
  mostPages?: number,
) => Promise<Listing<ListedCluster>>;

/** Lists a cluster's agent pools with their states, otherwise as {@link ListOperations}. */
export type ListPools = (
  cluster: ClusterReference,
  timeoutMs: number,
) => Promise<Listing<SeenPool>>;

/** What is read from ARM. */
export interface ArmReader {
  /** "Operation Status Result - Get", or "Get By Agent Pool". */
  readonly readStatus: ReadStatus;
  /** "Operation Status Result - List". */
  readonly listOperations: ListOperations;
  /** "Managed Clusters - List", "List By Resource Group", or "Get". */
  readonly listClusters: ListClusters;
  /** "Agent Pools - List". */
  readonly listPools: ListPools;
}

/** What ARM is read with. */
export interface ArmReaderOptions extends ArmClientOptions {
  readonly versions: Versions;
}

/** Reads ARM; every preview version has all these kinds of call. */
export function createArmReader(options: ArmReaderOptions): ArmReader {
  const { endpoint, versions, clock } = options;
  const ask = createAsk(options);

  function urlOf(armPath: string, apiVersion: string): string {
    return `${placeless(armPath)}?api-version=${encodeURIComponent(apiVersion)}`;
  }

  function placeless(armPath: string): string {
    return `${endpoint}${armPath.split('/').map(encodeURIComponent).join('/')}`;
  }

  /** Asks for something of a cluster's operations. */
  async function askCluster(
    cluster: ClusterReference,
    armPath: string,
    timeoutMs: number,
  ): Promise<AnswerFrom> {
    const armId = armIdOf(cluster);
    return await askAt({ ...cluster, armId, isList: false }, armPath, timeoutMs);
  }

  async function askAt(
    place: VersionPlace,
    armPath: string,
    timeoutMs: number,
  ): Promise<AnswerFrom> {
    let url = placeless(armPath);
    const answer = await versions.ask(place, timeoutMs, async (apiVersion, ms) => {
      url = urlOf(armPath, apiVersion);
      const said = await ask(url, ms);
      return place.isList || isKnownVersion(apiVersion) ? said : withoutLoss(said, apiVersion);
    });
    return { ...answer, url };
  }

  return {
    async readStatus(operation, timeoutMs) {
      const at = clock().toISOString();
      const answer = await askCluster(operation, operationArmId(operation), timeoutMs);
      const { calls, notBefore, remaining, result } = answer;
      return {
        at,
        calls,
        notBefore,
        ...(remaining === null ? {} : { remaining }),
        result: result.ok ? statusIn(result.body, at) : { ok: false, failure: result.failure },
      };
    },
    async listOperations(cluster, timeoutMs, wanted, pageMs) {
      const at = clock().toISOString();
      const keys = wanted?.map(nameKey);
      const path = `${armIdOf(cluster)}/operations`;
      const pages = {
        askFirst: async (ms: number) => await askCluster(cluster, path, ms),
        parse: (body: unknown) => parseOperationList(body, cluster, at),
        keyOf: ({ operationId }: ListedOperation) => nameKey(operationId),
        mostPages: 5,
        isEnough: (items: ReadonlyMap<string, ListedOperation>) =>
          items.size >= 1000 || (keys?.every((key) => items.has(key)) ?? false),
      };
      return { at, ...(await readPages(ask, pages, timeoutMs, pageMs)) };
    },
    async listClusters(scope, timeoutMs, pageMs, mostPages = 100) {
      return isCluster(scope)
        ? await getCluster(scope, Math.min(timeoutMs, pageMs ?? timeoutMs))
        : await listAll(scope, timeoutMs, pageMs, mostPages);
    },
    async listPools(cluster, timeoutMs) {
      const at = clock().toISOString();
      const path = `${armIdOf(cluster)}/agentPools`;
      const pages = {
        askFirst: async (ms: number) => await askCluster(cluster, path, ms),
        parse: (body: unknown) => parsePage(body, parsePool),
        keyOf: ({ name }: SeenPool) => nameKey(name),
        mostPages: 5,
        isEnough: ({ size }: ReadonlyMap<string, SeenPool>) => size >= 200,
      };
      return { at, ...(await readPages(ask, pages, timeoutMs)) };
    },
  };

  async function getCluster(
    cluster: ClusterReference,
    timeoutMs: number,
  ): Promise<Listing<ListedCluster>> {
    const at = clock().toISOString();
    const { url, calls, notBefore, remaining, result } = await askCluster(
      cluster,
      armIdOf(cluster),
      timeoutMs,
    );
    const counted = { at, calls, notBefore, ...(remaining === null ? {} : { remaining }) };
    if (!result.ok) return { ...counted, result: { ok: false, failure: result.failure } };
    const item = clusterIn(result.body, cluster, url);
    if (item === null) return { ...counted, result: { ok: false, failure: malformedAnswer } };
    return { ...counted, result: { ok: true, items: [item], isComplete: true } };
  }

  async function listAll(
    scope: Scope,
    timeoutMs: number,
    pageMs: number | undefined,
    mostPages: number,
  ): Promise<Listing<ListedCluster>> {
    const at = clock().toISOString();
    const armId = `${armIdOf(scope)}/${clustersPath}`;
    const place = { subscriptionId: scope.subscriptionId, armId, isList: true };
    let url = '';
    const pages = {
      async askFirst(ms: number) {
        const first = await askAt(place, armId, ms);
        ({ url } = first);
        return first;
      },
      parse: (body: unknown) => parsePage(body, (item) => clusterIn(item, scope, url)),
      keyOf: ({ reference }: ListedCluster) => scopeKey(reference),
      mostPages,
      isEnough: ({ size }: ReadonlyMap<string, ListedCluster>) => size >= 10_000,
    };
    return { at, ...(await readPages(ask, pages, timeoutMs, pageMs)) };
  }

  /** Where a cluster is helps to choose api-versions. */
  function clusterIn(document: unknown, scope: Scope, url: string): ListedCluster | null {
    const apiVersion = new URL(url).searchParams.get('api-version') ?? '';
    return parseListedCluster(document, scope, apiVersion, (armId, location) =>
      versions.located(armId, location),
    );
  }
}

/** An answer, and the URL that gave it. */
interface AnswerFrom extends Answer {
  readonly url: string;
}

/** An answer under an api-version that may lack these calls: see {@link underUnknownVersion}. */
function withoutLoss(answer: Answer, apiVersion: string): Answer {
  const { result } = answer;
  if (result.ok) return answer;
  const failure = underUnknownVersion(result.failure, apiVersion);
  return { ...answer, result: { ...result, failure } };
}

function statusIn(body: unknown, at: IsoTime): Reading['result'] {
  const seen = parseOperationStatus(body, at);
  return seen === null ? { ok: false, failure: malformedAnswer } : { ok: true, seen };
}

/** A List, and how much of it is read. */
interface Pages<T> {
  /** Asks for the first page; the others are where it says. */
  readonly askFirst: (timeoutMs: number) => Promise<AnswerFrom>;
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
  if (!result.ok) return { ok: false, failure: result.failure };
  const page = parse(result.body);
  return page === null ? { ok: false, failure: malformedList } : { ok: true, ...page };
}

async function readPages<T>(
  ask: Ask,
  { askFirst, parse, keyOf, mostPages, isEnough }: Pages<T>,
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
  const pageTime = (): number => Math.min(end - Date.now(), pageMs);

  let answer: Answer;
  let first: string | null = null;
  let url: string | null = null;
  do {
    if (first === null || url === null) {
      const from = await askFirst(pageTime());
      first = from.url;
      url = from.url;
      answer = from;
    } else answer = await ask(url, pageTime());
    asked.add(url);
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
  } while (url !== null && asked.size < mostPages && !isEnough(items));
  return listed(url === null);
}
