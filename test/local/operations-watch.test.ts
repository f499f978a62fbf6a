import { describe, expect, it } from 'vitest';
import { createNotifierApi } from '../../local/notifier-api.ts';
import { watchOperations } from '../../local/operations-watch.ts';
import type { Snapshot } from '../../local/operations-watch.ts';
import { operation } from '../browser/page-fixture.ts';

const at = (second: number): string => new Date(second * 1000).toISOString();
const health = async () => ({ healthy: true, report: {} });

/** The first snapshot that a watch gives. */
function firstSnapshot(api: Parameters<typeof watchOperations>[0]['api']): Promise<Snapshot> {
  const { promise, resolve } = Promise.withResolvers<Snapshot>();
  const unsubscribe = watchOperations({ api }).subscribe(resolve);
  return promise.finally(unsubscribe);
}

describe('watching the product', () => {
  it('gives those that run, then the fifty newest of those that ended, newest first', async () => {
    const ended = Array.from({ length: 60 }, (_, second) =>
      operation({ trackingId: `e${second}`, state: 'finished', lastChangedAt: at(second) }),
    );
    const running = [1, 2].map((second) =>
      operation({ trackingId: `r${second}`, registeredAt: at(second) }),
    );
    const { operations } = await firstSnapshot({
      health,
      list: async () => [...ended, ...running],
    });
    expect(operations).toHaveLength(52);
    expect(operations.slice(0, 3).map(({ trackingId }) => trackingId)).toEqual(['r2', 'r1', 'e59']);
  });

  it('calls the product degraded when it is unhealthy, and when it remarks on something', async () => {
    const report = { reasons: ['A channel is parked.'] };
    for (const healthy of [true, false]) {
      const snapshot = await firstSnapshot({
        list: async () => [],
        health: async () => ({ healthy, report }),
      });
      expect(snapshot.health).toEqual({ state: 'degraded', reasons: report.reasons });
    }
  });

  it('looks no more when nobody watches', async () => {
    let looks = 0;
    const list = async () => {
      looks += 1;
      return [operation({ percentComplete: looks })];
    };
    const watch = watchOperations({ api: { health, list }, everyMs: 1 });
    const { promise: third, resolve } = Promise.withResolvers<undefined>();
    const unsubscribe = watch.subscribe(() => {
      if (looks === 3) {
        unsubscribe();
        resolve(undefined);
      }
    });
    await third;
    await new Promise((tick) => {
      setTimeout(tick, 20);
    });
    expect(looks).toBe(3);
  });
});

describe('the client of the API', () => {
  it('sends the key, and says every reason of a refusal', async () => {
    const keys: (string | null)[] = [];
    const api = createNotifierApi({
      url: () => 'http://127.0.0.1:7071',
      functionKey: 'key',
      fetch: async (_url, init) => {
        keys.push(new Headers(init?.headers).get('x-functions-key'));
        const errors = [{ pointer: '/label', message: 'is too long.' }];
        return Response.json({ title: 'Bad', detail: 'No.', errors }, { status: 400 });
      },
    });
    await expect(api.register({})).rejects.toThrow(
      'The functions answered 400: No.; /label is too long.',
    );
    expect(keys).toEqual(['key']);
  });
});
