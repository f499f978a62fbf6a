import { describe, expect, it } from 'vitest';
import {
  covers,
  clusterKeyOf,
  watchFinder,
  watchIdOf,
  type WatchScope,
} from '../../shared/domain/watch.ts';

const subscriptionId = '00000000-0000-4000-8000-000000000001';
const cluster = { subscriptionId, resourceGroupName: 'rg-Prod', resourceName: 'aks-1' };
const ofCluster: WatchScope = cluster;
const ofGroup: WatchScope = { ...cluster, resourceName: null };
const ofSubscription: WatchScope = { ...ofGroup, resourceGroupName: null };

describe('a watch', () => {
  it.each<[string, WatchScope, boolean]>([
    ['itself', ofCluster, true],
    [
      'in another case',
      { ...ofCluster, resourceGroupName: 'RG-prod', resourceName: 'AKS-1' },
      true,
    ],
    ['its group', ofGroup, true],
    ['its subscription', ofSubscription, true],
    ['another cluster', { ...ofCluster, resourceName: 'aks-12' }, false],
    ['another group', { ...ofGroup, resourceGroupName: 'rg' }, false],
    ['a cluster of that name elsewhere', { ...ofCluster, resourceGroupName: 'rg' }, false],
    [
      'another subscription',
      { ...ofSubscription, subscriptionId: subscriptionId.replace('1', '2') },
      false,
    ],
  ])('of %s covers the cluster or not', (_, scope, expected) => {
    expect(covers(scope, cluster)).toBe(expected);
  });

  it('with the narrowest scope decides', () => {
    const [broad, middle, narrow] = [ofSubscription, ofGroup, ofCluster].map((scope) => ({
      scope,
    }));
    const all = [broad, narrow, middle].flatMap((one) => one ?? []);
    expect(watchFinder(all)(cluster)).toBe(narrow);
    expect(watchFinder(all)({ ...cluster, resourceName: 'aks-2' })).toBe(middle);
    expect(watchFinder(all)({ ...cluster, resourceGroupName: 'rg' })).toBe(broad);
    expect(watchFinder([])(cluster)).toBeNull();
  });

  it('has an ID of its scope, whatever the case, that is safe in a URL', () => {
    const ids = [ofCluster, ofGroup, ofSubscription].map(watchIdOf);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}\.[0-9a-f]{32}$/);
    expect(watchIdOf({ ...ofGroup, resourceGroupName: 'RG-PROD' })).toBe(watchIdOf(ofGroup));
    expect(clusterKeyOf({ ...cluster, resourceName: 'AKS-1' })).toBe(clusterKeyOf(cluster));
  });
});
