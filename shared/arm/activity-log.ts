import * as z from 'zod/mini';
import { callerAfterMs, callerBeforeMs, type LogEvent } from '../domain/caller.ts';
import { fieldReader, foreignObject, isObject } from '../domain/foreign-json.ts';
import { plus, toIsoTime, type IsoTime } from '../time.ts';
import { createAsk, type ArmClientOptions } from './request.ts';
import { nextPage } from './parse-list.ts';

/** What is asked of the activity log: the starts of operations in one resource group. */
export interface LogQuestion {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  /** The first and the last start; the log is read from a little before until a little after. */
  readonly firstStart: IsoTime;
  readonly lastStart: IsoTime;
}

/** What the activity log has shown. */
export interface LogAnswer {
  /** Requests made. */
  readonly calls: number;
  /** The end of a 429's `Retry-After`; `null`: it was no 429. */
  readonly throttledUntil: IsoTime | null;
  /** `null`: it could not be read, or not to its end. */
  readonly events: readonly LogEvent[] | null;
  /** Whether it has more pages than may be read: the same question would find that again. */
  readonly isTooLong: boolean;
}

/** Reads the activity log, in at most `timeoutMs` milliseconds and `mostPages` pages. Never rejects. */
export type ReadLog = (
  question: LogQuestion,
  timeoutMs: number,
  mostPages: number,
) => Promise<LogAnswer>;

const apiVersion = '2015-04-01';

/** Reads the activity log: "Activity Logs - List". */
export function createLogReader(options: ArmClientOptions): ReadLog {
  const { endpoint, clock } = options;
  const ask = createAsk(options);
  return async (question, timeoutMs, mostPages) => {
    const end = Date.now() + timeoutMs;
    const first = urlOf(endpoint, question);
    const asked = new Set<string>();
    const events: LogEvent[] = [];
    let calls = 0;
    let throttledUntil: IsoTime | null = null;
    const unread = (isTooLong = false): LogAnswer => ({
      calls,
      throttledUntil,
      events: null,
      isTooLong,
    });
    let url: string | null = first;
    while (url !== null) {
      if (asked.has(url)) return unread();
      if (asked.size >= mostPages) return unread(true);
      asked.add(url);
      const { result, ...answer } = await ask(url, end - Date.now());
      calls += answer.calls;
      if (!result.ok) {
        if (result.failure.cause === 'throttled') throttledUntil = answer.notBefore;
        // Without the right, the log is empty as a rule.
        if (result.failure.cause === 'forbidden') return { ...unread(), events: [] };
        return unread();
      }
      const page = pageOf(result.body, clock().toISOString());
      if (page === null) return unread();
      events.push(...page.events);
      url = page.nextLink === null ? null : nextPage(first, page.nextLink);
      // Half a log could name the wrong caller.
      if (page.nextLink !== null && url === null) return unread();
    }
    return { ...unread(), events };
  };
}

function urlOf(
  endpoint: string,
  { subscriptionId, resourceGroupName, firstStart, lastStart }: LogQuestion,
): string {
  const filter = [
    `eventTimestamp ge '${plus(firstStart, -callerBeforeMs)}'`,
    `eventTimestamp le '${plus(lastStart, callerAfterMs)}'`,
    `resourceGroupName eq '${resourceGroupName.replaceAll("'", "''")}'`,
  ].join(' and ');
  const path = `/subscriptions/${encodeURIComponent(subscriptionId)}/providers/Microsoft.Insights/eventtypes/management/values`;
  return `${endpoint}${path}?api-version=${apiVersion}&$filter=${encodeURIComponent(filter)}`;
}

interface LogPage {
  readonly events: readonly LogEvent[];
  /** As ARM writes it; `null`: there is no other page. */
  readonly nextLink: unknown;
}

const list = foreignObject({
  // A service written in Go has `null` for an empty list.
  value: z.nullable(z.array(z.unknown())),
  nextLink: z.optional(z.unknown()),
});

/** Reads a page; `null` when the body is none. What is no event is passed over. */
function pageOf(body: unknown, now: IsoTime): LogPage | null {
  const parsed = list.safeParse(body);
  if (!parsed.success) return null;
  const { value, nextLink } = parsed.data;
  const isLast = nextLink === undefined || nextLink === null || nextLink === '';
  return {
    events: (value ?? []).flatMap((item) => eventOf(item, now) ?? []),
    nextLink: isLast ? null : nextLink,
  };
}

const eventFields = fieldReader(
  'eventTimestamp',
  'resourceId',
  'operationName',
  'status',
  'category',
  'correlationId',
  'caller',
  'claims',
);
const valueField = fieldReader('value');
const claimTypes = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const claimFields = fieldReader(
  'name',
  'app_displayname',
  'upn',
  `${claimTypes}/upn`,
  'oid',
  'http://schemas.microsoft.com/identity/claims/objectidentifier',
  'appid',
  'idtyp',
);

function eventOf(item: unknown, now: IsoTime): LogEvent | null {
  const event = eventFields(item);
  const at = toIsoTime(event.eventTimestamp, now);
  const category = valueOf(event.category);
  if (at === null || (category !== '' && category.toLowerCase() !== 'administrative')) return null;
  const claims = claimFields(event.claims);
  const objectId = 'http://schemas.microsoft.com/identity/claims/objectidentifier';
  return {
    at,
    resourceId: textOf(event.resourceId),
    action: valueOf(event.operationName),
    status: valueOf(event.status),
    correlationId: textOf(event.correlationId),
    caller: textOf(event.caller),
    name: textOf(claims.name) || textOf(claims.app_displayname),
    upn: textOf(claims.upn) || textOf(claims[`${claimTypes}/upn`]),
    objectId: textOf(claims[objectId]) || textOf(claims.oid),
    appId: textOf(claims.appid),
    idType: textOf(claims.idtyp),
  };
}

/** The log writes names as `{ value, localizedValue }`. */
function valueOf(given: unknown): string {
  return textOf(isObject(given) ? valueField(given).value : given);
}

/** No ID or name is longer, in UTF-16 units. */
const longestField = 1024;

function textOf(value: unknown): string {
  return typeof value === 'string' && value.length <= longestField ? value.trim() : '';
}
