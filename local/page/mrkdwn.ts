/**
 * Slack's mrkdwn as a tree of tokens, the way Slack reads it
 * (https://docs.slack.dev/messaging/formatting-message-text): `<…>` holds links, mentions and dates,
 * and only `&lt;`, `&gt;` and `&amp;` are entities. Text is decoded exactly once, after the `<…>`
 * sequences are found, so an escaped `&lt;!channel&gt;` stays the words that someone wrote.
 */

/** One piece of mrkdwn. Every `text` is decoded: show it as it is, never as markup. */
export type Token =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'fence'; readonly text: string }
  | { readonly type: 'bold' | 'italic' | 'strike' | 'quote'; readonly children: readonly Token[] }
  | {
      /** Slack shows a picture where the workspace has one of this name. */
      readonly type: 'emoji';
      /** With its colons. */
      readonly text: string;
    }
  | { readonly type: 'link'; readonly url: string; readonly text: string }
  | { readonly type: 'mention'; readonly text: string }
  | {
      readonly type: 'date';
      /** Seconds since 1970-01-01T00:00:00Z. */
      readonly seconds: number;
      /** Slack's template, such as `{date_short_pretty} {time}`. */
      readonly format: string;
      /** Shown when the template or the time cannot be used. */
      readonly fallback: string;
    };

/** The full-width forms too: that is what input methods of East Asia type. */
const emphasis = {
  '*': 'bold',
  '＊': 'bold',
  _: 'italic',
  '＿': 'italic',
  '~': 'strike',
  '～': 'strike',
} as const;

/** Deeper nesting than this is shown as it was written: nobody writes it, but a hostile text may. */
const maximumDepth = 6;

// Alternatives in the order of precedence at one place: fence, inline code, <…>, emoji, emphasis. Emphasis
// begins and ends at the edge of a word only (snake_case is not italic) and stays within its line.
const pieces =
  /```(?<fence>[^]+?)```|`(?<code>[^`\n]+)`|<(?<angle>[^<>\n]+)>|(?<emoji>:(?!\d\d:)[\p{L}\p{N}_+'-]+:)|(?<![\p{L}\p{N}])(?<mark>[*＊_＿~～])(?!\s|\k<mark>)(?<body>[^\n]*?\S)\k<mark>(?![\p{L}\p{N}])/gu;
/** Where a line begins, a `>` makes a quotation of it, escaped or not. */
const lines = new RegExp(String.raw`^(?:&gt;|[>＞])(?<quote>[^\n]+)|${pieces.source}`, 'gmu');

/**
 * Reads mrkdwn.
 *
 * @param source - the text as it was sent to Slack, escaped
 * @returns the tokens in reading order; adjacent ones of type `text` may occur. Never throws: what
 *   cannot be read as formatting is text.
 */
export function parseMrkdwn(source: string): Token[] {
  return parseAt(source, 0);
}

function parseAt(source: string, depth: number): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  const addText = (text: string): void => {
    if (text !== '') tokens.push({ type: 'text', text: decode(text) });
  };
  for (const match of source.matchAll(depth === 0 ? lines : pieces)) {
    addText(source.slice(end, match.index));
    end = match.index + match[0].length;
    tokens.push(readPiece(match[0], match.groups ?? {}, depth));
  }
  addText(source.slice(end));
  return tokens;
}

function readPiece(
  whole: string,
  { fence, code, angle, emoji, mark, body, quote }: Record<string, string | undefined>,
  depth: number,
): Token {
  if (fence !== undefined) return { type: 'fence', text: decode(fence) };
  if (code !== undefined) return { type: 'code', text: decode(code) };
  if (emoji !== undefined) return { type: 'emoji', text: emoji };
  if (quote !== undefined)
    return { type: 'quote', children: parseAt(quote.trimStart(), depth + 1) };
  if (angle !== undefined) return readAngle(angle) ?? { type: 'text', text: decode(whole) };
  if (body !== undefined && isMark(mark) && depth < maximumDepth) {
    return { type: emphasis[mark], children: parseAt(body, depth + 1) };
  }
  return { type: 'text', text: decode(whole) };
}

function isMark(mark: string | undefined): mark is keyof typeof emphasis {
  return mark !== undefined && mark in emphasis;
}

/** What stands between `<` and `>`; null when Slack has no meaning for it. */
function readAngle(content: string): Token | null {
  const bar = content.indexOf('|');
  const target = bar === -1 ? content : content.slice(0, bar);
  const label = bar === -1 ? '' : decode(content.slice(bar + 1));
  const [command = '', ...args] = target.split('^');
  if (command === '!date') {
    const seconds = Number.parseInt(args[0] ?? '', 10);
    return { type: 'date', seconds, format: decode(args[1] ?? ''), fallback: label };
  }
  if (['!here', '!channel', '!everyone'].includes(command)) {
    return { type: 'mention', text: `@${command.slice(1)}` };
  }
  if (command === '!subteam') return { type: 'mention', text: label || `@${args[0] ?? ''}` };
  if (/^[@#][A-Z0-9]+$/.test(target)) {
    return { type: 'mention', text: label ? target.charAt(0) + label : target };
  }
  if (/^(?:https?:\/\/|mailto:)/i.test(target)) {
    return { type: 'link', url: decode(target), text: label || decode(target) };
  }
  return null;
}

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

function decode(text: string): string {
  return text.replaceAll(/&(?:lt|gt|amp);/g, (entity) => entities[entity] ?? entity);
}

/**
 * The words that a reader sees, without formatting. Dates give their fallback.
 *
 * @param tokens - what {@link parseMrkdwn} returned
 */
export function plainText(tokens: readonly Token[]): string {
  return tokens.map(tokenText).join('');
}

function tokenText(token: Token): string {
  switch (token.type) {
    case 'bold':
    case 'italic':
    case 'strike':
    case 'quote':
      return plainText(token.children);
    case 'date':
      return token.fallback;
    case 'text':
    case 'emoji':
    case 'code':
    case 'fence':
    case 'link':
    case 'mention':
      return token.text;
    default:
      return token satisfies never;
  }
}
