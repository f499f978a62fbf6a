import { randomBytes } from 'node:crypto';

/**
 * The Azure-AsyncOperation header that answers the call that starts an operation. Like the real
 * one it names no cluster, and holds signed secrets (`t`, `c`, `s`, `h`) of thousands of characters.
 */
export function operationUrl(subscriptionId: string, operationId: string): string {
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/locations/westeurope/operations/${operationId}`;
  const query = new URLSearchParams({
    'api-version': '2016-03-30',
    t: `6389${randomBytes(6).readUIntBE(0, 6).toString().padStart(14, '0').slice(0, 14)}`,
    c: randomBytes(1536).toString('base64url'),
    s: randomBytes(256).toString('base64url'),
    h: randomBytes(32).toString('base64url'),
  });
  return `https://management.azure.com${path}?${query.toString()}`;
}
