import pMap from 'p-map';
import { isFree } from '../mailbox.ts';
import { layOutDigest, planDigests, type DigestEntry } from '../slack/digest.ts';
import type { DeliveryParts } from './deliver.ts';
import { claim, openOwing, type Claim } from './mail.ts';
import type { OpenOutbox, Outbox } from './outbox.ts';
import type { Turns } from './turns.ts';

/** How far a digest got. */
export interface DigestDelivery {
  readonly delivered: number;
  /** Outboxes that still owe something and may be tried again. */
  readonly left: readonly Outbox[];
  /** Outboxes that owe something which is not to be sent now: another sender is at work, or they wait after a refusal. */
  readonly busy: readonly Outbox[];
  /**
   * `done`: all was told that nobody else is telling; `rejected`: Slack refuses the digest's form; the others as
   * of a single outbox.
   */
  readonly why: 'done' | 'noTurn' | 'resting' | 'failed' | 'rejected';
}

const rowsAtOnce = 16;

/**
 * Tells what many outboxes owe in as few messages as Slack's limits allow. Each of these is a delivery of its
 * own: its outboxes are claimed, it is posted in a turn, and each outbox is cleared only after Slack's `ok`.
 */
export async function deliverDigest(
  outboxes: readonly Outbox[],
  url: string,
  turns: Turns,
  parts: DeliveryParts,
  lastPost: number,
): Promise<DigestDelivery> {
  const { accepted, clock, post, log } = parts;
  const { opened, busy } = await openAll(outboxes, parts);
  const left = new Set([...opened.values()].map(({ outbox }) => outbox));
  let delivered = 0;
  const end = (why: DigestDelivery['why']): DigestDelivery => ({
    delivered,
    left: [...left],
    busy,
    why,
  });

  const all = openedEntries(opened);
  const digests = planDigests(all);
  let number = 1;
  let of = digests.length;
  for (const planned of digests) {
    const turn = await turns.take(lastPost);
    if (turn !== 'taken') return end(turn === 'resting' ? 'resting' : 'noTurn');
    const claims = new Map<DigestEntry, { claim: Claim; outbox: Outbox }>();
    await pMap(
      planned,
      async (entry) => {
        const found = opened.get(entry);
        if (found === undefined) return;
        const held = await claim(found.outbox, found.open, accepted, clock);
        if (held !== null) claims.set(entry, { claim: held, outbox: found.outbox });
      },
      { concurrency: rowsAtOnce },
    );
    const held = [...claims.values()];
    const release = async (): Promise<void> => {
      await pMap(held, async (one) => await one.claim.release(), { concurrency: rowsAtOnce });
    };
    if (held.some((one) => clock().getTime() > one.claim.lastPost)) {
      await release();
      return end('noTurn');
    }
    // In the order that was planned; what others have changed meanwhile is theirs, or the next tick's.
    const entries = planned.filter((entry) => claims.has(entry));
    if (entries.length === 0) {
      of -= 1;
      continue;
    }

    const message = layOutDigest(entries, { number, of, all });
    number += 1;
    const answer = await post(url, message);
    if (answer.kind === 'delivered')
      for (const one of held) one.claim.accept(idsOf(one.claim.open));
    await turns.note(answer);
    if (answer.kind === 'delivered') {
      await pMap(held, async (one) => await one.claim.settle(idsOf(one.claim.open)), {
        concurrency: rowsAtOnce,
      });
      for (const one of held) {
        left.delete(one.outbox);
        delivered += one.claim.open.mailbox.owed.length;
      }
      continue;
    }
    await release();
    if (answer.kind !== 'rejected') return end('failed');
    log.error('Slack refused a digest; its messages are sent by themselves instead.', {
      code: answer.code,
      message,
    });
    return end('rejected');
  }
  return end('done');
}

type Opened = Map<DigestEntry, { readonly outbox: Outbox; readonly open: OpenOutbox }>;

/** Opens what is owed; what it says is the key. */
async function openAll(
  outboxes: readonly Outbox[],
  { accepted, clock }: DeliveryParts,
): Promise<{ opened: Opened; busy: Outbox[] }> {
  const opened: Opened = new Map();
  const busy: Outbox[] = [];
  await pMap(
    outboxes,
    async (outbox) => {
      const open = await openOwing(outbox, accepted);
      if (open === null) return;
      const [first, ...others] = open.notices();
      const isReady = first !== undefined && isFree(open.mailbox, clock().toISOString());
      if (isReady) opened.set([first, ...others], { outbox, open });
      else busy.push(outbox);
    },
    { concurrency: rowsAtOnce },
  );
  return { opened, busy };
}

/** Whoever owes longest comes first among equals. */
function openedEntries(opened: Opened): DigestEntry[] {
  return [...opened]
    .toSorted(([, a], [, b]) => (a.outbox.owedSince < b.outbox.owedSince ? -1 : 1))
    .map(([entry]) => entry);
}

function idsOf(open: OpenOutbox): number[] {
  return open.mailbox.owed.map(({ id }) => id);
}
