import { parseClusterId } from '../domain/scope.ts';
import * as z from 'zod/mini';
import { armOrigins } from '../settings/clouds.ts';
import { sameName, patterns } from '../domain/azure-names.ts';
import {
  channelProblems,
  options,
  optionsOf,
  resourceGroupName,
  resourceName,
  subscriptionId,
  text,
  toProblems,
  type GivenOptions,
  type RequestProblem,
} from './fields.ts';
import {
  isUrlOf,
  parseOperationId,
  parseOperationUrl,
  type OperationReference,
} from '../domain/reference.ts';

/** A registration that names one operation. */
export interface Registration {
  readonly reference: OperationReference;
  readonly options: GivenOptions;
}

const agentPoolName = text(
  patterns.agentPoolName,
  'must be an agent pool name: 1 to 12 letters and digits, beginning with a letter.',
);
const onlyOwnId =
  'must not be `latest`, which names another operation each time: give the operation’s own ID (the `name` that `az aks operation show-latest` of the extension aks-preview prints).';
const isLatest = (operation: Pick<OperationReference, 'operationId'> | null): boolean =>
  operation !== null && sameName(operation.operationId, 'latest');
const operationId = text(
  patterns.operationId,
  'must be an operation ID: 1 to 256 characters, without spaces and / \\ ? # %.',
).check(z.refine((id) => !isLatest({ operationId: id }), onlyOwnId));

const byParts = z.strictObject({
  subscriptionId,
  resourceGroupName,
  resourceName,
  operationId,
  agentPoolName: z.optional(agentPoolName),
  ...options,
});
const byId = z.strictObject({
  id: z.string('must be the operation’s ARM ID.').check(
    z.refine(
      (id) => parseOperationId(id) !== null,
      'must be /subscriptions/{guid}/resourceGroups/{name}/providers/Microsoft.ContainerService/managedClusters/{name}[/agentPools/{pool}]/operations/{operationId}.',
    ),
    z.refine((id) => !isLatest(parseOperationId(id)), onlyOwnId),
  ),
  ...options,
});
const byUrl = z.strictObject({
  operationUrl: z.string('must be the Azure-AsyncOperation header.').check(
    z.refine(
      (url) => parseOperationUrl(url) !== null,
      'must be the Azure-AsyncOperation header: https://{arm}/subscriptions/{guid}/providers/Microsoft.ContainerService/locations/{region}/operations/{guid}?….',
    ),
    z.refine((url) => !isLatest(parseOperationUrl(url)), onlyOwnId),
  ),
  clusterId: z
    .string('must be the cluster’s ARM ID: the URL does not name the cluster.')
    .check(
      z.refine(
        (id) => parseClusterId(id) !== null,
        'must be /subscriptions/{guid}/resourceGroups/{name}/providers/Microsoft.ContainerService/managedClusters/{name}.',
      ),
    ),
  ...options,
});

/** The three ways to name an operation, by the fields that only they have. */
export const forms = [
  {
    fields: ['subscriptionId', 'resourceGroupName', 'resourceName', 'operationId', 'agentPoolName'],
    schema: byParts,
  },
  { fields: ['id'], schema: byId },
  { fields: ['operationUrl', 'clusterId'], schema: byUrl },
] as const;

const oneWay =
  'Name the operation in exactly one way: subscriptionId, resourceGroupName, resourceName and operationId (with agentPoolName for a node pool’s); or id; or operationUrl with clusterId.';

/**
 * Reads the body of a registration; every problem is found at once.
 *
 * @param origins the origins of Azure Resource Manager that an `operationUrl` may have
 */
export function parseRegistration(
  body: unknown,
  channels: ReadonlySet<string>,
  origins: ReadonlySet<string> = armOrigins(),
): { registration: Registration } | { problems: readonly RequestProblem[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { problems: [{ pointer: '', message: 'The body must be a JSON object.' }] };
  }
  const used = forms.filter(({ fields }) => fields.some((field) => Object.hasOwn(body, field)));
  const problems: RequestProblem[] = used.length === 1 ? [] : [{ pointer: '', message: oneWay }];
  const parsed = used.map(({ schema }) => schema.safeParse(body));
  // If several ways are mixed, a field of any way is known.
  const issues =
    used.length === 1 ? parsed.flatMap(({ error }) => error?.issues ?? []) : optionIssues(body);
  problems.push(
    ...issues.flatMap(toProblems),
    ...originProblems(body, origins),
    ...subscriptionProblems(body),
    ...channelProblems(body, channels),
  );

  const [first] = parsed;
  const data = problems.length === 0 && first?.success === true ? first.data : null;
  const reference = data === null ? null : referenceOf(data);
  return data === null || reference === null
    ? { problems }
    : { registration: { reference, options: optionsOf(data) } };
}

type Parsed = z.infer<typeof byParts> | z.infer<typeof byId> | z.infer<typeof byUrl>;

function optionIssues(body: object): z.core.$ZodIssue[] {
  const others = Object.entries(body).filter(
    ([name]) => !forms.some(({ fields }) => fields.some((field) => field === name)),
  );
  return z.strictObject(options).safeParse(Object.fromEntries(others)).error?.issues ?? [];
}

/** Azure Resource Manager writes the header, so a URL with another host is not one. */
function originProblems(body: object, origins: ReadonlySet<string>): RequestProblem[] {
  if (!('operationUrl' in body) || typeof body.operationUrl !== 'string') return [];
  if (parseOperationUrl(body.operationUrl) === null || isUrlOf(body.operationUrl, origins))
    return [];
  const message = `must be a URL of Azure Resource Manager without a user name; its origin must be one of: ${[...origins].join(', ')}.`;
  return [{ pointer: '/operationUrl', message }];
}

/** An operation runs in the subscription of its cluster. */
function subscriptionProblems(body: object): RequestProblem[] {
  if (!('operationUrl' in body) || !('clusterId' in body)) return [];
  const { operationUrl: url, clusterId: id } = body;
  const operation = typeof url === 'string' ? parseOperationUrl(url) : null;
  const cluster = typeof id === 'string' ? parseClusterId(id) : null;
  if (operation === null || cluster === null) return [];
  return sameName(operation.subscriptionId, cluster.subscriptionId)
    ? []
    : [{ pointer: '/clusterId', message: 'must be in the subscription that operationUrl names.' }];
}

/** The operation that is named; `null` only if the rules above have a bug. */
function referenceOf(data: Parsed): OperationReference | null {
  if ('id' in data) return parseOperationId(data.id);
  if ('operationUrl' in data) {
    const operation = parseOperationUrl(data.operationUrl);
    const cluster = parseClusterId(data.clusterId);
    return operation === null || cluster === null
      ? null
      : { ...cluster, agentPoolName: null, operationId: operation.operationId };
  }
  return {
    subscriptionId: data.subscriptionId,
    resourceGroupName: data.resourceGroupName,
    resourceName: data.resourceName,
    agentPoolName: data.agentPoolName ?? null,
    operationId: data.operationId,
  };
}
