import { patterns } from '../domain/azure-names.ts';
import type { ListQuery } from '../store/operation-list.ts';
import * as z from 'zod/mini';
import type { RowKey } from '../store/table.ts';
import { pointerTo, type RequestProblem } from './fields.ts';

/** How many operations are on a page, unless the request says otherwise. */
export const defaultTop = 100;
/** The largest page that may be asked for. */
export const maxTop = 1000;

/** Which operations may be asked for. */
export const states = z.enum(['active', 'finished', 'all']);

const known = [
  'state',
  'top',
  'continuationToken',
  'subscriptionId',
  'resourceGroupName',
  'resourceName',
];
/** Parameters that the platform reads with the function key. */
const ofThePlatform = ['code', 'clientId'];

/**
 * Reads the parameters of a list request; every problem is found at once.
 *
 * @param parameters of the request's URL; the library's `request.query` leaves out one that is called `__proto__`
 */
export function parseListQuery(
  parameters: URLSearchParams,
): { query: ListQuery } | { problems: readonly RequestProblem[] } {
  const problems: RequestProblem[] = [];
  const report = (name: string, message: string): void =>
    void problems.push({ pointer: pointerTo(name), message });

  // A misspelt filter would list what was not asked for.
  const unknown = new Set(parameters.keys()).difference(new Set([...known, ...ofThePlatform]));
  for (const name of unknown)
    report(name, `is not a known parameter; it must be one of: ${known.join(', ')}.`);
  for (const name of known)
    if (parameters.getAll(name).length > 1) report(name, 'must be given only once.');
  const state = states.safeParse(parameters.get('state') ?? 'active');
  if (!state.success) report('state', 'must be one of: active, finished, all.');
  const top = topOf(parameters.get('top'));
  if (top === null) report('top', `must be a whole number from 1 to ${maxTop}.`);
  const named = (
    name: 'subscriptionId' | 'resourceGroupName' | 'resourceName',
    what: string,
  ): string | null => {
    const text = parameters.get(name);
    if (text !== null && !patterns[name].test(text)) report(name, `must be ${what}.`);
    return text;
  };
  const names = {
    subscriptionId: named('subscriptionId', 'a subscription ID (a GUID)'),
    resourceGroupName: named('resourceGroupName', 'a resource group name'),
    resourceName: named('resourceName', 'a cluster name'),
  };
  const token = parameters.get('continuationToken');
  const position = token === null ? null : readContinuationToken(token);
  if (token !== null && position === null)
    report('continuationToken', 'must be the continuationToken of the previous page.');

  if (problems.length > 0 || !state.success || top === null) return { problems };
  return { query: { state: state.data, top, position, ...names } };
}

function topOf(text: string | null): number | null {
  if (text === null) return defaultTop;
  const top = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return top >= 1 && top <= maxTop ? top : null;
}

/** What Azure allows in a key; no key of ours is longer. */
const keyText = z.string().check(z.regex(/^[^\p{Cc}\p{Cs}/\\#?]{0,200}$/u));
const listPosition: z.ZodMiniType<RowKey> = z.object({ partitionKey: keyText, rowKey: keyText });

/** Where a list goes on, as a text that is safe in a URL. */
export function writeContinuationToken(position: RowKey): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function readContinuationToken(token: string): RowKey | null {
  try {
    const parsed = listPosition.safeParse(JSON.parse(Buffer.from(token, 'base64url').toString()));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
