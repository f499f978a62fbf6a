import type { Cloud } from './clouds.ts';
import { connectionStringProblem } from './connection-string.ts';
import { reportedElsewhere, urlOf, value, type Environment, type Report } from './values.ts';

/** How to reach table storage. */
export type StorageSettings =
  | { readonly signIn: 'connectionString'; readonly connectionString: string }
  | {
      readonly signIn: 'identity';
      readonly tableServiceUri: string;
      readonly clientId: string | null;
    };

const connections = ['OPERATIONS_STORAGE', 'AzureWebJobsStorage'] as const;

/** The setting that says where the tables are, by itself or as the first part of its name; `null`: none is set. */
export function storageNameOf(env: Environment): (typeof connections)[number] | null {
  return connections.find((name) => isPresent(env, name)) ?? null;
}

/** Reads where the tables are: `OPERATIONS_STORAGE`, else `AzureWebJobsStorage`, in either of Functions' forms. */
export function storageOf(env: Environment, cloud: Cloud, report: Report): StorageSettings {
  for (const name of connections) {
    const found = storageNamed(env, name, cloud, report);
    if (found !== null) return found;
  }
  if (storageNameOf(env) === null) {
    report(
      'AzureWebJobsStorage',
      'must be set: to a connection string, or for an identity AzureWebJobsStorage__tableServiceUri or AzureWebJobsStorage__accountName. If the tables are in another account, set OPERATIONS_STORAGE in the same way.',
    );
  }
  return { signIn: 'connectionString', connectionString: '' };
}

function isPresent(env: Environment, name: string): boolean {
  return [name, `${name}__tableServiceUri`, `${name}__accountName`].some(
    (key) => (env[key] ?? '').trim() !== '',
  );
}

function storageNamed(
  env: Environment,
  name: string,
  cloud: Cloud,
  report: Report,
): StorageSettings | null {
  const connectionString = value(env, name, report);
  if (connectionString !== null) {
    const problem = connectionStringProblem(connectionString);
    if (problem !== null) report(name, problem);
    return { signIn: 'connectionString', connectionString };
  }
  const appIdentity = value(env, 'AZURE_CLIENT_ID', reportedElsewhere);
  const clientId = value(env, `${name}__clientId`, report) ?? appIdentity;
  const uri = urlOf(env, `${name}__tableServiceUri`, report);
  if (uri !== null) return { signIn: 'identity', tableServiceUri: uri, clientId };
  const account = value(env, `${name}__accountName`, report);
  if (account === null) return null;
  if (!/^[a-z0-9]{3,24}$/.test(account)) {
    report(
      `${name}__accountName`,
      'must be the name of a storage account: 3 to 24 lower-case letters and digits.',
    );
  }
  return {
    signIn: 'identity',
    tableServiceUri: `https://${account}.${cloud.tableSuffix}`,
    clientId,
  };
}
