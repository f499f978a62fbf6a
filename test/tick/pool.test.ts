import { readingFailureCauses, type ReadingFailureCause } from '../../shared/domain/reading.ts';
import { describe, expect, it } from 'vitest';
import type { ArmFault } from '../../local/arm/faults.ts';
import { at, isOfPath, otherPath, together } from '../../shared/calls/operation-path.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { failed, minutes, reference, saw } from '../support/operation-builders.ts';
import { someCluster } from '../support/settings.ts';

const agentPoolName = 'old';
const poolOf = (cluster: ReturnType<typeof someCluster>) => ({ ...cluster, agentPoolName });
const deleting = { status: 'Deleting' };
const error = { code: 'InUse', message: 'It is in use.' };

/** Tracks an operation of an agent pool, which runs and has been read once. */
async function trackedAtPool(app: TestApp, cluster = someCluster()) {
  const operation = await app.track({ cluster: poolOf(cluster), answer: deleting });
  await app.tickFor(1);
  return operation;
}

const atPool = (code: string, status = 404): ArmFault => ({
  kind: 'status',
  status,
  code,
  agentPoolName,
});
const refusals: readonly (readonly [string, ArmFault | null])[] = [
  ['a pool that is gone', null],
  ['404 AgentPoolNotFound', atPool('AgentPoolNotFound')],
  ['404 ResourceNotFound', atPool('ResourceNotFound')],
  ['404 ParentResourceNotFound', atPool('ParentResourceNotFound')],
  ['404 with a code that nobody knows', atPool('PoolIsNoMore')],
  ['400', atPool('BadRequest', 400)],
];
const endings = [
  [{ status: 'Succeeded' }, 'Succeeded'],
  [{ status: 'Failed', error }, 'Failed'],
  [{ status: 'Canceled' }, 'Canceled'],
] as const;

function refuse(app: TestApp, id: string, fault: ArmFault | null): void {
  if (fault === null) app.arm.forget(id.replace(/\/operations\/.*/, ''));
  else app.arm.faults.set(fault);
}

describe('an operation of an agent pool whose path does not know it', () => {
  it.each(
    refusals.flatMap(([what, fault]) => endings.map((ending) => [what, ending, fault] as const)),
  )('is read at its cluster: %s, %j', async (_what, [answer, lead], fault) => {
    await using app = await startApp();
    const { id, set, name } = await trackedAtPool(app);
    refuse(app, id, fault);
    set(answer);
    await app.tickFor(1);
    expect(app.told).toEqual([expect.stringMatching(new RegExp(`^${lead}: ${name}`))]);
  });

  it('is asked at one path a tick as long as that one knows it', async () => {
    await using app = await startApp({ STALLED_AFTER: '0' });
    const { id, set, name, stored } = await trackedAtPool(app);
    refuse(app, id, null);
    await app.tickFor(1);
    expect(app.arm.callCount).toBe(3);
    await app.tickFor(8);
    expect(app.arm.callCount).toBe(11);
    expect((await stored()).state.trouble).toBeNull();
    set({ status: 'Succeeded' });
    await app.tickFor(2);
    expect(app.told).toEqual([expect.stringContaining(`Succeeded: ${name}`)]);
    expect(app.arm.callCount).toBe(12);
  });

  it('is lost when both paths say so, and not sooner', async () => {
    await using app = await startApp();
    const { id, name } = await trackedAtPool(app);
    app.arm.forget(id);
    await app.tickFor(7);
    expect(app.told).toEqual([]);
    await app.tickFor(2);
    expect(app.told).toEqual([expect.stringContaining(`No longer found: ${name}`)]);
  });

  it('is not lost while its pool answers otherwise', async () => {
    await using app = await startApp();
    const { id, stored } = await trackedAtPool(app);
    app.arm.forget(id);
    app.arm.faults.set(atPool('BadRequest', 400));
    await app.tickFor(20, 60);
    expect((await stored()).state).toMatchObject({
      outcome: null,
      trouble: { cause: 'rejected', code: 'BadRequest' },
    });
  });

  it('is asked at its cluster as far as the request budget goes, and in the ticks after that', async () => {
    await using app = await startApp({ ARM_BUDGET: '0.3', STALLED_AFTER: '0' });
    const { subscriptionId } = someCluster();
    const operations = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const cluster = { ...someCluster(), subscriptionId };
        return await app.track({ cluster: poolOf(cluster), answer: deleting });
      }),
    );
    for (const { set } of operations) set({ status: 'Succeeded' });
    app.arm.faults.set(atPool('NotFound'));
    const [first] = await app.tickFor(1);
    expect(first).toMatchObject({ armCalls: 60, deferred: 60 });
    const summaries = await app.tickFor(6);
    for (const { armCalls } of summaries) expect(armCalls).toBeLessThanOrEqual(19);
    const outcomes = await Promise.all(
      operations.map(async ({ stored }) => (await stored()).state.outcome),
    );
    expect(new Set(outcomes)).toEqual(new Set(['succeeded']));
  });
});

it('what a look shows of an operation that cannot be read is used at once, also when it is not due', async () => {
  await using app = await startApp({ WATCH_INTERVAL: '30s', STALLED_AFTER: '0' });
  const cluster = someCluster();
  const { set, name, stored } = await trackedAtPool(app, cluster);
  app.arm.faults.set({ kind: 'status', status: 503 });
  await app.tickFor(12, 60);
  app.arm.faults.set(atPool('ServiceUnavailable', 503));
  expect((await stored()).state.trouble?.failures).toBeGreaterThan(3);
  const { watches, clock } = app.root.app();
  await ensureWatch({ scope: cluster, options: {} }, watches, clock);
  set({ status: 'Succeeded' });
  await app.tickFor(1);
  expect(app.told.filter((line) => line.includes(`: ${name}`))).toEqual([
    expect.stringContaining(`Succeeded: ${name}`),
  ]);
});

describe('two paths', () => {
  const operation = { ...reference, agentPoolName };

  it('has an operation of a pool, and no other', () => {
    expect(otherPath('own', reference)).toBeNull();
    expect(otherPath('own', operation)).toBe('cluster');
    expect(otherPath('cluster', operation)).toBe('own');
    expect(at('own', operation)).toBe(operation);
    expect(at('cluster', operation)).toEqual(reference);
  });

  const ofPath: readonly ReadingFailureCause[] = ['notFound', 'rejected'];
  const pairs = readingFailureCauses
    .filter((cause) => ofPath.includes(cause))
    .flatMap((first) => readingFailureCauses.map((second) => [first, second] as const));
  it.each(pairs)('that say %s and %s are "not found" only when both say so', (first, second) => {
    const { result } = together(failed(minutes(1), first), failed(minutes(2), second));
    const isLost = !result.ok && result.failure.cause === 'notFound';
    expect(isLost).toBe(first === 'notFound' && second === 'notFound');
  });

  it('know an operation when one of them does', () => {
    const found = saw(minutes(2), 'Succeeded');
    expect(together(failed(minutes(1), 'notFound'), found)).toBe(found);
    const asked = readingFailureCauses.filter((cause) => {
      const { result } = failed(minutes(1), cause);
      return !result.ok && isOfPath(result.failure);
    });
    expect(asked.toSorted()).toEqual(ofPath.toSorted());
  });
});
