import { oneLine } from '../text.ts';
import type { IsoTime } from '../time.ts';

/**
 * Slack's markup. All foreign text goes through {@link inline} or {@link fence}; join its pieces before, not after.
 * Text objects are sent with `verbatim: true`, so that bare URLs, `#channel` and `@here` stay text. A message's own
 * `text` has no such switch: there Slack links a bare URL, under the URL itself, and leaves the others alone.
 * Messages of apps have no marks for lists (docs.slack.dev/messaging/formatting-message-text).
 */

/** Joins `@` and a word that would ping, or would after a cut; it cannot be seen. `verbatim` should do, twice is safe. */
const wordJoiner = '\u2060';

/** Foreign text as Slack shows it literally: control sequences (`<!channel>`, `<url|label>`) lose their force. */
export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=here|channel|everyone)/gi, `@${wordJoiner}`);
}

/**
 * Foreign text within one of our lines, shown as it is. Slack has no escape for its marks, but does not format code
 * (github.com/slackhq/slack-api-docs/issues/34). So a word with a mark becomes code, and can still be copied and found.
 * A character that would end our bold or code is replaced by one that looks the same.
 */
export function inline(text: string, max = 200): string {
  const line = oneLine(text).replaceAll(/[`｀]/g, 'ˋ').replaceAll(/[*＊]/g, '∗');
  const literal = line.replaceAll(/[^\s,;()[\]{}"']+/g, (word, index) =>
    mark.test(word) || (index === 0 && quote.test(word)) ? `\`${word}\`` : word,
  );
  return truncateEscaped(escape(literal), max);
}

/**
 * Where Slack may begin italics or a strike: not behind a letter (`aks_prod` stays; an end without a beginning is
 * none), the full-width forms too (github.com/yhatt/jsx-slack, "About escape"). Or where the name of an emoji may
 * stand, which `14:13:59` has none of.
 */
const mark = /(?<![\p{L}\p{N}])[_~＿～]|:(?!\d\d:)[\p{L}\p{N}_+-]+:/u;
/** At the beginning of a line Slack makes a quotation of it, escaped or not. */
const quote = /^[>＞]/;

/** Foreign text in a code block that it cannot close, at most `max` characters. */
export function fence(text: string, max: number): string {
  const inner = truncateEscaped(escape(text.trim().replaceAll(/[`｀]/g, 'ˋ')), max);
  return `\`\`\`\n${inner}\n\`\`\``;
}

/** Cuts escaped text to at most `max` UTF-16 units, at a whole character, never inside an entity; code is closed. */
export function truncateEscaped(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = cutAt(text, max - 1);
  if (!endsInCode(cut)) return `${cut}…`;
  const shorter = cutAt(text, max - 2);
  return endsInCode(shorter) ? `${shorter}…\`` : `${shorter}…`;
}

function cutAt(text: string, length: number): string {
  return text
    .slice(0, Math.max(length, 0))
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/&[a-z]{0,3}$/, '');
}

function endsInCode(text: string): boolean {
  return text.split('`').length % 2 === 0;
}

/** Our text, bold. */
export function bold(text: string): string {
  return `*${text}*`;
}

/** The same without {@link bold}; foreign text has no asterisk. */
export function unbold(text: string): string {
  return text.replaceAll('*', '');
}

/** A link with our label. */
export function link(url: string, label: string): string {
  return `<${url.replaceAll('>', '%3E').replaceAll('|', '%7C')}|${label}>`;
}

/** A moment in the reader's own time zone, with UTC where Slack cannot show it. */
export function date(time: IsoTime): string {
  const fallback = `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
  return `<!date^${Math.floor(Date.parse(time) / 1000)}^{date_short_pretty} {time}|${fallback}>`;
}

/** A mention as registered: `here`, `channel`, or the ID of a user (`U…`, `W…`) or user group (`S…`). */
export function mention(target: string): string {
  if (target === 'here' || target === 'channel') return `<!${target}>`;
  return target.startsWith('S') ? `<!subteam^${target}>` : `<@${target}>`;
}
