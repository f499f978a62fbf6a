import { z } from 'zod';

import { blockSchema } from './block-schema.ts';

/** What Slack answers, with 400, to a message that breaks a rule. */
type Refusal =
  | 'invalid_payload'
  | 'no_text'
  | 'missing_text_or_fallback_or_attachments'
  | 'invalid_blocks'
  | 'invalid_attachments'
  | 'msg_blocks_too_long';

/** One rule that a message breaks. */
export interface LimitProblem {
  /** Where, for instance `attachments.0.blocks.2.text.text`; empty for the message as a whole. */
  readonly path: string;
  readonly message: string;
  readonly answer: Refusal;
}

/** Characters of one message, all of its texts together ("about 13,000"). */
const totalCharacters = 13_000;

const attachmentSchema = z.looseObject({
  color: z.string().optional(),
  fallback: z.string().optional(),
  text: z.string().optional(),
  pretext: z.string().optional(),
  title: z.string().optional(),
  // More than 20 in an attachment fail, it is said; 50 is the documented limit of a message.
  blocks: z.array(blockSchema).max(20).optional(),
});

/** Other fields are let through: Slack ignores them. */
const messageSchema = z.looseObject({
  text: z.string().optional(),
  blocks: z.array(blockSchema).max(50).optional(),
  attachments: z.array(attachmentSchema).max(100).optional(),
});
type Message = z.infer<typeof messageSchema>;
type Attachment = z.infer<typeof attachmentSchema>;

/**
 * Everything by which Slack would refuse this webhook payload; empty when it would take it. The
 * first problem's `answer` is the body that Slack sends. Never throws.
 */
export function validateMessage(payload: unknown): LimitProblem[] {
  const parsed = messageSchema.safeParse(payload);
  if (parsed.success) return contentProblems(parsed.data);
  return parsed.error.issues.map(({ path, message }) => ({
    path: path.join('.'),
    message,
    answer: refusalAt(path[0]),
  }));
}

function refusalAt(field: PropertyKey | undefined): Refusal {
  if (field === 'blocks') return 'invalid_blocks';
  return field === 'attachments' ? 'invalid_attachments' : 'invalid_payload';
}

function contentProblems(message: Message): LimitProblem[] {
  const { text = '', blocks = [], attachments = [] } = message;
  const hasText = text.trim() !== '' || blocks.length > 0;
  if (!hasText && attachments.length === 0) {
    return [{ path: '', message: 'has no text, blocks or attachments', answer: 'no_text' }];
  }
  if (!hasText && !attachments.some(saysSomething)) {
    const answer = 'missing_text_or_fallback_or_attachments';
    return [{ path: 'attachments', message: 'none has text, fallback or blocks', answer }];
  }
  const characters = countCharacters({ text, blocks, attachments });
  return characters > totalCharacters
    ? [{ path: '', message: `${characters} characters in total`, answer: 'msg_blocks_too_long' }]
    : [];
}

function saysSomething({ text, fallback, pretext, title, blocks = [] }: Attachment): boolean {
  return blocks.length > 0 || [text, fallback, pretext, title].some((part) => part);
}

const shownTexts = new Set(['text', 'fallback', 'pretext', 'title', 'value', 'footer', 'alt_text']);

/** Walks with a list of its own: a payload can be nested deeper than the call stack is. */
function countCharacters(message: object): number {
  let characters = 0;
  const pending: object[] = [message];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    for (const [key, value] of Object.entries<unknown>({ ...part })) {
      if (typeof value === 'string' && shownTexts.has(key)) characters += value.length;
      else if (typeof value === 'object' && value !== null) pending.push(value);
    }
  }
  return characters;
}
