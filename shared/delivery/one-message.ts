import type { DeliveryNeeds } from './needs.ts';
import { isFree, rejectedMs, type Leaving } from '../domain/claim.ts';
import { asPlainText, layOut } from '../slack/notice-layout.ts';
import { plus } from '../time.ts';
import { claim, openOwing, type Claim, type Written } from './take-claim.ts';
import type { StoredOutbox } from './outboxes.ts';
import type { Turns } from './turns.ts';

/** How far one outbox got. */
export interface OutboxDelivery {
  readonly delivered: number;
  /** Messages that are still owed. */
  readonly left: number;
  /**
   * `done`: nothing is owed any more; `busy`: another sender is at work, or it waits after a refusal;
   * `noTurn`: the channel has no turn before the time is up; `resting`: nor will it, as it does not take
   * messages; `spent`: it answers strangely, and has had this one; `failed`: Slack did not take this one.
   */
  readonly why: 'done' | 'busy' | 'noTurn' | 'resting' | 'spent' | 'failed';
}

/**
 * Sends what an outbox owes, in order. Reads it once; for each message: take a turn, claim by a conditional
 * write, post, and take the message out of the store only after Slack's `ok`. Of two senders one gets the
 * claim; so a message can only double when a sender dies between Slack's acceptance and the record of it.
 */
export async function deliverFrom(
  outbox: StoredOutbox,
  url: string,
  turns: Turns,
  needs: DeliveryNeeds,
  lastPost: number,
): Promise<OutboxDelivery> {
  const { accepted, clock } = needs;
  let delivered = 0;
  let open = await openOwing(outbox, accepted);
  for (;;) {
    if (open === null || open.outbox.owed.length === 0) return { delivered, left: 0, why: 'done' };
    const left = open.outbox.owed.length;
    if (!isFree(open.outbox, clock().toISOString())) return { delivered, left, why: 'busy' };
    const turn = await turns.take(lastPost, [open.outbox]);
    if (turn.is !== 'taken')
      return { delivered, left, why: turn.is === 'busy' ? 'noTurn' : turn.is };
    const held = await claim(outbox, open, accepted, clock);
    if (held === null) {
      // Whoever was in the way has changed the row, so it is read again.
      open = await openOwing(outbox, accepted);
      continue;
    }
    const { end, written } = await sendOldest(
      held,
      url,
      turns,
      needs,
      Math.min(lastPost, held.lastPost),
    );
    if (end === 'delivered') delivered += 1;
    else if (end !== 'anotherForm') return { delivered, left, why: end };
    open = written === null ? await openOwing(outbox, accepted) : written.open;
  }
}

/** What came of one post. */
interface Sent {
  readonly end: 'delivered' | 'anotherForm' | 'busy' | 'noTurn' | 'failed';
  /** The outbox afterwards; `null`: others changed it too often, so it must be read again. */
  readonly written: Written | null;
}

/**
 * Posts the oldest message of a claimed outbox, and writes down what came of it. One whose form Slack refuses is
 * plain text from then on, whoever sends it next.
 */
async function sendOldest(
  held: Claim,
  url: string,
  turns: Turns,
  { post, clock, log }: DeliveryNeeds,
  lastPost: number,
): Promise<Sent> {
  const { outbox } = held.open;
  const [message] = outbox.owed;
  const [notice] = held.open.notices();
  const isLate = clock().getTime() > lastPost;
  if (message === undefined || notice === undefined || isLate) {
    return { end: isLate ? 'noTurn' : 'busy', written: await held.release() };
  }
  const isPlain = outbox.refusedForm === 'blocks';
  const laidOut = isPlain ? asPlainText(notice) : layOut(notice);
  const answer = await post(url, laidOut);
  // Kept at once: whatever of the store fails from here on, it is not sent again.
  if (answer.meaning === 'delivered') held.accept([message]);
  const strangeRun = await turns.note(answer);
  switch (answer.meaning) {
    case 'delivered':
      return { end: 'delivered', written: await held.clear([message]) };
    case 'rejected': {
      const rests: Leaving = { deliverAfter: plus(clock().toISOString(), rejectedMs) };
      const written = await held.release(isPlain ? rests : { refusedForm: 'blocks' });
      if (isPlain) return { end: 'busy', written };
      log.error('Slack refused a message; it is sent as plain text instead.', {
        code: answer.code,
        message: laidOut,
      });
      return { end: 'anotherForm', written };
    }
    case 'strange':
      return { end: 'failed', written: await held.release({ strangeRun }) };
    case 'throttled':
    case 'refused':
    case 'ambiguous':
      return { end: 'failed', written: await held.release() };
  }
}
