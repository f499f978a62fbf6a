import { elapsed, isCredible, latest, type IsoTime } from '../time.ts';
import { configKey, isSettled, type SeenCluster } from './cluster-config.ts';
import { outboxLimit, owing } from './outbox.ts';
import { restoredIn, stillBroken } from './set-right.ts';
import type { SetRightMessage, WatchedCluster } from './watch.ts';

/** What a tick knows of {@link WatchedCluster.settled} without having loaded it. */
export interface SettledMark {
  /** `null`: it was never read while nothing ran. */
  readonly settledAt: IsoTime | null;
  /** See {@link configKey}. */
  readonly settledKey: string | null;
}

/**
 * After this long a configuration that is the same is written down again, in milliseconds: with an old one, an
 * operation that nobody saw may have run since.
 */
const refreshedAfterMs = 55 * 60_000;

/** Whether a reading of a watched cluster shows what was there before the next operation, and was not kept yet. */
export function isNewBefore(
  { settledAt, settledKey }: SettledMark,
  seen: SeenCluster,
  at: IsoTime,
): boolean {
  if (!isSettled(seen) || (settledAt !== null && isAsNew(settledAt, at))) return false;
  return (
    settledAt === null ||
    settledKey !== configKey(seen.config) ||
    Math.abs(elapsed(settledAt, at)) >= refreshedAfterMs
  );
}

/** Whether what is kept is no older than a reading. One far ahead was written by a clock that was wrong: it is replaced. */
function isAsNew(keptAt: IsoTime, at: IsoTime): boolean {
  return keptAt >= at && isCredible(keptAt, at, refreshedAfterMs);
}

/** The mark of what a row holds. */
export function markOf({ settled }: Pick<WatchedCluster, 'settled'>): SettledMark {
  return {
    settledAt: settled?.at ?? null,
    settledKey: settled === null ? null : configKey(settled.config),
  };
}

/** The cluster with a reading as what was there before the next operation, if it is one. */
export function withBefore(
  cluster: WatchedCluster,
  { config, ...seen }: SeenCluster,
  at: IsoTime,
): WatchedCluster {
  const { settled } = cluster;
  const isNew = settled === null || !isAsNew(settled.at, at);
  return isNew && isSettled({ config, ...seen })
    ? { ...cluster, settled: { at, config } }
    : cluster;
}

/**
 * Whether a list of clusters, and no operation, has set right what was broken: nothing has failed or runs now, that
 * was so at a reading before, and a look since then has found the operation that did it, if one did.
 */
export function isRightByItself(
  { broken, settled, lastLookAt }: WatchedCluster,
  seen: SeenCluster,
): boolean {
  const [first, ...others] = broken.map(({ since }) => since);
  if (first === undefined || settled === null || !isSettled(seen)) return false;
  return settled.at > latest(first, ...others) && (lastLookAt ?? '') > settled.at;
}

/**
 * The cluster without what is set right or gone, and the message owed about what no ending has said.
 *
 * @param said operations (their tracking IDs) whose endings have said what is set right
 */
export function withSetRight(
  cluster: WatchedCluster,
  seen: SeenCluster,
  at: IsoTime,
  isPosted: boolean,
  said: ReadonlySet<string>,
): WatchedCluster {
  const { broken, outbox } = cluster;
  const restored = restoredIn(broken, seen)
    .filter(({ by }) => by === undefined || !said.has(by))
    .map(({ pool, since }) => ({ pool, since }));
  const isOwed = isPosted && restored.length > 0 && outbox.owed.length < outboxLimit;
  return {
    ...cluster,
    broken: stillBroken(broken, seen),
    outbox: isOwed ? owing(outbox, (id): SetRightMessage => ({ id, at, restored })) : outbox,
  };
}
