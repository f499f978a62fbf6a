import { describe, expect, it } from 'vitest';
import { claimed } from '../../shared/domain/claim.ts';
import { deliverDigest, type DigestDelivery } from '../../shared/delivery/digest.ts';
import { turnsOf } from '../../shared/delivery/turns.ts';
import { plus } from '../../shared/time.ts';
import {
  outboxOf,
  startTestDelivery,
  testUrl,
  type TestDelivery,
  type TestOutbox,
} from '../support/outboxes.ts';

const at = '2024-05-06T06:00:00.000Z';
const minute = 60_000;

async function deliver(
  needs: TestDelivery,
  outboxes: readonly TestOutbox[],
  lastPost = needs.time.now().getTime() + 5 * minute,
): Promise<DigestDelivery> {
  const { state, clock, sleep, random } = needs;
  const turns = turnsOf('default', testUrl, state, clock, sleep, random);
  return await deliverDigest(outboxes, testUrl, turns, needs, lastPost);
}

function some(count: number, mention?: string): TestOutbox[] {
  return Array.from({ length: count }, (_, number) => outboxOf(`aks-${number}`, 1, at, mention));
}

const owing = (outboxes: readonly TestOutbox[]): string[] =>
  outboxes.filter(({ outbox }) => outbox?.owed.length !== 0).map(({ name }) => name);
const texts = ({ posts }: TestDelivery): string[] => posts.map(({ message }) => message.text);
const told = ({ posts }: TestDelivery): string => JSON.stringify(posts);

describe('a digest leaves out', () => {
  it('what another sender has claimed, and what rests after a refusal', async () => {
    const needs = startTestDelivery();
    const outboxes = some(8);
    const now = needs.time.now().toISOString();
    const rows = outboxes.map(({ outbox }) => outbox);
    const [claimedRow, restingRow] = rows;
    if (!claimedRow || !restingRow || !outboxes[0] || !outboxes[1]) throw new Error('eight');
    outboxes[0].outbox = claimed(claimedRow, plus(now, minute));
    outboxes[1].outbox = { ...restingRow, deliverAfter: plus(now, minute) };
    const end = await deliver(needs, outboxes);
    expect(end).toMatchObject({ delivered: 6, left: [], why: 'done' });
    expect(end.busy).toEqual([outboxes[0], outboxes[1]]);
    expect(texts(needs)).toEqual([expect.stringMatching(/^6 failed: /)]);
    expect(told(needs)).not.toMatch(/aks-[01]\b/);
    expect(owing(outboxes)).toEqual(['aks-0', 'aks-1']);
  });

  it.each([1, 3, 8, 10])(
    'what is claimed or changed between reading and claiming: %i of 12',
    async (count) => {
      const needs = startTestDelivery();
      const outboxes = some(12, '<!here>');
      for (const outbox of outboxes.slice(0, count))
        outbox.beforeWrite = () => {
          if (outbox.outbox !== null) outbox.outbox = { ...outbox.outbox };
        };
      const end = await deliver(needs, outboxes);
      expect(end.delivered).toBe(12 - count);
      expect(owing(outboxes)).toEqual(outboxes.slice(0, count).map(({ name }) => name));
      const counts = texts(needs).map((text) => Number.parseInt(text, 10));
      expect(counts.reduce((all, one) => all + one, 0)).toBe(12 - count);
      for (const { message } of needs.posts)
        expect(message.attachments).toHaveLength(Number.parseInt(message.text, 10));
      expect(told(needs)).toContain(`aks-${count}`);
      expect(told(needs)).not.toMatch(
        new RegExp(`aks-(?:${[...Array(count).keys()].join('|')})\\b`),
      );
    },
  );
});

describe('a digest', () => {
  it('pings everyone whom what it holds asks for, once, in the message that holds it', async () => {
    const needs = startTestDelivery();
    const outboxes = [
      ...some(8, '<!here>'),
      outboxOf('one', 1, at, '<@U1>'),
      outboxOf('two', 1, at, '<!here>'),
    ];
    await deliver(needs, outboxes);
    expect(texts(needs)).toEqual([
      expect.stringMatching(/^8 failed: .* \(message 1 of 2\) <!here>$/),
      expect.stringMatching(/^2 failed: .* \(message 2 of 2\) <@U1>$/),
    ]);
  });

  it('pings in the second message when the first was not taken', async () => {
    const needs = startTestDelivery();
    needs.answer = ({ message }) =>
      message.text.includes('1 of')
        ? { meaning: 'throttled', retryAfterMs: 1, code: 'x' }
        : { meaning: 'delivered' };
    const outboxes = some(10, '<!here>');
    expect(await deliver(needs, outboxes)).toMatchObject({ delivered: 0, why: 'failed' });
    needs.answer = () => ({ meaning: 'delivered' });
    await deliver(needs, outboxes);
    expect(texts(needs).at(-2)).toMatch(/^8 failed: .* \(message 1 of 2\) <!here>$/);
  });

  it('is not posted after the last post’s time, however slowly it was claimed', async () => {
    for (const slowMs of [100, 999, 1001, 3000, 39_000, 41_000, 70_000]) {
      const needs = startTestDelivery();
      const outboxes = some(20);
      for (const outbox of outboxes)
        outbox.beforeWrite = () => {
          needs.time.pass(slowMs / 1000 / 20);
          outbox.beforeWrite = () => {};
        };
      const lastPost = needs.time.now().getTime() + 1000;
      const end = await deliver(needs, outboxes, lastPost);
      for (const post of needs.posts) expect(post.at).toBeLessThanOrEqual(lastPost);
      expect(needs.posts.length > 0).toBe(slowMs <= 1000);
      expect(end.why).toBe('noTurn');
      expect(outboxes.filter(({ outbox }) => outbox?.claimedUntil !== null)).toEqual([]);
    }
  });

  it('is not posted by a claim that may end before Slack has answered: it is claimed anew', async () => {
    const needs = startTestDelivery();
    const outboxes = some(20);
    for (const outbox of outboxes) outbox.beforeWrite = () => needs.time.pass(2.1);
    expect(await deliver(needs, outboxes)).toMatchObject({ delivered: 0, why: 'again' });
    expect(needs.posts).toEqual([]);
    for (const outbox of outboxes) outbox.beforeWrite = () => {};
    expect(await deliver(needs, outboxes)).toMatchObject({ delivered: 20, why: 'done' });
  });

  it('whose form is refused is not posted again, though its news have no turn in this tick', async () => {
    const needs = startTestDelivery();
    const outboxes = some(6);
    needs.answer = () => ({ meaning: 'rejected', code: 'invalid_blocks' });
    const first = await deliver(needs, outboxes);
    expect([first.why, first.left, first.alone.length]).toEqual(['again', [], 6]);
    const second = await deliver(needs, outboxes);
    expect([second.why, second.alone.length]).toEqual(['done', 6]);
    expect(needs.posts).toHaveLength(1);
  });
});
