import { describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';

const ended = { status: 'Succeeded' };

/** How often a text stands in everything that Slack has accepted. */
function timesTold(app: TestApp, text: string): number {
  return app.slack.messages.filter(({ payload }) => JSON.stringify(payload).includes(text)).length;
}

describe('more than five messages for a channel', () => {
  it('become one, cleared from each operation and moved to the history', async () => {
    await using app = await startApp();
    const operations = await Promise.all(
      Array.from({ length: 12 }, () => app.track({ answer: ended })),
    );
    expect(await app.tickFor(1)).toMatchObject([{ delivered: 12, undelivered: 0 }]);
    expect(app.told).toEqual(['12 succeeded']);
    for (const { name } of operations) expect(timesTold(app, name)).toBe(1);
    const later = await app.tickFor(2);
    expect(later).toMatchObject([{ undelivered: 0 }, { undelivered: 0 }]);
  });

  it('stay owed, all of them, when Slack does not take the digest, and come once when it does', async () => {
    await using app = await startApp();
    app.slack.faults.set({ kind: 'down' });
    const operations = await Promise.all(
      Array.from({ length: 12 }, () => app.track({ answer: ended })),
    );
    expect(await app.tickFor(2)).toMatchObject([{ undelivered: 12 }, { undelivered: 12 }]);
    app.slack.faults.clear();
    await app.tickFor(3, 120);
    for (const { name } of operations) expect(timesTold(app, name)).toBe(1);
  });

  it('are posted one by one when Slack refuses the digest’s form', async () => {
    await using app = await startApp();
    app.slack.faults.set({ kind: 'down' });
    const operations = await Promise.all(
      Array.from({ length: 7 }, () => app.track({ answer: ended })),
    );
    await app.tickFor(1);
    app.slack.faults.set({ kind: 'status', status: 400, body: 'invalid_blocks', times: 1 });
    await app.tickFor(3, 120);
    for (const { name } of operations) expect(timesTold(app, name)).toBe(1);
    expect(app.told.filter((text) => text.startsWith('Succeeded: '))).toHaveLength(7);
  });

  it('are posted once by ticks that overlap', async () => {
    await using app = await startApp();
    const other = app.another();
    const operations = await Promise.all(
      Array.from({ length: 10 }, () => app.track({ answer: ended })),
    );
    app.clock.pass(30);
    await Promise.all([app.tick(), other.tick()]);
    await app.tickFor(3, 120);
    for (const { name } of operations) expect(timesTold(app, name)).toBe(1);
  });
});

it('a storm of 300 endings arrives complete, without a single 429', async () => {
  await using app = await startApp();
  const operations = await Promise.all(
    Array.from({ length: 300 }, () => app.track({ answer: ended })),
  );
  await app.tickFor(3);
  for (const { name } of operations) expect(timesTold(app, name)).toBe(1);
  expect(app.slack.attempts.every(({ status }) => status === 200)).toBe(true);
  expect(app.slack.messages.length).toBeLessThan(20);
});
