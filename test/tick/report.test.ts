import { expect, it } from 'vitest';
import { startProxiedApp } from '../support/app.ts';

const ended = { status: 'Succeeded' };

it('a tick counts failed readings by cause and Slack’s answers by kind, and tells how long each step took', async () => {
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
