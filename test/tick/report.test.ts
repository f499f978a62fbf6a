import { expect, it } from 'vitest';
import { startApp, startProxiedApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';

const ended = { status: 'Succeeded' };

it('a tick counts failed readings by cause and Slack’s answers by meaning, and says how long each step took', async () => {
  await using app = await startProxiedApp();
  await Promise.all(Array.from({ length: 5 }, () => app.track({ answer: ended })));
  app.arm.faults.set(
    { kind: 'status', status: 429, times: 1 },
    { kind: 'status', status: 403, times: 2 },
  );
  app.slack.faults.set({ kind: 'status', status: 429, retryAfter: 2, times: 1 });
  app.clock.pass(30);
  // Every request to the store takes its time.
  app.tables.fault = () => {
    app.clock.pass(0.05);
    return null;
  };
  const report = await app.root.app().tick({ info: () => {}, error: () => {} });
  expect(report).toMatchObject({
    read: 5,
    readingFailures: { throttled: 1, forbidden: 2 },
    slackAnswers: { delivered: 2, throttled: 1 },
  });
  const { loadMs, pollMs, deliverMs, totalMs } = report;
  expect(loadMs + pollMs + deliverMs).toBe(totalMs);
  expect(totalMs).toBeGreaterThanOrEqual(2000);
});

it('a tick says how much was left of the budget of the subscription that had least', async () => {
  await using app = await startApp({ ARM_BUDGET: '0.1' });
  const subscriptionId = someCluster().subscriptionId;
  const track = async (count: number): Promise<void> => {
    for (let one = 0; one < count; one += 1)
      await app.track({ cluster: { ...someCluster(), subscriptionId } });
  };
  const tick = async (): Promise<number | null> => {
    app.clock.pass(30);
    return (await app.root.app().tick({ info: () => {}, error: () => {} })).budgetLeft;
  };
  expect(await tick()).toBeNull();
  // The bucket holds 20 readings, of which 6 come back in half a minute.
  await track(5);
  expect(await tick()).toBe(0.75);
  await track(95);
  expect(await tick()).toBe(0);
});
