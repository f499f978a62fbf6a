/** Slack text; `verbatim` keeps bare URLs, `#channel` and `@here` from becoming links and pings. */
export interface SlackText {
  type: 'mrkdwn';
  text: string;
  verbatim: true;
}

/** The blocks that the product sends. */
export type SlackBlock =
  | { type: 'section'; text: SlackText }
  | { type: 'section'; fields: SlackText[] }
  | { type: 'context'; elements: SlackText[] };

/** A message as a webhook takes it. Phones show `text` alone. */
export interface SlackMessage {
  text: string;
  attachments?: {
    color: string;
    fallback: string;
    blocks: SlackBlock[];
  }[];
}
