import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import { cloudError } from './cloud-error.ts';
import type { Answer } from './listen.ts';
import { pageOf } from './list-page.ts';
import { resourceId } from './resource-path.ts';
import type { OperationPath } from './resource-path.ts';

/** Somebody whom the activity log can name. */
export const callerSchema = z.strictObject({
  /** What `caller` says: a UPN, or an object ID; absent: nothing. */
  caller: z.string().optional(),
  claims: z.record(z.string(), z.string()).optional(),
});

/** See {@link callerSchema}. */
export type Caller = z.infer<typeof callerSchema>;

/** Something that was done to a resource. */
export const loggedActionSchema = callerSchema.extend({
  /** The ARM ID of the resource. */
  resourceId: z.string(),
  /** `Microsoft.ContainerService/managedClusters/write` */
  action: z.string(),
  /** ISO 8601; default: now. */
  at: z.iso.datetime().optional(),
  /** Each makes an event; default: those of a write that goes on. */
  statuses: z.array(z.string()).optional(),
  category: z.string().optional(),
});

/** See {@link loggedActionSchema}. */
export type LoggedAction = z.infer<typeof loggedActionSchema>;

interface LoggedEvent {
  readonly eventTimestamp: string;
  readonly resourceId: string;
  readonly [field: string]: unknown;
}

const logPath =
  /^\/subscriptions\/([^/]+)\/providers\/microsoft\.insights\/eventtypes\/management\/values\/?$/i;

/** The people and programs who start what nobody else is named for, in turn. */
const usualCallers: readonly Caller[] = [
  {
    caller: 'jane.doe@contoso.example',
    claims: {
      name: 'Jane Doe',
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': 'jane.doe@contoso.example',
      appid: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
      idtyp: 'user',
    },
  },
  {
    caller: '6f1c2f0e-52a7-4c5b-9a55-0d7a3b1e9c11',
    claims: { appid: '9c5e7a12-3b77-4a8e-8f52-5a1d2c3b4e5f', idtyp: 'app' },
  },
];

/** How the log behaves. */
export interface ActivityLogOptions {
  /** Events show so many milliseconds after they happened; default 3 minutes. */
  readonly delayMs?: number;
  /** Events on a page; default 200. */
  readonly pageSize?: number;
  /** The status of every answer, such as 429; default: none. */
  readonly fault?: number;
}

/** The activity log of all subscriptions: it forgets nothing, and has an event for each action that is played. */
export function createActivityLog(now: () => Date) {
  let options: ActivityLogOptions = {};
  let isReadable = true;
  let next = 0;
  const events: LoggedEvent[] = [];

  function add(action: LoggedAction): void {
    const { at = now().toISOString(), statuses = ['Started', 'Accepted'], category } = action;
    const correlationId = randomUUID();
    for (const status of statuses) {
      events.push({
        eventTimestamp: at.replace(/Z$/, '0000Z'),
        resourceId: action.resourceId,
        category: {
          value: category ?? 'Administrative',
          localizedValue: category ?? 'Administrative',
        },
        operationName: { value: action.action, localizedValue: action.action },
        status: { value: status, localizedValue: status },
        correlationId,
        eventDataId: randomUUID(),
        ...(action.caller === undefined ? {} : { caller: action.caller }),
        ...(action.claims === undefined ? {} : { claims: action.claims }),
      });
    }
  }

  /** The event of an operation that begins to be played. */
  function started(path: OperationPath, by?: Caller): void {
    const caller = by ?? usualCallers[next % usualCallers.length];
    if (by === undefined) next += 1;
    const type = 'Microsoft.ContainerService/managedClusters';
    const action = path.agentPoolName === undefined ? `${type}/write` : `${type}/agentPools/write`;
    add({ ...caller, resourceId: resourceId(path), action });
  }

  function shown(subscriptionId: string, filter: string): readonly LoggedEvent[] | null {
    const wanted =
      /^eventTimestamp ge '([^']+)' and eventTimestamp le '([^']+)' and resourceGroupName eq '((?:[^']|'')+)'$/.exec(
        filter,
      );
    if (wanted === null) return null;
    const [, from = '', to = '', group = ''] = wanted;
    const latest = now().getTime() - (options.delayMs ?? 3 * 60_000);
    const scope = `/subscriptions/${subscriptionId}/resourceGroups/${group}/`.toLowerCase();
    return events.filter(({ eventTimestamp, resourceId: id }) => {
      const time = Date.parse(eventTimestamp);
      const isInTime = time >= Date.parse(from) && time <= Date.parse(to) && time <= latest;
      return isInTime && id.toLowerCase().startsWith(scope);
    });
  }

  return {
    add,
    started,
    /** Whether a path is the log's. */
    isAt: (path: string) => logPath.test(path),
    /** Changes how the log behaves. */
    behave(changed: ActivityLogOptions): void {
      options = changed;
    },
    /** Without the right to read it, the log is empty. */
    grant(allowed: boolean): void {
      isReadable = allowed;
    },
    answer(path: string, url: URL): Answer {
      const [, subscriptionId = ''] = logPath.exec(path) ?? [];
      if (options.fault !== undefined)
        return { status: options.fault, body: cloudError('Fault', 'The activity log is away.') };
      if (url.searchParams.get('api-version') !== '2015-04-01')
        return { status: 400, body: cloudError('InvalidApiVersionParameter', 'Use 2015-04-01.') };
      const found = shown(subscriptionId, url.searchParams.get('$filter') ?? '');
      if (found === null)
        return { status: 400, body: cloudError('BadRequest', 'The $filter is not supported.') };
      return { status: 200, body: pageOf(isReadable ? found : [], url, options.pageSize ?? 200) };
    },
  };
}

/** See {@link createActivityLog}. */
export type ActivityLog = ReturnType<typeof createActivityLog>;
