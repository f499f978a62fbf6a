import { describe, expect, it } from 'vitest';
import {
  armIdOf,
  contains,
  isCluster,
  parseClusterId,
  parseGroupId,
  parseSubscriptionId,
  scopeIdOf,
  scopeKey,
  scopesAround,
  subscriptionScope,
  type Scope,
} from '../../shared/domain/scope.ts';
import { anyReference } from '../support/operation-arbitraries.ts';
import { fc } from '../support/properties.ts';

const subscriptionId = '00000000-0000-4000-8000-000000000001';
const ofCluster = { subscriptionId, resourceGroupName: 'rg-Prod', resourceName: 'aks-1' };
const ofGroup: Scope = { ...ofCluster, resourceName: null };
const ofSubscription = subscriptionScope(subscriptionId);

/** A scope of each kind within the one that an operation names. */
const anyScope = fc
  .tuple(anyReference, fc.constantFrom(0, 1, 2))
  .map(([{ subscriptionId: id, resourceGroupName, resourceName }, depth]): Scope => {
    const cluster = { subscriptionId: id, resourceGroupName, resourceName };
    return scopesAround(cluster)[depth] ?? cluster;
  });

describe('a scope', () => {
  it.each<[string, Scope, boolean]>([
    ['the cluster', ofCluster, true],
    [
      'the cluster in another case',
      { ...ofCluster, resourceGroupName: 'RG-prod', resourceName: 'AKS-1' },
      true,
    ],
    ['its group', ofGroup, true],
    ['its subscription', ofSubscription, true],
    ['another cluster', { ...ofCluster, resourceName: 'aks-12' }, false],
    ['another group', { ...ofGroup, resourceGroupName: 'rg' }, false],
    ['a cluster of that name elsewhere', { ...ofCluster, resourceGroupName: 'rg' }, false],
    ['another subscription', subscriptionScope(subscriptionId.replace('1', '2')), false],
  ])('of %s contains the cluster or not', (_, scope, expected) => {
    expect(contains(scope, ofCluster)).toBe(expected);
  });

  it('contains itself and no wider one', () => {
    const all = [ofCluster, ofGroup, ofSubscription];
    expect(all.map((outer) => all.map((inner) => contains(outer, inner)))).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });

  it('is contained by all scopes around it, and ends with its subscription', () => {
    fc.assert(
      fc.property(anyScope, (scope) => {
        const around = scopesAround(scope);
        expect(around.every((wider) => contains(wider, scope))).toBe(true);
        expect(around[0]).toEqual(scope);
        expect(around.at(-1)).toEqual(subscriptionScope(scope.subscriptionId));
        expect(around.map((one) => isCluster(one))).toEqual(
          around.map((_, at) => at === 0 && around.length === 3),
        );
      }),
    );
  });

  it('is read from its ARM ID, with and without a slash at its end', () => {
    fc.assert(
      fc.property(anyScope, fc.constantFrom('', '/'), (scope, end) => {
        const id = `${armIdOf(scope)}${end}`;
        const read = [parseClusterId, parseGroupId, parseSubscriptionId].map((parse) => parse(id));
        expect(read.filter((one) => one !== null)).toEqual([scope]);
      }),
    );
  });

  it('has an ID and a key of its own, whatever the case; the ID is safe in a URL', () => {
    const all = [ofCluster, ofGroup, ofSubscription];
    expect(new Set(all.map(scopeIdOf)).size).toBe(3);
    expect(new Set(all.map(scopeKey)).size).toBe(3);
    for (const id of all.map(scopeIdOf)) expect(id).toMatch(/^[0-9a-f-]{36}\.[0-9a-f]{32}$/);
    const capitals = { ...ofGroup, resourceGroupName: 'RG-PROD' };
    expect(scopeIdOf(capitals)).toBe(scopeIdOf(ofGroup));
    expect(scopeKey(capitals)).toBe(scopeKey(ofGroup));
  });
});
