import type { AccessToken } from '@azure/core-auth';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';

/** How the app signs in to Microsoft Entra ID. */
export interface CredentialOptions {
  /** The user-assigned managed identity; `null` for the system-assigned one. */
  readonly clientId: string | null;
  readonly authorityHost: string;
  /** Whether the platform offers a managed identity (it sets `IDENTITY_ENDPOINT`). */
  readonly managedIdentity: boolean;
}

/** Signs in. `null`: the library gave no token. */
export interface Credential {
  /** A token for the scope: the library's cached one as long as that lives. */
  readonly getToken: (scope: string) => Promise<AccessToken | null>;
  /** A token for the scope past the library's cache, which holds it from then on. */
  readonly renewToken: (scope: string) => Promise<AccessToken | null>;
}

/** A request of a sign-in takes at most this long; the library sets no limit. */
const requestMs = 10_000;

/**
 * The managed identity where the platform offers one, else `DefaultAzureCredential` (`az login` on a
 * developer's machine). The library is loaded here, on first use: it is most of the app's start-up time.
 */
export async function createCredential(options: CredentialOptions): Promise<Credential> {
  const { clientId, authorityHost, managedIdentity } = options;
  const identity = await import('@azure/identity');
  const shared = {
    authorityHost,
    retryOptions: { maxRetries: 1, retryDelayInMs: 500 },
    httpClient: inTime(createDefaultHttpClient()),
  };
  if (managedIdentity) {
    const credential =
      clientId === null
        ? new identity.ManagedIdentityCredential(shared)
        : new identity.ManagedIdentityCredential(clientId, shared);
    return renewedByMsal(credential, clientId);
  }
  return renewedByItself(
    () =>
      new identity.DefaultAzureCredential({
        ...shared,
        ...(clientId === null ? {} : { managedIdentityClientId: clientId }),
      }),
  );
}

/** What the library's credentials have in common. */
interface LibraryCredential {
  getToken(scope: string): Promise<AccessToken | null>;
}

/**
 * `ManagedIdentityCredential` keeps its tokens in one cache of the process, which neither another credential nor
 * `claims` gets past (seen with 4.14.1). MSAL, on which it is built, does when it is asked itself, and puts the new
 * token into that same cache.
 */
function renewedByMsal(credential: LibraryCredential, clientId: string | null): Credential {
  return {
    getToken: async (scope) => await credential.getToken(scope),
    async renewToken(scope) {
      const { ManagedIdentityApplication } = await import('@azure/msal-node');
      const { accessToken, expiresOn } = await new ManagedIdentityApplication({
        managedIdentityIdParams: clientId === null ? {} : { userAssignedClientId: clientId },
      }).acquireToken({ resource: scope.replace(/\/\.default$/, ''), forceRefresh: true });
      return expiresOn === null
        ? null
        : { token: accessToken, expiresOnTimestamp: expiresOn.getTime() };
    },
  };
}

/** For credentials that keep their tokens to themselves: a new one begins without any. */
function renewedByItself(create: () => LibraryCredential): Credential {
  let credential = create();
  return {
    getToken: async (scope) => await credential.getToken(scope),
    async renewToken(scope) {
      credential = create();
      return await credential.getToken(scope);
    },
  };
}

/** A client whose requests end in time. */
function inTime(client: HttpClient): HttpClient {
  return {
    async sendRequest(request) {
      request.timeout ||= requestMs;
      return await client.sendRequest(request);
    },
  };
}
