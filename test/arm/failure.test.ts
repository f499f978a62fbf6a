import { describe, expect, it } from 'vitest';
import { failureFromAnswer, networkFailure, signInFailure } from '../../shared/arm/failure.ts';

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
