import { flatten } from '../domain/error-detail.ts';
import type { VersionRefusal } from '../domain/known-versions.ts';
import { readErrors } from '../domain/foreign-error.ts';
import { locationKey } from '../domain/version-choices.ts';
import { cleanText, oneLine } from '../text.ts';

/** Codes by which ARM says that it does not take the api-version (with HTTP 400 or 404), in lower case. */
export const refusesVersion: ReadonlySet<string> = new Set([
  'noregisteredproviderfound',
  'invalidapiversion',
  'invalidapiversionparameter',
  'invalidresourcetype',
  'unsupportedapiversion',
]);

/** The one code whose list is what AKS offers; `InvalidApiVersionParameter` lists ARM's own versions. */
const withOffer = 'noregisteredproviderfound';

/** ARM's text with all api-versions and all regions in it: about 3,000 characters in 2024. */
const longestMessage = 50_000;
/** A longer list is not read on. */
const mostOffered = 500;

/** What ARM says when it does not take an api-version; `null` when the body does not say so. */
export function refusalIn(body: unknown): VersionRefusal | null {
  const said = readErrors([body])
    .flatMap((error) => flatten(error))
    .map(({ code, message }) => ({
      code: (code ?? '').trim(),
      message: (message ?? '').slice(0, longestMessage),
    }))
    .filter(({ code }) => refusesVersion.has(code.toLowerCase()));
  const offer = said.find(({ code }) => code.toLowerCase() === withOffer);
  const [first] = said;
  if (first === undefined) return null;
  const code = oneLine(cleanText((offer ?? first).code, 128));
  return offer === undefined
    ? { code, location: null, offered: null }
    : { code, location: locationIn(offer.message), offered: versionsIn(offer.message) };
}

function locationIn(message: string): string | null {
  return locationKey(/\bfor location ['"]([^'"]{1,60})['"]/i.exec(message)?.[1]);
}

/** `null` where the text has no list; an empty list offers nothing. */
function versionsIn(message: string): readonly string[] | null {
  const [, list] = /\bsupported api-versions are:? ?['"]([^'"]*)/i.exec(message) ?? [];
  if (list === undefined) return null;
  return [...new Set(list.match(/\b\d{4}-\d{2}-\d{2}(?:-[a-z0-9]+)*/gi))]
    .map((version) => version.toLowerCase())
    .slice(0, mostOffered);
}
