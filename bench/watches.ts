import { scopeIdOf, type Scope } from '../shared/domain/scope.ts';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { TableClient, type TransactionAction } from '@azure/data-tables';
import * as z from 'zod/mini';
import { startAzurite } from '../local/azurite.ts';
import { defaultChannel } from '../shared/settings/settings.ts';
import { operationEventNames } from '../shared/domain/tracked.ts';
import { watchKey, watchRow } from '../shared/store/watch-row.ts';
import type { Watch } from '../shared/domain/watch.ts';
import { firstMessage } from './child.ts';
import { quietClusters } from './fleet.ts';
import { standInParts } from './cost.ts';
import type { WatchesAssignment, WatchTick } from './watches-process.ts';

const watchTicks: z.ZodMiniType<WatchTick[]> = z.array(
  z.object({ wallMs: z.number(), blockedMs: z.number(), clusters: z.number(), calls: z.number() }),
);

/** What is watched, where there are so many clusters in so many subscriptions. */
interface Case {
  readonly name: string;
  readonly clusters: number;
  readonly subscriptions: number;
  /** Whether each cluster has a watch; otherwise each subscription has one. */
  readonly isEach: boolean;
}
const cases: readonly Case[] = [
  { name: '3,000 watches of a cluster each', clusters: 3000, subscriptions: 1, isEach: true },
  { name: '8,000 watches in 20 subscriptions', clusters: 8000, subscriptions: 20, isEach: true },
  { name: 'one watch of 5,000 clusters', clusters: 5000, subscriptions: 1, isEach: false },
];

function scopesOf({ clusters, subscriptions, isEach }: Case): Scope[] {
  const all = quietClusters(clusters, subscriptions);
  if (isEach) return all;
  return all.slice(0, subscriptions).map(({ subscriptionId }) => ({
    subscriptionId,
    resourceGroupName: null,
    resourceName: null,
  }));
}

/** What discovery costs: how long a tick takes, and how long it blocks its process at most. A tick is each 30 s. */
export async function benchWatches(): Promise<void> {
  await using azurite = await startAzurite({});
  for (const one of cases.filter(({ name }) => name.includes(process.argv[3] ?? ''))) {
    const { name, clusters, subscriptions } = one;
    console.log(`\n${name} (Azurite, ARM at 20 ms)`);
    const table = `B${randomBytes(8).toString('hex')}`;
    await seed(azurite.connectionString, table, scopesOf(one));
    const standIns = fork(join(import.meta.dirname, 'stand-ins.ts'), [
      '0',
      `${subscriptions}`,
      '1',
      `${clusters}`,
    ]);
    const setup = await firstMessage(standIns, standInParts);
    const child = fork(join(import.meta.dirname, 'watches-process.ts'));
    child.send({ storage: azurite.connectionString, table, ...setup } satisfies WatchesAssignment);
    const ticks = await firstMessage(child, watchTicks);
    standIns.disconnect();
    for (const [at, tick] of ticks.entries())
      console.log(
        `  tick ${at + 1}: ${(tick.wallMs / 1000).toFixed(1)} s, blocked ${tick.blockedMs.toFixed(0)} ms at most; ${tick.calls} calls to ARM, ${tick.clusters} clusters watched`,
      );
  }
}

async function seed(storage: string, name: string, scopes: readonly Scope[]): Promise<void> {
  const table = TableClient.fromConnectionString(storage, name, { allowInsecureConnection: true });
  await table.createTable();
  const at = new Date().toISOString();
  const options = {
    label: null,
    channel: defaultChannel,
    mention: null,
    events: operationEventNames,
  };
  for (const partition of Map.groupBy(scopes, ({ subscriptionId }) => subscriptionId).values())
    for (let from = 0; from < partition.length; from += 100)
      await table.submitTransaction(
        partition.slice(from, from + 100).map((scope): TransactionAction => {
          const watchId = scopeIdOf(scope);
          const times = { createdAt: at, nextScanAt: at, lastScanAt: null };
          const watch: Watch = { watchId, scope, options, ...times, trouble: null };
          return ['create', { ...watchKey(watchId), ...watchRow.write(watch) }];
        }),
      );
}
