import type { TokenCredential } from '@azure/core-auth';

/** How the app signs in to Microsoft Entra ID. */
export interface CredentialOptions {
  /** The user-assigned managed identity; `null` for the system-assigned one. */
  readonly clientId: string | null;
  readonly authorityHost: string;
  /** Whether the platform offers a managed identity (it sets `IDENTITY_ENDPOINT`). */
  readonly managedIdentity: boolean;
}

/**
 * The managed identity where the platform offers one, else `DefaultAzureCredential` (`az login` on a
 * developer's machine). The library is loaded here, on first use: it is most of the app's start-up time.
 */
export async function createCredential(options: CredentialOptions): Promise<TokenCredential> {
  const { clientId, authorityHost, managedIdentity } = options;
  const identity = await import('@azure/identity');
  const retryOptions = { maxRetries: 1, retryDelayInMs: 500 };
  if (managedIdentity) {
    return clientId === null
      ? new identity.ManagedIdentityCredential({ authorityHost, retryOptions })
      : new identity.ManagedIdentityCredential(clientId, { authorityHost, retryOptions });
  }
  return new identity.DefaultAzureCredential({
    authorityHost,
    retryOptions,
    ...(clientId === null ? {} : { managedIdentityClientId: clientId }),
  });
}
