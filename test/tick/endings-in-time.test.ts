import { describe, expect, it } from 'vitest';
import type { ArmReader } from '../../shared/arm/client.ts';
import { timedOut } from '../../shared/arm/reading-failure.ts';
import { register } from '../../shared/requests/register.ts';
import { startInMemory, type VirtualTime } from '../support/in-memory.ts';
import { seen } from '../support/operation-builders.ts';

const subscriptions = 25;
const inEach = 20;
const tickMs = 30_000;
/** As long as a request to a table takes at Azure. */
const tableMs = 10;

/** How ARM answers what is asked beyond the status: after this long, or not at all. */
interface Slow {
  readonly afterMs: number;
  readonly hangs: (call: number) => boolean;
}

/** ARM where all operations have failed; when each status was read is noted, in milliseconds. */
function failing(slow: Slow, readAt: Map<string, number>) {
  return (time: VirtualTime): ArmReader => {
    let optional = 0;
    const begun = () => ({ at: time.now().toISOString(), calls: 1, notBefore: null });
    async function answer(timeoutMs: number) {
      const answered = begun();
      optional += 1;
      const isLost = slow.hangs(optional) || slow.afterMs > timeoutMs;
      await time.sleep(isLost ? timeoutMs : slow.afterMs);
      const result = isLost
        ? ({ ok: false, failure: timedOut } as const)
        : ({ ok: true, items: [], isComplete: true } as const);
      return { ...answered, result };
    }
    return {
      async readStatus({ operationId }) {
        const answered = begun();
        await time.sleep(100);
        readAt.set(operationId, time.now().getTime());
        return { ...answered, result: { ok: true, seen: seen('Failed') } };
      },
      listOperations: async (_cluster, ms) => await answer(ms),
      listClusters: async (_scope, ms) => await answer(ms),
      listPools: async (_cluster, ms) => await answer(ms),
    };
  };
}

describe('hundreds of endings in one tick', () => {
  it.each<[string, Slow]>([
    ['does not answer', { afterMs: 0, hangs: () => true }],
    ['takes almost as long as it may', { afterMs: 2900, hangs: () => false }],
    [
      'answers every third call at once, and the others not',
      { afterMs: 10, hangs: (call) => call % 3 > 0 },
    ],
  ])(
    'wait 3 s at most, and delay no status, while ARM %s',
    async (_how, slow) => {
      const readAt = new Map<string, number>();
      const app = startInMemory(failing(slow, readAt), tickMs, tableMs);
      const { operations } = app.needs;
      const recordedAt = new Map<string, number>();
      const save: typeof operations.save = async (operation, etag) => {
        const saved = await operations.save(operation, etag);
        const { operationId } = operation.reference;
        if (!recordedAt.has(operationId)) recordedAt.set(operationId, app.time.now().getTime());
        return saved;
      };
      Object.assign(app.needs, { operations: { ...operations, save } });
      for (let at = 0; at < subscriptions * inEach; at += 1) {
        const reference = {
          subscriptionId: `00000000-0000-4000-8000-0000000000${10 + (at % subscriptions)}`,
          resourceGroupName: 'rg',
          resourceName: `aks-${at}`,
          agentPoolName: null,
          operationId: `operation-${at}`,
        };
        const asked = { reference, options: {} };
        await app.time.run(async () => await register(asked, operations, app.time.now));
      }
      const { ms } = await app.tick();
      const reads = [...readAt.values()];
      const waits = [...readAt].map(([id, read]) => (recordedAt.get(id) ?? Infinity) - read);
      expect(reads).toHaveLength(subscriptions * inEach);
      expect(ms).toBeLessThan(tickMs);
      expect(Math.max(...reads) - Math.min(...reads)).toBeLessThan(3000);
      expect(Math.max(...waits)).toBeLessThan(3500);
    },
    60_000,
  );
});
