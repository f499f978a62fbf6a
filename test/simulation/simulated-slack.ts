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
      failed: () => ({ kind: 'ambiguous', code: 'no_answer' }),
      run({ odd, isLost }) {
        const answer = answerOf(odd);
        const isAccepted = answer.kind === 'delivered';
        const notBefore = answer.kind === 'throttled' ? engine.now() + throttledMs : null;
        const post = { by, channel, isAccepted, notBefore, isLost, tellings };
        engine.record({ kind: 'post', ...post, answer: answer.kind, words: shown });
        return answer;
      },
    });
  };
}

function answerOf(odd: string | null): SlackAnswer {
  switch (odd) {
    case 'throttled':
      return { kind: 'throttled', retryAfterMs: throttledMs, code: 'rate_limited' };
    case 'rejected':
      return { kind: 'rejected', code: 'invalid_blocks' };
    case 'refused':
      return { kind: 'refused', code: 'channel_is_archived' };
    case 'strange':
      return { kind: 'strange', code: 'not_ok' };
    case null:
    default:
      return { kind: 'delivered' };
  }
}

function textsIn({ text, attachments = [] }: SlackMessage): string[] {
  return [text, ...attachments.flatMap(({ blocks }) => blocks.flatMap(textsOf))];
}

/** What a message tells about whom, by its visible text: a line `Failed: cluster-1`, or `Stalled → Failed: cluster-1`. */
export function tellingsIn(
  { text, attachments = [] }: SlackMessage,
  names: readonly string[],
): Telling[] {
  const blocks = attachments.flatMap((attachment) => attachment.blocks);
  return names.flatMap((name) => {
    const inBlocks = leadsIn(blocks.flatMap(textsOf), name);
    // The headline repeats a block, or stands alone.
    const leads = inBlocks.length > 0 ? inBlocks : leadsIn([text], name);
    return leads.length === 0 ? [] : [{ name, leads }];
  });
}

function leadsIn(texts: readonly string[], name: string): string[] {
  const place = new RegExp(`: ${name}(?![\\w-])`);
  const lines = texts.flatMap((text) => text.replaceAll('*', '').split('\n'));
  return lines.flatMap((line) => {
    const at = line.search(place);
    const leads = at < 0 ? [] : line.slice(0, at).replace(/^• /, '').split(' → ');
    return leads.filter((lead) => lead !== 'Cluster');
  });
}

function textsOf(block: SlackBlock): string[] {
  if (block.type === 'context') return block.elements.map(({ text }) => text);
  return 'text' in block ? [block.text.text] : block.fields.map(({ text }) => text);
}
