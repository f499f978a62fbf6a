import { longestText, maskSecrets, truncate } from './text.ts';

/** Takes the secrets that this app knows, and whatever looks like one, out of a text, and cuts it to {@link longestText}. */
export type Redact = (text: string) => string;

/** What is shorter may be a word. */
const shortestSecret = 8;

/** A {@link Redact} for the given secrets, as they are and as they stand in JSON, HTML or a URL. */
export function redactor(secrets: readonly string[]): Redact {
  const known = secrets
    .flatMap((secret) => [secret, decoded(secret)])
    .filter(({ length }) => length >= shortestSecret)
    .flatMap(formsOf);
  // One secret may be the beginning of another. Texts are searched one by one: a pattern for all may take for ever.
  const inOrder = [...new Set(known)].toSorted((a, b) => b.length - a.length);
  return (text) => {
    // Before the cut: half a secret is not known as one.
    const clean = inOrder.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    return maskSecrets(truncate(clean, longestText));
  };
}

/** A secret that is itself a part of a URL, without that encoding. */
function decoded(secret: string): string {
  try {
    return decodeURIComponent(secret);
  } catch {
    return secret;
  }
}

/** A secret as it stands where libraries write it. */
function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret.toWellFormed());
  return [
    secret,
    inJson(secret),
    inJson(inJson(secret)),
    inJsonOfDotNet(secret),
    encodeURI(secret.toWellFormed()),
    encoded,
    // .NET's WebUtility and others write small letters.
    encoded.replaceAll(/%../g, (code) => code.toLowerCase()),
    encodeURIComponent(encoded),
    new URLSearchParams([['', secret]]).toString().slice(1),
    inHtml(secret),
  ];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** System.Text.Json escapes these and all that is not ASCII (learn.microsoft.com/dotnet/standard/serialization/system-text-json/character-encoding). */
function inJsonOfDotNet(text: string): string {
  return text.replaceAll('\\', String.raw`\\`).replaceAll(/["&'+<>`]|[^ -~]/g, (unit) => {
    const code = unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return String.raw`\u${code}`;
  });
}

function inHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
