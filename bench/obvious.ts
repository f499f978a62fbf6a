import { TableClient } from '@azure/data-tables';
import { IncomingWebhook } from '@slack/webhook';
import pMap from 'p-map';
import type { BenchSetup } from './tick-process.ts';

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
  const operations: Record<string, unknown>[] = [];
  for await (const entity of table.listEntities()) operations.push(entity);
  await pMap(
    operations,
    async (entity) => {
      const id = `/subscriptions/${entity['subscriptionId']}/resourceGroups/${entity['resourceGroupName']}/providers/Microsoft.ContainerService/managedClusters/${entity['resourceName']}/operations/${entity['operationId']}`;
      const response = await fetch(`${setup.armUrl}${id}?api-version=2025-05-02-preview`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      const { status } = (await response.json()) as { status: string };
      const { partitionKey, rowKey, channel } = entity as {
        partitionKey: string;
        rowKey: string;
        channel: string;
      };
      await table.upsertEntity(
        { partitionKey, rowKey, status, lastCheckedAt: new Date().toISOString() },
        'Merge',
      );
      if (status !== entity['status']) {
        const url = setup.webhooks[Number(channel.slice(1))] ?? '';
        await new IncomingWebhook(url).send({ text: `${entity['resourceName']}: ${status}` });
      }
    },
    { concurrency },
  );
  return operations.length;
}

async function fetchToken({
  IDENTITY_ENDPOINT,
  IDENTITY_HEADER,
}: BenchSetup['identityEnv']): Promise<string> {
  const response = await fetch(
    `${IDENTITY_ENDPOINT}?resource=https://management.azure.com/&api-version=2019-08-01`,
    {
      headers: { 'X-IDENTITY-HEADER': IDENTITY_HEADER },
    },
  );
  return ((await response.json()) as { access_token: string }).access_token;
}
