import { formatDuration } from '../time.ts';
import { notConfigured, parkedRetryMs, type ParkedMessage } from '../domain/channel.ts';
import { date, inline } from './mrkdwn.ts';
import type { Notice } from './notice.ts';

/** What Slack's answers ask of a person (its documented error codes); `setting` holds the webhook's URL. */
export function adviceOn(code: string, setting: string): string {
  switch (code) {
    case notConfigured:
      return `The app has no setting ${setting}. Set it, or register the operations again with another channel.`;
    case 'channel_is_archived':
      return `The Slack channel is archived. Unarchive the channel, or set ${setting} to a webhook of another one.`;
    case 'channel_not_found':
    case 'no_service':
    case 'no_service_id':
    case 'no_team':
    case 'no_active_hooks':
      return `The webhook is gone. Make a new webhook in Slack and set ${setting} to its URL.`;
    case 'action_prohibited':
    case 'posting_to_general_channel_denied':
    case 'invalid_token':
      return `Slack forbids the webhook to post there. Ask a Slack admin, or set ${setting} to another webhook.`;
    default:
      return `Check the webhook in Slack, or set ${setting} to another one.`;
  }
}

/** What to do when the answers do not come from Slack; `setting` holds the webhook's URL. */
export function strangeAdvice(setting: string): string {
  return `The webhook answers, but not as an incoming webhook of Slack does: it may belong to a workflow, or a proxy may answer in its place. Set ${setting} to an incoming webhook of Slack, and check that the app can reach it.`;
}

/** The default channel's message that another channel takes no messages, or may not take them. */
export function parkedNotice(channel: string, { at, code, isStrange }: ParkedMessage): Notice {
  const name = inline(channel);
  const setting = `SLACK_WEBHOOK_URL_${channel.toUpperCase()}`;
  const lead = isStrange ? 'Answers strangely' : 'Takes no messages';
  const retry = `POST /api/channels/${channel}/retry`;
  const [cause, step] = sentences(isStrange ? strangeAdvice(setting) : adviceOn(code, setting));
  return {
    lead,
    name: `channel ${name}`,
    brief: inline(code, 40),
    headline: `${lead}: channel ${name} (${inline(code, 80)}); its messages ${isStrange ? 'may have arrived' : 'wait'}`,
    mention: null,
    tone: 'warning',
    asksForAction: true,
    facts: isStrange
      ? 'They may have arrived up to three times each, and are kept. They are sent again when the setting changes, on request, and after a new message was taken.'
      : `None is lost. It is tried again every ${formatDuration(parkedRetryMs)}, when the setting changes, and on request.`,
    advice: { cause, step, command: null, note: null, page: null },
    said: null,
    links: [],
    context: [
      'AKS Operation Notifier',
      `since ${date(at)}`,
      inline(isStrange ? `${retry} sends them again` : `${retry} tries it at once`),
    ],
    ids: [],
  };
}

/** Cause and step of an advice; the cause is a sentence of its own, where it is known. */
function sentences(advice: string): [cause: string | null, step: string] {
  const end = advice.indexOf('. ');
  return end < 0 ? [null, advice] : [advice.slice(0, end + 1), advice.slice(end + 2)];
}
