import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { Answer } from './listen.ts';

/** The managed identity endpoint of App Service, and the tokens that it gave. */
export interface Identity {
  /** The secret that a request must bring in `X-IDENTITY-HEADER`. */
  readonly header: string;
  /** Lifetime of the tokens given from now on, in milliseconds; 24 hours at first. */
  tokenLifetimeMs: number;
  /**
   * Whether a request is answered with the last token while that lives, also when it was revoked: Azure's endpoint has
   * a cache of its own (learn.microsoft.com/entra/identity/managed-identities-azure-resources/managed-identity-best-practice-recommendations).
   * False at first.
   */
  answersFromCache: boolean;
  /** How many token requests were answered with one. */
  readonly issued: number;
  /** What the last token was asked for; `null` before the first. */
  readonly lastResource: string | null;
  /**
   * Has ARM refuse every token given so far: as unknown, or with a claims challenge as continuous access evaluation
   * does (learn.microsoft.com/entra/identity-platform/claims-challenge).
   */
  revokeAll(reason?: Revocation): void;
}

/** The `error` of the `WWW-Authenticate` that refuses a revoked token. */
type Revocation = 'invalid_token' | 'insufficient_claims';

interface GivenToken {
  readonly expiresAt: number;
  readonly clientId: string;
  readonly resource: string;
  revoked: Revocation | null;
}

/** The identity together with what the server needs of it. */
export interface IdentityEndpoint extends Identity {
  /** Answers a token request. */
  answer(request: Pick<IncomingMessage, 'method' | 'headers'>, query: URLSearchParams): Answer;
  /** ARM's 401 when this `Authorization` header holds no token that is valid now. */
  refusal(authorization: string | undefined): Answer | undefined;
  /** Client ID of the identity whose token this `Authorization` header holds. */
  clientId(authorization: string | undefined): string;
}

/** ARM in the public cloud, in US Government and in China, as the tokens' audience names it. */
const resources = new Set(
  ['management.azure.com', 'management.usgovcloudapi.net', 'management.chinacloudapi.cn'].flatMap(
    (host) => [`https://${host}`, `https://${host}/`],
  ),
);
const systemAssigned = '00000000-0000-0000-0000-00000000c11e';
/** So that a long run with short tokens does not grow: the oldest are forgotten. */
const remembered = 1000;

/**
 * Speaks the REST protocol of App Service's identity endpoint
 * (learn.microsoft.com/azure/app-service/overview-managed-identity, api-version 2019-08-01).
 */
export function createIdentity(now: () => Date): IdentityEndpoint {
  const tokens = new Map<string, GivenToken>();
  let issued = 0;
  let lastResource: string | null = null;

  function tokenIn(authorization = '') {
    return tokens.get(/^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '');
  }

  function cached(resource: string, clientId: string): string | undefined {
    return [...tokens].findLast(
      ([, given]) =>
        given.clientId === clientId &&
        given.resource === resource &&
        given.expiresAt > now().getTime(),
    )?.[0];
  }

  function give(resource: string, clientId: string): Answer {
    const known = identity.answersFromCache ? cached(resource, clientId) : undefined;
    const token = known ?? randomBytes(48).toString('base64url');
    const expiresAt = tokens.get(token)?.expiresAt ?? now().getTime() + identity.tokenLifetimeMs;
    if (known === undefined) tokens.set(token, { expiresAt, clientId, resource, revoked: null });
    issued += 1;
    lastResource = resource;
    const [oldest] = tokens.keys();
    if (tokens.size > remembered && oldest !== undefined) tokens.delete(oldest);
    return {
      status: 200,
      body: {
        access_token: token,
        // Whole seconds, as a string.
        expires_on: String(Math.floor(expiresAt / 1000)),
        resource,
        token_type: 'Bearer',
        client_id: clientId,
      },
    };
  }

  const identity: IdentityEndpoint = {
    header: randomBytes(16).toString('hex').toUpperCase(),
    tokenLifetimeMs: 24 * 3_600_000,
    answersFromCache: false,
    get issued() {
      return issued;
    },
    get lastResource() {
      return lastResource;
    },
    revokeAll(reason = 'invalid_token') {
      for (const token of tokens.values()) token.revoked ??= reason;
    },
    answer({ method, headers }, query) {
      const resource = query.get('resource') ?? '';
      if (method !== 'GET') return problem(405, 'Only GET is allowed.');
      if (headers['x-identity-header'] !== identity.header) {
        return problem(401, 'X-IDENTITY-HEADER is missing or wrong.');
      }
      if (query.get('api-version') !== '2019-08-01')
        return problem(400, 'Unsupported api-version.');
      if (!resources.has(resource)) return problem(400, `Unknown resource '${resource}'.`);
      return give(resource, query.get('client_id') ?? systemAssigned);
    },
    refusal(authorization) {
      if (authorization === undefined) {
        return unauthorized('AuthenticationFailed', "The 'Authorization' header is missing.");
      }
      const token = tokenIn(authorization);
      if (token === undefined || token.revoked === 'invalid_token') {
        return unauthorized('InvalidAuthenticationToken', 'The access token is invalid.');
      }
      if (token.revoked === 'insufficient_claims') {
        const message = 'Continuous access evaluation resulted in challenge.';
        return unauthorized('InvalidAuthenticationToken', message, claimsChallenge);
      }
      if (token.expiresAt <= now().getTime()) {
        return unauthorized(
          'ExpiredAuthenticationToken',
          'The access token expiry UTC time is past.',
        );
      }
      return undefined;
    },
    clientId: (authorization) => tokenIn(authorization)?.clientId ?? systemAssigned,
  };
  return identity;
}

function problem(status: number, message: string): Answer {
  return { status, body: { statusCode: status, message } };
}

const claims = Buffer.from('{"access_token":{"nbf":{"essential":true,"value":"0"}}}');
const claimsChallenge = `error="insufficient_claims", claims="${claims.toString('base64')}"`;

function unauthorized(
  code: string,
  message: string,
  challenge = `error="invalid_token", error_description="${message}"`,
): Answer {
  return {
    status: 401,
    headers: {
      'www-authenticate': `Bearer authorization_uri="https://login.microsoftonline.com/common", ${challenge}`,
    },
    body: { error: { code, message: `Authentication failed. ${message}` } },
  };
}
