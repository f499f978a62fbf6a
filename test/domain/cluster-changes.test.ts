import { describe, expect, it } from 'vitest';
import { changesBetween, ranAlone } from '../../shared/domain/cluster-changes.ts';
import type { ClusterConfig, PoolConfig } from '../../shared/domain/cluster-config.ts';
import { minutes, seen } from '../support/operation-builders.ts';

const pool: PoolConfig = {
  name: 'userpool',
  kubernetes: '1.32.7',
  count: 4,
  vmSize: 'Standard_D4s_v5',
  nodeImage: 'AKSUbuntu-2204gen2containerd-202610.12.0',
  power: 'Running',
  settings: { autoscaler: 'off', mode: 'User' },
};
const before: ClusterConfig = {
  apiVersion: '2026-10-02-preview',
  kubernetes: '1.32.7',
  power: 'Running',
  settings: { 'SKU tier': 'Free', 'authorized IP ranges': '1#aa', 'local accounts': 'on' },
  pools: [pool],
};
const withPool = (changes: Partial<PoolConfig>): ClusterConfig => ({
  ...before,
  pools: [{ ...pool, ...changes }],
});

describe('what changed between two readings', () => {
  it.each<[string, ClusterConfig, string[]]>([
    ['nothing', before, []],
    ['the version', { ...before, kubernetes: '1.33.2' }, ['Kubernetes 1.32.7 → 1.33.2']],
    ['the power state', { ...before, power: 'Stopped' }, ['power state: Running → Stopped']],
    ['nodes', withPool({ count: 6 }), ['userpool: 4 → 6 nodes']],
    ['nodes, down to one', withPool({ count: 1 }), ['userpool: 4 → 1 node']],
    [
      'the version of a pool',
      withPool({ kubernetes: '1.33.2' }),
      ['userpool: Kubernetes 1.32.7 → 1.33.2'],
    ],
    [
      'the image, of which the version is enough',
      withPool({ nodeImage: 'AKSUbuntu-2204gen2containerd-202611.05.0' }),
      ['userpool: node image 202610.12.0 → 202611.05.0'],
    ],
    [
      'the kind of image',
      withPool({ nodeImage: 'AKSAzureLinux-V3gen2-202611.05.0' }),
      [
        'userpool: node image AKSUbuntu-2204gen2containerd-202610.12.0 → AKSAzureLinux-V3gen2-202611.05.0',
      ],
    ],
    [
      'the size',
      withPool({ vmSize: 'Standard_D8s_v5' }),
      ['userpool: VM size Standard_D4s_v5 → Standard_D8s_v5'],
    ],
    [
      'the power state of a pool',
      withPool({ power: 'Stopped', count: 0 }),
      ['userpool: power state: Running → Stopped'],
    ],
    [
      'the autoscaler',
      withPool({ settings: { ...pool.settings, autoscaler: '3 to 10 nodes' }, count: 9 }),
      ['userpool: autoscaler: off → 3 to 10 nodes'],
    ],
    ['a new pool', { ...before, pools: [pool, { ...pool, name: 'gpu' }] }, ['pool gpu added']],
    [
      'a pool in the place of another',
      withPool({ name: 'spot' }),
      ['pool spot added', 'pool userpool removed'],
    ],
    ['nothing, where it shows no pools', { ...before, pools: [] }, []],
    [
      'settings, and of what is many how many there are',
      {
        ...before,
        settings: {
          'SKU tier': 'Standard',
          'authorized IP ranges': '3#bb',
          'local accounts': 'off',
        },
      },
      ['SKU tier: Free → Standard', 'authorized IP ranges: 1 → 3', 'local accounts: on → off'],
    ],
    [
      'others of as many',
      { ...before, settings: { ...before.settings, 'authorized IP ranges': '1#cc' } },
      ['authorized IP ranges changed'],
    ],
  ])('is said in people’s words: %s', (_what, after, lines) => {
    expect(changesBetween(before, after)).toEqual(lines);
  });

  it.each<[string, Partial<ClusterConfig>]>([
    ['a version', { kubernetes: null }],
    ['a setting', { settings: { 'SKU tier': 'Free' } }],
    [
      'anything of a pool',
      {
        pools: [
          { ...pool, kubernetes: null, count: null, vmSize: null, nodeImage: null, settings: {} },
        ],
      },
    ],
  ])('is nothing where one of them does not show %s', (_what, changes) => {
    expect(changesBetween(before, { ...before, ...changes })).toEqual([]);
    expect(changesBetween({ ...before, ...changes }, before)).toEqual([]);
  });

  it('is no setting where another api-version may show others', () => {
    const after = {
      ...before,
      apiVersion: '2026-08-02-preview',
      kubernetes: '1.33.2',
      settings: {},
    };
    const newSettings = { ...after, settings: { ...before.settings, 'SKU tier': 'Premium' } };
    expect(changesBetween(before, newSettings)).toEqual(['Kubernetes 1.32.7 → 1.33.2']);
  });

  it('is no count of nodes that an autoscaler may have changed', () => {
    const scaled = { ...pool, settings: { ...pool.settings, autoscaler: '3 to 10 nodes' } };
    const from = { ...before, pools: [scaled] };
    expect(changesBetween(from, { ...before, pools: [{ ...scaled, count: 9 }] })).toEqual([]);
  });

  it('has an end, however many pools there are', () => {
    const pools = Array.from({ length: 100 }, (_, at) => ({ ...pool, name: `p${at}` }));
    const lines = changesBetween({ ...before, pools }, before);
    expect([lines.length, lines.at(-1)]).toEqual([51, 'and 51 more changes']);
  });
});

const listed = (operationId: string, start: number | null, end: number | null = null) => ({
  operationId,
  agentPoolName: null,
  seen: seen(end === null ? 'InProgress' : 'Succeeded', {
    startTime: start === null ? null : minutes(start),
    endTime: end === null ? null : minutes(end),
  }),
});

describe('whether an operation ran alone since a reading', () => {
  const own = { operationId: 'Own', startTime: minutes(10) };
  const itself = listed('Own', 10, 20);
  it.each<[string, boolean, ReturnType<typeof listed>[]]>([
    ['only itself, in any case', true, [listed('oWN', 10, 20)]],
    ['the list does not show it, and may lack others', false, []],
    ['the list shows an older one, and not itself', false, [listed('old', 1, 3)]],
    ['another one ended before', true, [itself, listed('old', 1, 3)]],
    ['another one began since', false, [itself, listed('other', 6, 7)]],
    ['another one runs', false, [itself, listed('other', 11)]],
    ['another one began about when it was read', false, [itself, listed('other', 4.5, 4.9)]],
    ['nobody knows when another one ran', false, [itself, listed('other', null)]],
    ['the end of another one is known alone', true, [itself, listed('other', null, 3)]],
  ])('%s: %s', (_what, isAlone, operations) => {
    expect(ranAlone(own, operations, minutes(5))).toBe(isAlone);
  });

  it('is not so where the reading came after its start', () => {
    expect(ranAlone(own, [itself], minutes(10))).toBe(false);
  });
});
