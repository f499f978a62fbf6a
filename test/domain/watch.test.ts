import { expect, it } from 'vitest';
import { subscriptionScope, type Scope } from '../../shared/domain/scope.ts';
import { watchFinder } from '../../shared/domain/watch.ts';

const subscriptionId = '00000000-0000-4000-8000-000000000001';
const cluster = { subscriptionId, resourceGroupName: 'rg-Prod', resourceName: 'aks-1' };
const ofGroup: Scope = { ...cluster, resourceName: null };

it('the watch with the narrowest scope decides for a cluster', () => {
  const [broad, middle, narrow] = [
    { scope: subscriptionScope(subscriptionId) },
    { scope: ofGroup },
    { scope: cluster },
  ] as const;
  const find = watchFinder([broad, narrow, middle]);
  expect(find(cluster)).toBe(narrow);
  expect(find({ ...cluster, resourceName: 'aks-2' })).toBe(middle);
  expect(find({ ...cluster, resourceGroupName: 'rg' })).toBe(broad);
  expect(watchFinder([])(cluster)).toBeNull();
});
