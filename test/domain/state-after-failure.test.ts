import { describe, expect, it } from 'vitest';
import type { SeenCluster, SeenPool } from '../../shared/domain/cluster-config.ts';
import { leftBehind } from '../../shared/domain/state-after-failure.ts';

const pool = (name: string, provisioningState: string, size = 0): SeenPool => ({
  name,
  provisioningState,
  requestedVersion: '1.33.2',
  error: size === 0 ? null : { code: 'Full', message: 'x'.repeat(size), target: null, details: [] },
});
const cluster: SeenCluster = {
  provisioningState: 'Failed',
  requestedVersion: '1.33.2',
  pools: [pool('b', 'Succeeded'), pool('a', 'Failed')],
  config: { apiVersion: 'x', kubernetes: null, power: null, settings: {}, pools: [] },
};

const names = (left: ReturnType<typeof leftBehind>) => left.map((one) => one.pool);

describe('what a failure left behind', () => {
  it('is the cluster, then the pools, the troubled ones first; what is well has no version and no error', () => {
    const error = { code: 'Full', message: 'x', target: null, details: [] };
    expect(leftBehind(cluster, [pool('b', 'Succeeded', 1), pool('a', 'Failed', 1)])).toEqual([
      { pool: null, provisioningState: 'Failed', requestedVersion: '1.33.2' },
      { pool: 'a', provisioningState: 'Failed', requestedVersion: '1.33.2', error },
      { pool: 'b', provisioningState: 'Succeeded' },
    ]);
  });

  it('is as much of it as can be read', () => {
    expect(names(leftBehind(cluster, null))).toEqual([null, 'a', 'b']);
    expect(names(leftBehind(null, [pool('a', 'Failed')]))).toEqual(['a']);
    expect(leftBehind(null, null)).toEqual([]);
    expect(leftBehind({ ...cluster, provisioningState: '' }, [pool('a', '')])).toEqual([]);
  });

  it('fits into a column of a row, whatever Azure shows', () => {
    const pools = Array.from({ length: 300 }, (_, at) => pool(`p${at}`, 'Failed', 7000));
    const left = leftBehind(cluster, pools);
    expect(left).toHaveLength(101);
    expect(JSON.stringify(left).length).toBeLessThan(32_000);
    expect(left.filter(({ error }) => error !== undefined).length).toBeGreaterThan(1);
  });
});
