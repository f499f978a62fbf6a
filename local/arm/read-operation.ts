import { cloudError } from './cloud-error.ts';
import type { Answer } from './listen.ts';
import type { Records } from './records.ts';
import { parseOperationPath } from './resource-path.ts';
import type { OperationPath } from './resource-path.ts';

const listed = 50;
const pageSize = 20;

/**
 * ARM's answer to an authenticated read.
 * @param url as requested; the host goes into `nextLink`
 * @param apiVersions what the provider supports now
 */
export function readOperation(
  method: string,
  url: URL,
  apiVersions: ReadonlySet<string>,
  records: Records,
): Answer {
  const versionProblem = checkApiVersion(url.searchParams.get('api-version'), apiVersions);
  if (versionProblem !== undefined) return versionProblem;
  const path = parseOperationPath(decoded(url.pathname));
  if (path === undefined) {
    return failure(
      404,
      'InvalidResourceType',
      'The resource type could not be found in the namespace.',
    );
  }
  if (method !== 'GET') {
    return failure(405, 'HttpMethodNotAllowed', `The resource does not support ${method}.`);
  }
  const { operationId } = path;
  if (operationId === undefined) return listOperations(path, url, records);
  const found = records.read(path, operationId);
  switch (found) {
    case 'noCluster':
      return noCluster(path);
    case 'noRecord':
      return failure(404, 'NotFound', `The entity was not found: operation '${operationId}'.`);
    default:
      return found;
  }
}

function listOperations(path: OperationPath, url: URL, records: Records): Answer {
  const operations = records.newest(path, listed);
  if (operations === 'noCluster') return noCluster(path);
  const skip = Number(url.searchParams.get('$skipToken') ?? 0) || 0;
  const next = new URL(url);
  next.searchParams.set('$skipToken', String(skip + pageSize));
  const isLast = skip + pageSize >= operations.length;
  const value = operations.slice(skip, skip + pageSize);
  return { status: 200, body: { value, ...(!isLast && { nextLink: next.href }) } };
}

function checkApiVersion(
  version: string | null,
  supported: ReadonlySet<string>,
): Answer | undefined {
  if (version === null || version === '') {
    const message = 'The api-version query parameter (?api-version=) is required for all requests.';
    return failure(400, 'MissingApiVersionParameter', message);
  }
  if (supported.has(version)) return undefined;
  const list = [...supported].join(', ');
  return /^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version)
    ? failure(
        400,
        'NoRegisteredProviderFound',
        `No registered resource provider found for location 'westeurope' and API version '${version}' for type 'managedClusters/operations'. The supported api-versions are '${list}'.`,
      )
    : failure(
        400,
        'InvalidApiVersionParameter',
        `The api-version '${version}' is invalid. The supported versions are '${list}'.`,
      );
}

function noCluster(path: OperationPath): Answer {
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

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
