import { isFree } from '../mailbox.ts';
import { asPlainText, layOut, type Notice } from '../slack/notice.ts';
import type { PostToSlack, SlackAnswer } from '../slack/webhook.ts';
import { plus } from '../time.ts';
import type { DeliveryParts } from './deliver.ts';
import { claim, openOwing, type Claim } from './mail.ts';
import type { Outbox } from './outbox.ts';
import type { Turns } from './turns.ts';

/** How far one outbox got. */
export interface OutboxDelivery {
  readonly delivered: number;
  /** Messages that are still owed. */
  readonly left: number;
  /**
   * `done`: nothing is owed any more; `busy`: another sender is at work, or it waits after a refusal;
   * `noTurn`: the channel has no turn before the time is up; `resting`: nor will it, as it does not take
   * messages; `failed`: Slack did not take this one.
   */
  readonly why: 'done' | 'busy' | 'noTurn' | 'resting' | 'failed';
}

/** A message that Slack refuses in both its forms is not tried again for this long. */
const rejectedMs = 60 * 60_000;

/**
 * Tells what an outbox owes, in order. For each message: read anew, take a turn, claim by a conditional
 * write, post, and take the message out of the store only after Slack's `ok`. Of two senders one gets the
 * claim; so a message can only double when a sender dies between Slack's acceptance and the record of it.
 */
export async function deliverFrom(
  outbox: Outbox,
  url: string,
  turns: Turns,
  parts: DeliveryParts,
  lastPost: number,
): Promise<OutboxDelivery> {
  const { accepted, clock } = parts;
  for (let delivered = 0; ; delivered += 1) {
    let held: Claim | null = null;
    let left = 0;
    // Until the claim is ours: whoever is in the way has changed the row, so it is looked at again.
    while (held === null) {
      const open = await openOwing(outbox, accepted);
      if (open === null) return { delivered, left: 0, why: 'done' };
      left = open.mailbox.owed.length;
      if (!isFree(open.mailbox, clock().toISOString())) return { delivered, left, why: 'busy' };
      const turn = await turns.take(lastPost);
      if (turn !== 'taken')
        return { delivered, left, why: turn === 'resting' ? 'resting' : 'noTurn' };
      held = await claim(outbox, open, accepted, clock);
    }
    const end = await tellOldest(held, url, turns, parts, Math.min(lastPost, held.lastPost));
    if (end !== 'delivered') return { delivered, left, why: end };
  }
}

/** Posts the oldest message of a claimed outbox, and writes down what came of it. */
async function tellOldest(
  held: Claim,
  url: string,
  turns: Turns,
  parts: DeliveryParts,
  lastPost: number,
): Promise<'delivered' | Exclude<OutboxDelivery['why'], 'done' | 'resting'>> {
  const [message] = held.open.mailbox.owed;
  const [notice] = held.open.notices();
  if (message === undefined || notice === undefined) {
    await held.release();
    return 'busy';
  }
  const post: PostToSlack = async (to, laidOut) => {
    const answer = await parts.post(to, laidOut);
    // Kept at once: whatever of the store fails from here on, it is not sent again.
    if (answer.kind === 'delivered') held.accept([message.id]);
    return answer;
  };
  const answer = await postNotice(notice, url, turns, { ...parts, post }, lastPost);
  switch (answer?.kind) {
    case 'delivered':
      await held.settle([message.id]);
      return 'delivered';
    case 'rejected':
      await held.release(plus(parts.clock().toISOString(), rejectedMs));
      return 'busy';
    case 'throttled':
    case 'refused':
    case 'ambiguous':
      await held.release();
      return 'failed';
    case undefined:
      await held.release();
      return 'noTurn';
  }
}

/** Posts a notice; when Slack refuses its form, once more as plain text in a turn of its own (`null`: none came). */
async function postNotice(
  notice: Notice,
  url: string,
  turns: Turns,
  { post, log }: DeliveryParts,
  latest: number,
): Promise<SlackAnswer | null> {
  const message = layOut(notice);
  const answer = await post(url, message);
  await turns.note(answer);
  if (answer.kind !== 'rejected') return answer;
  log.error('Slack refused a message; it is sent as plain text instead.', {
    code: answer.code,
    message,
  });
  if ((await turns.take(latest)) !== 'taken') return null;
  const plain = await post(url, asPlainText(notice));
  await turns.note(plain);
  return plain;
}
