import { writeSlackDate } from '../dates.ts';
import { parseMrkdwn } from '../mrkdwn.ts';
import type { Token } from '../mrkdwn.ts';
import type { TextObject } from '../payload.ts';
import { element } from './dom.ts';

/** Draws a text object: mrkdwn formatted, plain text as it is. */
export function drawText(text: TextObject): Node[] {
  return text.type === 'mrkdwn' ? drawMrkdwn(text.text) : [document.createTextNode(text.text)];
}

/** Draws mrkdwn. */
export function drawMrkdwn(source: string): Node[] {
  return parseMrkdwn(source).map(drawToken);
}

function drawToken(token: Token): Node {
  switch (token.type) {
    case 'text':
      return document.createTextNode(token.text);
    case 'emoji':
      return element('span', { class: 'emoji', title: 'Slack shows an emoji here' }, token.text);
    case 'quote':
      return element('blockquote', {}, ...token.children.map(drawToken));
    case 'code':
      return element('code', {}, token.text);
    case 'fence':
      // Focusable, so that a keyboard can scroll it.
      return element('pre', { tabindex: '0' }, token.text.replaceAll(/^\n|\n$/g, ''));
    case 'bold':
      return element('strong', {}, ...token.children.map(drawToken));
    case 'italic':
      return element('em', {}, ...token.children.map(drawToken));
    case 'strike':
      return element('s', {}, ...token.children.map(drawToken));
    case 'link':
      return element(
        'a',
        { href: token.url, target: '_blank', rel: 'noreferrer', title: token.url },
        token.text,
      );
    case 'mention':
      return element('span', { class: 'mention' }, token.text);
    case 'date':
      return drawDate(token);
    default:
      return token satisfies never;
  }
}

function drawDate({ seconds, format, fallback }: Extract<Token, { type: 'date' }>): Node {
  const written = writeSlackDate(seconds, format, { now: new Date() });
  if (written === null) return document.createTextNode(fallback);
  const datetime = new Date(seconds * 1000).toISOString();
  return element('time', { datetime, title: fallback }, written);
}
