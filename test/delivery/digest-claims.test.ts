import { describe, expect, it } from 'vitest';
import { claimed } from '../../shared/domain/outbox.ts';
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
  parts: TestDelivery,
  outboxes: readonly TestOutbox[],
  lastPost = parts.time.now().getTime() + 5 * minute,
): Promise<DigestDelivery> {
  const { state, clock, sleep, random } = parts;
  const turns = turnsOf('default', testUrl, state, clock, sleep, random);
  return await deliverDigest(outboxes, testUrl, turns, parts, lastPost);
}

function some(count: number, mention?: string): TestOutbox[] {
  return Array.from({ length: count }, (_, number) => outboxOf(`aks-${number}`, 1, at, mention));
}

const owing = (outboxes: readonly TestOutbox[]): string[] =>
  outboxes.filter(({ mailbox }) => mailbox?.owed.length !== 0).map(({ name }) => name);
const texts = ({ posts }: TestDelivery): string[] => posts.map(({ message }) => message.text);
const told = ({ posts }: TestDelivery): string => JSON.stringify(posts);

describe('a digest leaves out', () => {
  it('what another sender has claimed, and what rests after a refusal', async () => {
    const parts = startTestDelivery();
    const outboxes = some(8);
    const now = parts.time.now().toISOString();
    const rows = outboxes.map(({ mailbox }) => mailbox);
    const [claimedRow, restingRow] = rows;
    if (!claimedRow || !restingRow || !outboxes[0] || !outboxes[1]) throw new Error('eight');
    outboxes[0].mailbox = claimed(claimedRow, plus(now, minute));
    outboxes[1].mailbox = { ...restingRow, deliverAfter: plus(now, minute) };
    const end = await deliver(parts, outboxes);
    expect(end).toMatchObject({ delivered: 6, left: [], why: 'done' });
    expect(end.busy).toEqual([outboxes[0], outboxes[1]]);
    expect(texts(parts)).toEqual(['6 failed (6 together)']);
    expect(told(parts)).not.toMatch(/aks-[01]\b/);
    expect(owing(outboxes)).toEqual(['aks-0', 'aks-1']);
  });

  it.each([1, 3, 8, 10])(
    'what is claimed or changed between reading and claiming: %i of 12',
    async (count) => {
      const parts = startTestDelivery();
      const outboxes = some(12, '<!here>');
      for (const outbox of outboxes.slice(0, count))
        outbox.beforeWrite = () => {
          if (outbox.mailbox !== null) outbox.mailbox = { ...outbox.mailbox };
        };
      const end = await deliver(parts, outboxes);
      expect(end.delivered).toBe(12 - count);
      expect(owing(outboxes)).toEqual(outboxes.slice(0, count).map(({ name }) => name));
      const counts = texts(parts).map((text) => Number.parseInt(text, 10));
      expect(counts.reduce((all, one) => all + one, 0)).toBe(12 - count);
      for (const { message } of parts.posts)
        expect(message.attachments).toHaveLength(Number.parseInt(message.text, 10));
      expect(told(parts)).toContain(`aks-${count}`);
      expect(told(parts)).not.toMatch(
        new RegExp(`aks-(?:${[...Array(count).keys()].join('|')})\\b`),
      );
    },
  );
});

describe('a digest', () => {
  it('pings everyone whom what it holds asks for, once, in the message that holds it', async () => {
    const parts = startTestDelivery();
    const outboxes = [
      ...some(8, '<!here>'),
      outboxOf('one', 1, at, '<@U1>'),
      outboxOf('two', 1, at, '<!here>'),
    ];
    await deliver(parts, outboxes);
    expect(texts(parts)).toEqual([
      '8 failed (message 1 of 2) <!here>',
      '2 failed (message 2 of 2) <@U1>',
    ]);
  });

  it('pings in the second message when the first was not taken', async () => {
    const parts = startTestDelivery();
    parts.answer = ({ message }) =>
      message.text.includes('1 of')
        ? { kind: 'throttled', retryAfterMs: 1, code: 'x' }
        : { kind: 'delivered' };
    const outboxes = some(10, '<!here>');
    expect(await deliver(parts, outboxes)).toMatchObject({ delivered: 0, why: 'failed' });
    parts.answer = () => ({ kind: 'delivered' });
    await deliver(parts, outboxes);
    expect(texts(parts).at(-2)).toBe('8 failed (message 1 of 2) <!here>');
  });

  it('is not posted after the last post’s time, however slowly it was claimed', async () => {
    for (const slowMs of [100, 999, 1001, 3000, 39_000, 41_000, 70_000]) {
      const parts = startTestDelivery();
      const outboxes = some(20);
      for (const outbox of outboxes)
        outbox.beforeWrite = () => {
          parts.time.pass(slowMs / 1000 / 20);
          outbox.beforeWrite = () => {};
        };
      const lastPost = parts.time.now().getTime() + 1000;
      const end = await deliver(parts, outboxes, lastPost);
      for (const post of parts.posts) expect(post.at).toBeLessThanOrEqual(lastPost);
      expect(parts.posts.length > 0).toBe(slowMs <= 1000);
      expect(end.why).toBe('noTurn');
      expect(outboxes.filter(({ mailbox }) => mailbox?.claimedUntil !== null)).toEqual([]);
    }
  });

  it('is not posted by a claim that may end before Slack has answered: it is claimed anew', async () => {
    const parts = startTestDelivery();
    const outboxes = some(20);
    for (const outbox of outboxes) outbox.beforeWrite = () => parts.time.pass(2.1);
    expect(await deliver(parts, outboxes)).toMatchObject({ delivered: 0, why: 'again' });
    expect(parts.posts).toEqual([]);
    for (const outbox of outboxes) outbox.beforeWrite = () => {};
    expect(await deliver(parts, outboxes)).toMatchObject({ delivered: 20, why: 'done' });
  });

  it('whose form is refused is not posted again, though its news have no turn in this tick', async () => {
    const parts = startTestDelivery();
    const outboxes = some(6);
    parts.answer = () => ({ kind: 'rejected', code: 'invalid_blocks' });
    const first = await deliver(parts, outboxes);
    expect([first.why, first.left, first.alone.length]).toEqual(['again', [], 6]);
    const second = await deliver(parts, outboxes);
    expect([second.why, second.alone.length]).toEqual(['done', 6]);
    expect(parts.posts).toHaveLength(1);
  });
});
