import { describe, expect, it } from 'vitest';
import { isFree } from '../../shared/domain/claim.ts';
import { claim, openOwing } from '../../shared/delivery/take-claim.ts';
import { outboxOf, type TestOutbox } from '../support/outboxes.ts';
import { createClock } from '../support/clock.ts';

const at = '2024-05-06T06:00:00.000Z';
const ids = ({ outbox }: TestOutbox): number[] => outbox?.owed.map(({ id }) => id) ?? [];

/** An outbox with two messages, claimed. */
async function claimedOutbox() {
  const clock = createClock();
  const accepted = new Set<string>();
  const outbox = outboxOf('a', 2, at);
  const open = await openOwing(outbox, accepted);
  if (open === null) throw new Error('It owes messages.');
  const held = await claim(outbox, open, accepted, clock.now);
  if (held === null) throw new Error('Nobody else claims it.');
  const [first, second] = open.outbox.owed;
  if (first === undefined || second === undefined) throw new Error('There are two.');
  return { clock, accepted, outbox, open, held, first, second };
}

describe('a claim', () => {
  it('is for a minute, in which nobody else may send, and no post begins in its last twenty seconds', async () => {
    const { clock, outbox, held } = await claimedOutbox();
    const free = (seconds: number): boolean =>
      outbox.outbox !== null &&
      isFree(outbox.outbox, new Date(clock.now().getTime() + seconds * 1000).toISOString());
    expect([free(0), free(59.9), free(60)]).toEqual([false, false, true]);
    expect(held.lastPost - clock.now().getTime()).toBe(40_000);
  });

  it('is given to one of two who want it at the same time', async () => {
    const { outbox, open, accepted, clock } = await claimedOutbox();
    expect(await claim(outbox, open, accepted, clock.now)).toBeNull();
  });

  it('ends with the messages that Slack took, also when the row was changed meanwhile', async () => {
    const { outbox, held, first, accepted } = await claimedOutbox();
    held.accept([first]);
    let changes = 0;
    outbox.beforeWrite = () => {
      changes += 1;
      if (changes < 4 && outbox.outbox !== null) outbox.outbox = { ...outbox.outbox };
    };
    await held.clear([first]);
    expect(ids(outbox)).toEqual([2]);
    expect(outbox.outbox).toMatchObject({ claimedUntil: null });
    expect(accepted).toEqual(new Set());
  });

  it('holds up nobody when the row is changed all the time, and its messages are recorded by the next sender', async () => {
    const { outbox, held, first, accepted, clock } = await claimedOutbox();
    held.accept([first]);
    let changes = 0;
    outbox.beforeWrite = () => {
      changes += 1;
      if (outbox.outbox !== null) outbox.outbox = { ...outbox.outbox };
    };
    await held.clear([first]);
    await held.release();
    expect(accepted.size).toBe(1);
    expect(await openOwing(outbox, accepted)).toBeNull();
    expect(changes).toBeLessThan(100);

    outbox.beforeWrite = () => {};
    clock.pass(60);
    expect((await openOwing(outbox, accepted))?.outbox.owed.map(({ id }) => id)).toEqual([2]);
    expect(accepted).toEqual(new Set());
  });

  it('takes nothing out of a row that was made anew meanwhile, whose messages have the same IDs', async () => {
    const { outbox, held, first, second } = await claimedOutbox();
    held.accept([first, second]);
    outbox.outbox = outboxOf('a', 2, '2024-05-06T06:30:00.000Z').outbox;
    await held.clear([first, second]);
    expect(ids(outbox)).toEqual([1, 2]);
  });

  it('ends quietly when the row is gone', async () => {
    const { outbox, held, first, accepted } = await claimedOutbox();
    held.accept([first]);
    outbox.outbox = null;
    await held.clear([first]);
    await held.release();
    expect(accepted).toEqual(new Set());
  });

  it('leaves to the next sender what came of the post, until the oldest message has left', async () => {
    const { outbox, held, first } = await claimedOutbox();
    const leaving = { deliverAfter: at, refusedForm: 'blocks', strangeRun: at } as const;
    await held.release(leaving);
    expect(outbox.outbox).toMatchObject({ ...leaving, claimedUntil: null });
    await held.release();
    expect(outbox.outbox).toMatchObject({
      refusedForm: 'blocks',
      strangeRun: at,
      deliverAfter: null,
    });
    await held.clear([first]);
    expect(outbox.outbox).toMatchObject({ refusedForm: null, strangeRun: null });
  });
});

describe('what Slack is known to have', () => {
  it('leaves the store when the outbox is opened again', async () => {
    const { outbox, held, first, accepted } = await claimedOutbox();
    held.accept([first]);
    const open = await openOwing(outbox, accepted);
    expect(open?.outbox.owed.map(({ id }) => id)).toEqual([2]);
    expect(accepted).toEqual(new Set());
  });

  it('is that message and no other: of another outbox, or of a row that was made anew', async () => {
    const { held, first, accepted } = await claimedOutbox();
    held.accept([first]);
    const others = [outboxOf('b', 1, at), outboxOf('a', 1, '2024-05-06T06:30:00.000Z')];
    for (const other of others)
      expect((await openOwing(other, accepted))?.outbox.owed).toHaveLength(1);
  });
});
