import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { startAzurite } from '../local/azurite.ts';
import { seed } from './fleet.ts';
import { measureLoading } from './load.ts';
import { ratio } from './numbers.ts';
import type { Assignment, BenchSetup, Contender, TickFigures } from './tick-process.ts';
import * as z from 'zod/mini';

/**
 * `npm run bench`: what loading and polling cost, beside peers measured in the same run.
 * `--full` runs the one-by-one function on 10,000 operations too (about five minutes).
 */
const standInParts: z.ZodMiniType<Omit<BenchSetup, 'storage' | 'table'>> = z.object({
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

const isFull = process.argv.includes('--full');

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
for (const size of [1000, 10_000]) {
  console.log(`\nOne tick over ${size} active operations (Azurite, ARM at 20 ms)`);
  const ours = await measure('ours', size, azurite.connectionString);
  print('ours', ours);
  compare(
    'obvious, 48 at once',
    ours,
    await measure('obviousAtOnce', size, azurite.connectionString),
  );
  if (size === 1000 || isFull) {
    compare(
      'obvious, one by one',
      ours,
      await measure('obviousOneByOne', size, azurite.connectionString),
    );
  } else {
    console.log('  obvious, one by one   not run at this size (npm run bench -- --full does)');
  }
}

async function measure(contender: Contender, size: number, storage: string): Promise<TickFigures> {
  const table = `B${randomBytes(8).toString('hex')}`;
  await seed(
    TableClient.fromConnectionString(storage, table, { allowInsecureConnection: true }),
    size,
  );
  const standIns = fork(join(import.meta.dirname, 'stand-ins.ts'), [String(size)]);
  try {
    const setup = { storage, table, ...(await message(standIns, standInParts)) };
    const child = fork(join(import.meta.dirname, 'tick-process.ts'), {
      execArgv: ['--expose-gc'],
    });
    child.send({ contender, ...setup } satisfies Assignment);
    return await message(child, tickFigures);
  } finally {
    standIns.disconnect();
    await once(standIns, 'exit');
  }
}

/** The first message of a child, checked; rejects when the child ends without one. */
async function message<T>(child: ChildProcess, schema: z.ZodMiniType<T>): Promise<T> {
  const [first]: unknown[] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`A part of the benchmark ended with ${String(code)}.`);
    }),
  ]);
  return schema.parse(first);
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
