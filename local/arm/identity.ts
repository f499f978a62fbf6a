import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { Answer } from './listen.ts';

/** The managed identity endpoint of App Service, and the tokens that it gave. */
export interface Identity {
  /** The secret that a request must bring in `X-IDENTITY-HEADER`. */
  readonly header: string;
  /** Lifetime of the tokens given from now on, in milliseconds; 24 hours at first. */
  tokenLifetimeMs: number;
  /** How many tokens were given. */
  readonly issued: number;
  /** What the last token was asked for; `null` before the first. */
  readonly lastResource: string | null;
  /** Makes every token given so far unknown. */
  revokeAll(): void;
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
  const tokens = new Map<string, { readonly expiresAt: number; readonly clientId: string }>();
  let issued = 0;
  let lastResource: string | null = null;

  function tokenIn(authorization = '') {
    return tokens.get(/^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '');
  }

  function give(resource: string, clientId: string): Answer {
    const token = randomBytes(48).toString('base64url');
    const expiresAt = now().getTime() + identity.tokenLifetimeMs;
    tokens.set(token, { expiresAt, clientId });
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
    get issued() {
      return issued;
    },
    get lastResource() {
      return lastResource;
    },
    revokeAll: () => tokens.clear(),
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
      if (token === undefined) {
        return unauthorized('InvalidAuthenticationToken', 'The access token is invalid.');
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

function unauthorized(code: string, message: string): Answer {
  return {
    status: 401,
    headers: {
      'www-authenticate': `Bearer authorization_uri="https://login.microsoftonline.com/common", error="invalid_token", error_description="${message}"`,
    },
    body: { error: { code, message: `Authentication failed. ${message}` } },
  };
}
