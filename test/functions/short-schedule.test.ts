import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startProduct, type Product } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';

const intervalMs = 3000;

/** Has something to tell, and runs a tick when the schedule says; how long it took, in milliseconds. */
async function tellInTime(product: Product): Promise<number> {
  const { id } = product.arm.start({ ...someCluster(), scenario: 'neverEnds' });
  product.arm.set(id, { status: 'Succeeded' });
  await product.request('POST', '/api/operations', { id });
  await delay(intervalMs - (Date.now() % intervalMs) + 3);
  const began = Date.now();
  await product.tick();
  return Date.now() - began;
}

it('a tick every three seconds posts, and ends before the next one although Slack hangs', async () => {
  await using product = await startProduct({ POLL_SCHEDULE: '*/3 * * * * *' });
  await tellInTime(product);
  await tellInTime(product);
  expect(product.slack.messages).toHaveLength(2);
  product.slack.faults.set({ kind: 'hang' });
  expect(await tellInTime(product)).toBeLessThan(intervalMs);
  expect(product.slack.attempts).toHaveLength(3);
}, 30_000);
