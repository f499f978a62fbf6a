import { describe, expect, it } from 'vitest';
import {
  failureFromAnswer,
  networkFailure,
  signInFailure,
  underUnknownVersion,
} from '../../shared/arm/reading-failure.ts';
import { goneBy } from '../../shared/domain/gone-codes.ts';
import { fc } from '../support/properties.ts';

function fail(status: number, code?: string): ReturnType<typeof failureFromAnswer> {
  const body = code === undefined ? '' : JSON.stringify({ error: { code, message: 'Why.' } });
  return failureFromAnswer({ status, body, requestId: null });
}

describe('an answer that is no status', () => {
  it.each([
    [400, 'NoRegisteredProviderFound', 'unsupportedApiVersion'],
    [400, 'InvalidApiVersionParameter', 'unsupportedApiVersion'],
    [404, 'noregisteredproviderfound', 'unsupportedApiVersion'],
    [404, 'InvalidResourceType', 'unsupportedApiVersion'],
    [400, 'BadRequest', 'rejected'],
    [401, 'ExpiredAuthenticationToken', 'unauthenticated'],
    [403, 'AuthorizationFailed', 'forbidden'],
    [404, 'NotFound', 'notFound'],
    [404, 'ResourceNotFound', 'notFound'],
    [404, undefined, 'rejected'],
    [408, undefined, 'serverError'],
    [409, 'Conflict', 'rejected'],
    [429, 'Throttled', 'throttled'],
    [429, undefined, 'throttled'],
    [500, 'InternalServerError', 'serverError'],
    [503, undefined, 'serverError'],
    [202, undefined, 'malformed'],
    [204, undefined, 'malformed'],
    [307, undefined, 'rejected'],
  ])('%d %s is %s', (status, code, cause) => {
    expect(fail(status, code)).toMatchObject({ cause, code: code ?? `HTTP${status}` });
  });

  it.each([
    ['NotFound', 'operation'],
    ['EntityNotFound', 'operation'],
    ['OperationNotFound', 'operation'],
    ['AgentPoolNotFound', 'agentPool'],
    ['ResourceNotFound', 'cluster'],
    ['ParentResourceNotFound', 'cluster'],
    ['ResourceGroupNotFound', 'resourceGroup'],
  ])('404 %s says that something is gone (%s), in any letter case', (code, gone) => {
    for (const one of [code, code.toLowerCase(), code.toUpperCase()]) {
      expect(goneBy(one)).toBe(gone);
      expect(fail(404, one).cause).toBe('notFound');
      for (const status of [400, 403, 409, 410])
        expect(fail(status, one).cause).not.toBe('notFound');
    }
  });

  it.each([
    ['SubscriptionNotFound', 'subscription'],
    ['subscriptionnotfound', 'subscription'],
    ['InvalidSubscriptionId', 'subscription'],
    ['TenantNotFound', 'subscription'],
    ['InvalidTenantId', 'subscription'],
    ['MissingSubscriptionRegistration', 'rejected'],
    ['SubscriptionNotRegistered', 'rejected'],
    ['DisabledSubscription', 'rejected'],
    ['InvalidResourceNamespace', 'rejected'],
    ['ResourceProviderNotFound', 'rejected'],
    ['LocationNotAvailableForResourceType', 'rejected'],
    ['LocationNotFound', 'rejected'],
    ['AuthorizationFailed', 'rejected'],
    ['RoleAssignmentNotFound', 'rejected'],
    ['InvalidAPIVersion', 'unsupportedApiVersion'],
    ['UnsupportedApiVersion', 'unsupportedApiVersion'],
    ['InvalidResourceType', 'unsupportedApiVersion'],
  ])('404 %s is %s, as it says nothing of an operation', (code, cause) => {
    expect(goneBy(code)).toBeNull();
    expect(fail(404, code).cause).toBe(cause);
  });

  it.each([
    ['SubscriptionNotFound', 'subscription'],
    ['InvalidTenantId', 'subscription'],
    ['InvalidResourceType', 'unsupportedApiVersion'],
    ['AuthorizationFailed', 'rejected'],
    ['MissingSubscriptionRegistration', 'rejected'],
    ['AgentPoolNotFound', 'notFound'],
  ])('404 NotFound means what a code in it says: %s, %s', (code, cause) => {
    const inner = { code, message: 'Why.' };
    const outer = { code: 'NotFound', message: 'It was not found.' };
    for (const error of [
      { ...outer, details: [inner] },
      { ...outer, innererror: { innererror: inner } },
      { ...outer, message: JSON.stringify({ error: inner }) },
      { details: [outer, inner] },
    ]) {
      const body = JSON.stringify({ error });
      expect(failureFromAnswer({ status: 404, body, requestId: null }).cause).toBe(cause);
    }
  });

  it('says that something is gone by a 404 with a code of the list alone', () => {
    const anyCode = fc.oneof(
      fc.stringMatching(/^[A-Za-z]{1,30}$/),
      fc.stringMatching(/^[A-Z][a-z]{2,12}(?:NotFound|Missing|Gone|DoesNotExist)$/),
      fc.constantFrom('NotFound', 'ResourceNotFound', 'ResourceGroupNotFound'),
    );
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), anyCode, (status, code) => {
        const isGone = status === 404 && goneBy(code) !== null;
        expect(fail(status, code).cause === 'notFound').toBe(isGone);
      }),
    );
  });

  it('says nothing of an operation under an api-version that is not known', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 599 }),
        fc.constantFrom('NotFound', 'ResourceNotFound', 'ResourceGroupNotFound', 'Odd'),
        (status, code) => {
          const failure = fail(status, code);
          const doubted = underUnknownVersion(failure, '2031-01-02-preview');
          const isLoss = failure.cause === 'notFound';
          expect([doubted.cause, doubted.code]).toEqual([
            isLoss ? 'rejected' : failure.cause,
            code,
          ]);
          expect(doubted.message.includes('api-version 2031-01-02-preview')).toBe(isLoss);
        },
      ),
    );
  });

  it('says what ARM said, and what Azure support asks for', () => {
    const body = JSON.stringify({
      error: { code: 'AuthorizationFailed', message: 'No\nrole. See ?sig=geheim' },
    });
    expect(failureFromAnswer({ status: 403, body, requestId: 'abc\u0000' }).message).toBe(
      'No role. See ?sig=*** (correlation ID abc)',
    );
    expect(fail(502).message).toBe('ARM answered HTTP 502.');
  });
});

const said = (message: string, code = 'NoRegisteredProviderFound'): string => {
  const body = JSON.stringify({ error: { code, message } });
  return failureFromAnswer({ status: 400, body, requestId: null }).message;
};
/** ARM's text, with many more versions than here, in no order, and all regions. */
const real = (versions: readonly string[]): string =>
  `No registered resource provider found for location 'westeurope' and API version '2022-01-02-preview' for type 'managedClusters'. The supported api-versions are '${versions.join(', ')}'. The supported locations are 'westeurope, eastus2euap'.`;

describe('an answer about the api-version', () => {
  const old = Array.from({ length: 300 }, (_, at) => `20${17 + (at % 6)}-0${1 + (at % 9)}-01`);

  it('names the newest previews that have the calls, however long the text is, and nothing else', () => {
    const previews = Array.from(
      { length: 12 },
      (_, month) => `2025-${10 + (month % 3)}-${10 + month}-preview`,
    );
    const versions = [
      ...previews,
      ...old,
      '2026-07-02-preview',
      '2023-09-02-preview',
      '2026-05-01',
    ];
    const newest = previews.toSorted().toReversed().slice(0, 7);
    expect(said(real(versions))).toBe(
      `ARM does not offer api-version 2022-01-02-preview. It offers: 2026-07-02-preview, ${newest.join(', ')}.`,
    );
  });

  it('says when there is none', () => {
    expect(said(real([...old, '2023-09-02-preview']))).toBe(
      'ARM does not offer api-version 2022-01-02-preview. It offers no preview with the operation status calls.',
    );
  });

  it('knows the other wording', () => {
    const message =
      "The resource type could not be found in the namespace 'Microsoft.ContainerService' for api version '2025-05-02'. The supported api-versions are '2023-10-02-preview,2026-07-02-preview'.";
    expect(said(message, 'InvalidResourceType')).toBe(
      'ARM does not offer api-version 2025-05-02. It offers: 2026-07-02-preview, 2023-10-02-preview.',
    );
  });

  it('does not take ARM’s own versions for those of AKS', () => {
    const message =
      "The api-version '2025-05-2-preview' is invalid. The supported versions are '2024-08-01,2024-06-01-preview,2024-03-01'.";
    expect(said(message, 'InvalidApiVersionParameter')).toBe(
      "The api-version '2025-05-2-preview' is invalid.",
    );
  });

  it('keeps a text without versions as it is', () => {
    expect(said('Gone.')).toBe('Gone.');
    expect(said('')).toBe('ARM answered HTTP 400.');
  });
});

describe('no answer', () => {
  it('names the network’s code, and nothing else of the error', () => {
    const error = Object.assign(new Error('connect https://secret.example'), {
      code: 'ECONNREFUSED',
    });
    expect(networkFailure(error)).toEqual({
      cause: 'network',
      code: 'ECONNREFUSED',
      message: 'ARM could not be reached (ECONNREFUSED).',
    });
    expect(networkFailure('x').code).toBe('NetworkError');
    const aborted = Object.assign(new Error('x'), { name: 'AbortError' });
    expect(networkFailure(aborted).code).toBe('Timeout');
  });

  it('for want of a token says why, without secrets', () => {
    const error = new Error(`ManagedIdentityCredential failed:\nBearer ${'x'.repeat(40)}`);
    expect(signInFailure(error)).toEqual({
      cause: 'unauthenticated',
      code: 'SignInFailed',
      message: 'No access token for ARM: ManagedIdentityCredential failed: Bearer ***',
    });
  });
});
