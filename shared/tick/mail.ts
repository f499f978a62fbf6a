import { claimed, released } from '../mailbox.ts';
import { postTimeoutMs } from '../slack/webhook.ts';
import { plus, type Clock } from '../time.ts';
import type { MailboxChange, OpenOutbox, Outbox } from './outbox.ts';

/** A claim outlasts the slowest post and its record; after it, others may take the messages for unsent. */
const claimMs = 60_000;

/**
 * Messages that Slack took but the store did not yet hear of, kept for the life of the process: when the store
 * fails between the two, they are recorded later instead of being sent again.
 */
export type Accepted = Set<string>;

/** Opens an outbox, clearing what Slack is known to have; `null` when it is gone or owes nothing. */
export async function openOwing(outbox: Outbox, accepted: Accepted): Promise<OpenOutbox | null> {
  for (;;) {
    const open = await outbox.open();
    if (open === null || open.mailbox.owed.length === 0) return null;
    const taken = open.mailbox.owed
      .map(({ id }) => id)
      .filter((id) => accepted.has(keyOf(open, id)));
    if (taken.length === 0) return open;
    await settle(outbox, open, (mailbox) => released(mailbox, taken));
    for (const id of taken) accepted.delete(keyOf(open, id));
  }
}

/** A right to send messages of one outbox that nobody else has, until it ends. */
export interface Claim {
  readonly open: OpenOutbox;
  /** No post for it may begin after this time, in milliseconds since the epoch: it might outlast the claim. */
  readonly lastPost: number;
  /** Remembers, at once and in this process, that Slack has messages. */
  accept(ids: readonly number[]): void;
  /** Takes the accepted messages out of the store and ends the claim. */
  settle(ids: readonly number[]): Promise<void>;
  /** Ends the claim without a message taken; `deliverAfter`: nor is one tried before. */
  release(deliverAfter?: string | null): Promise<void>;
}

/** Claims an outbox by a conditional write; `null` when somebody else has changed it meanwhile. */
export async function claim(
  outbox: Outbox,
  ready: OpenOutbox,
  accepted: Accepted,
  clock: Clock,
): Promise<Claim | null> {
  const now = clock();
  const until = plus(now.toISOString(), claimMs);
  const open = await ready.write((mailbox) => claimed(mailbox, until));
  if (open === null) return null;
  return {
    open,
    lastPost: now.getTime() + claimMs - 2 * postTimeoutMs,
    accept(ids) {
      for (const id of ids) accepted.add(keyOf(open, id));
    },
    async settle(ids) {
      await settle(outbox, open, (mailbox) => released(mailbox, ids));
      for (const id of ids) accepted.delete(keyOf(open, id));
    },
    async release(deliverAfter = null) {
      await settle(outbox, open, (mailbox) => released(mailbox, [], deliverAfter));
    },
  };
}

function keyOf(open: OpenOutbox, id: number): string {
  return `${open.name} ${id}`;
}

/** Writes a change, however often the row is changed meanwhile; a row that is gone needs none. */
async function settle(outbox: Outbox, current: OpenOutbox, change: MailboxChange): Promise<void> {
  for (let open: OpenOutbox | null = current; open !== null; open = await outbox.open()) {
    if ((await open.write(change)) !== null) return;
  }
}
