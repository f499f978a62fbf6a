import type { BenchSetup } from './bench-setup.ts';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { TableClient } from '@azure/data-tables';
import { createRoot } from '../shared/app.ts';

/** What this process is given to do. */
export type WatchesAssignment = BenchSetup;

/** One tick over many watches, measured. */
export interface WatchTick {
  readonly wallMs: number;
  /** The longest time in which the process answered nobody. */
  readonly blockedMs: number;
  /** Clusters that are watched after it. */
  readonly clusters: number;
  /** Calls to ARM. */
  readonly calls: number;
}

const ticks = 4;
const resolutionMs = 5;

process.once('message', (setup: WatchesAssignment) => {
  void measured(setup).then((figures) => {
    process.send?.(figures);
    process.disconnect();
  });
});

async function measured(setup: WatchesAssignment): Promise<WatchTick[]> {
  // The credential code reads the process's own environment.
  Object.assign(process.env, setup.identityEnv);
  const root = createRoot({
    AzureWebJobsStorage: setup.storage,
    OPERATIONS_TABLE: setup.table,
    ARM_ENDPOINT: setup.armUrl,
    POLL_SCHEDULE: '*/30 * * * * *',
    ...setup.identityEnv,
    SLACK_WEBHOOK_URL: setup.webhooks[0],
  });
  // Loading what signs in takes its time once in the life of a process, and is not what is measured.
  await import('@azure/identity');
  const log = { info() {}, error: console.error };
  const found: WatchTick[] = [];
  for (let done = 0; done < ticks; done += 1) {
    await sleep(30_000 - (Date.now() % 30_000));
    const delay = monitorEventLoopDelay({ resolution: resolutionMs });
    delay.enable();
    const began = performance.now();
    const { armCalls } = await root.app().tick(log);
    const wallMs = performance.now() - began;
    await sleep(2 * resolutionMs);
    delay.disable();
    const clusters = await countClusters(setup);
    found.push({ wallMs, blockedMs: delay.max / 1e6, clusters, calls: armCalls });
  }
  return found;
}

async function countClusters({ storage, table }: WatchesAssignment): Promise<number> {
  const client = TableClient.fromConnectionString(storage, table, {
    allowInsecureConnection: true,
  });
  let count = 0;
  const queryOptions = { filter: "kind eq 'cluster'", select: ['RowKey'] };
  for await (const page of client.listEntities({ queryOptions }).byPage()) count += page.length;
  return count;
}
