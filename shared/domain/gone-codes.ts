/** What "not found" (HTTP 404) can say is gone. */
export type Gone = 'operation' | 'agentPool' | 'cluster' | 'resourceGroup';

/**
 * ARM's and AKS' codes for something that is gone, in lower case (learn.microsoft.com/azure/azure-resource-manager/
 * troubleshooting/common-deployment-errors, and answers that were seen). The list is a list of what may end tracking:
 * nothing that speaks of a subscription, tenant, provider, location, api-version or right belongs in it.
 */
const codes: ReadonlyMap<string, Gone> = new Map([
  // AKS' own "not found": at a pool's path it is also said of the pool.
  ['notfound', 'operation'],
  ['entitynotfound', 'operation'],
  ['operationnotfound', 'operation'],
  ['operationidnotfound', 'operation'],
  ['operationstatusnotfound', 'operation'],
  ['agentpoolnotfound', 'agentPool'],
  ['nodepoolnotfound', 'agentPool'],
  ['resourcenotfound', 'cluster'],
  // The cluster is the parent of its pools and operations.
  ['parentresourcenotfound', 'cluster'],
  ['managedclusternotfound', 'cluster'],
  ['clusternotfound', 'cluster'],
  ['resourcegroupnotfound', 'resourceGroup'],
]);

/**
 * What is gone, by the code of ARM's 404; `null`: the code does not say that anything is. An unknown code does not end
 * tracking: to track too long costs one message and ends with `GIVE_UP_AFTER`; to stop too early loses a failure.
 */
export function goneBy(code: string): Gone | null {
  return codes.get(code.toLowerCase()) ?? null;
}
