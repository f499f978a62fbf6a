import { z } from 'zod';

import { cloudError } from './cloud-error.ts';
import type { Answer } from './listen.ts';

/** How ARM says that it does not take an api-version. */
const refusalCodes = [
  'NoRegisteredProviderFound',
  'InvalidApiVersionParameter',
  'InvalidAPIVersion',
  'UnsupportedApiVersion',
  'InvalidResourceType',
] as const;

/** What is offered in a location; see the schema for each field. */
export const offerSchema = z.strictObject({
  /** As resources name it; default: wherever no other offer holds. */
  location: z.string().exactOptional(),
  offered: z.array(z.string()),
  /** How others are refused; default `NoRegisteredProviderFound`. */
  code: z.enum(refusalCodes).exactOptional(),
  /** Default 400; of `InvalidResourceType` 404. */
  status: z.union([z.literal(400), z.literal(404)]).exactOptional(),
  /**
   * Stable versions, which have clusters and agent pools, and no operations; default: some. They hold for all
   * locations.
   */
  stable: z.array(z.string()).exactOptional(),
  /** Offered versions that have no operations: with these an operation is not found. */
  withoutOperations: z.array(z.string()).exactOptional(),
});

/** See {@link offerSchema}. */
export type Offer = z.infer<typeof offerSchema>;

/** Which api-versions are taken where. */
export interface ApiVersions {
  /** What is offered wherever no other offer holds; delete one to retire it. */
  readonly everywhere: Set<string>;
  /** Changes what is offered in a location, and how others are refused there. */
  offer(offer: Offer): void;
  /**
   * The answer to a version that is not taken; `undefined`: it is taken.
   *
   * @param location of what is asked; `''`: a list, which is of no location
   */
  refusal(version: string, type: string, location: string): Answer | undefined;
  /** Whether a version is taken, and knows no operations. */
  lacksOperations(version: string, location: string): boolean;
}

/** Resource Manager's own versions, which it lists in place of any provider's. */
const ownVersions =
  '2027-01-01-preview,2026-12-01-preview,2026-09-01,2026-06-01,2026-03-01-preview,2025-04-01,2024-11-01,2024-07-01,2024-03-01,2023-07-01,2022-12-01,2021-04-01,2020-10-01,2019-10-01,2018-05-01,2017-08-01,2016-09-01,2015-11-01,2015-01-01,2014-04-01-preview,2014-04-01,2014-01-01,2013-03-01,2014-02-26,2014-04';
const locations =
  'australiacentral, australiaeast, brazilsouth, canadacentral, centralus, eastus, eastus2euap, northeurope, swedencentral, uksouth, westeurope, westus3';
/** In an offer of one location stable versions stand along with the previews, in no order. */
const stable = ['2017-08-31', '2026-08-01', '2024-09-01', '2026-10-01', '2025-05-01', '2023-01-01'];

/** @param previews what is offered at first */
export function createApiVersions(previews: readonly string[]): ApiVersions {
  const everywhere = new Set(previews);
  const offers = new Map<string, Offer>();
  let offeredStable: readonly string[] = stable;

  function offerAt(
    location: string,
  ): Required<Omit<Offer, 'status' | 'stable'>> & Pick<Offer, 'status'> {
    const general = offers.get('');
    const own = location === '' ? undefined : offers.get(location);
    return {
      location,
      code: 'NoRegisteredProviderFound',
      withoutOperations: [],
      ...general,
      ...own,
      offered: own?.offered ?? [...everywhere],
    };
  }

  return {
    everywhere,
    offer(offer) {
      const { location = '' } = offer;
      if (offer.stable !== undefined) offeredStable = offer.stable;
      offers.set(location, offer);
      if (location !== '') return;
      everywhere.clear();
      for (const version of offer.offered) everywhere.add(version);
    },
    refusal(version, type, location) {
      const { offered, code, status } = offerAt(location);
      // A list is of all locations: what one of them takes is taken.
      const elsewhere =
        location === '' ? [...offers.values()].flatMap((offer) => offer.offered) : [];
      const isOfOperations = type === 'managedClusters/operations';
      if (!isOfOperations && offeredStable.includes(version)) return undefined;
      if ([...offered, ...elsewhere].includes(version)) return undefined;
      const usual = code === 'InvalidResourceType' ? 404 : 400;
      const isVersion = /^\d{4}-\d{2}-\d{2}(-[a-z]+)?$/.test(version);
      const said = isVersion ? code : 'InvalidApiVersionParameter';
      const listed =
        offers.has(location) && location !== '' ? [...offeredStable, ...offered] : offered;
      const message = messageOf(said, version, type, location, listed);
      return { status: isVersion ? (status ?? usual) : 400, body: cloudError(said, message) };
    },
    lacksOperations: (version, location) => offerAt(location).withoutOperations.includes(version),
  };
}

function messageOf(
  code: (typeof refusalCodes)[number],
  version: string,
  type: string,
  location: string,
  offered: readonly string[],
): string {
  switch (code) {
    case 'NoRegisteredProviderFound':
      return `No registered resource provider found for location '${location}' and API version '${version}' for type '${type}'. The supported api-versions are '${offered.join(', ')}'. The supported locations are '${locations}'.`;
    case 'InvalidApiVersionParameter':
      return `The api-version '${version}' is invalid. The supported versions are '${ownVersions}'.`;
    case 'InvalidAPIVersion':
      return `The API version '${version}' is not a valid API version.`;
    case 'UnsupportedApiVersion':
      return `The HTTP resource that matches the request URI does not support the API version '${version}'.`;
    case 'InvalidResourceType':
      return `The resource type '${type}' could not be found in the namespace 'Microsoft.ContainerService' for api version '${version}'.`;
    default:
      return code satisfies never;
  }
}
