import { signInFix } from '../az-commands.ts';
import type { ArmReader } from '../arm/client.ts';
import { signInFailure } from '../arm/failure.ts';
import type { TokenSource } from '../arm/token.ts';
import type { AppFacts } from '../slack/incident-remedy.ts';
import { triedIdentity } from '../slack/incident-remedy.ts';
import type { BudgetStore } from '../store/budget-store.ts';
import type { OperationStore } from '../store/operation-store.ts';
import type { WatchStore } from '../store/watch-store.ts';
import type { Call, Due, DueLook, DueOperation, DueScan } from '../tick/plan.ts';
import { truncate } from '../text.ts';
import { reserve, settle, type CallAnswer } from '../tick/reserve.ts';
import type { Clock } from '../time.ts';
import { brokenOff, check, inTime, skipped, type Check, type Finding } from './check.ts';
import { findingOf, targetsOf, type Target } from './targets.ts';

/** What reading Azure Resource Manager (ARM) is checked with. */
export interface ArmParts {
  readonly arm: ArmReader;
  readonly tokens: TokenSource;
  readonly operations: OperationStore;
  readonly watches: WatchStore;
  readonly budget: BudgetStore;
  /** How much of ARM's documented buckets is ours. */
  readonly armBudget: number;
  readonly app: AppFacts;
  readonly clock: Clock;
}

/** Each costs a request of a budget that is shared with the ticks. */
const mostTargets = 20;
const signInMs = 15_000;
const askMs = 10_000;

/** The sign-in, and one read of each scope that is watched or has tracked operations. */
export async function checkArm(parts: ArmParts): Promise<Check[]> {
  const [signIn, targets] = await Promise.all([
    check('ARM sign-in', async () => await trySigningIn(parts)),
    inTime(targetsOf(parts, mostTargets)).catch(() => null),
  ]);
  return [signIn, ...(await checkRights(signIn, targets, parts))];
}

async function trySigningIn({ tokens, app }: ArmParts): Promise<Finding> {
  try {
    await tokens.get(signInMs);
    return { ok: true, message: `There is a token; it is that of ${triedIdentity(app)}.` };
  } catch (error) {
    return {
      ok: false,
      message: `Tried was ${triedIdentity(app)}. ${truncate(signInFailure(error).message, 240)}`,
      fix: signInFix(app.site, app.clientId, app.managedIdentity),
    };
  }
}

async function checkRights(
  signIn: Check,
  targets: readonly Target[] | null,
  parts: ArmParts,
): Promise<Check[]> {
  if (signIn.ok !== true) return [notAsked('Without a token nothing can be asked.')];
  if (targets === null)
    return [notAsked('What is watched and tracked could not be read from the store.')];
  if (targets.length === 0)
    return [notAsked('Nothing is watched or tracked yet: watch something, then check again.')];
  const asked = targets.slice(0, mostTargets);
  const rest =
    asked.length === targets.length
      ? []
      : [notAsked(`Only ${mostTargets} places were asked; there are more.`)];
  const checks = await inTime(askAll(asked, parts)).catch((error: unknown) => [
    brokenOff('ARM rights', error),
  ]);
  return [...checks, ...rest];
}

function notAsked(why: string): Check {
  return skipped('ARM rights', why);
}

/** Something to ask, as the plan of a tick has it. */
interface Aim {
  readonly target: Target;
}
type AimedCall = Call<DueOperation & Aim, DueLook & Aim, DueScan & Aim>;

/** Asks all at once, as far as each subscription's budget goes. Rejects when the store fails. */
async function askAll(targets: readonly Target[], parts: ArmParts): Promise<Check[]> {
  const { armBudget, budget, app, clock } = parts;
  const found = new Map<Target, Finding>();

  async function ask(call: AimedCall): Promise<CallAnswer> {
    const target = targetOf(call);
    if (target === undefined) return { call, requests: 0, throttledUntil: null };
    const { calls, notBefore, remaining, result } = await target.read(askMs);
    found.set(target, findingOf(target, result, app));
    const isThrottled = !result.ok && result.failure.cause === 'throttled';
    return { call, requests: calls, throttledUntil: isThrottled ? notBefore : null, remaining };
  }

  const plan = await reserve(dueOf(targets, clock), armBudget, budget, clock);
  const answers = await Promise.all(plan.calls.map(ask));
  await settle(answers, armBudget, budget, clock);
  return targets.map((target) => ({
    name: target.name,
    ...(found.get(target) ?? noBudget),
  }));
}

const noBudget: Finding = {
  ok: 'skipped',
  message: 'The request budget of the subscription is used up for now; check again in a minute.',
};

function dueOf(
  targets: readonly Target[],
  clock: Clock,
): Due<DueOperation & Aim, DueLook & Aim, DueScan & Aim> {
  const dueAt = clock().toISOString();
  const all = targets.map((target) => ({
    ...target.place,
    target,
    dueAt,
    trackingId: target.name,
    cluster: target.name,
    watchId: target.name,
    // Each is asked by itself.
    isUnlisted: true,
  }));
  return {
    operations: all.filter(({ target }) => target.kind === 'get'),
    looks: all.filter(({ target }) => target.kind === 'listOperations'),
    scans: all.filter(({ target }) => target.kind === 'listClusters'),
  };
}

function targetOf(call: AimedCall): Target | undefined {
  switch (call.kind) {
    case 'get':
      return call.operation.target;
    case 'listOperations':
      return call.look?.target;
    case 'listClusters':
      return call.scan.target;
  }
}
