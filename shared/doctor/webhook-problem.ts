/** Slack's own host, and that of GovSlack (api.slack-gov.com/gov-slack/about). */
const hosts = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);
const form = 'begins with https://hooks.slack.com/services/ and is all in one';

/** What is odd about a URL. */
interface WebhookProblem {
  readonly why: string;
  /** It may be that of a relay. */
  readonly mayWork: boolean;
}

/**
 * What keeps a URL from being that of an incoming webhook; `null`: it looks like one, or is a loopback address.
 */
export function webhookProblem(text: string): WebhookProblem | null {
  const { protocol, hostname, pathname } = new URL(text);
  // The settings allow it on loopback addresses only.
  if (protocol === 'http:') return null;
  if (/\s/.test(text)) return wrong(`holds white space; a webhook ${form}.`);
  if (!hosts.has(hostname))
    return { why: `names another host than Slack’s; a webhook ${form}.`, mayWork: true };
  if (/\/T0+\/B0+\/|\/replace-with-yours$/.test(pathname))
    return wrong(
      'is still the example: put in your own webhook (Slack shows it under “Incoming Webhooks” of your Slack app).',
    );
  return /^\/services\/\w+\/\w+\/\w+$/.test(pathname)
    ? null
    : wrong(
        `is no incoming webhook of Slack: one ${form}. That of a workflow takes other messages.`,
      );
}

function wrong(why: string): WebhookProblem {
  return { why, mayWork: false };
}
