import { claimed, isFree, released } from '../mailbox.ts';
import { asPlainText, layOut, type Notice } from '../slack/notice.ts';
import { postTimeoutMs, type PostToSlack, type SlackAnswer } from '../slack/webhook.ts';
import { plus } from '../time.ts';
import type { DeliveryParts } from './deliver.ts';
import type { MailboxChange, OpenOutbox, Outbox } from './outbox.ts';
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

/** A claim outlasts the slowest post and its record; after it, others may take the message for unsent. */
const claimMs = 60_000;
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
  for (let delivered = 0; ;) {
    const open = await outbox.open();
    const [message] = open?.mailbox.owed ?? [];
    if (open === null || message === undefined) return { delivered, left: 0, why: 'done' };
    const left = open.mailbox.owed.length;
    const take: MailboxChange = (mailbox) => released(mailbox, [message.id]);

    const key = `${open.name} ${message.id}`;
    if (accepted.has(key)) {
      await settle(outbox, open, take);
      accepted.delete(key);
      continue;
    }
    if (!isFree(open.mailbox, clock().toISOString())) return { delivered, left, why: 'busy' };
    const turn = await turns.take(lastPost);
    if (turn !== 'taken')
      return { delivered, left, why: turn === 'resting' ? 'resting' : 'noTurn' };
    const claimedAt = clock();
    const claim = await open.write((mailbox) =>
      claimed(mailbox, plus(claimedAt.toISOString(), claimMs)),
    );
    // Somebody else has changed it: look again.
    if (claim === null) continue;

    const latest = Math.min(lastPost, claimedAt.getTime() + claimMs - 2 * postTimeoutMs);
    const post: PostToSlack = async (to, laidOut) => {
      const answer = await parts.post(to, laidOut);
      // Kept at once: whatever of the store fails from here on, it is not sent again.
      if (answer.kind === 'delivered') accepted.add(key);
      return answer;
    };
    const answer = await postNotice(claim.notice(), url, turns, { ...parts, post }, latest);
    if (answer?.kind === 'delivered') {
      await settle(outbox, claim, take);
      accepted.delete(key);
      delivered += 1;
      continue;
    }
    const isRejected = answer?.kind === 'rejected';
    const notBefore = isRejected ? plus(clock().toISOString(), rejectedMs) : null;
    await settle(outbox, claim, (mailbox) => released(mailbox, [], notBefore));
    if (answer === null) return { delivered, left, why: 'noTurn' };
    return { delivered, left, why: isRejected ? 'busy' : 'failed' };
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

/** Writes a change, however often the row is changed meanwhile; a row that is gone needs none. */
async function settle(outbox: Outbox, current: OpenOutbox, change: MailboxChange): Promise<void> {
  for (let open: OpenOutbox | null = current; open !== null; open = await outbox.open()) {
    if ((await open.write(change)) !== null) return;
  }
}
