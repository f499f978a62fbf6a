import type { Attachment, Block } from '../payload.ts';
import type { PageMessage } from '../protocol.ts';
import { element } from './dom.ts';
import { drawMrkdwn, drawText } from './mrkdwn-view.ts';

/** Under this name the app posts. */
const appName = 'AKS Operation Notifier';

/** Draws a message as it stands in its channel. */
export function drawMessage({ receivedAt, payload }: PageMessage): HTMLElement {
  const at = new Date(receivedAt);
  const time = at.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
  const { text, blocks, attachments = [] } = payload;
  // With blocks of its own, a message's text is for notifications only, as in Slack.
  const body =
    blocks === undefined
      ? [element('p', { class: 'message-text' }, ...drawMrkdwn(text ?? ''))]
      : blocks.map(drawBlock);
  return element(
    'li',
    { class: 'message' },
    element('img', { class: 'avatar', src: '/icon.svg', alt: '', width: '40', height: '40' }),
    element(
      'article',
      { class: 'message-content' },
      element(
        'header',
        { class: 'message-head' },
        element('strong', {}, appName),
        element('span', { class: 'app-mark' }, 'app'),
        element('time', { datetime: receivedAt, title: at.toLocaleString() }, time),
      ),
      ...body,
      ...attachments.map(drawAttachment),
    ),
  );
}

function drawAttachment({ color, text, fallback, blocks }: Attachment): HTMLElement {
  const body = blocks?.map(drawBlock) ?? [
    element('p', {}, ...(text === undefined ? [fallback ?? ''] : drawMrkdwn(text))),
  ];
  const drawn = element('div', { class: 'attachment' }, ...body);
  if (color !== undefined) drawn.style.setProperty('--bar', color);
  return drawn;
}

function drawBlock(block: Block): HTMLElement {
  switch (block.type) {
    case 'section':
      return drawSection(block);
    case 'header':
      return element('h3', { class: 'block-header' }, block.text.text);
    case 'divider':
      return element('hr');
    case 'context':
      return element(
        'p',
        { class: 'context' },
        ...block.elements.map((part) =>
          element('span', {}, ...(part.type === 'image' ? [part.alt_text] : drawText(part))),
        ),
      );
    case 'unknown':
      return element('p', { class: 'context' }, `[block: ${block.name}]`);
    default:
      return block satisfies never;
  }
}

function drawSection({ text, fields }: Extract<Block, { type: 'section' }>): HTMLElement {
  const section = element('div', { class: 'section' });
  if (text !== undefined)
    section.append(element('div', { class: 'section-text' }, ...drawText(text)));
  if (fields !== undefined) {
    const drawn = fields.map((field) => element('div', { class: 'field' }, ...drawText(field)));
    section.append(element('div', { class: 'fields' }, ...drawn));
  }
  return section;
}
