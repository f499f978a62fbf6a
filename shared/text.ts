/** `&` also as it stands in JSON written by Go, and in HTML. */
const signedParameter =
  /((?:[?&]|\\u0026|&amp;)(?:sig|signature|code|t|c|s|h|token|access_token)=)[^&\s"'<>]+/gi;
/** A bearer token is long, or the text was cut in it: the word alone may be any. */
const credential =
  /\b((?:AccountKey|SharedAccessSignature|SharedAccessKey|ClientSecret|Password)\s*=\s*)[^;\s"']+|\b(Bearer\s+)(?:[\w.~+/-]{16,}=*|[\w.~+/-]+(?=…))/gi;
/**
 * A URL up to what is secret in it, where it is a webhook's. Any URL matches, so that none is looked through twice:
 * a pattern for webhooks alone is quadratic where `http://` comes again and again. JSON may have `\/` for `/`.
 */
const webhook =
  /(https?:(?:\\?\/){2}(?:(?!\\?\/(?:services|workflows|triggers)\\?\/)[^\s"'<>])*)(?:(\\?\/(?:services|workflows|triggers)\\?\/)[^\s"'<>]+)?/gi;
/** Control characters other than tab and newline, and marks that reorder the text around them. */
const unprintable = /(?![\t\n])[\p{Cc}\p{Bidi_Control}\ufeff]/gu;

/**
 * No longer text is looked through, in UTF-16 units: our own bound, for the time that patterns take. It is what
 * Application Insights documents as the longest message of a trace
 * (learn.microsoft.com/azure/azure-monitor/app/data-model-trace-telemetry); what Azure does with more was not tried.
 */
export const longestText = 32_768;

/**
 * Replaces what looks like a secret (signed query values, keys, bearer tokens, webhook paths) by `***`. Takes time in
 * proportion to the text, which the caller bounds; one that was cut ends with `…`.
 */
export function maskSecrets(text: string): string {
  return text
    .replace(signedParameter, '$1***')
    .replace(credential, '$1$2***')
    .replace(webhook, (_, url: string, secretPlace?: string) =>
      secretPlace === undefined ? url : `${url}${secretPlace}***`,
    );
}

/**
 * Foreign text made safe to keep: valid Unicode, no control characters (tab and newline stay), no
 * secrets, at most `max` characters (code points) of which the last is `…` when something was cut.
 */
export function cleanText(text: string, max: number): string {
  // Cut roughly first: what follows must not work through megabytes.
  const enough = max * 2 + 4096;
  const rough = text.length > enough ? `${text.slice(0, enough)}…` : text;
  const clean = maskSecrets(rough.replaceAll('\r\n', '\n').toWellFormed().replace(unprintable, ''));
  return truncate(clean, max);
}

/** `text` cut to at most `max` code points, the last of them `…` when something was cut. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max <= 0) return '';
  const points = Array.from(text.slice(0, max * 2 + 2));
  return points.length <= max
    ? points.join('')
    : `${points
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}

/** How much of each end of a text {@link cleanEnds} looks through, in UTF-16 units. */
const ofEachEnd = 8192;

/**
 * Foreign text made safe to keep, like {@link cleanText}, but of one that is too long the start and the end: a script
 * says at its end why it failed.
 */
export function cleanEnds(text: string, max: number): string {
  // What an end begins with may be the rest of a secret, so it goes up to the next space.
  const ends =
    text.length <= 2 * ofEachEnd
      ? text
      : `${text.slice(0, ofEachEnd)} … ${text.slice(-ofEachEnd).replace(/^\S*/, '')}`;
  const clean = cleanText(ends, 3 * ofEachEnd);
  if (clean.length <= max) return clean;
  const gap = ' … ';
  const end = Math.floor(Math.max(0, max - gap.length) / 3);
  const start = max - gap.length - end;
  if (end === 0) return truncate(clean, max);
  return `${clean.slice(0, start).trimEnd()}${gap}${clean.slice(-end).trimStart()}`.toWellFormed();
}

/** `text` on one line: every run of white space becomes one space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
