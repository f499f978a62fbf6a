import { oneLine } from '../text.ts';
import type { IsoTime } from '../time.ts';

/**
 * Slack's markup. Everything foreign goes through {@link escape} (or {@link inline}, {@link fence});
 * text objects are sent with `verbatim: true`, so that bare URLs, `#channel` and `@here` stay text.
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

/** Foreign text for one line among ours: escaped, without the marks that would end our bold or code. */
export function inline(text: string, max = 200): string {
  return truncateEscaped(escape(oneLine(text).replaceAll('`', 'ˋ').replaceAll('*', '∗')), max);
}

/** Foreign text in a code block that it cannot close, at most `max` characters. */
export function fence(text: string, max: number): string {
  const inner = truncateEscaped(escape(text.trim().replaceAll('`', 'ˋ')), max);
  return `\`\`\`\n${inner}\n\`\`\``;
}

/** Cuts escaped text to at most `max` UTF-16 units, at a whole character and never inside an entity. */
export function truncateEscaped(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '');
  return `${cut.replace(/&[a-z]{0,3}$/, '')}…`;
}

/** Our text, bold. */
export function bold(text: string): string {
  return `*${text}*`;
}

/** A link with our label. */
export function link(url: string, label: string): string {
  return `<${url.replaceAll('>', '%3E').replaceAll('|', '%7C')}|${label}>`;
}

/** A moment in the reader's own time zone, with UTC where Slack cannot tell it. */
export function date(time: IsoTime): string {
  const fallback = `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
  return `<!date^${Math.floor(Date.parse(time) / 1000)}^{date_short_pretty} {time}|${fallback}>`;
}

/** A mention as registered: `here`, `channel`, or the ID of a user (`U…`, `W…`) or user group (`S…`). */
export function mention(target: string): string {
  if (target === 'here' || target === 'channel') return `<!${target}>`;
  return target.startsWith('S') ? `<!subteam^${target}>` : `<@${target}>`;
}
