import type { DeliveryNeeds } from './needs.ts';
import pMap from 'p-map';
import { isFree, type Leaving } from '../domain/claim.ts';
import { layOutDigest, mentionsIn, planDigests, type DigestEntry } from '../slack/digest-layout.ts';
import { claim, openOwing, type Claim } from './take-claim.ts';
import type { OpenOutbox, StoredOutbox } from './outboxes.ts';
import type { Turns } from './turns.ts';

/** More messages than this for one channel at a time become a digest. */
export const digestAbove = 5;

/** How far a digest got. */
export interface DigestDelivery {
  readonly delivered: number;
  /** Outboxes that still owe something and may be tried again. */
  readonly left: readonly StoredOutbox[];
  /** Outboxes whose messages Slack does not take in a digest: each is to be sent alone. */
  readonly alone: readonly StoredOutbox[];
  /** Outboxes that owe something which is not to be sent now: another sender is at work, or they wait after a refusal. */
  readonly busy: readonly StoredOutbox[];
  /**
   * `done`: everything was sent, except what others are sending; `again`: something is left, and there is time for it;
   * the other values mean the same as for a single outbox.
   */
  readonly why: 'done' | 'again' | 'noTurn' | 'resting' | 'spent' | 'failed';
}

const rowsAtOnce = 16;

/**
 * Sends what many outboxes owe in as few messages as Slack's limits allow. All are claimed first, so that each
 * message says what it carries and how many messages there are; each is posted in a turn of its own, and each outbox
 * is cleared only after Slack's `ok`.
 */
export async function deliverDigest(
  outboxes: readonly StoredOutbox[],
  url: string,
  turns: Turns,
  needs: DeliveryNeeds,
  lastPost: number,
): Promise<DigestDelivery> {
  const { clock, post, log } = needs;
  const { ready, busy, alone } = await openAll(outboxes, needs);
  const left = new Set(ready.map(({ outbox }) => outbox));
  let delivered = 0;
  const end = (why: DigestDelivery['why']): DigestDelivery => ({
    delivered,
    left: [...left],
    alone,
    busy,
    why,
  });
  if (ready.length === 0) return end('done');

  let turn = await turns.take(
    lastPost,
    ready.map(({ open }) => open.outbox),
  );
  if (turn.is !== 'taken') return end(turn.is === 'busy' ? 'noTurn' : turn.is);
  const { spentRun } = turn;
  const unspent = ready.filter(
    ({ open }) => spentRun === null || open.outbox.strangeRun !== spentRun,
  );
  const held = await claimAll(unspent, needs);
  const release = async (entries: Iterable<DigestEntry>, leaving?: Leaving): Promise<void> =>
    await forEach(entries, async (entry) => void (await held.get(entry)?.claim.release(leaving)));
  const latest = Math.min(lastPost, ...[...held.values()].map((one) => one.claim.lastPost));
  const digests = planDigests([...held.keys()]);
  const pinged = new Set<string>();
  for (const [at, entries] of digests.entries()) {
    const rest = digests.slice(at).flat();
    if (at > 0) turn = await turns.take(latest);
    const isLate = clock().getTime() > latest;
    if (turn.is !== 'taken' || isLate) {
      await release(rest);
      // The claims are for a minute; what is left is claimed anew.
      if (turn.is === 'taken' || turn.is === 'busy')
        return end(latest < lastPost ? 'again' : 'noTurn');
      return end(turn.is);
    }

    const message = layOutDigest(entries, { number: at + 1, of: digests.length, pinged });
    const answer = await post(url, message);
    const carried = entries.flatMap((entry) => held.get(entry) ?? []);
    if (answer.meaning === 'delivered')
      for (const one of carried) one.claim.accept(one.claim.open.outbox.owed);
    const strangeRun = await turns.note(answer);
    if (answer.meaning === 'delivered') {
      await forEach(
        carried,
        async (one) => void (await one.claim.clear(one.claim.open.outbox.owed)),
      );
      for (const one of carried) {
        left.delete(one.outbox);
        delivered += one.claim.open.outbox.owed.length;
      }
      for (const mention of mentionsIn(entries)) pinged.add(mention);
      continue;
    }
    await release(digests.slice(at + 1).flat());
    if (answer.meaning !== 'rejected') {
      await release(entries, answer.meaning === 'strange' ? { strangeRun } : {});
      return end('failed');
    }
    log.error('Slack refused a digest; its messages are sent by themselves instead.', {
      code: answer.code,
      message,
    });
    await release(entries, { refusedForm: 'digest' });
    for (const one of carried) {
      left.delete(one.outbox);
      alone.push(one.outbox);
    }
    return end('again');
  }
  return end('done');
}

/** An outbox that may be sent from. */
interface Ready {
  readonly outbox: StoredOutbox;
  readonly open: OpenOutbox;
}

/** Opens the outboxes, the longest owing first. */
async function openAll(
  outboxes: readonly StoredOutbox[],
  { accepted, clock }: DeliveryNeeds,
): Promise<{ ready: Ready[]; busy: StoredOutbox[]; alone: StoredOutbox[] }> {
  const ready: Ready[] = [];
  const busy: StoredOutbox[] = [];
  const alone: StoredOutbox[] = [];
  await forEach(outboxes, async (outbox) => {
    const open = await openOwing(outbox, accepted);
    if (open === null) return;
    if (!isFree(open.outbox, clock().toISOString())) busy.push(outbox);
    else if (open.outbox.refusedForm !== null) alone.push(outbox);
    else ready.push({ outbox, open });
  });
  return { ready: ready.toSorted((a, b) => byAge(a.outbox, b.outbox)), busy, alone };
}

/** Claims the outboxes that nobody else has changed meanwhile, in the order given; the key is what an outbox says. */
async function claimAll(
  ready: readonly Ready[],
  { accepted, clock }: DeliveryNeeds,
): Promise<Map<DigestEntry, { readonly claim: Claim; readonly outbox: StoredOutbox }>> {
  const claims = await pMap(
    ready,
    async ({ outbox, open }) => ({ outbox, claim: await claim(outbox, open, accepted, clock) }),
    { concurrency: rowsAtOnce },
  );
  return new Map(
    claims.flatMap(({ outbox, claim: held }) => {
      const [first, ...others] = held?.open.notices() ?? [];
      const entry: DigestEntry | null = first === undefined ? null : [first, ...others];
      return held === null || entry === null ? [] : [[entry, { claim: held, outbox }] as const];
    }),
  );
}

function byAge(a: StoredOutbox, b: StoredOutbox): number {
  return a.owedSince < b.owedSince ? -1 : 1;
}

async function forEach<T>(all: Iterable<T>, action: (one: T) => Promise<void>): Promise<void> {
  await pMap(all, action, { concurrency: rowsAtOnce });
}
