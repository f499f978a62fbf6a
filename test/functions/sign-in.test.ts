import { expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { startProduct } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';

it.each(['invalid_token', 'insufficient_claims'] as const)(
  'a token that ARM refuses long before its end is replaced without a restart, and no reading is lost (%s)',
  async (reason) => {
    await using product = await startProduct();
    const { arm, slack } = product;
    const { id } = arm.start({ ...someCluster(), scenario: 'neverEnds' });
    await product.request('POST', '/api/operations', { id });
    await product.tick();
    arm.identity.revokeAll(reason);
    arm.set(id, { status: 'Succeeded' });
    const asked = arm.callCount;
    await product.tick();
    expect(slack.messages.map(({ payload }) => JSON.stringify(payload))).toEqual([
      expect.stringContaining('Succeeded'),
    ]);
    expect(arm.identity.issued).toBe(2);
    expect(arm.callCount - asked).toBe(2);
    const tick = product.log.find((line) => line.includes('"armCalls":2'));
    expect(tick).toContain('"failedReadings":0');
  },
);

it('a sign-in that hangs is posted as trouble, and takes no tick with it, however short', async () => {
  await using app = await startApp({ POLL_SCHEDULE: '* * * * * *' });
  await Promise.all([app.track(), app.track()]);
  app.arm.faults.set({ kind: 'noToken', hang: true });
  await app.tickFor(4, 120);
  expect(app.told).toEqual(['Cannot read operations: all subscriptions (SignInFailed)']);
  app.arm.faults.clear();
  await app.tickFor(2, 300);
  expect(app.told).toHaveLength(2);
  expect(app.told[1]).toMatch(/^Readable again: all subscriptions/);
});
