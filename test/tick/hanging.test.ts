import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ArmReader } from '../../shared/arm/client.ts';
import type { Reading } from '../../shared/domain/reading.ts';
import { timedOut } from '../../shared/arm/reading-failure.ts';
import { createBudgetStore } from '../../shared/store/budget-store.ts';
import { operationKey } from '../../shared/store/operation-row.ts';
import type { OperationWork } from '../../shared/store/work-store.ts';
import { deadlineOf } from '../../shared/tick/deadline.ts';
import type { Discovery } from '../../shared/tick/discover.ts';
import { poll, type PollResult } from '../../shared/tick/poll.ts';
import { collectRefusals } from '../../shared/store/refused-rows.ts';
import { createRows, simulatedTable } from '../simulation/simulated-table.ts';
import { seen } from '../support/operation-builders.ts';
import { someOperation } from '../support/operations.ts';

const start = new Date('2024-05-06T07:00:00.000Z');
const healthy = '00000000-0000-4000-8000-00000000000a';
const hanging = '00000000-0000-4000-8000-00000000000b';
/** Takes four fifths of a tick to answer, but for the 49th operation, which it never answers. */
const slow = '00000000-0000-4000-8000-00000000000c';

const pass = async (ms: number): Promise<void> =>
  await new Promise((resolve) => void setTimeout(resolve, ms));

/** Due operations of a subscription, each on a cluster of its own, the first one the longest. */
function dueIn(subscriptionId: string, count: number): OperationWork[] {
  return Array.from({ length: count }, (_, at) => {
    const names = { subscriptionId, resourceName: `aks-${at}` };
    const { history: _history, outbox: _outbox, ...head } = someOperation({ reference: names });
    const due = {
      ...head,
      nextCheckAt: new Date(start.getTime() - 1000 + at).toISOString(),
      undelivered: 0,
      owedSince: null,
    };
    return { head: due, key: operationKey(head.trackingId), etag: '' };
  });
}

const clock = (): Date => new Date();

const neverAsked = async (): Promise<never> => await Promise.reject(new Error('asked'));

const nothingWatched: Discovery = {
  read: [],
  found: 0,
  wanted: () => [],
  review: async () => {},
  looked: async () => [],
  scanned: async () => {},
};

interface Tick extends PollResult {
  /** Readings that were recorded, by subscription. */
  readonly recorded: ReadonlyMap<string, readonly Reading[]>;
  /** How long it took, in milliseconds. */
  readonly tookMs: number;
  readonly timeMs: number;
}

/** Reads in one tick of a schedule, where one subscription answers and the other never does. */
async function tickOf(schedule: string, operations: readonly OperationWork[]): Promise<Tick> {
  const { end } = deadlineOf(schedule, start);
  const recorded: [string, Reading][] = [];
  const read: ArmReader['readStatus'] = async ({ subscriptionId, resourceName }, timeoutMs) => {
    const hangs =
      subscriptionId === hanging || (subscriptionId === slow && resourceName === 'aks-48');
    const at = clock().toISOString();
    const slowMs = (end - start.getTime()) * 0.8;
    await pass(hangs ? timeoutMs : subscriptionId === slow ? slowMs : 20);
    return {
      at,
      notBefore: null,
      calls: 1,
      result: hangs ? { ok: false, failure: timedOut } : { ok: true, seen: seen('InProgress') },
    };
  };
  const ended = poll(
    operations,
    [],
    end,
    {
      changed: 0,
      finish: async () => {},
      async record({ head }, reading) {
        recorded.push([head.reference.subscriptionId, reading]);
        return null;
      },
    },
    nothingWatched,
    {
      arm: {
        readStatus: read,
        listOperations: neverAsked,
        listClusters: neverAsked,
        listPools: neverAsked,
      },
      budget: createBudgetStore(simulatedTable(createRows(), async (_n, _k, run) => run(false))),
      armBudget: 1,
      unlisted: new Map(),
      atCluster: new Map(),
      oddNextPages: new Set(),
      log: { info: () => {}, error: () => {} },
      refusals: collectRefusals(),
      clock,
    },
  );
  await vi.runAllTimersAsync();
  const result = await ended;
  const bySubscription = Map.groupBy(recorded, ([subscription]) => subscription);
  return {
    ...result,
    recorded: new Map(
      [...bySubscription].map(([id, all]) => [id, all.map(([, reading]) => reading)]),
    ),
    tookMs: Date.now() - start.getTime(),
    timeMs: end - start.getTime(),
  };
}

describe.each([1, 2, 3, 5, 10, 11, 30])(
  'with a tick every %i s, a Resource Manager that',
  (every) => {
    const schedule = `*/${every} * * * * *`;
    beforeEach(() => void vi.useFakeTimers({ now: start }));
    afterEach(() => void vi.useRealTimers());

    it('never answers one subscription is a failed reading there, and holds up no other', async () => {
      // The oldest due come first, and these are many more than there are slots.
      const operations = [...dueIn(hanging, 60), ...dueIn(healthy, 30)];
      const { recorded, leftOver, tookMs, timeMs } = await tickOf(schedule, operations);
      expect(recorded.get(healthy)).toHaveLength(30);
      const failed = recorded.get(hanging) ?? [];
      expect(failed.length).toBeGreaterThanOrEqual(48);
      expect(failed.every(({ result }) => !result.ok)).toBe(true);
      expect(failed.length + leftOver).toBe(60);
      expect(tookMs).toBeLessThanOrEqual(timeMs);
    });

    it('was asked too late in the tick to answer is not to blame: the operation is left over', async () => {
      // All slots are taken until four fifths of the tick are over.
      const { recorded, leftOver } = await tickOf(schedule, dueIn(slow, 49));
      expect(recorded.get(slow)).toHaveLength(48);
      expect(leftOver).toBe(1);
    });

    it('never answers one operation is a failed reading of it', async () => {
      const { recorded, leftOver } = await tickOf(schedule, dueIn(hanging, 1));
      expect(recorded.get(hanging)).toHaveLength(1);
      expect(leftOver).toBe(0);
    });
  },
);
