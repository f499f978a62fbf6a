import { describe, expect, it } from 'vitest';
import type { SlackFault } from '../../local/slack/faults.ts';
import { startApp, type TestApp, type Tracked } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';

const ended = { status: 'Succeeded' };
const done = ({ name }: Tracked): string => `Succeeded: ${name}`;
const gaps = ({ slack }: TestApp): number[] =>
  slack.attempts.slice(1).map(({ at }, before) => +at - +(slack.attempts[before]?.at ?? 0));

describe('a message that Slack does not take', () => {
  it.each<[string, SlackFault]>([
    ['because it is down', { kind: 'down' }],
    ['with a server error', { kind: 'status', status: 500 }],
    ['with a redirect', { kind: 'status', status: 302, location: 'http://127.0.0.1:9/' }],
  ])('%s is kept, and delivered once when it is back', async (_name, fault) => {
    await using app = await startApp();
    const operation = await app.track({ answer: ended });
    app.slack.faults.set(fault);
    const [summary] = await app.tickFor(1);
    expect(summary).toMatchObject({ delivered: 0, undelivered: 1, failingChannels: 1 });
    expect((await operation.stored()).outbox.owed).toHaveLength(1);
    await app.tickFor(2, 600);
    app.slack.faults.clear();
    const [recovered] = await app.tickFor(3, 600);
    expect(recovered).toMatchObject({ delivered: 1, undelivered: 0, failingChannels: 0 });
    expect(app.told).toEqual([done(operation)]);
  });

  it('is tried again ever less often, but every minute at least', async () => {
    await using app = await startApp();
    await app.track({ answer: ended });
    app.slack.faults.set({ kind: 'down' });
    await app.tickFor(20);
    const waits = gaps(app).map((gap) => gap / 1000);
    expect(waits.slice(0, 3)).toEqual([2, 4, 8]);
    expect(waits.slice(-5)).toEqual([60, 60, 60, 60, 60]);
  });

  it('at its pace waits as long as Slack says, and is not doubled', async () => {
    await using app = await startApp();
    const operation = await app.track({ answer: ended });
    app.slack.faults.set({ kind: 'status', status: 429, retryAfter: 100, times: 1 });
    await app.tickFor(8);
    expect(gaps(app)).toHaveLength(1);
    expect(gaps(app)[0]).toBeGreaterThanOrEqual(100_000);
    expect(app.told).toEqual([done(operation)]);
  });

  it('although it took it, is at most doubled, and no other message with it', async () => {
    await using app = await startApp();
    const operations = [await app.track({ answer: ended })];
    app.clock.pass(1);
    operations.push(await app.track({ answer: ended }), await app.track({ answer: ended }));
    app.slack.faults.set({ kind: 'acceptThenCut', times: 1 });
    await app.tickFor(4, 300);
    const told = operations.map((each) => app.told.filter((text) => text === done(each)).length);
    expect(told.toSorted((a, b) => a - b)).toEqual([1, 1, 2]);
  });
});

describe('messages', () => {
  it('come at a pace that Slack never throttles', async () => {
    await using app = await startApp();
    for (const _ of [1, 2, 3]) {
      await Promise.all(Array.from({ length: 5 }, () => app.track({ answer: ended })));
      await app.tickFor(1);
    }
    expect(app.told).toHaveLength(15);
    expect(app.slack.attempts.every(({ status }) => status === 200)).toBe(true);
    expect(Math.min(...gaps(app))).toBeGreaterThanOrEqual(1000);
  });

  it('that a tick has no time for are posted by the next one, those owed longest first', async () => {
    // Ticks of five seconds have time for few messages.
    await using app = await startApp({ POLL_SCHEDULE: '*/5 * * * * *' });
    const old = await Promise.all(Array.from({ length: 5 }, () => app.track({ answer: ended })));
    const [first] = await app.tickFor(1);
    expect(first?.undelivered).toBeGreaterThan(0);
    expect(first).toMatchObject({ changed: 5, failingChannels: 0 });
    const young = await app.track({ answer: ended });
    await app.tickFor(1);
    await app.tickFor(1);
    expect(app.told).toHaveLength(6);
    expect(new Set(app.told.slice(0, 5))).toEqual(new Set(old.map(done)));
    expect(app.told.at(-1)).toBe(done(young));
  });

  it('that waited for Slack come in the order in which they became owed', async () => {
    await using app = await startApp();
    app.slack.faults.set({ kind: 'down' });
    const operations: Tracked[] = [];
    // The table gives them in another order, forwards and backwards.
    for (const first of ['f', '0', '8']) {
      const subscriptionId = `${first}0000000-0000-4000-8000-000000000000`;
      const cluster = { ...someCluster(), subscriptionId };
      operations.push(await app.track({ cluster, answer: ended }));
      await app.tickFor(1);
    }
    app.slack.faults.clear();
    await app.tickFor(2, 60);
    expect(app.told).toEqual(operations.map(done));
  });

  it('of one operation stay in order when one of them fails, and others pass it', async () => {
    await using app = await startApp();
    const first = await app.track();
    await app.tickFor(1);
    app.slack.faults.set({ kind: 'down' });
    first.set({ status: 'Draining' });
    await app.tickFor(1);
    first.set({ status: 'Upgrading' });
    await app.tickFor(1);
    const second = await app.track({ answer: ended });
    app.slack.faults.set({ kind: 'status', status: 500, times: 1 });
    await app.tickFor(3, 300);
    expect(app.told.toSorted()).toEqual(
      [`draining: ${first.name}`, `upgrading: ${first.name}`, done(second)].toSorted(),
    );
    expect(app.told.filter((text) => text.includes(first.name))).toEqual([
      `draining: ${first.name}`,
      `upgrading: ${first.name}`,
    ]);
  });
});
