import { claimed, claimMs, released, type Leaving } from '../domain/claim.ts';
import type { OwedMessage } from '../domain/outbox.ts';
import { postTimeoutMs } from '../slack/webhook.ts';
import { retryOnConflict } from '../store/table.ts';
import { plus, type Clock } from '../time.ts';
import type { OutboxChange, OpenOutbox, StoredOutbox } from './outboxes.ts';

/**
 * The names of messages that Slack has accepted and the store has not recorded yet. Kept for the life of the process: if
 * the store fails in between, they are recorded later instead of being sent again.
 */
export type Accepted = Set<string>;

/**
 * Opens an outbox, clearing what Slack is known to have; `null` when it is gone, owes nothing, or is changed too often
 * by others to be cleared now.
 */
export async function openOwing(
  outbox: StoredOutbox,
  accepted: Accepted,
): Promise<OpenOutbox | null> {
  for (;;) {
    const open = await outbox.open();
    if (open === null || open.outbox.owed.length === 0) return null;
    const taken = open.outbox.owed.filter((message) => accepted.has(open.nameOf(message)));
    if (taken.length === 0) return open;
    // Read again after a write that took several attempts: other messages may be owed by now.
    if ((await record(outbox, open, taken, accepted)) === null) return null;
  }
}

/** An outbox as it was written: so it needs not be read again to send its next message. */
export interface Written {
  /** `null`: its row is gone. */
  readonly open: OpenOutbox | null;
}

/** A right to send messages of one outbox that nobody else has, until it ends. */
export interface Claim {
  readonly open: OpenOutbox;
  /** No post for it may begin after this time, in milliseconds since the epoch: it might outlast the claim. */
  readonly lastPost: number;
  /** Remembers, at once and in this process, that Slack has messages. */
  accept(messages: readonly OwedMessage[]): void;
  /** Takes the accepted messages out of the store and ends the claim. */
  clear(messages: readonly OwedMessage[]): Promise<Written | null>;
  /** Ends the claim when Slack took no message, and stores for the next sender what came of the post. */
  release(leaving?: Leaving): Promise<Written | null>;
}

/** Claims an outbox by a conditional write; `null` when somebody else has changed it meanwhile. */
export async function claim(
  outbox: StoredOutbox,
  ready: OpenOutbox,
  accepted: Accepted,
  clock: Clock,
): Promise<Claim | null> {
  const now = clock();
  const until = plus(now.toISOString(), claimMs);
  const open = await ready.write((owing) => claimed(owing, until));
  if (open === null) return null;
  return {
    open,
    lastPost: now.getTime() + claimMs - 2 * postTimeoutMs,
    accept(messages) {
      for (const message of messages) accepted.add(open.nameOf(message));
    },
    clear: async (messages) => await record(outbox, open, messages, accepted),
    release: async (leaving) =>
      await change(outbox, open, () => (owing) => released(owing, [], leaving)),
  };
}

/** Records that Slack has messages: they leave the store, then the memory of this process. As {@link change}. */
async function record(
  outbox: StoredOutbox,
  open: OpenOutbox,
  messages: readonly OwedMessage[],
  accepted: Accepted,
): Promise<Written | null> {
  const names = new Set(messages.map((message) => open.nameOf(message)));
  const written = await change(outbox, open, (current) => {
    // By their names: the row may have been deleted and created again, with other messages under the same IDs.
    const taken = current.outbox.owed.filter((message) => names.has(current.nameOf(message)));
    const ids = taken.map(({ id }) => id);
    return (owing) => released(owing, ids);
  });
  if (written !== null) for (const name of names) accepted.delete(name);
  return written;
}

/**
 * Writes a change, and again if others change the row meanwhile; a row that is gone needs no change. `null` when others
 * change it too often: the claim then ends by itself, and the next sender records what Slack has.
 */
async function change(
  outbox: StoredOutbox,
  current: OpenOutbox,
  changeOf: (open: OpenOutbox) => OutboxChange,
): Promise<Written | null> {
  let open: OpenOutbox | null = current;
  return await retryOnConflict(async () => {
    if (open === null) return { open };
    const written = await open.write(changeOf(open));
    if (written !== null) return { open: written };
    open = await outbox.open();
    return null;
  });
}
