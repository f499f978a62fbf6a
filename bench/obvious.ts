import type { BenchSetup } from './bench-setup.ts';
import { TableClient } from '@azure/data-tables';
import { IncomingWebhook } from '@slack/webhook';
import pMap from 'p-map';
import * as z from 'zod/mini';

/**
 * The function that one writes first: list the operations, then for each one fetch its status, upsert it, and
 * post when the status differs.
 *
 * @param concurrency 1: one after the other
 */
export async function obviousTick(setup: BenchSetup, concurrency: number): Promise<number> {
  const table = TableClient.fromConnectionString(setup.storage, setup.table, {
    allowInsecureConnection: true,
  });
  const token = await fetchToken(setup.identityEnv);
  const operations: z.infer<typeof row>[] = [];
  for await (const entity of table.listEntities()) operations.push(row.parse(entity));
  await pMap(
    operations,
    async (entity) => {
      const { partitionKey, rowKey, resourceGroupName, resourceName, operationId, channel } =
        entity;
      const id = `/subscriptions/${partitionKey}/resourceGroups/${resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/${resourceName}/operations/${operationId}`;
      const response = await fetch(`${setup.armUrl}${id}?api-version=2025-05-02-preview`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      const status = statusIn(await response.json());
      await table.upsertEntity(
        { partitionKey, rowKey, status, lastCheckedAt: new Date().toISOString() },
        'Merge',
      );
      if (status !== entity.status) {
        const url = setup.webhooks[Number(channel.slice(1))] ?? '';
        await new IncomingWebhook(url).send({ text: `${resourceName}: ${status}` });
      }
    },
    { concurrency },
  );
  return operations.length;
}

/** A token of the managed identity. */
export async function fetchToken({
  IDENTITY_ENDPOINT,
  IDENTITY_HEADER,
}: BenchSetup['identityEnv']): Promise<string> {
  const response = await fetch(
    `${IDENTITY_ENDPOINT}?resource=https://management.azure.com/&api-version=2019-08-01`,
    {
      headers: { 'X-IDENTITY-HEADER': IDENTITY_HEADER },
    },
  );
  return signedIn.parse(await response.json()).access_token;
}

/** The status in ARM's answer. */
export function statusIn(body: unknown): string {
  return answered.parse(body).status;
}

const answered = z.object({ status: z.string() });
const signedIn = z.object({ access_token: z.string() });
const row = z.object({
  partitionKey: z.string(),
  rowKey: z.string(),
  resourceGroupName: z.string(),
  resourceName: z.string(),
  operationId: z.string(),
  channel: z.string(),
  status: z.string(),
});
