import type { SlackBlock, SlackMessage } from '../../shared/slack/payload.ts';
import type { SlackAnswer } from '../../shared/domain/slack-answer.ts';
import type { PostToSlack } from '../../shared/slack/webhook.ts';
import type { Engine } from './engine.ts';
import type { Process, Telling } from './facts.ts';

const throttledMs = 45_000;

/** A webhook per channel. */
export function webhookUrl(channel: string): string {
  return `https://hooks.slack.invalid/${channel}`;
}

/** Slack as a process sees it. */
export function simulatedSlack(engine: Engine, names: readonly string[], by: Process): PostToSlack {
  return async (url, message, timeoutMs = 10_000) => {
    const channel = url.split('/').at(-1) ?? '';
    const tellings = tellingsIn(message, names);
    const words = tellings.map(({ name, leads }) => `${name}: ${leads.join(', ')}`).join('; ');
    const shown = textsIn(message).join('\n').replaceAll('*', '');
    return await engine.request<SlackAnswer>({
      by,
      side: 'slack',
      place: channel,
      name: `(${words})`,
      timeoutMs,
      failed: () => ({ meaning: 'ambiguous', code: 'no_answer' }),
      run({ odd, isLost }) {
        const answer = answerOf(odd);
        const isAccepted = answer.meaning === 'delivered';
        const notBefore = answer.meaning === 'throttled' ? engine.now() + throttledMs : null;
        const post = { by, channel, isAccepted, notBefore, isLost, tellings };
        engine.record({ kind: 'post', ...post, answer: answer.meaning, words: shown });
        return answer;
      },
    });
  };
}

function answerOf(odd: string | null): SlackAnswer {
  switch (odd) {
    case 'throttled':
      return { meaning: 'throttled', retryAfterMs: throttledMs, code: 'rate_limited' };
    case 'rejected':
      return { meaning: 'rejected', code: 'invalid_blocks' };
    case 'refused':
      return { meaning: 'refused', code: 'channel_is_archived' };
    case 'strange':
      return { meaning: 'strange', code: 'not_ok' };
    case null:
    default:
      return { meaning: 'delivered' };
  }
}

function textsIn({ text, attachments = [] }: SlackMessage): string[] {
  return [text, ...attachments.flatMap(({ blocks }) => blocks.flatMap(textsOf))];
}

/**
 * What a message tells about whom, by its visible text: a line `Failed: cluster-1` or `cluster-1: draining`, in a digest
 * `Stalled → Failed: cluster-1` or `Succeeded: cluster-1, cluster-2`.
 */
export function tellingsIn(
  { text, attachments = [] }: SlackMessage,
  names: readonly string[],
): Telling[] {
  const blocks = attachments.flatMap((attachment) => attachment.blocks);
  const below = blocks.flatMap(textsOf);
  return names.flatMap((name) => {
    const inBlocks = leadsIn(below, name);
    // Only a digest has lines of its own about whom it tells of.
    const leads = inBlocks.length > 0 ? inBlocks : leadsIn([text.split('\n')[0] ?? ''], name);
    return leads.length === 0 ? [] : [{ name, leads }];
  });
}

function leadsIn(texts: readonly string[], name: string): string[] {
  const lines = texts.flatMap((text) => text.replaceAll('*', '').split('\n'));
  const named = new RegExp(`^([A-Z][^:]*): (?:[\\w-]+, )*${name}(?![\\w-])`);
  const phase = new RegExp(`^${name}(?:, [^:]+)?: ([^,]+)`);
  return lines.flatMap((line) => {
    const leads = line.replace(/^• /, '').split(' → ');
    const last = leads.pop() ?? '';
    const lead = named.exec(last)?.[1] ?? phase.exec(last)?.[1];
    return lead === undefined ? [] : [...leads, lead];
  });
}

function textsOf(block: SlackBlock): string[] {
  if (block.type === 'context') return block.elements.map(({ text }) => text);
  return 'text' in block ? [block.text.text] : block.fields.map(({ text }) => text);
}
