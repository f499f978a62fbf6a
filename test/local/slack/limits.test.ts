import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';

import { validateMessage } from '../../../local/slack/limits.ts';

const text = (length: number) => 'x'.repeat(length);
const plain = (length: number) => ({ type: 'plain_text', text: text(length) });
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: text(length), verbatim: true });
const section = (length: number) => ({ type: 'section', text: mrkdwn(length) });
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const url = (length: number) => `https://${text(length - 8)}`;
const button = { type: 'button', text: plain(5) };
const image = { type: 'image', alt_text: 'a', image_url: 'https://example.com/a.png' };
const actions = (element: object) => ({ type: 'actions', elements: [element] });
const block = (one: unknown) => ({ text: 'headline', blocks: [one] });
const attachment = (blocks: readonly unknown[]) => ({
  text: 'headline',
  attachments: [{ blocks }],
});

describe('a message at the limit passes, one over is refused:', () => {
  it.each<[string, number, (n: number) => unknown, string, string]>([
    ['blocks', 50, (n) => ({ blocks: many(n, section(1)) }), 'invalid_blocks', 'blocks'],
    [
      'blocks of an attachment',
      20,
      (n) => attachment(many(n, section(1))),
      'invalid_attachments',
      'attachments.0.blocks',
    ],
    [
      'attachments',
      100,
      (n) => ({ attachments: many(n, { fallback: 'f' }) }),
      'invalid_attachments',
      'attachments',
    ],
    [
      'characters in blocks in total',
      13_000,
      (n) => ({ blocks: [...many(4, section(3000)), section(n - 12_000)] }),
      'msg_blocks_too_long',
      '',
    ],
    [
      'characters in text, fallback and attachment in total',
      13_000,
      (n) => ({
        text: text(1000),
        attachments: [
          { fallback: text(2000), blocks: [...many(3, section(3000)), section(n - 12_000)] },
        ],
      }),
      'msg_blocks_too_long',
      '',
    ],
    [
      'header',
      150,
      (n) => block({ type: 'header', text: plain(n) }),
      'invalid_blocks',
      'blocks.0.text.text',
    ],
    ['section text', 3000, (n) => block(section(n)), 'invalid_blocks', 'blocks.0.text.text'],
    [
      'section text in an attachment',
      3000,
      (n) => attachment([section(n)]),
      'invalid_attachments',
      'attachments.0.blocks.0.text.text',
    ],
    [
      'section fields',
      10,
      (n) => block({ type: 'section', fields: many(n, plain(1)) }),
      'invalid_blocks',
      'blocks.0.fields',
    ],
    [
      'a field',
      2000,
      (n) => block({ type: 'section', fields: [mrkdwn(n)] }),
      'invalid_blocks',
      'blocks.0.fields.0.text',
    ],
    [
      'context elements',
      10,
      (n) => block({ type: 'context', elements: many(n, mrkdwn(1)) }),
      'invalid_blocks',
      'blocks.0.elements',
    ],
    [
      'a context element',
      3000,
      (n) => block({ type: 'context', elements: [mrkdwn(n)] }),
      'invalid_blocks',
      'blocks.0.elements.0.text',
    ],
    [
      'actions',
      25,
      (n) => block({ type: 'actions', elements: many(n, button) }),
      'invalid_blocks',
      'blocks.0.elements',
    ],
    [
      'button text',
      75,
      (n) => block(actions({ ...button, text: plain(n) })),
      'invalid_blocks',
      'blocks.0.elements.0.text.text',
    ],
    [
      'button url',
      3000,
      (n) => block(actions({ ...button, url: url(n) })),
      'invalid_blocks',
      'blocks.0.elements.0.url',
    ],
    [
      'block_id',
      255,
      (n) => block({ type: 'divider', block_id: text(n) }),
      'invalid_blocks',
      'blocks.0.block_id',
    ],
    [
      'image alt_text',
      2000,
      (n) => block({ ...image, alt_text: text(n) }),
      'invalid_blocks',
      'blocks.0.alt_text',
    ],
    [
      'markdown',
      12_000,
      (n) => block({ type: 'markdown', text: text(n) }),
      'invalid_blocks',
      'blocks.0.text',
    ],
  ])('%s (%d)', (_, limit, message, answer, path) => {
    expect(validateMessage(message(limit))).toEqual([]);
    expect(validateMessage(message(limit + 1))).toMatchObject([{ answer, path }]);
  });
});

describe('a block is taken when it is', () => {
  it.each([
    ['a divider', { type: 'divider' }],
    ['a header', { type: 'header', text: { ...plain(3), emoji: true } }],
    ['a section with an accessory', { ...section(3), accessory: button, expand: true }],
    ['a section of fields', { type: 'section', fields: [plain(3), mrkdwn(3)] }],
    ['a context with an image', { type: 'context', elements: [image, plain(3)] }],
    ['an image', { ...image, title: plain(3) }],
    [
      'rich text',
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }],
      },
    ],
  ])('%s', (_, one) => {
    expect(validateMessage(block(one))).toEqual([]);
    expect(validateMessage(attachment([one]))).toEqual([]);
  });
});

describe('a block is refused when it is', () => {
  it.each([
    ['of an unknown type', { type: 'banner' }],
    ['an alert, which is for modals', { type: 'alert', text: plain(3) }],
    ['without a type', { text: plain(3) }],
    ['no object', 'divider'],
    ['a section without text and fields', { type: 'section' }],
    ['a section without a single field', { type: 'section', fields: [] }],
    ['a section with a bare string', { type: 'section', text: 'x' }],
    ['a section with an empty text', section(0)],
    ['a header in mrkdwn', { type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
    ['a header without text', { type: 'header' }],
    ['a context without elements', { type: 'context', elements: [] }],
    ['an image without alt_text', { type: 'image', image_url: image.image_url }],
    ['an image from nowhere', { ...image, image_url: 'javascript:alert(1)' }],
    ['of an unknown text type', { type: 'section', text: { type: 'markdown', text: 'x' } }],
    ['plain text with verbatim', { type: 'section', text: { ...plain(3), verbatim: true } }],
    [
      'mrkdwn with a textual verbatim',
      { type: 'section', text: { ...mrkdwn(3), verbatim: 'yes' } },
    ],
    ['holding an unknown key', { type: 'divider', color: 'red' }],
    ['holding an unknown key in its text', { type: 'section', text: { ...mrkdwn(3), size: 1 } }],
  ])('%s', (_, one) => {
    expect(validateMessage(block(one))).toMatchObject([{ answer: 'invalid_blocks' }]);
    expect(validateMessage(attachment([one]))).toMatchObject([{ answer: 'invalid_attachments' }]);
  });
});

describe('a message as a whole', () => {
  it.each([
    ['nothing', {}, 'no_text'],
    ['an empty text', { text: ' ' }, 'no_text'],
    ['empty lists', { text: '', blocks: [], attachments: [] }, 'no_text'],
    [
      'mute attachments',
      { attachments: [{ color: 'red' }] },
      'missing_text_or_fallback_or_attachments',
    ],
    ['a list', [], 'invalid_payload'],
    ['a string', 'hello', 'invalid_payload'],
    ['no JSON at all', undefined, 'invalid_payload'],
    ['a number for a text', { text: 5 }, 'invalid_payload'],
    ['blocks that are no list', { text: 'x', blocks: {} }, 'invalid_blocks'],
    ['attachments that are no list', { text: 'x', attachments: 'x' }, 'invalid_attachments'],
  ])('of %s is refused', (_, payload, answer) => {
    expect(validateMessage(payload)[0]).toMatchObject({ answer });
  });

  it.each([
    ['text alone', { text: 'hello' }],
    ['blocks alone', { blocks: [section(3)] }],
    ['an attachment with a fallback', { attachments: [{ fallback: 'f', color: '#d13438' }] }],
    ['fields that Slack does not know', { text: 'hello', timeout: 5 }],
  ])('of %s is taken', (_, payload) => {
    expect(validateMessage(payload)).toEqual([]);
  });

  it('never makes the validator throw, whatever the JSON', () => {
    const anything = fc.jsonValue();
    const blocks = fc.array(
      fc.record({
        type: fc.constantFrom('section', 'header', 'context', 'image', 'actions', 'rich_text'),
        text: anything,
        fields: anything,
        elements: anything,
      }),
    );
    const message = fc.record({
      text: anything,
      blocks,
      attachments: fc.array(fc.record({ blocks })),
    });
    fc.assert(
      fc.property(fc.oneof(anything, message), (payload) => {
        for (const problem of validateMessage(payload)) expect(problem.message).not.toBe('');
      }),
    );
  });

  it('can be nested deeper than the call stack', () => {
    const depth = 100_000;
    const nested: unknown = JSON.parse('[{"a":'.repeat(depth) + '1' + '}]'.repeat(depth));
    const list = { type: 'rich_text_section', elements: [{ type: 'text', nested }] };
    expect(validateMessage(block({ type: 'rich_text', elements: [list] }))).toEqual([]);
  });
});
