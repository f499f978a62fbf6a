import { parseMrkdwn, type Token } from '../../local/page/mrkdwn.ts';
import { compare } from '../../shared/domain/compare.ts';
import type { Reading } from '../../shared/domain/reading.ts';
import type { OperationState, TrackingOptions } from '../../shared/domain/tracked.ts';
import { layOut } from '../../shared/slack/notice-layout.ts';
import type { Notice } from '../../shared/slack/notice.ts';
import type { Subject } from '../../shared/slack/operation-headlines.ts';
import { operationNotice } from '../../shared/slack/operation-notice.ts';
import type { SlackMessage } from '../../shared/slack/payload.ts';
import { messageOf, reference, start } from './operation-builders.ts';

const policy = { stalledAfterMs: 30 * 60_000, giveUpAfterMs: 7 * 24 * 3_600_000 };

/** The notice that a reading makes of what was known; `null` when the reading is no news. */
export function newsOf(
  stored: OperationState,
  reading: Reading,
  options: Partial<TrackingOptions> = {},
  named: Subject['reference'] = reference,
  portal = 'https://portal.azure.com',
): Notice | null {
  const { next, events } = compare(stored, reading, start, policy);
  if (events.length === 0) return null;
  const subject = {
    reference: named,
    options: { label: null, channel: 'default', mention: null, ...options },
    registeredAt: start,
  };
  return operationNotice(subject, messageOf(events, next, reading.at), portal);
}

/** The same for a reading that is known to be news. */
export function noticeOf(...parts: Parameters<typeof newsOf>): Notice {
  const notice = newsOf(...parts);
  if (notice === null) throw new Error('The reading is no news.');
  return notice;
}

/** Every text of a message, the headline first. */
export function textsOf({ text, attachments = [] }: SlackMessage): string[] {
  const blocks = attachments.flatMap((attachment) => attachment.blocks);
  return [
    text,
    ...blocks.flatMap((block) => {
      if (block.type === 'context') return block.elements.map((element) => element.text);
      return 'fields' in block ? block.fields.map((field) => field.text) : [block.text.text];
    }),
  ];
}

/** A message as a person reads it: times as times, field names without markup, links by their label. */
export function shown(notice: Notice): string {
  return textsOf(layOut(notice))
    .join('\n')
    .replaceAll(/<!date\^\d+\^[^|]+\|([^>]+)>/g, '$1')
    .replaceAll(/<https:[^|]+\|([^>]+)>/g, '[$1]')
    .replaceAll(/^\*(.+)\*\n(?!```)/gm, '$1: ');
}

/** Formatting that the product never makes: in a text of its own it is of others. */
export function foreignMarkup(text: string): Token[] {
  return parseMrkdwn(text).flatMap(foreignTokens);
}

function foreignTokens(token: Token): Token[] {
  switch (token.type) {
    case 'italic':
    case 'strike':
    case 'quote':
    case 'emoji':
      return [token];
    case 'bold':
      return token.children.flatMap((child) =>
        child.type === 'bold' ? [child] : foreignTokens(child),
      );
    case 'text':
    case 'code':
    case 'fence':
    case 'link':
    case 'mention':
    case 'date':
      return [];
  }
}
