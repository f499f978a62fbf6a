import { armIdOf } from '../../shared/domain/scope.ts';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { operationArmId, trackingIdOf } from '../../shared/domain/reference.ts';
import { parseRegistration, type Registration } from '../../shared/requests/register-request.ts';
import { hostileText } from '../support/operation-arbitraries.ts';
import { reference } from '../support/operation-builders.ts';

const channels = new Set(['default', 'payments']);
const { agentPoolName: _none, ...byParts } = reference;
const { subscriptionId, operationId } = reference;
const byId = { id: operationArmId(reference) };
const byUrl = {
  operationUrl: `https://management.azure.com/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/locations/westeurope/operations/${operationId}?api-version=2016-03-30&t=639&c=geheim&s=geheim&h=geheim`,
  clusterId: armIdOf(reference),
};

function accepted(body: unknown): Registration {
  const result = parseRegistration(body, channels);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.registration;
}

/** Where a body is wrong. */
function pointers(body: unknown): string[] {
  const result = parseRegistration(body, channels);
  return 'problems' in result ? result.problems.map(({ pointer }) => pointer) : [];
}

describe('the three ways to name an operation', () => {
  const upperId = { id: byId.id.toUpperCase() };
  const upperUrl = {
    operationUrl: byUrl.operationUrl.toUpperCase(),
    clusterId: byUrl.clusterId.toUpperCase(),
  };
  const upperParts = Object.fromEntries(
    Object.entries(byParts).map(([name, part]) => [name, part.toUpperCase()]),
  );
  const pooled = { ...byParts, agentPoolName: 'userpool' };
  const pooledId = { id: operationArmId({ ...reference, agentPoolName: 'userpool' }) };

  it('lead to one tracking ID, in any case of letters, with or without the pool', () => {
    const bodies = [byParts, byId, byUrl, upperParts, upperId, upperUrl, pooled, pooledId];
    const ids = bodies.map((body) => trackingIdOf(accepted(body).reference));
    expect(new Set(ids)).toEqual(new Set([trackingIdOf(reference)]));
  });

  it('keep the pool', () => {
    expect([pooled, pooledId].map((body) => accepted(body).reference.agentPoolName)).toEqual([
      'userpool',
      'userpool',
    ]);
  });

  it('keep nothing of the signature of the URL', () => {
    expect(JSON.stringify(accepted(byUrl))).not.toMatch(/geheim|639|https/);
    const wrong = { ...byUrl, operationUrl: byUrl.operationUrl.replace('/operations/', '/x/') };
    expect(JSON.stringify(parseRegistration(wrong, channels))).not.toContain('geheim');
  });

  it.each<[string, unknown, readonly string[]]>([
    ['no object', 'text', ['']],
    ['a list', [byParts], ['']],
    ['nothing', null, ['']],
    ['no operation', { label: 'x' }, ['']],
    ['two ways at once', { ...byParts, ...byId }, ['']],
    ['a part of another way', { ...byId, clusterId: byUrl.clusterId }, ['']],
    ['a URL without its cluster', { operationUrl: byUrl.operationUrl }, ['/clusterId']],
    ['a cluster without its operation', { clusterId: byUrl.clusterId }, ['/operationUrl']],
    ['a missing part', { ...byParts, operationId: undefined }, ['/operationId']],
    ['a part that is no text', { ...byParts, resourceName: 1 }, ['/resourceName']],
    ['an agent pool that is none', { ...byParts, agentPoolName: '1' }, ['/agentPoolName']],
    ['an ID of a cluster', { id: byUrl.clusterId }, ['/id']],
    ['a field that nobody knows', { ...byId, lable: 'x' }, ['/lable']],
    ['such a field with special characters', { ...byId, 'a/b~c': 1 }, ['/a~1b~0c']],
    ['`latest` for an operation', { ...byParts, operationId: 'Latest' }, ['/operationId']],
    ['`latest` in an ID', { id: operationArmId({ ...reference, operationId: 'latest' }) }, ['/id']],
    [
      '`latest` in a URL',
      { ...byUrl, operationUrl: byUrl.operationUrl.replace(operationId, 'latest') },
      ['/operationUrl'],
    ],
    [
      'another subscription in the URL',
      {
        ...byUrl,
        clusterId: armIdOf({
          ...reference,
          subscriptionId: '99999999-2222-3333-4444-555555555555',
        }),
      },
      ['/clusterId'],
    ],
  ])('refuse %s', (_, body, expected) => {
    expect(pointers(body)).toEqual(expected);
  });
});

describe('the options', () => {
  it('are taken, the label trimmed and the channel in lower case', () => {
    const given = { label: ' Upgrade 1.33 ', channel: 'Payments', mention: 'here' };
    expect(accepted({ ...byParts, ...given }).options).toEqual({
      label: 'Upgrade 1.33',
      channel: 'payments',
      mention: 'here',
    });
  });

  it.each([
    ['byParts', byParts],
    ['byId', byId],
    ['byUrl', byUrl],
  ])('are absent when they are not given (%s)', (_, body) => {
    expect(accepted(body).options).toEqual({});
    expect(accepted({ ...body, label: 'x' }).options).toEqual({ label: 'x' });
  });

  it.each([
    ['label', ['x', '🦊'.repeat(120), 'Ünïcode <b>&']],
    ['mention', ['here', 'channel', 'U0ABC123', 'W0ABC123', 'S0ABC123']],
    ['channel', ['default', 'PAYMENTS']],
  ])('accept a %s', (name, values) => {
    for (const value of values) expect(pointers({ ...byId, [name]: value })).toEqual([]);
  });

  it.each<[string, readonly unknown[]]>([
    ['label', ['', '  ', 'x'.repeat(121), 'two\nlines', 'a\u0000b', 'a\u202eb', '\ud83d', null, 7]],
    ['mention', ['everyone', 'Here', '@here', 'u0abc123', 'U', 'U0ABC123>', '<!channel>', null]],
    ['channel', ['sales', '', null, 1]],
  ])('refuse a wrong %s', (name, values) => {
    for (const value of values) expect(pointers({ ...byId, [name]: value })).toContain(`/${name}`);
  });
});

describe('a bad body', () => {
  it('is refused with all its problems at once', () => {
    const body = {
      ...byParts,
      subscriptionId: 'x',
      resourceName: '-',
      label: '',
      channel: 'sales',
      mention: 'all',
      colour: 1,
    };
    expect(pointers(body).toSorted()).toEqual([
      '/channel',
      '/colour',
      '/label',
      '/mention',
      '/resourceName',
      '/subscriptionId',
    ]);
  });

  it('is refused for wrong options also when it mixes the ways', () => {
    expect(pointers({ ...byId, ...byParts, label: '', colour: 1 }).toSorted()).toEqual([
      '',
      '/colour',
      '/label',
    ]);
  });

  it('is refused because URL and cluster do not fit also when an option is wrong', () => {
    const clusterId = armIdOf({
      ...reference,
      subscriptionId: '99999999-2222-3333-4444-555555555555',
    });
    expect(pointers({ ...byUrl, clusterId, label: '' }).toSorted()).toEqual([
      '/clusterId',
      '/label',
    ]);
  });

  it('is refused without a crash, and what is accepted is safe in a URL', () => {
    const field = fc.oneof(
      fc.anything(),
      hostileText,
      fc.constantFrom(...Object.values(byParts), byId.id, ...Object.values(byUrl)),
    );
    const names = fc.constantFrom(
      ...Object.keys({ ...byParts, ...byId, ...byUrl }),
      'agentPoolName',
      'label',
      'channel',
      'mention',
      '__proto__',
      'constructor',
    );
    const bodies = fc.oneof(
      fc.anything(),
      fc.array(fc.tuple(names, field)).map((fields) => Object.fromEntries<unknown>(fields)),
      fc
        .tuple(names, field)
        .map((changed) => Object.fromEntries([...Object.entries(byParts), changed])),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const result = parseRegistration(body, channels);
        const named = 'problems' in result ? reference : result.registration.reference;
        expect('problems' in result ? result.problems : [named]).not.toHaveLength(0);
        expect(Object.keys(named).toSorted()).toEqual(Object.keys(reference).toSorted());
        for (const part of Object.values(named)) {
          expect(part ?? '').not.toMatch(/[/?#\\%\s\p{C}]/u);
        }
      }),
      { numRuns: 500 },
    );
  });
});
