import { describe, expect, it } from 'vitest';
import { operationEventNames } from '../../shared/domain/tracked.ts';
import { parseWatchRequest } from '../../shared/requests/watch-request.ts';
import { fc } from '../support/properties.ts';

const subscriptionId = '00000000-0000-4000-8000-00000000000A';
const resourceGroupId = `/subscriptions/${subscriptionId}/resourceGroups/rg-1`;
const clusterId = `${resourceGroupId}/providers/Microsoft.ContainerService/managedClusters/aks-1`;
const channels = new Set(['default', 'payments']);

const whole = { subscriptionId, resourceGroupName: null, resourceName: null };
const group = { ...whole, resourceGroupName: 'rg-1' };

describe('a request for a watch', () => {
  it.each([
    ['a cluster', { clusterId }, { ...group, resourceName: 'aks-1' }],
    ['a resource group', { resourceGroupId }, group],
    ['a resource group, with a slash', { resourceGroupId: `${resourceGroupId}/` }, group],
    ['a subscription', { subscriptionId }, whole],
    ['a subscription, as an ARM ID', { subscriptionId: `/subscriptions/${subscriptionId}` }, whole],
  ])('names %s', (_, body, scope) => {
    expect(parseWatchRequest(body, channels)).toEqual({ request: { scope, options: {} } });
  });

  it('gives options, also the channel and the events to post, each event once', () => {
    const options = { label: ' team ', channel: 'PAYMENTS', mention: 'here' };
    const events = ['finished', 'started', 'finished'];
    expect(parseWatchRequest({ clusterId, ...options, events }, channels)).toMatchObject({
      request: {
        options: {
          label: 'team',
          channel: 'payments',
          mention: 'here',
          events: ['started', 'finished'],
        },
      },
    });
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', {}, ['']],
    ['no object', [], ['']],
    ['two scopes', { clusterId, subscriptionId }, ['']],
    ['a wrong cluster', { clusterId: `${clusterId}/agentPools/np1` }, ['/clusterId']],
    ['a wrong group', { resourceGroupId: clusterId }, ['/resourceGroupId']],
    ['a wrong subscription', { subscriptionId: 'mine' }, ['/subscriptionId']],
    ['an unknown event', { clusterId, events: ['finished', 'exploded'] }, ['/events']],
    ['events that are no list', { clusterId, events: 'finished' }, ['/events']],
    [
      'everything wrong at once',
      { clusterId: 1, label: '', channel: 'nowhere', mention: '@me', events: {}, more: 1 },
      ['/clusterId', '/label', '/mention', '/events', '/more', '/channel'],
    ],
  ])('with %s is refused, with every problem', (_, body, pointers) => {
    const parsed = parseWatchRequest(body, channels);
    const found = 'problems' in parsed ? parsed.problems.map(({ pointer }) => pointer) : [];
    expect(found.toSorted()).toEqual(pointers.toSorted());
  });

  it('says which events there are', () => {
    const parsed = parseWatchRequest({ clusterId, events: ['x'] }, channels);
    for (const event of operationEventNames) expect(JSON.stringify(parsed)).toContain(event);
  });

  it('is read or refused, whatever it holds', () => {
    const fields = [
      'clusterId',
      'resourceGroupId',
      'subscriptionId',
      'events',
      'label',
      '__proto__',
    ];
    const bodies = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(bodies, fc.jsonValue()), (body) => {
        const parsed = parseWatchRequest(body, channels);
        expect('request' in parsed || parsed.problems.length > 0).toBe(true);
      }),
    );
  });
});
