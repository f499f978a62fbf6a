import { parseClusterId, parseGroupId, parseSubscriptionId, type Scope } from '../domain/scope.ts';
import * as z from 'zod/mini';
import { operationEventNames, type OperationEventName } from '../domain/tracked.ts';
import {
  channelProblems,
  options,
  optionsOf,
  toProblems,
  type GivenOptions,
  type RequestProblem,
} from './fields.ts';

/** What somebody wants to watch, and the options of the messages about it. */
export interface WatchRequest {
  readonly scope: Scope;
  readonly options: GivenWatchOptions;
}

/** The options that people may give; absent ones keep what they were. */
export interface GivenWatchOptions extends GivenOptions {
  /** Which events are posted: none if it is empty, all if it was never given. */
  readonly events?: readonly OperationEventName[];
}

const scopeForms = {
  clusterId: {
    parse: parseClusterId,
    message:
      'must be /subscriptions/{guid}/resourceGroups/{name}/providers/Microsoft.ContainerService/managedClusters/{name}.',
  },
  resourceGroupId: {
    parse: parseGroupId,
    message: 'must be /subscriptions/{guid}/resourceGroups/{name}.',
  },
  subscriptionId: {
    parse: parseSubscriptionId,
    message: 'must be a subscription ID (a GUID), or /subscriptions/{guid}.',
  },
} as const;

const scopeText = (field: keyof typeof scopeForms): z.ZodMiniOptional<z.ZodMiniString> => {
  const { parse, message } = scopeForms[field];
  return z.optional(z.string(message).check(z.refine((text) => parse(text) !== null, message)));
};

/** A watch, without the rule that it must name exactly one scope. */
export const watchRequest = z.strictObject({
  clusterId: scopeText('clusterId'),
  resourceGroupId: scopeText('resourceGroupId'),
  subscriptionId: scopeText('subscriptionId'),
  ...options,
  events: z.optional(
    z.array(
      z.enum(operationEventNames, `each event must be one of: ${operationEventNames.join(', ')}.`),
      'must be a list of events.',
    ),
  ),
});

const oneScope =
  'Name what to watch in exactly one way: clusterId, resourceGroupId or subscriptionId.';

/** Reads the body of a watch; every problem is found at once. */
export function parseWatchRequest(
  body: unknown,
  channels: ReadonlySet<string>,
): { request: WatchRequest } | { problems: readonly RequestProblem[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { problems: [{ pointer: '', message: 'The body must be a JSON object.' }] };
  }
  const parsed = watchRequest.safeParse(body);
  const named = Object.keys(scopeForms).filter((field) => Object.hasOwn(body, field));
  const problems: RequestProblem[] = [
    ...(named.length === 1 ? [] : [{ pointer: '', message: oneScope }]),
    ...(parsed.error?.issues ?? []).flatMap(toProblems),
    ...channelProblems(body, channels),
  ];
  const scope = parsed.success ? scopeOf(parsed.data) : null;
  if (problems.length > 0 || !parsed.success || scope === null) return { problems };
  const { events } = parsed.data;
  const given = {
    ...optionsOf(parsed.data),
    ...(events === undefined ? {} : { events: inOrder(events) }),
  };
  return { request: { scope, options: given } };
}

function scopeOf(data: z.infer<typeof watchRequest>): Scope | null {
  if (data.clusterId !== undefined) return parseClusterId(data.clusterId);
  if (data.resourceGroupId !== undefined) return parseGroupId(data.resourceGroupId);
  return parseSubscriptionId(data.subscriptionId ?? '');
}

/** Each once, in the order of the documentation. */
function inOrder(events: readonly OperationEventName[]): OperationEventName[] {
  return operationEventNames.filter((event) => events.includes(event));
}
