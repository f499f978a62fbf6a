import { cloudError } from './cloud-error.ts';
import { poolsOf, withPools } from './cluster-document.ts';
import type { Json } from './cluster-document.ts';
import type { Answer } from './listen.ts';
import type { ApiVersions } from './api-versions.ts';
import { pageOf } from './list-page.ts';
import type { Records } from './records.ts';
import type { ArmPath, ClusterPath, OperationPath, Scope } from './resource-path.ts';

const listed = 50;
/** The first version that lists an agent pool's operations, and shows the types of operations. */
const typesSince = '2026-07-02-preview';

/** What is read, and how. */
export interface ReadNeeds {
  /** What the provider supports now. */
  readonly apiVersions: ApiVersions;
  readonly records: Records;
  /** Items on a page of a List. */
  readonly pageSize: number;
}

/**
 * ARM's answer to an authenticated call.
 * @param path what `url` names
 * @param url as requested; the host goes into `nextLink`
 */
export function answerRead(
  method: string,
  path: ArmPath | undefined,
  url: URL,
  needs: ReadNeeds,
): Answer {
  const version = url.searchParams.get('api-version') ?? '';
  const type = typeOf(path);
  if (version === '') {
    const message = 'The api-version query parameter (?api-version=) is required for all requests.';
    return failure(400, 'MissingApiVersionParameter', message);
  }
  const { apiVersions, records } = needs;
  const isOfCluster = path !== undefined && path.kind !== 'clusters';
  const location = isOfCluster ? records.locationOf(path.of) : '';
  const refusal = apiVersions.refusal(version, type, location);
  if (refusal !== undefined) return refusal;
  const isOfOperations = path?.kind === 'operation' || path?.kind === 'operations';
  if (isOfOperations && apiVersions.lacksOperations(version, location)) {
    return failure(404, 'NotFound', 'The requested path does not exist.');
  }
  const hasTypes = version >= typesSince;
  if (path === undefined || (isListOfPool(path) && !hasTypes)) {
    return failure(
      404,
      'InvalidResourceType',
      'The resource type could not be found in the namespace.',
    );
  }
  if (method !== 'GET') {
    return failure(405, 'HttpMethodNotAllowed', `The resource does not support ${method}.`);
  }
  switch (path.kind) {
    case 'operation':
      return getOperation(path.of, path.operationId, hasTypes, needs);
    case 'operations':
      return listOperations(path.of, hasTypes, url, needs);
    case 'clusters':
      return listClusters(path.of, url, needs);
    case 'cluster':
      return getCluster(path.of, needs);
    case 'agentPools':
      return listAgentPools(path.of, url, needs);
    default:
      return path satisfies never;
  }
}

function typeOf(path: ArmPath | undefined): string {
  switch (path?.kind) {
    case 'cluster':
    case 'clusters':
      return 'managedClusters';
    case 'agentPools':
      return 'managedClusters/agentPools';
    case 'operation':
    case 'operations':
    case undefined:
      return 'managedClusters/operations';
  }
}

function isListOfPool(path: ArmPath): boolean {
  return path.kind === 'operations' && path.of.agentPoolName !== undefined;
}

function getOperation(
  path: OperationPath,
  operationId: string,
  hasTypes: boolean,
  { records }: ReadNeeds,
): Answer {
  const found = records.read(path, operationId, hasTypes);
  switch (found) {
    case 'noResourceGroup':
      return noResourceGroup(path);
    case 'noCluster':
      return noCluster(path);
    case 'noPool': {
      const message = `Could not find the agent pool (${path.agentPoolName}) in the cluster (${path.resourceName}).`;
      // AKS' own answer, without ARM's envelope.
      return { status: 404, body: { code: 'NotFound', message } };
    }
    case 'noRecord':
      return failure(404, 'NotFound', `The entity was not found: operation '${operationId}'.`);
    default:
      return found;
  }
}

function listOperations(
  path: OperationPath,
  hasTypes: boolean,
  url: URL,
  { records, pageSize }: ReadNeeds,
): Answer {
  const operations = records.newest(path, listed, hasTypes);
  switch (operations) {
    case 'noResourceGroup':
      return noResourceGroup(path);
    case 'noCluster':
      return noCluster(path);
    default:
      return { status: 200, body: pageOf(operations, url, pageSize) };
  }
}

function listClusters(scope: Scope, url: URL, { records, pageSize }: ReadNeeds): Answer {
  const clusters = records.clustersIn(scope);
  switch (clusters) {
    case 'noSubscription': {
      const message = `The subscription '${scope.subscriptionId}' could not be found.`;
      return failure(404, 'SubscriptionNotFound', message);
    }
    case 'noResourceGroup':
      return noResourceGroup(scope);
    default:
      return { status: 200, body: pageOf(clusters.map(shown), url, pageSize) };
  }
}

function getCluster(path: ClusterPath, { records }: ReadNeeds): Answer {
  const document = records.readCluster(path);
  return typeof document === 'string'
    ? missing(document, path)
    : { status: 200, body: shown(document) };
}

function listAgentPools(path: ClusterPath, url: URL, { records, pageSize }: ReadNeeds): Answer {
  const document = records.readCluster(path);
  if (typeof document === 'string') return missing(document, path);
  const pools = (poolsOf(document) ?? []).map(({ name, ...properties }) => ({
    id: `${String(document['id'])}/agentPools/${String(name)}`,
    name,
    type: 'Microsoft.ContainerService/managedClusters/agentPools',
    properties,
  }));
  return { status: 200, body: pageOf(pools, url, pageSize) };
}

/** A cluster's document as it is read: the `status` of pools is in the list of agent pools alone. */
function shown(document: Json): Json {
  const pools = poolsOf(document);
  if (pools === null) return document;
  return withPools(
    document,
    pools.map(({ status: _ofPools, ...pool }) => pool),
  );
}

function missing(what: 'noResourceGroup' | 'noCluster', path: ClusterPath): Answer {
  return what === 'noCluster' ? noCluster(path) : noResourceGroup(path);
}

function noResourceGroup({ resourceGroupName }: Scope): Answer {
  const message = `Resource group '${resourceGroupName}' could not be found.`;
  return failure(404, 'ResourceGroupNotFound', message);
}

function noCluster(path: ClusterPath): Answer {
  const { resourceName, resourceGroupName } = path;
  return failure(
    404,
    'ResourceNotFound',
    `The Resource 'Microsoft.ContainerService/managedClusters/${resourceName}' under resource group '${resourceGroupName}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

function failure(status: number, code: string, message: string): Answer {
  return { status, body: cloudError(code, message) };
}
