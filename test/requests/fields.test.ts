import { armIdOf } from '../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import { parseDoctorRequest } from '../../shared/requests/doctor-request.ts';
import { operationArmId } from '../../shared/domain/reference.ts';
import { parseListQuery } from '../../shared/requests/list-request.ts';
import { parseRegistration } from '../../shared/requests/register-request.ts';
import { parseWatchRequest } from '../../shared/requests/watch-request.ts';
import { reference } from '../support/operation-builders.ts';
import { fc } from '../support/properties.ts';

const channels = new Set(['default']);
const { agentPoolName: _none, ...byParts } = reference;
const { subscriptionId, operationId } = reference;
const byId = { id: operationArmId(reference) };
const byUrl = {
  operationUrl: `https://management.azure.com/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/locations/westeurope/operations/${operationId}`,
  clusterId: armIdOf(reference),
};

type Read = (body: unknown) => object;
const registration: Read = (body) => parseRegistration(body, channels);
const watch: Read = (body) => parseWatchRequest(body, channels);
/** Every body that a request may have, and what is wrong with each before anything is added. */
const bodies: [string, Read, object, string[]][] = [
  ['a registration by parts', registration, byParts, []],
  ['a registration by ID', registration, byId, []],
  ['a registration by URL', registration, byUrl, []],
  ['a registration that names nothing', registration, {}, ['']],
  ['a registration that mixes the ways', registration, { ...byParts, ...byId }, ['']],
  ['a watch', watch, { subscriptionId }, []],
  ['a watch that names nothing', watch, {}, ['']],
  ['a request for a check', parseDoctorRequest, {}, []],
];

function pointersOf(read: object): string[] {
  return 'problems' in read && Array.isArray(read.problems)
    ? read.problems.map(({ pointer }: { pointer: unknown }) => String(pointer))
    : [];
}

/** As a program sends it: `__proto__` is a field like each other. */
function parsedWith(body: object, name: string, value: unknown): unknown {
  const fields = Object.entries(body).map(
    ([key, of]) => `${JSON.stringify(key)}:${JSON.stringify(of)}`,
  );
  return JSON.parse(
    `{${[...fields, `${JSON.stringify(name)}:${JSON.stringify(value)}`].join(',')}}`,
  );
}

const known = new Set([
  ...Object.keys({ ...byParts, ...byId, ...byUrl }),
  ...'agentPoolName resourceGroupId label channel mention events slack'.split(' '),
  ...'state top continuationToken code clientId'.split(' '),
]);
const ofAllObjects = Object.getOwnPropertyNames(Object.prototype);
const unknownName = fc
  .oneof(
    fc.constantFrom(...ofAllObjects, '', 'a/b~c', '0', 'length', 'ID'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  .filter((name) => !known.has(name) && name.isWellFormed());
const unknownValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(byId, byUrl, byParts, { channel: 'nowhere' }, { slack: 'x', events: 1 }),
);
const pointerOf = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

describe('a name that nobody knows', () => {
  it.each(bodies)(
    'is refused under that name, whatever it holds: in %s',
    (_, read, body, wrong) => {
      for (const name of ofAllObjects)
        expect(pointersOf(read(parsedWith(body, name, byId))).toSorted()).toEqual(
          [...wrong, `/${name}`].toSorted(),
        );
      fc.assert(
        fc.property(unknownName, unknownValue, (name, value) => {
          const found = pointersOf(read(parsedWith(body, name, value)));
          expect(found.toSorted()).toEqual([...wrong, pointerOf(name)].toSorted());
        }),
      );
    },
  );

  it('is refused under that name in the parameters of a list', () => {
    fc.assert(
      fc.property(unknownName, fc.string(), (name, value) => {
        const found = parseListQuery(new URLSearchParams([[name, value.toWellFormed()]]));
        expect(pointersOf(found)).toEqual([pointerOf(name)]);
      }),
    );
  });

  it('is capped when it is long, and stays valid Unicode', () => {
    const [pointer] = pointersOf(parseDoctorRequest({ ['🦊'.repeat(9000)]: 1 }));
    expect(pointer).toBe(`/${'🦊'.repeat(59)}…`);
  });
});

it('a parameter of a list that is given twice is refused, also with the same value', () => {
  for (const name of [
    'state',
    'top',
    'continuationToken',
    'subscriptionId',
    'resourceGroupName',
    'resourceName',
  ]) {
    const value = { state: 'all', top: '1', subscriptionId }[name] ?? 'x';
    const found = parseListQuery(
      new URLSearchParams([
        [name, value],
        [name, value],
      ]),
    );
    expect(pointersOf(found)).toContain(`/${name}`);
  }
});

/** Every character of Unicode that has one of these properties, but for surrogates. */
function having(property: RegExp): string[] {
  return Array.from({ length: 0x11_0000 }, (_, point) => String.fromCodePoint(point)).filter(
    (character) => property.test(character) && character.isWellFormed(),
  );
}

describe('a label', () => {
  const withLabel: [string, (label: string) => unknown[]][] = [
    ['a registration', (label) => pointersOf(registration({ ...byId, label }))],
    ['a watch', (label) => pointersOf(watch({ subscriptionId, label }))],
  ];
  const invisible = having(/[\p{Z}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u);
  const disturbing = having(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
  const visible = fc.constantFrom(
    'x',
    '7',
    '#',
    'é',
    'ß',
    '中',
    'ﷺ',
    '👩‍👩‍👧',
    '🇨🇭',
    '❤️',
    'नि',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '\ue000',
  );

  it.each(withLabel)('of invisible characters alone is refused in %s', (_, refused) => {
    expect(invisible.filter((character) => !refused(character).includes('/label'))).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...invisible), { maxLength: 120 }), (characters) => {
        expect(refused(characters.join(''))).toContain('/label');
      }),
    );
  });

  it.each(withLabel)('is one line, and nothing in it reorders the text, in %s', (_, refused) => {
    const passing = disturbing
      .flatMap((character) => [`a${character}b`, `${character}a`, `a${character}`])
      .filter((label) => !refused(label).includes('/label'));
    expect(passing).toEqual([]);
  });

  it.each(withLabel)(
    'may hold what joins, modifies or parts visible characters in %s',
    (_, refused) => {
      const other = invisible.filter((character) => !disturbing.includes(character));
      fc.assert(
        fc.property(
          fc.array(visible, { minLength: 1, maxLength: 9 }),
          fc.constantFrom(...other),
          (characters, joint) => {
            expect(refused(characters.join(joint))).toEqual([]);
          },
        ),
      );
    },
  );
});
