import { TableClient } from '@azure/data-tables';
import { holdsLogin, isSafeUrl, noLogin } from './values.ts';

/**
 * Why the app cannot use a storage connection string, without any part of its value; `null`: it can. The table library
 * decides, by building a client or not; this file says why.
 */
export function connectionStringProblem(connectionString: string): string | null {
  const tables = tablesAt(connectionString);
  if (tables === null) return whyRefused(connectionString);
  if (!isSafeUrl(tables)) return 'must use https (http only on a loopback address).';
  return holdsLogin(tables) ? noLogin : null;
}

/** Where the library would look for tables; `null`: it does not take the connection string. Nothing is sent. */
function tablesAt(connectionString: string): URL | null {
  // Any proxy does: without one the library reads those of the environment, which are settings of their own.
  const proxyOptions = { host: 'http://127.0.0.1', port: 1 };
  try {
    const { url } = TableClient.fromConnectionString(connectionString, 'any', { proxyOptions });
    return URL.parse(url);
  } catch {
    return null;
  }
}

const partNames = [
  'DefaultEndpointsProtocol',
  'AccountName',
  'AccountKey',
  'EndpointSuffix',
  'TableEndpoint',
  'SharedAccessSignature',
] as const;
type PartName = (typeof partNames)[number];

/** The library's own errors are no help to a person, or quote the value. */
function whyRefused(connectionString: string): string {
  const pairs = connectionString.split(';').filter((pair) => pair !== '');
  if (!pairs.every((pair) => pair.includes('=')))
    return 'is not a storage connection string: each part between two ; must be a name, = and a value.';
  const parts = pairs.map(readPart);
  const spaced = partNames.find((name) => parts.some((one) => is(one, name) && one.hasSpace));
  if (spaced !== undefined) return `has a space beside the = of ${spaced}: remove it.`;
  // The first one counts, as in the library.
  const valueOf = (name: PartName): string => parts.find((one) => is(one, name))?.value ?? '';
  const has = (...wanted: PartName[]): boolean => wanted.every((name) => valueOf(name) !== '');
  const isAccount = has('DefaultEndpointsProtocol', 'AccountName', 'AccountKey');
  if (!isAccount && !has('TableEndpoint', 'SharedAccessSignature'))
    return 'is not a storage connection string: it needs DefaultEndpointsProtocol, AccountName and AccountKey, or TableEndpoint and SharedAccessSignature.';
  if (!has('EndpointSuffix') && !has('TableEndpoint'))
    return 'does not say where the storage account is: it needs EndpointSuffix (core.windows.net in the public cloud) or TableEndpoint.';
  if (!has('TableEndpoint') && !/^https?$/i.test(valueOf('DefaultEndpointsProtocol')))
    return 'must have https as its DefaultEndpointsProtocol.';
  if (has('TableEndpoint') && URL.parse(valueOf('TableEndpoint')) === null)
    return 'has a TableEndpoint that is not a URL: it must be like https://<account>.table.core.windows.net.';
  return isAccount
    ? 'is a storage connection string that cannot be used: copy it from the storage account again.'
    : 'has a TableEndpoint that does not name the storage account: with SharedAccessSignature it must be like https://<account>.table.core.windows.net, not a domain of your own or an IP address.';
}

interface Part {
  readonly name: string;
  readonly value: string;
  /** Whether there is a space before or after the `=`. The library trims the outer ends alone. */
  readonly hasSpace: boolean;
}

function readPart(pair: string): Part {
  const text = pair.trim();
  const equals = text.indexOf('=');
  const [name, value] = [text.slice(0, equals), text.slice(equals + 1)];
  const hasSpace = name !== name.trim() || value !== value.trim();
  return { name: name.trim(), value: value.trim(), hasSpace };
}

function is(part: Part, name: PartName): boolean {
  return part.name.toLowerCase() === name.toLowerCase();
}
