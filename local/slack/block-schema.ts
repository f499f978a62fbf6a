import { z } from 'zod';

/*
 * Block Kit as an incoming webhook takes it (docs.slack.dev/reference/block-kit). Every length is
 * counted in UTF-16 units of the text as it is sent, entities included: Slack does not say what a
 * character is, and by code points more would pass.
 */

const plainText = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });

const anyText = (max: number) =>
  z.discriminatedUnion('type', [
    plainText(max),
    z.strictObject({
      type: z.literal('mrkdwn'),
      text: z.string().min(1).max(max),
      verbatim: z.boolean().optional(),
    }),
  ]);

const httpUrl = z
  .string()
  .regex(/^https?:\/\/\S+$/, 'must be an http(s) URL')
  .max(3000);
const blockId = { block_id: z.string().max(255).optional() };
const image = {
  type: z.literal('image'),
  alt_text: z.string().min(1).max(2000),
  image_url: httpUrl,
};

const imageElement = z.strictObject(image);
const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: z.string().max(255).optional(),
  url: httpUrl.optional(),
  value: z.string().max(2000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: z.string().max(75).optional(),
});

/**
 * The blocks that make sense in a notification, each with its required fields and nothing unknown.
 * Inputs, cards, tables and media are refused, `alert` because Slack has it for modals only.
 */
export const blockSchema = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('section'),
      ...blockId,
      text: anyText(3000).optional(),
      fields: z.array(anyText(2000)).min(1).max(10).optional(),
      accessory: z.discriminatedUnion('type', [imageElement, button]).optional(),
      expand: z.boolean().optional(),
    })
    .refine(({ text, fields }) => text ?? fields, 'must define either text or fields'),
  z.strictObject({ type: z.literal('header'), ...blockId, text: plainText(150) }),
  z.strictObject({ type: z.literal('divider'), ...blockId }),
  z.strictObject({
    type: z.literal('context'),
    ...blockId,
    elements: z
      .array(z.discriminatedUnion('type', [imageElement, anyText(3000)]))
      .min(1)
      .max(10),
  }),
  z.strictObject({ ...image, ...blockId, title: plainText(2000).optional() }),
  z.strictObject({
    type: z.literal('actions'),
    ...blockId,
    elements: z.array(button).min(1).max(25),
  }),
  z.strictObject({
    type: z.literal('markdown'),
    ...blockId,
    text: z.string().min(1).max(12_000),
  }),
  z.strictObject({
    type: z.literal('rich_text'),
    ...blockId,
    elements: z.array(
      z.looseObject({
        type: z.enum([
          'rich_text_section',
          'rich_text_list',
          'rich_text_preformatted',
          'rich_text_quote',
        ]),
        elements: z.array(z.looseObject({ type: z.string() })),
      }),
    ),
  }),
]);
