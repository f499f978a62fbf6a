import { describe, expect, it } from 'vitest';
import { createApiVersions } from '../../local/arm/api-versions.ts';
import { refusalIn } from '../../shared/arm/version-refusal.ts';
import { fc } from '../support/properties.ts';

const asked = '2025-05-02-preview';
const offered = ['2026-07-02-preview', '2025-10-02-preview'];

function said(code: Parameters<ReturnType<typeof createApiVersions>['offer']>[0]['code']): unknown {
  const versions = createApiVersions([]);
  versions.offer({ location: 'westeurope', offered, ...(code === undefined ? {} : { code }) });
  return versions.refusal(asked, 'managedClusters/operations', 'westeurope')?.body;
}

describe('a refusal of the api-version', () => {
  it('names the location, and what AKS offers there', () => {
    const refusal = refusalIn(said('NoRegisteredProviderFound'));
    expect(refusal).toMatchObject({ code: 'NoRegisteredProviderFound', location: 'westeurope' });
    expect(refusal?.offered).toEqual(expect.arrayContaining([...offered, '2026-10-01']));
  });

  it('of ARM itself lists ARM’s own versions, which are none of AKS', () => {
    const body = said('InvalidApiVersionParameter');
    expect(JSON.stringify(body)).toContain('2027-01-01-preview');
    expect(refusalIn(body)).toEqual({
      code: 'InvalidApiVersionParameter',
      location: null,
      offered: null,
    });
  });

  it.each(['InvalidAPIVersion', 'UnsupportedApiVersion', 'InvalidResourceType'] as const)(
    'by %s lists nothing',
    (code) => {
      expect(refusalIn(said(code))).toEqual({ code, location: null, offered: null });
    },
  );

  it.each<[string, unknown]>([
    ['flat', { code: 'noregisteredproviderfound', message: text('West Europe') }],
    ['among details', { error: { code: 'BadRequest', message: 'No.', details: [inner()] } }],
    ['as JSON in a text', { error: JSON.stringify({ error: inner() }) }],
  ])('is found %s', (_, body) => {
    expect(refusalIn(body)).toMatchObject({
      location: 'westeurope',
      offered: ['2026-07-02-preview'],
    });
  });

  it('has no location where ARM leaves it empty, and offers nothing where the list is empty', () => {
    const message =
      "No registered resource provider found for location '' and API version 'x'. The supported api-versions are ''.";
    expect(refusalIn({ error: { code: 'NoRegisteredProviderFound', message } })).toMatchObject({
      location: null,
      offered: [],
    });
  });

  it('is nothing else, whatever ARM sends', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        expect(refusalIn(body)).toBeNull();
      }),
    );
  });
});

function text(location: string): string {
  return `No registered resource provider found for location '${location}' and API version 'x' for type 'y'. The supported api-versions are '2026-07-02-preview'.`;
}

function inner(): object {
  return { code: 'NoRegisteredProviderFound', message: text('westeurope') };
}
