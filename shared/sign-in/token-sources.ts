import type { Clock } from '../time.ts';
import { createCredential, type Credential, type CredentialOptions } from './credential.ts';
import { tokenSource, type TokenSource } from './token.ts';

/** The one source of tokens for an identity (`null`: the system-assigned one) and a scope. */
export type TokensFor = (clientId: string | null, scope: string) => TokenSource;

/** The sources of this process, made when they are first asked for. */
export function tokenSources(
  options: Omit<CredentialOptions, 'clientId'>,
  clock: Clock,
): TokensFor {
  const credentialFor = remembered((clientId: string | null) => lazy({ ...options, clientId }));
  const sourcesFor = remembered((clientId: string | null) =>
    remembered((scope: string) => tokenSource(credentialFor(clientId), scope, clock)),
  );
  return (clientId, scope) => sourcesFor(clientId)(scope);
}

function remembered<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

/** A credential whose code is loaded when a token is first asked for. */
function lazy(options: CredentialOptions): Credential {
  let made: Promise<Credential> | null = null;
  const credential = async (): Promise<Credential> =>
    await (made ??= createCredential(options).catch((error: unknown) => {
      made = null;
      throw error;
    }));
  return {
    getToken: async (scope) => await (await credential()).getToken(scope),
    renewToken: async (scope) => await (await credential()).renewToken(scope),
  };
}
