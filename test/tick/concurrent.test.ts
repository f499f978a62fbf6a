import { describe, expect, it } from 'vitest';
import { startApp, type Instance, startProxiedApp } from '../support/app.ts';

const ended = { status: 'Succeeded' };

describe('ticks that overlap', () => {
  it.each([2, 4])('(%i of them) post each change once and lose none', async (instances) => {
    await using app = await startApp();
    const others = Array.from({ length: instances - 1 }, () => app.another());
    const together = async (): Promise<void> => {
      app.clock.pass(30);
      await Promise.all([app, ...others].map((each: Instance) => each.tick()));
    };
    const operations = await Promise.all(Array.from({ length: 5 }, () => app.track()));
    await together();
    for (const { set } of operations) set({ status: 'Draining' });
    await together();
    for (const { set } of operations) set({ status: 'Failed', error: { code: 'Oops' } });
    for (const _ of [1, 2, 3]) await together();
    for (const { name } of operations) {
      expect(app.told.filter((text) => text.includes(name))).toEqual([
        `draining: ${name}`,
        `Failed: ${name} (Oops)`,
      ]);
    }
    expect(app.slack.attempts.every(({ status }) => status === 200)).toBe(true);
  });

  it('do not send what another is sending at this moment, however long that takes', async () => {
    await using app = await startProxiedApp();
    const other = app.another();
    const { name } = await app.track({ answer: ended });
    app.slack.faults.set({ kind: 'slow', ms: 300, wait: 'afterAccepting' });
    app.clock.pass(30);
    const slow = app.tick();
    await expect.poll(() => app.told).toHaveLength(1);
    app.clock.pass(30);
    expect(await other.tick()).toMatchObject({ delivered: 0, undelivered: 1 });
    await slow;
    await app.tickFor(3);
    expect(app.told).toEqual([`Succeeded: ${name}`]);
  });
});

it('a message whose sender died is sent by another, after its claim has ended', async () => {
  await using app = await startProxiedApp();
  const { name } = await app.track({ answer: ended });
  // The process dies right after its claim: nothing of it reaches the store or Slack any more.
  app.slack.faults.set({ kind: 'down' });
  app.tables.fault = () => (app.slack.attempts.length > 0 ? 'refuse' : null);
  await expect(app.tickFor(1)).rejects.toThrow('Table storage is not available');
  app.slack.faults.clear();
  app.tables.fault = () => null;
  const other = app.another();
  app.clock.pass(30);
  expect(await other.tick()).toMatchObject({ delivered: 0, undelivered: 1 });
  app.clock.pass(60);
  expect(await other.tick()).toMatchObject({ delivered: 1, undelivered: 0 });
  expect(app.told).toEqual([`Succeeded: ${name}`]);
});
