import * as z from 'zod';

/**
 * What the page shows of a Slack payload. Only the parts of Block Kit that a webhook of this product
 * sends have a form of their own; any other block is named, so that nothing vanishes silently.
 */

const text = z.object({ type: z.enum(['mrkdwn', 'plain_text']), text: z.string() });

const knownBlock = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('section'),
    text: text.optional(),
    fields: z.array(text).optional(),
  }),
  z.object({ type: z.literal('header'), text }),
  z.object({ type: z.literal('divider') }),
  z.object({
    type: z.literal('context'),
    elements: z.array(
      z.union([text, z.object({ type: z.literal('image'), alt_text: z.string() })]),
    ),
  }),
]);

const unknownBlock = z
  .unknown()
  .transform((block) => ({ type: 'unknown' as const, name: blockName(block) }));

const blocks = z.array(z.union([knownBlock, unknownBlock]));

const attachment = z.object({
  // Becomes a CSS colour: nothing but #rrggbb passes.
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i)
    .optional()
    .catch(undefined),
  fallback: z.string().optional().catch(undefined),
  text: z.string().optional().catch(undefined),
  blocks: blocks.optional().catch(undefined),
});

const message = z.object({
  text: z.string().optional().catch(undefined),
  blocks: blocks.optional().catch(undefined),
  attachments: z.array(attachment).optional().catch(undefined),
});

/** A text object: `mrkdwn` is formatted, `plain_text` is shown as it is. */
export type TextObject = z.infer<typeof text>;

/** A block in the form in which the page draws it. */
export type Block = z.infer<typeof knownBlock> | z.infer<typeof unknownBlock>;

/** An attachment: blocks beside a bar of colour. */
export type Attachment = z.infer<typeof attachment>;

/** A message in the form in which the page draws it. */
export type Payload = z.infer<typeof message>;

/** What was posted to a webhook. Never fails: a payload that is no message gives an empty one. */
export const payload = z.unknown().transform((body): Payload => message.safeParse(body).data ?? {});

function blockName(block: unknown): string {
  return z.object({ type: z.string() }).safeParse(block).data?.type ?? 'unknown';
}
