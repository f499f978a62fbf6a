import { describe, expect, it } from 'vitest';
import { type ProxiedApp, startProxiedApp } from '../support/app.ts';
import type { ProxyFault } from '../support/proxy.ts';

/** Lets the store fail from the request with this number on, the first of them in the given way. */
function failFrom({ tables }: ProxiedApp, request: number, fault: ProxyFault): void {
  let seen = 0;
  tables.fault = () => {
    seen += 1;
    if (seen <= request) return null;
    return seen === request + 1 ? fault : 'refuse';
  };
}

/** An operation that has one change to tell, which the next tick sees. */
async function startWithNews() {
  const app = await startProxiedApp();
  const operation = await app.track();
  await app.tickFor(1);
  operation.set({ status: 'Failed', error: { code: 'Oops' } });
  return {
    app,
    told: `Failed: ${operation.name} (Oops)`,
    operation,
    [Symbol.asyncDispose]: async () => await app[Symbol.asyncDispose](),
  };
}

describe('a process that dies in a tick', () => {
  it.each<[string, ProxyFault]>([
    ['before', 'refuse'],
    ['after', 'lose'],
  ])('%s any request to the store loses nothing', async (_name, fault) => {
    let died = true;
    let doubled = 0;
    let request = 0;
    for (; died; request += 1) {
      await using started = await startWithNews();
      const { app, told, operation } = started;
      failFrom(app, request, fault);
      died = await app.tickFor(1).then(
        () => false,
        () => true,
      );
      app.tables.fault = () => null;
      const next = app.another();
      for (const _ of [1, 2, 3, 4]) {
        app.clock.pass(30);
        await next.tick();
      }
      const times = app.told.filter((text) => text === told).length;
      expect({ request, times: times === 2 ? 1 : times }).toEqual({ request, times: 1 });
      if (times === 2) doubled += 1;
      expect(app.told).toHaveLength(times);
      const { state, outbox } = await operation.stored();
      expect({ request, outcome: state.outcome, owed: outbox.owed }).toEqual({
        request,
        outcome: 'failed',
        owed: [],
      });
      expect(await next.tick()).toMatchObject({ due: 0, undelivered: 0 });
    }
    // The sweep has gone through every request of the tick.
    expect(request).toBeGreaterThan(12);
    // Only between Slack's ok and the record of it: noting the answer (a read and a write) and the record.
    expect(doubled).toBeGreaterThan(0);
    expect(doubled).toBeLessThanOrEqual(3);
  });
});

describe('a store that fails for a while', () => {
  it('between Slack’s ok and the record of it does not make the same process send twice', async () => {
    await using started = await startWithNews();
    const { app, told } = started;
    app.tables.fault = () => (app.slack.messages.length > 0 ? 'refuse' : null);
    await expect(app.tickFor(1)).rejects.toThrow('Table storage is not available');
    await expect(app.tickFor(1)).rejects.toThrow('Table storage is not available');
    app.tables.fault = () => null;
    await app.tickFor(5);
    expect(app.told).toEqual([told]);
  });

  it('with answers that get lost on the way loses and doubles nothing', async () => {
    for (let request = 0; request < 18; request += 4) {
      await using started = await startWithNews();
      const { app, told } = started;
      let seen = 0;
      app.tables.fault = () => ((seen += 1) === request + 1 ? 'cut' : null);
      await app.tickFor(1);
      app.tables.fault = () => null;
      await app.tickFor(4);
      expect({ request, told: app.told }).toEqual({ request, told: [told] });
    }
  });
});
