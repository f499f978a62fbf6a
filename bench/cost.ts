import type { BenchSetup } from './bench-setup.ts';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { startAzurite } from '../local/azurite.ts';
import { firstMessage } from './child.ts';
import { seed, type Fleet } from './fleet.ts';
import { measureLoading } from './load.ts';
import { ratio } from './numbers.ts';
import type { Assignment, Contender, TickFigures } from './tick-process.ts';
import * as z from 'zod/mini';

/** What {@link startArm} and {@link startSlack} in a process of their own say of themselves. */
export const standInParts: z.ZodMiniType<Omit<BenchSetup, 'storage' | 'table'>> = z.object({
  armUrl: z.string(),
  identityEnv: z.object({ IDENTITY_ENDPOINT: z.string(), IDENTITY_HEADER: z.string() }),
  webhooks: z.array(z.string()),
});

const tickFigures: z.ZodMiniType<TickFigures> = z.object({
  operations: z.number(),
  wallMs: z.number(),
  cpuMs: z.number(),
  armCalls: z.number(),
  storageCalls: z.number(),
  peakMb: z.number(),
});

/** The last can only be read one by one, and is spread so that Azure's limits let it be in one tick. */
const fleets: readonly Fleet[] = [
  { size: 1000, subscriptions: 10, perCluster: 20 },
  { size: 10_000, subscriptions: 10, perCluster: 20 },
  { size: 10_000, subscriptions: 100, perCluster: 1 },
];

/**
 * What Node.js limits its heap to in 512 MB of memory, the smallest instance of Flex Consumption. On a machine with
 * more it lets garbage lie for longer, and the figure would be of that machine.
 */
const heapOfAnInstance = ['--max-old-space-size=256', '--max-semi-space-size=1'];

/**
 * What loading and polling cost, beside peers measured in the same run.
 *
 * @param isFull runs the one-by-one function on 10,000 operations too (about five minutes)
 */
export async function benchCost(isFull: boolean): Promise<void> {
  console.log('Loading, in ms beyond an empty process (median of 9 fresh processes each)');
  const load = await measureLoading();
  console.log(`  @azure/functions alone      ${load.functionsLibrary.toFixed(0)}`);
  console.log(`  the built app               ${load.builtApp.toFixed(0)}`);
  console.log(`  the same from node_modules  ${load.unbundledApp.toFixed(0)}`);
  console.log(
    `  built : from node_modules   ${ratio(load.builtApp, load.unbundledApp)} (to reach: 0.33×)`,
  );
  console.log(`  built : @azure/functions    ${ratio(load.builtApp, load.functionsLibrary)}`);

  await using azurite = await startAzurite({});
  for (const fleet of fleets) {
    const { size, subscriptions, perCluster } = fleet;
    const measured = async (contender: Contender): Promise<TickFigures> =>
      await measure(contender, fleet, azurite.connectionString);
    console.log(
      `\nOne tick over ${size} active operations, ${perCluster} to a cluster, ${subscriptions} subscriptions (Azurite, ARM at 20 ms)`,
    );
    const ours = await measured('ours');
    print('ours', ours);
    compare('obvious, 48 at once', ours, await measured('obviousAtOnce'));
    if (size === 1000 || isFull)
      compare('obvious, one by one', ours, await measured('obviousOneByOne'));
    else console.log('  obvious, one by one   not run at this size (npm run bench -- --full does)');
  }
}

async function measure(contender: Contender, fleet: Fleet, storage: string): Promise<TickFigures> {
  const table = `B${randomBytes(8).toString('hex')}`;
  await seed(
    TableClient.fromConnectionString(storage, table, { allowInsecureConnection: true }),
    fleet,
    new Date(),
  );
  const { size, subscriptions, perCluster } = fleet;
  const args = [size, subscriptions, perCluster].map(String);
  const standIns = fork(join(import.meta.dirname, 'stand-ins.ts'), args);
  try {
    const setup = { storage, table, ...(await firstMessage(standIns, standInParts)) };
    const child = fork(join(import.meta.dirname, 'tick-process.ts'), {
      execArgv: ['--expose-gc', ...heapOfAnInstance],
    });
    child.send({ contender, ...setup } satisfies Assignment);
    return await firstMessage(child, tickFigures);
  } finally {
    standIns.disconnect();
    await once(standIns, 'exit');
  }
}

function print(name: string, figures: TickFigures): void {
  const { wallMs, cpuMs, operations, armCalls, storageCalls, peakMb } = figures;
  console.log(
    `  ${name.padEnd(21)} ${(wallMs / 1000).toFixed(1)} s wall, ${(cpuMs / operations).toFixed(2)} ms CPU an operation, ${armCalls} ARM and ${storageCalls} storage calls, ${peakMb.toFixed(0)} MB above idle`,
  );
}

function compare(name: string, ours: TickFigures, theirs: TickFigures): void {
  print(name, theirs);
  console.log(
    `    ours to it: ${ratio(ours.wallMs, theirs.wallMs)} wall, ${ratio(ours.cpuMs, theirs.cpuMs)} CPU, ${ratio(ours.storageCalls, theirs.storageCalls)} storage calls, ${ratio(ours.peakMb, theirs.peakMb)} memory`,
  );
}
