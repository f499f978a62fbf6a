import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { startAzurite } from '../local/azurite.ts';
import type { BudgetAssignment, BudgetFigures } from './budget-process.ts';
import { firstMessage } from './child.ts';
import { quantile } from './numbers.ts';

const budgetFigures: z.ZodMiniType<BudgetFigures> = z.object({
  gets: z.number(),
  lists: z.number(),
  refused: z.number(),
  refusedLater: z.number(),
  foreignCalls: z.number(),
  foreignRefused: z.number(),
  waits: z.array(z.number()),
  unseen: z.number(),
});

/** To be reached: such a share of the changes is seen within so many seconds, and no 429 after the first minute. */
const target = { share: 0.95, seconds: 60 };

/**
 * 600 operations on 30 clusters of one subscription, of whose documented bucket of status reads a foreign client
 * takes a third: how soon changes are seen, and what ARM refuses, beside the poller that gets each operation.
 *
 * @returns whether the target is reached
 */
export async function benchBudget(): Promise<boolean> {
  console.log(
    '600 operations on 30 clusters of one subscription, 2,400 changes within 20 minutes, a tick each 30 s; ARM\n' +
      'with its documented bucket (200 status reads, 2 more a second), of which a foreign client takes a third',
  );
  await using azurite = await startAzurite({});
  const played = async (
    poller: BudgetAssignment['poller'],
    listsAreReads: boolean,
  ): Promise<BudgetFigures> => await play({ poller, listsAreReads }, azurite.connectionString);
  const strict = await played('ours', true);
  print('ours; Lists count as status reads too', strict);
  const lenient = await played('ours', false);
  print('ours; Lists have a bucket of their own', lenient);
  print('one Get for each operation, the oldest reading first', await played('obvious', true));
  const isReached = isOnTarget(strict) && isOnTarget(lenient);
  console.log(
    `To reach: ${percent(target.share)} within ${target.seconds} s, and no 429 after the first minute: ${isReached ? 'reached' : 'MISSED'}`,
  );
  return isReached;
}

async function play(
  part: Pick<BudgetAssignment, 'poller' | 'listsAreReads'>,
  storage: string,
): Promise<BudgetFigures> {
  const child = fork(join(import.meta.dirname, 'budget-process.ts'));
  const table = `B${randomBytes(8).toString('hex')}`;
  child.send({ ...part, storage, table } satisfies BudgetAssignment);
  return await firstMessage(child, budgetFigures);
}

function isOnTarget(figures: BudgetFigures): boolean {
  return figures.refusedLater === 0 && shareWithin(figures, target.seconds) >= target.share;
}

function shareWithin({ waits, unseen }: BudgetFigures, seconds: number): number {
  return waits.filter((wait) => wait <= seconds).length / (waits.length + unseen);
}

function print(name: string, figures: BudgetFigures): void {
  const { gets, lists, refused, refusedLater, foreignCalls, foreignRefused, unseen } = figures;
  const waits = [...figures.waits, ...Array<number>(unseen).fill(Infinity)];
  const [p50, p95, most] = [0.5, 0.95, 1].map((share) => duration(quantile(waits, share)));
  const [in30, in60, in90] = [30, 60, 90].map((seconds) => percent(shareWithin(figures, seconds)));
  console.log(`\n${name}`);
  console.log(`  calls     ${gets} Gets and ${lists} Lists`);
  console.log(`  429       ${refused}, of these ${refusedLater} after the first minute`);
  console.log(`  changes   ${in30} seen within 30 s, ${in60} within 60 s, ${in90} within 90 s`);
  console.log(
    `            after ${p50} (p50), ${p95} (p95), ${most} (the longest); ${unseen} not at all`,
  );
  console.log(`  foreign   ${foreignRefused} of its ${foreignCalls} calls refused`);
}

function duration(seconds: number): string {
  return Number.isFinite(seconds) ? `${seconds.toFixed(0)} s` : 'never';
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
