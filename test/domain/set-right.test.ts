import { describe, expect, it } from 'vitest';
import { restoredIn, stillBroken, withBroken, type Broken } from '../../shared/domain/set-right.ts';
import type { SeenCluster } from '../../shared/domain/cluster-config.ts';
import { minutes } from '../support/operation-builders.ts';

const seenAs = (provisioningState: string, pools: Record<string, string>): SeenCluster => ({
  provisioningState,
  requestedVersion: null,
  pools: Object.entries(pools).map(([name, state]) => ({
    name,
    provisioningState: state,
    requestedVersion: null,
    error: null,
  })),
  config: { apiVersion: 'x', kubernetes: null, power: null, settings: {}, pools: [] },
});
const left = (pool: string | null, provisioningState: string) => ({ pool, provisioningState });

const names = (all: readonly Broken[]) => all.map(({ pool }) => pool ?? 'cluster').join(' ');

describe('what is broken', () => {
  it('is what a failure left failed, each thing once and since its first failure', () => {
    const first = withBroken([], [left(null, 'Failed'), left('a', 'Succeeded')], minutes(1));
    expect(first).toEqual([{ pool: null, since: minutes(1) }]);
    const second = withBroken(first, [left(null, 'Failed'), left('a', 'failed')], minutes(2));
    expect(second).toEqual([...first, { pool: 'a', since: minutes(2) }]);
    expect(withBroken(second, [left('A', 'Failed')], minutes(3))).toBe(second);
  });

  const broken: Broken[] = [
    { pool: null, since: minutes(1) },
    { pool: 'a', since: minutes(1) },
    { pool: 'b', since: minutes(1) },
  ];

  it.each<[string, SeenCluster, string, string]>([
    ['nothing', seenAs('Failed', { a: 'Failed', b: 'Failed' }), '', 'cluster a b'],
    ['one pool', seenAs('Upgrading', { A: 'Succeeded', b: 'Upgrading' }), 'a', 'cluster b'],
    ['all', seenAs('Succeeded', { a: 'Succeeded', b: 'Succeeded' }), 'cluster a b', ''],
    ['a pool that is gone', seenAs('Succeeded', { a: 'Failed' }), 'cluster', 'a'],
    ['nothing that is shown', seenAs('', { a: '' }), '', 'cluster a'],
  ])('is set right as far as Azure shows it: %s', (_what, seen, restored, rest) => {
    expect(names(restoredIn(broken, seen))).toBe(restored);
    expect(names(stillBroken(broken, seen))).toBe(rest);
  });
});
