import { contains, type ClusterReference } from '../domain/scope.ts';
import * as z from 'zod/mini';
import { nameKey, patterns } from '../domain/azure-names.ts';
import { foreignObject } from '../domain/foreign-json.ts';
import type { ListedOperation } from '../domain/reading.ts';
import { parseOperationId } from '../domain/reference.ts';
import { cleanText } from '../text.ts';
import type { IsoTime } from '../time.ts';
import { someName } from './parse-sub-operations.ts';
import { parseOperationStatus } from './parse.ts';

/** One page of a List. */
export interface Page<T> {
  /** Without the odd ones, which are passed over. */
  readonly items: readonly T[];
  /** As ARM wrote it; `null` on the last page. No text is an odd one. */
  readonly nextLink: unknown;
}

/** A service written in Go has `null` for an empty list. A body without `value` is none. */
const listBody = foreignObject({
  value: z.nullable(z.array(z.unknown())),
  nextLink: z.optional(z.unknown()),
});

/** Reads a page of a List; `null` when the body is none. An item that `parseItem` finds odd is left out. */
export function parsePage<T>(
  body: unknown,
  parseItem: (item: unknown) => T | null,
): Page<T> | null {
  const parsed = listBody.safeParse(body);
  if (!parsed.success) return null;
  const { value, nextLink = null } = parsed.data;
  // Some services end with an empty text instead of none.
  return {
    items: (value ?? []).flatMap((item) => parseItem(item) ?? []),
    nextLink: nextLink === '' ? null : nextLink,
  };
}

/** Reads a page of "Operation Status Result - List" of `cluster` at `now`; `null` when the body is none. */
export function parseOperationList(
  body: unknown,
  cluster: ClusterReference,
  now: IsoTime,
): Page<ListedOperation> | null {
  return parsePage(body, (item) => listedOperation(item, cluster, now));
}

const names = foreignObject({
  id: someName,
  name: someName,
  resourceId: someName,
});

function listedOperation(
  item: unknown,
  cluster: ClusterReference,
  now: IsoTime,
): ListedOperation | null {
  const seen = parseOperationStatus(item, now);
  const parsed = names.safeParse(item);
  if (seen === null || !parsed.success) return null;
  const { id, name, resourceId } = parsed.data;
  const named = parseOperationId(id);
  if (named !== null && !contains(cluster, named)) return null;
  const operationId = patterns.operationId.test(name) ? name : named?.operationId;
  if (operationId === undefined) return null;
  return { operationId, agentPoolName: named?.agentPoolName ?? agentPoolIn(resourceId), seen };
}

/** The agent pool in the ID of what an operation was started on. */
function agentPoolIn(resourceId: string): string | null {
  const pool = /\/agentPools\/([^/]+)/i.exec(resourceId)?.[1] ?? '';
  return patterns.agentPoolName.test(pool) ? pool : null;
}

/** No link is this long, in characters. */
const longestLink = 8192;

/**
 * The URL of the next page of the list at `first`: the same place, with a query of ARM's own. `null` when the
 * link leads elsewhere (another origin, list or scheme, or with a user in it): the token must not travel there.
 */
export function nextPage(first: string, nextLink: unknown): string | null {
  const asked = new URL(first);
  const next = urlIn(nextLink, first);
  const isOfThisList =
    next !== null &&
    next.origin === asked.origin &&
    next.username === '' &&
    next.password === '' &&
    pathOf(next) === pathOf(asked);
  return isOfThisList ? next.href : null;
}

/** Where an odd link leads, for the log: without its query, which may hold a secret. */
export function whereTo(first: string, nextLink: unknown): string {
  const url = urlIn(nextLink, first);
  return url === null ? 'no URL' : cleanText(`${url.protocol}//${url.host}${url.pathname}`, 300);
}

function urlIn(nextLink: unknown, first: string): URL | null {
  const isLink = typeof nextLink === 'string' && nextLink.length <= longestLink;
  return isLink ? URL.parse(nextLink, first) : null;
}

/** ARM writes names in its own case, and escapes as it likes. */
function pathOf({ pathname }: URL): string {
  try {
    return nameKey(decodeURIComponent(pathname));
  } catch {
    return pathname;
  }
}
