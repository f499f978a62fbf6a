/** Slack's own host, and that of GovSlack (api.slack-gov.com/gov-slack/about). */
const hosts = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);
const form = 'begins with https://hooks.slack.com/services/ and is all in one';

/** What keeps a URL from being that of an incoming webhook; `null`: it looks like one, or is a loopback address. */
export function webhookProblem(text: string): string | null {
  const { protocol, hostname, pathname } = new URL(text);
  // The settings allow it on loopback addresses only.
  if (protocol === 'http:') return null;
  if (/\s/.test(text)) return `holds white space; a webhook ${form}.`;
  if (!hosts.has(hostname)) return `names another host than Slack’s; a webhook ${form}.`;
  if (/\/T0+\/B0+\/|\/replace-with-yours$/.test(pathname))
    return 'is still the example: put in your own webhook (Slack shows it under “Incoming Webhooks” of your Slack app).';
  return /^\/services\/\w+\/\w+\/\w+$/.test(pathname)
    ? null
    : `is no incoming webhook of Slack: one ${form}. That of a workflow takes other messages.`;
}
