import type { ArmReader } from '../arm/client.ts';
import type { TokenSource } from '../sign-in/token.ts';
import type { OperationStore } from '../store/operation-store.ts';
import { StoreUnavailable, type Table } from '../store/table.ts';
import type { WatchStore } from '../store/watch-store.ts';
import { askAll, type AskNeeds } from './ask-targets.ts';
import { brokenOff, check, inTime, skipped, TookTooLong, type Check } from './check.ts';
import { trySigningIn } from './sign-in.ts';
import { targetsOf, type Target } from './targets.ts';
import { checkWatches } from './watches.ts';

/** What reading Azure Resource Manager (ARM) is checked with. */
export interface ArmNeeds extends AskNeeds {
  readonly arm: ArmReader;
  readonly tokens: TokenSource;
  readonly operations: OperationStore;
  readonly watches: WatchStore;
  /** By their names; in the first one are the watches. */
  readonly tables: readonly (readonly [name: string, table: Table])[];
}

/** Each costs a request of a budget that is shared with the ticks. */
const mostTargets = 20;
const signInMs = 15_000;

/** The sign-in, and one read of each scope that is watched or has tracked operations. */
export async function checkArm(needs: ArmNeeds): Promise<Check[]> {
  const [signIn, known] = await Promise.all([
    check('ARM sign-in', async () => await trySigningIn(needs.tokens, signInMs, needs.app)),
    inTime(whatIsKnown(needs)).catch(withoutStore),
  ]);
  return [
    signIn,
    ...('targets' in known
      ? [...known.checks, ...(await checkRights(signIn, known.targets, needs))]
      : [known]),
  ];
}

/** What there is to ask, and what is wrong with what is known of it. */
async function whatIsKnown(needs: ArmNeeds): Promise<{ targets: Target[]; checks: Check[] }> {
  const watches = await needs.watches.watches();
  const [targets, checks] = await Promise.all([
    targetsOf(watches, needs, mostTargets),
    checkWatches(watches, needs.watches, needs.tables),
  ]);
  return { targets, checks };
}

/** If the store does not answer, its own check says so. */
function withoutStore(error: unknown): Check {
  return error instanceof StoreUnavailable || error instanceof TookTooLong
    ? notAsked('The store knows what is watched and the request budget: fix the store first.')
    : brokenOff('ARM rights', error);
}

async function checkRights(
  signIn: Check,
  targets: readonly Target[],
  needs: ArmNeeds,
): Promise<Check[]> {
  if (signIn.ok !== true) return [notAsked('Without a token nothing can be asked.')];
  if (targets.length === 0)
    return [notAsked('Nothing is watched or tracked yet: watch something, then check again.')];
  const asked = targets.slice(0, mostTargets);
  const rest =
    asked.length === targets.length
      ? []
      : [notAsked(`Only ${mostTargets} places were asked; there are more.`)];
  const checks = await inTime(askAll(asked, needs)).catch((error: unknown) => [
    withoutStore(error),
  ]);
  return [...checks, ...rest];
}

function notAsked(why: string): Check {
  return skipped('ARM rights', why);
}
