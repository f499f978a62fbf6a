import { describe, expect, it } from 'vitest';
import { postTimeoutMs } from '../../shared/slack/webhook.ts';
import { deadlineOf } from '../../shared/tick/deadline.ts';
import { startDelivery } from '../../shared/delivery/lanes.ts';
import { fc } from '../support/properties.ts';
import {
  outboxOf,
  startTestDelivery,
  type TestDelivery,
  type TestOutbox,
} from '../support/outboxes.ts';

const at = '2024-05-06T06:00:00.000Z';

describe('a Slack that hangs', () => {
  it('does not make a tick overrun its schedule, whatever that is and however much is owed', async () => {
    const schedule = fc.constantFrom(1, 2, 3, 5, 10, 12, 15, 20, 30, 60);
    await fc.assert(
      fc.asyncProperty(
        schedule,
        fc.integer({ min: 1, max: 12 }),
        fc.nat(900),
        async (seconds, count, lateMs) => {
          const needs = startTestDelivery();
          needs.time.pass(lateMs / 1000);
          const ncrontab = seconds === 60 ? '0 * * * * *' : `*/${seconds} * * * * *`;
          const deadline = deadlineOf(ncrontab, needs.time.now());
          needs.answer = ({ timeoutMs }) => {
            needs.time.pass(timeoutMs / 1000);
            return { meaning: 'ambiguous', code: 'no_answer' };
          };
          const delivery = startDelivery(needs, deadline);
          for (let owed = 0; owed < count; owed += 1) delivery.add(outboxOf(`aks-${owed}`, 1, at));
          const { undelivered, failingChannels } = await delivery.finish();
          expect([undelivered, failingChannels]).toEqual([count, 1]);
          expect(needs.time.now().getTime()).toBeLessThanOrEqual(deadline.end);
          expect(needs.posts.length).toBeGreaterThan(0);
          for (const post of needs.posts) {
            expect(post.at).toBeLessThanOrEqual(deadline.lastPost);
            expect(post.timeoutMs).toBeLessThanOrEqual(postTimeoutMs);
            expect(post.timeoutMs).toBe(Math.floor(post.timeoutMs));
            // A post has a fair time all the same.
            expect(post.timeoutMs).toBeGreaterThanOrEqual(
              Math.min(postTimeoutMs, deadline.end - deadline.lastPost),
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is not posted to by a single message whose claim was slow', async () => {
    for (const slowMs of [500, 1500, 30_000, 59_000]) {
      const needs = startTestDelivery();
      const deadline = deadlineOf('*/3 * * * * *', needs.time.now());
      const delivery = startDelivery(needs, deadline);
      const outbox = outboxOf('aks', 1, at);
      outbox.beforeWrite = () => {
        needs.time.pass(slowMs / 1000);
        outbox.beforeWrite = () => {};
      };
      delivery.add(outbox);
      await delivery.finish();
      expect(needs.posts).toHaveLength(slowMs === 500 ? 1 : 0);
      expect(outbox.outbox).toMatchObject({ claimedUntil: null });
    }
  });
});

describe('a form that Slack refuses', () => {
  const rich = { meaning: 'rejected', code: 'invalid_blocks' } as const;
  it.each([1, 4, 6, 9])(
    'comes as plain text in later ticks that have one turn each: %i messages',
    async (count) => {
      const needs = startTestDelivery();
      needs.answer = ({ message }) => ('attachments' in message ? rich : { meaning: 'delivered' });
      const outboxes = Array.from({ length: count }, (_, owed) => outboxOf(`aks-${owed}`, 1, at));
      for (let ticks = 0; ticks < 2 * count + 3; ticks += 1) {
        const delivery = startDelivery(needs, deadlineOf('*/2 * * * * *', needs.time.now()));
        for (const outbox of outboxes) if (outbox.outbox?.owed.length !== 0) delivery.add(outbox);
        await delivery.finish();
        const next = Math.floor(needs.time.now().getTime() / 2000) * 2000 + 2000;
        needs.time.pass((next - needs.time.now().getTime()) / 1000);
      }
      expect(outboxes.filter(({ outbox }) => outbox?.owed.length !== 0)).toEqual([]);
      const posted = needs.posts.filter(({ message }) => 'attachments' in message);
      // Each in its layout once, and in a digest once where there was one.
      expect(posted).toHaveLength(count + (count > 5 ? Math.ceil(count / 8) : 0));
      expect(needs.posts).toHaveLength(posted.length + count);
      expect(needs.log.lines).toHaveLength(posted.length);
    },
  );
});

/** Ticks every half minute, this many hours. */
async function tickFor(
  hours: number,
  needs: TestDelivery,
  outboxes: readonly TestOutbox[],
): Promise<void> {
  for (let ticks = 0; ticks < hours * 120; ticks += 1) {
    const started = needs.time.now().getTime();
    const delivery = startDelivery(needs, deadlineOf('*/30 * * * * *', needs.time.now()));
    for (const outbox of outboxes) if (outbox.outbox?.owed.length !== 0) delivery.add(outbox);
    await delivery.finish();
    needs.time.pass(
      (Math.floor(started / 30_000) * 30_000 + 30_000 - needs.time.now().getTime()) / 1000,
    );
  }
}

function timesPosted({ posts }: TestDelivery, name: string): number {
  return posts.filter(({ message }) => JSON.stringify(message).includes(name)).length;
}

describe('a channel that answers strangely', () => {
  const strange = { meaning: 'strange', code: 'not_ok' } as const;
  it.each([1, 2, 5, 6, 12])(
    'has each of %i messages at most three times, and keeps them',
    async (count) => {
      const needs = startTestDelivery();
      needs.answer = () => strange;
      const outboxes = Array.from({ length: count }, (_, owed) => outboxOf(`aks-${owed}-`, 1, at));
      await tickFor(4, needs, outboxes);
      for (const { name, outbox } of outboxes) {
        expect(timesPosted(needs, name)).toBeLessThanOrEqual(3);
        expect(outbox?.owed).toHaveLength(1);
      }
      expect((await needs.state.channel('default')).state).toMatchObject({
        lastAnswer: 'not_ok',
        failures: expect.any(Number),
      });
      expect((await needs.state.channel('default')).state?.parkedSince).not.toBeNull();
    },
  );

  it('tries a new message within the hour, and sends all when that is taken', async () => {
    const needs = startTestDelivery();
    needs.answer = () => strange;
    const old = [outboxOf('old-', 1, at)];
    await tickFor(0.2, needs, old);
    expect(timesPosted(needs, 'old-')).toBe(3);
    const both = [...old, outboxOf('new-', 1, at)];
    needs.answer = () => ({ meaning: 'delivered' });
    await tickFor(1.1, needs, both);
    expect(both.map(({ name }) => timesPosted(needs, name))).toEqual([4, 1]);
    expect(both.filter(({ outbox }) => outbox?.owed.length !== 0)).toEqual([]);
  });

  it.each([1, 2])('and then with ok is not parked: after %i answers', async (answers) => {
    const needs = startTestDelivery();
    needs.answer = () => (needs.posts.length > answers ? { meaning: 'delivered' } : strange);
    const outboxes = [outboxOf('aks-', 1, at)];
    await tickFor(0.1, needs, outboxes);
    expect(timesPosted(needs, 'aks-')).toBe(answers + 1);
    expect((await needs.state.channel('default')).state).toMatchObject({
      parkedSince: null,
      strange: null,
    });
  });
});
