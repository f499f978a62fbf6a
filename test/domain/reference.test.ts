import { armIdOf, parseClusterId } from '../../shared/domain/scope.ts';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  isTrackingId,
  operationArmId,
  parseOperationId,
  parseOperationUrl,
  trackingIdOf,
} from '../../shared/domain/reference.ts';
import { anyReference, hostileText } from '../support/operation-arbitraries.ts';
import { reference } from '../support/operation-builders.ts';

const { subscriptionId, operationId } = reference;
const pool = { ...reference, agentPoolName: 'userpool' };
const provider = 'providers/Microsoft.ContainerService';
const asyncUrl = `https://management.azure.com/subscriptions/${subscriptionId}/${provider}/locations/westeurope/operations/${operationId}?api-version=2016-03-30&t=639&c=MIIH&s=qpK&h=eVY`;

describe('an ARM ID', () => {
  it('is written as ARM writes it', () => {
    expect(operationArmId(pool)).toBe(
      `/subscriptions/${subscriptionId}/resourceGroups/rg-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod-weu/agentPools/userpool/operations/${operationId}`,
    );
  });

  it('is read back to what it was written from', () => {
    fc.assert(
      fc.property(anyReference, (any) => {
        expect(parseOperationId(operationArmId(any))).toEqual(any);
        expect(parseClusterId(armIdOf(any))).toEqual({
          subscriptionId: any.subscriptionId,
          resourceGroupName: any.resourceGroupName,
          resourceName: any.resourceName,
        });
      }),
    );
  });

  it.each([
    ['another case and a slash at its end', `${operationArmId(pool).toUpperCase()}/`],
    ['its own', operationArmId(pool)],
  ])('is read in %s', (_, id) => {
    expect(parseOperationId(id)).not.toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['a cluster', armIdOf(reference)],
    ['a host before it', `https://management.azure.com${operationArmId(reference)}`],
    ['another provider', operationArmId(reference).replace('ContainerService', 'Compute')],
    ['a subscription that is no GUID', operationArmId({ ...reference, subscriptionId: 'prod' })],
    [
      'a resource group with a dot at its end',
      operationArmId({ ...reference, resourceGroupName: 'rg.' }),
    ],
    [
      'a resource group that is too long',
      operationArmId({ ...reference, resourceGroupName: 'r'.repeat(91) }),
    ],
    ['a cluster name that ends with -', operationArmId({ ...reference, resourceName: 'aks-' })],
    [
      'a cluster name that is too long',
      operationArmId({ ...reference, resourceName: 'a'.repeat(64) }),
    ],
    ['a pool name with a dash', operationArmId({ ...reference, agentPoolName: 'user-pool' })],
    ['two dots for an operation', operationArmId({ ...reference, operationId: '..' })],
    ['an escaped slash', operationArmId({ ...reference, operationId: 'a%2F..%2Fb' })],
    ['a query string', `${operationArmId(reference)}?api-version=1`],
    ['a fragment', `${operationArmId(reference)}#x`],
    ['a backslash', operationArmId({ ...reference, operationId: 'a\\b' })],
    ['an invisible character', operationArmId({ ...reference, operationId: 'a\u202eb' })],
    ['an operation ID without end', operationArmId({ ...reference, operationId: 'x'.repeat(257) })],
    ['something after it', `${operationArmId(reference)}/cancel`],
  ])('is refused with %s', (_, id) => {
    expect(parseOperationId(id)).toBeNull();
  });

  it('never throws, and never yields a part that could change a URL or a table key', () => {
    const idLike = fc
      .tuple(anyReference, hostileText, hostileText, fc.boolean())
      .map(([any, group, operation, isWhole]) =>
        operationArmId({
          ...any,
          operationId: operation,
          resourceGroupName: isWhole ? any.resourceGroupName : group,
        }),
      );
    fc.assert(
      fc.property(fc.oneof(idLike, hostileText, fc.webUrl()), (text) => {
        const parsed = [parseOperationId(text), parseClusterId(text), parseOperationUrl(text)];
        for (const part of parsed.flatMap((found) => Object.values(found ?? {}))) {
          expect(part ?? '').not.toMatch(/[/?#\\%\s\p{C}]/u);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('an Azure-AsyncOperation URL', () => {
  it('yields the subscription and the operation, and nothing of its signature', () => {
    expect(parseOperationUrl(asyncUrl)).toEqual({ subscriptionId, operationId });
  });

  it.each([
    ['of a sovereign cloud', asyncUrl.replace('azure.com', 'usgovcloudapi.net')],
    ['as the Location header has it', asyncUrl.replace('/operations/', '/operationresults/')],
    ['in capitals', asyncUrl.toUpperCase()],
  ])('is read %s', (_, url) => {
    expect(parseOperationUrl(url)?.operationId.toLowerCase()).toBe(operationId);
  });

  it.each([
    ['no URL', 'westeurope/operations/1'],
    ['a cluster’s operation', `https://management.azure.com${operationArmId(reference)}`],
    ['another provider', asyncUrl.replace('ContainerService', 'Compute')],
    ['the path in its query', `https://x.example/?${asyncUrl}`],
    ['an escaped slash', asyncUrl.replace(operationId, 'a%2Fb')],
  ])('is refused when it is %s', (_, url) => {
    expect(parseOperationUrl(url)).toBeNull();
  });
});

describe('the tracking ID', () => {
  it('is the same in any case of letters, at the cluster and at the pool', () => {
    const ids = [
      reference,
      pool,
      { ...pool, resourceGroupName: 'RG-Prod', operationId: operationId.toUpperCase() },
      { ...reference, subscriptionId: subscriptionId.toUpperCase(), resourceName: 'AKS-Prod-WEU' },
    ].map(trackingIdOf);
    expect(new Set(ids).size).toBe(1);
  });

  it.each([
    ['subscription', { subscriptionId: '99999999-2222-3333-4444-555555555555' }],
    ['resource group', { resourceGroupName: 'rg-test' }],
    ['cluster', { resourceName: 'aks-prod-neu' }],
    ['operation', { operationId: 'other' }],
  ])('differs by %s', (_, change) => {
    expect(trackingIdOf({ ...reference, ...change })).not.toBe(trackingIdOf(reference));
  });

  it('is safe in a URL, is recognised, and begins with the subscription', () => {
    fc.assert(
      fc.property(anyReference, (any) => {
        const id = trackingIdOf(any);
        expect(encodeURIComponent(id)).toBe(id);
        expect(isTrackingId(id) && isTrackingId(id.toUpperCase())).toBe(true);
        expect(id.startsWith(`${any.subscriptionId.toLowerCase()}.`)).toBe(true);
      }),
    );
  });

  it.each(['', 'x', `${trackingIdOf(reference)}0`, trackingIdOf(reference).replace('.', '-')])(
    'is not %j',
    (text) => {
      expect(isTrackingId(text)).toBe(false);
    },
  );
});
