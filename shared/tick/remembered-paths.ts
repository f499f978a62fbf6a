import type { OddNextPage } from '../domain/reading.ts';
import type { Log } from '../log.ts';

/** What a process remembers from one tick to the next about how Azure is to be asked: it only saves calls. */
export interface Remembered {
  /** Operations that a List did not show completely: they are read one by one. */
  readonly unlisted: UntilWhen;
  /** Operations that are not found at their agent pool's path: the cluster's path is asked first. */
  readonly atCluster: UntilWhen;
  /** Lists whose odd next page was logged already. */
  readonly oddNextPages: Set<string>;
}

/** By tracking ID: until when it is remembered, in milliseconds since the epoch. */
export type UntilWhen = Map<string, number>;

/** How long something is remembered about an operation, in milliseconds. */
const rememberedMs = 10 * 60_000;
/** Odd next pages of at most this many lists are logged. */
const oddNextPagesLogged = 200;

/** Remembers an operation for ten minutes. */
export function remember(operations: UntilWhen, trackingId: string, now: number): void {
  operations.set(trackingId, now + rememberedMs);
}

/** Forgets the operations whose time is over. */
export function forgetOld({ unlisted, atCluster }: Remembered, now: number): void {
  for (const operations of [unlisted, atCluster])
    for (const [trackingId, until] of operations) {
      // A time further ahead was written by a wrong clock.
      if (until <= now || until > now + rememberedMs) operations.delete(trackingId);
    }
}

/** The same list has the same odd next page at each tick, so it is logged once. */
export function logOnce(
  { list, leadsTo }: OddNextPage,
  { oddNextPages, log }: Pick<Remembered, 'oddNextPages'> & { readonly log: Log },
): void {
  if (oddNextPages.has(list) || oddNextPages.size >= oddNextPagesLogged) return;
  oddNextPages.add(list);
  const message =
    'A list of Azure names a next page elsewhere. That page is not read; the items read so far count.';
  log.info(message, { list, leadsTo });
}
