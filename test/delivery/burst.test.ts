import { describe, expect, it } from 'vitest';
import { startDelivery } from '../../shared/delivery/lanes.ts';
import { deadlineOf } from '../../shared/tick/deadline.ts';
import { outboxOf, startTestDelivery, type TestDelivery } from '../support/outboxes.ts';

const at = '2024-05-06T06:00:00.000Z';

/** When each message was posted, in seconds since the delivery began. */
function secondsOf({ posts }: TestDelivery, begun: Date): number[] {
  return posts.map((post) => (post.at - begun.getTime()) / 1000);
}

/** Events of a tick that reads for so long: one at once, the others when half of that is over. */
async function playTick(readsFor: number, schedule = '*/30 * * * * *', others = 9) {
  const needs = startTestDelivery();
  const begun = needs.time.now();
  const passed = (): number => (needs.time.now().getTime() - begun.getTime()) / 1000;
  const deadline = deadlineOf(schedule, begun);
  let isLate = false;
  const delivery = startDelivery(needs, deadline, () => {
    if (!isLate && passed() >= readsFor / 2) {
      isLate = true;
      for (let other = 0; other < others; other += 1)
        delivery.add(outboxOf(`other-${other}`, 1, at));
    }
    return passed() < readsFor;
  });
  delivery.add(outboxOf('first', 1, at));
  await delivery.finish();
  return { needs, seconds: secondsOf(needs, begun), deadline };
}

describe('the first event of a burst', () => {
  it('waits for the others that the tick reads, and stands in one digest with them', async () => {
    const { needs, seconds } = await playTick(4);
    expect(needs.posts.map(({ message }) => message.text)).toEqual([
      expect.stringMatching(/^8 failed: .* \(message 1 of 2\)$/),
      expect.stringMatching(/^2 failed: .* \(message 2 of 2\)$/),
    ]);
    expect(seconds[0]).toBeGreaterThanOrEqual(4);
    expect(seconds[0]).toBeLessThan(4.5);
  });

  it('waits no longer than 5 s for readings that hang', async () => {
    const { needs, seconds } = await playTick(20);
    expect(needs.posts[0]?.message.text).toMatch(/^Failed: first/);
    expect(seconds[0]).toBeGreaterThanOrEqual(5);
    expect(seconds[0]).toBeLessThan(5.5);
  });

  it('is posted in its tick, however short that is', async () => {
    const { needs, deadline } = await playTick(60, '*/3 * * * * *', 0);
    expect(needs.posts).toHaveLength(1);
    expect(needs.posts[0]?.at).toBeLessThanOrEqual(deadline.lastPost);
  });

  it('does not wait when nothing is being read', async () => {
    const { seconds } = await playTick(0, '*/30 * * * * *', 0);
    expect(seconds).toEqual([0]);
  });
});
