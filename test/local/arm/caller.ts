import type { Arm } from '../../../local/arm/server.ts';

/** The cluster of these tests. */
export const cluster = {
  subscriptionId: '11111111-1111-1111-1111-111111111111',
  resourceGroupName: 'rg-Prod',
  resourceName: 'aks-prod-weu',
};

/** ARM ID of the cluster of these tests. */
export const clusterId = `/subscriptions/${cluster.subscriptionId}/resourceGroups/rg-Prod/providers/Microsoft.ContainerService/managedClusters/aks-prod-weu`;

/** Asks the identity endpoint for a token, as App Service's protocol has it. */
export async function requestToken(
  { identityEnv }: Arm,
  changes: { readonly query?: Record<string, string>; readonly header?: string } = {},
): Promise<Response> {
  const query = new URLSearchParams({
    resource: 'https://management.azure.com/',
    'api-version': '2019-08-01',
    ...changes.query,
  });
  const header = changes.header ?? identityEnv.IDENTITY_HEADER;
  return fetch(`${identityEnv.IDENTITY_ENDPOINT}?${query.toString()}`, {
    headers: { 'X-IDENTITY-HEADER': header },
  });
}

/** A GET with a fresh token and a supported api-version. */
export async function read(arm: Arm, path: string, init: RequestInit = {}): Promise<Response> {
  const token = JSON.parse(await (await requestToken(arm)).text()).access_token;
  const separator = path.includes('?') ? '' : '?api-version=2025-05-02-preview';
  return fetch(`${arm.url}${path}${separator}`, {
    redirect: 'manual',
    ...init,
    headers: { authorization: `Bearer ${token}` },
  });
}

/** A clock that stands still until it is moved. */
export function createClock(start = '2026-09-21T14:00:00.317Z') {
  let at = Date.parse(start);
  return {
    now: () => new Date(at),
    /** Moves on by this many seconds. */
    advance(seconds: number): void {
      at += seconds * 1000;
    },
  };
}
