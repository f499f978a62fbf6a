import { armIdOf, scopeIdOf, contains } from '../../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import { parseListedCluster } from '../../../shared/arm/parse-cluster.ts';
import { parseOperationList, nextPage } from '../../../shared/arm/parse-list.ts';
import { incidentAt, keysAround, keysOfReading } from '../../../shared/domain/incident.ts';
import { sameName, patterns } from '../../../shared/domain/azure-names.ts';
import { operationArmId, trackingIdOf } from '../../../shared/domain/reference.ts';
import { incidentKey } from '../../../shared/store/incident-row.ts';
import { look } from '../../../shared/domain/cluster-look.ts';
import { newCluster, watchFinder } from '../../../shared/domain/watch.ts';
import { reference, seen, start } from '../../support/operation-builders.ts';
import { fc } from '../../support/properties.ts';
import { parseWatchRequest } from '../../../shared/requests/watch-request.ts';

/** Names of one, two and three characters that are near each other. */
const name = fc
  .array(fc.constantFrom(...Array.from('aAkK\u212aåÅ\u212bωΩ\u2126ßẞσςΣıIſséÉ')), {
    minLength: 1,
    maxLength: 3,
  })
  .map((characters) => `rg-${characters.join('')}`);

/** Two names that are the same, or that an upper or lower case of Unicode brings near. */
const pair = fc.oneof(
  fc.tuple(name, name),
  name.map((one): [string, string] => [one, one.toUpperCase()]),
  name.map((one): [string, string] => [one, one.toLowerCase()]),
);

const { operationId: _operation, agentPoolName: _pool, ...cluster } = reference;
const inGroup = (resourceGroupName: string) => ({ ...cluster, resourceGroupName });

const list = (group: string): string => encodeURI(`https://arm.example/${group}/operations`);
const item = (operationId: string) => ({
  operationId,
  agentPoolName: null,
  seen: seen('InProgress'),
});

/** Everything that says whether two resource groups are one. */
const ofGroups: readonly [string, (one: string, other: string) => boolean][] = [
  [
    'an operation’s key',
    (one, other) =>
      trackingIdOf({ ...reference, resourceGroupName: one }) ===
      trackingIdOf({ ...reference, resourceGroupName: other }),
  ],
  ['a cluster’s key', (one, other) => scopeIdOf(inGroup(one)) === scopeIdOf(inGroup(other))],
  [
    'a watch’s key',
    (one, other) =>
      scopeIdOf({ ...inGroup(one), resourceName: null }) ===
      scopeIdOf({ ...inGroup(other), resourceName: null }),
  ],
  ['what a watch contains', (one, other) => contains(inGroup(one), inGroup(other))],
  [
    'the watch of a cluster',
    (one, other) => watchFinder([{ scope: inGroup(one) }])(inGroup(other)) !== null,
  ],
  [
    'an incident’s key',
    (one, other) =>
      incidentKey(incidentAt('forbidden', inGroup(one))).rowKey ===
      incidentKey(incidentAt('forbidden', inGroup(other))).rowKey,
  ],
  [
    'what an incident is about',
    (one, other) =>
      keysOfReading({ scope: { ...inGroup(one), resourceName: null } }).at(-1) ===
      keysAround(incidentAt('forbidden', inGroup(other))).at(-1),
  ],
  [
    'the clusters of a list',
    (one, other) =>
      parseListedCluster({ id: armIdOf(inGroup(one)) }, inGroup(other), '', () => {}) !== null,
  ],
  [
    'the operations of a list',
    (one, other) => {
      const id = operationArmId({ ...reference, resourceGroupName: one });
      const body = { value: [{ id, status: 'InProgress' }] };
      return parseOperationList(body, inGroup(other), start)?.items.length === 1;
    },
  ],
  [
    'the next page of a list',
    (one, other) => {
      return nextPage(`${list(one)}?a=1`, `${list(other)}?b=2`) !== null;
    },
  ],
];

/** The same of operations. */
const ofOperations: readonly [string, (one: string, other: string) => boolean][] = [
  [
    'an operation’s key',
    (one, other) =>
      trackingIdOf({ ...reference, operationId: one }) ===
      trackingIdOf({ ...reference, operationId: other }),
  ],
  [
    'what a watched cluster knows',
    (one, other) => {
      const watch = {
        scope: cluster,
        watchId: scopeIdOf(cluster),
        options: { label: null, channel: 'default', mention: null },
        createdAt: start,
        nextScanAt: start,
        lastScanAt: null,
        trouble: null,
      };
      const { next } = look(newCluster(cluster, watch, start, null), [item(one)], start);
      return look(next, [item(other)], start).found.length === 0;
    },
  ],
];

describe('names are compared as ARM does', () => {
  it.each([...ofGroups, ...ofOperations])('in %s', (_, areOne) => {
    fc.assert(
      fc.property(pair, ([one, other]) => {
        expect(areOne(one, other)).toBe(sameName(one, other));
      }),
    );
  });

  it('and an incident stands beside the operations of its subscription', () => {
    const subscriptionId = 'ABCDEF00-0000-4000-8000-0000000000AB';
    const { partitionKey } = incidentKey(incidentAt('forbidden', { ...cluster, subscriptionId }));
    expect(trackingIdOf({ ...reference, subscriptionId })).toContain(`${partitionKey}.`);
  });

  it('and stored and asked of ARM in the case in which they were given', () => {
    expect(armIdOf(inGroup('rg-\u212a8s'))).toContain('/rg-\u212a8s/');
  });
});

describe('the name of a resource group', () => {
  it('holds what .NET’s Char.IsLetterOrDigit allows, and . _ - ( )', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (character) => {
        const isAllowed = /^[\p{L}\p{Nd}_()-]$/u.test(character) && character.length === 1;
        expect(patterns.resourceGroupName.test(`rg${character}`)).toBe(isAllowed);
        expect(patterns.resourceGroupName.test(`${character}rg`)).toBe(
          isAllowed || character === '.',
        );
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a number that is no digit', 'rg-①'],
    ['a Roman numeral', 'rg-Ⅷ'],
    ['half', 'rg-½'],
    ['a letter beyond 16 bits', 'rg-𝒜'],
    ['a digit beyond 16 bits', 'rg-𝟙'],
    ['a picture', 'rg-🦊'],
    ['an accent of its own', 'rg-e\u0301'],
    ['a joiner', 'rg-a\u200db'],
    ['another underscore', 'rg-\u203f'],
    ['another dash', 'rg\u20101'],
  ])('is refused with %s', (_, group) => {
    const body = {
      resourceGroupId: `/subscriptions/${cluster.subscriptionId}/resourceGroups/${group}`,
    };
    expect(parseWatchRequest(body, new Set())).toMatchObject({
      problems: [{ pointer: '/resourceGroupId' }],
    });
  });
});
