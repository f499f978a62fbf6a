import { clocksDifferMs, plus, type IsoTime } from '../time.ts';
import type { ClusterConfig, PoolConfig, Settings } from './cluster-config.ts';
import { nameKey, sameName } from './azure-names.ts';
import type { ListedOperation } from './reading.ts';

/** So many lines say what changed; one more says how many are left out. */
const mostLines = 50;

/**
 * What differs between two readings of a cluster, in words: `Kubernetes 1.32.7 → 1.33.2`, `userpool: 4 → 6 nodes`,
 * `pool gpu added`. What one of them does not show is no difference.
 */
export function changesBetween(before: ClusterConfig, after: ClusterConfig): string[] {
  const isComparable = before.apiVersion === after.apiVersion;
  const settings = (from: Settings, to: Settings): string[] =>
    isComparable ? settingChanges(from, to) : [];
  const pools = poolPairs(before.pools, after.pools);
  const lines = [
    ...versionChange(before.kubernetes, after.kubernetes),
    ...change('power state: ', before.power, after.power),
    ...pools.flatMap(({ name, from, to }) => {
      if (from === undefined) return [`pool ${name} added`];
      if (to === undefined) return [`pool ${name} removed`];
      // A cluster that stops or starts takes its pools along.
      const isOwn = before.power === after.power;
      return [
        ...poolChanges(from, to),
        ...(isOwn ? change('power state: ', from.power, to.power) : []),
        ...settings(from.settings, to.settings),
      ].map((line) => `${name}: ${line}`);
    }),
    ...settings(before.settings, after.settings),
  ];
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `and ${lines.length - mostLines} more changes`];
}

interface PoolPair {
  readonly name: string;
  readonly from: PoolConfig | undefined;
  readonly to: PoolConfig | undefined;
}

function poolPairs(before: readonly PoolConfig[], after: readonly PoolConfig[]): PoolPair[] {
  // No cluster is without pools: one of the two does not show them.
  if (before.length === 0 || after.length === 0) return [];
  const [from, to] = [before, after].map(
    (pools) => new Map(pools.map((pool) => [nameKey(pool.name), pool])),
  );
  const names = new Map([...before, ...after].map(({ name }) => [nameKey(name), name]));
  return [...names]
    .toSorted(([a], [b]) => Number(a > b) - Number(a < b))
    .map(([key, name]) => ({ name, from: from?.get(key), to: to?.get(key) }));
}

function poolChanges(from: PoolConfig, to: PoolConfig): string[] {
  return [
    ...countChange(from, to),
    ...versionChange(from.kubernetes, to.kubernetes),
    ...imageChange(from.nodeImage, to.nodeImage),
    ...change('VM size ', from.vmSize, to.vmSize),
  ];
}

/** Whether it is one of the versions that `minor` stands for. */
function isWithin(version: string | null, minor: string | null): boolean {
  return `${version}.`.startsWith(`${minor}.`);
}

/** `1.33` stands for one of its patches: where one reading shows that and the other a patch, nothing has changed. */
function versionChange(from: string | null, to: string | null): string[] {
  return isWithin(from, to) || isWithin(to, from) ? [] : change('Kubernetes ', from, to);
}

function countChange(from: PoolConfig, to: PoolConfig): string[] {
  if (from.count === null || to.count === null || from.count === to.count) return [];
  // The autoscaler may have done it, at any time; and what a stopped pool counts is not known.
  if (isAutoscaled(from) || isAutoscaled(to) || from.power !== to.power) return [];
  return [`${from.count} → ${to.count} ${to.count === 1 ? 'node' : 'nodes'}`];
}

/** What {@link PoolConfig.settings} calls the autoscaler, and its value where it is off. */
export const autoscaler = { name: 'autoscaler', off: 'off' } as const;

function isAutoscaled({ settings }: PoolConfig): boolean {
  return (settings[autoscaler.name] ?? autoscaler.off) !== autoscaler.off;
}

/** Of two images of one kind the versions alone: `AKSUbuntu-2204gen2containerd-202610.12.0` is long. */
function imageChange(from: string | null, to: string | null): string[] {
  const [kind, version] = imageParts(from);
  const [otherKind, otherVersion] = imageParts(to);
  const isOneKind = kind !== null && kind === otherKind;
  return isOneKind ? change('node image ', version, otherVersion) : change('node image ', from, to);
}

function imageParts(image: string | null): [kind: string | null, version: string | null] {
  const [, kind, version] = /^(.+)-(\d[\d.]*)$/.exec(image ?? '') ?? [];
  return [kind ?? null, version ?? null];
}

function settingChanges(from: Settings, to: Settings): string[] {
  return Object.keys(to)
    .filter((name) => Object.hasOwn(from, name))
    .flatMap((name) => {
      const [before, after] = [from[name] ?? '', to[name] ?? ''];
      const [shownBefore = '', shownAfter = ''] = [before, after].map((value) =>
        value.replace(/#.*$/, ''),
      );
      if (sameName(before, after)) return [];
      return shownBefore === shownAfter
        ? [`${name} changed`]
        : [`${name}: ${shownBefore} → ${shownAfter}`];
    });
}

function change(what: string, from: string | null, to: string | null): string[] {
  // Azure writes one name in several letter cases.
  return from === null || to === null || sameName(from, to) ? [] : [`${what}${from} → ${to}`];
}

/** An operation of which it is asked whether it ran alone. */
interface Alone {
  readonly operationId: string;
  /** As ARM says. */
  readonly startTime: IsoTime;
}

/**
 * Whether no other operation can have changed the cluster between a reading at `since`, while nothing ran, and now:
 * else nobody knows which of them did it.
 *
 * @param listed the cluster's newest operations
 */
export function ranAlone(
  { operationId, startTime }: Alone,
  listed: readonly ListedOperation[],
  since: IsoTime,
): boolean {
  if (startTime <= since) return false;
  const certainlyBefore = plus(since, -clocksDifferMs);
  const others = listed.filter((other) => !sameName(other.operationId, operationId));
  // A list that does not show this operation may lack others as well.
  if (others.length === listed.length) return false;
  return others.every(({ seen }) => {
    // What had begun when nothing ran had ended as well.
    const known = seen.startTime ?? seen.endTime;
    return known !== null && known < certainlyBefore;
  });
}
