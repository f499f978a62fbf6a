import type { TrackedOperation } from './notifier-api.ts';
import { findChanges } from './operation-changes.ts';
import type { OperationsWatch } from './operations-watch.ts';
import { parseMrkdwn, plainText } from './page/mrkdwn.ts';
import { payload as messagePayload } from './page/payload.ts';
import type { ReceivedMessage } from './page/routes.ts';
import type { Channel } from './page/protocol.ts';
import type { Terminal } from './terminal.ts';

/** Whose events are shown. */
export interface NarratedNeeds {
  readonly watch: OperationsWatch;
  readonly slack: { onMessage(listener: (message: ReceivedMessage) => void): () => void };
  readonly channels: readonly Channel[];
  /** What happened before is not shown. */
  readonly since: Date;
}

/** Shows in the terminal, line by line, what happens to the operations and what is posted to Slack. */
export function narrate(
  terminal: Pick<Terminal, 'changes' | 'posted'>,
  { watch, slack, channels, since }: NarratedNeeds,
): void {
  let before: readonly TrackedOperation[] = [];
  watch.subscribe(({ operations }) => {
    terminal.changes(findChanges(before, operations, since));
    before = operations;
  });
  slack.onMessage(({ channel, payload }) => {
    const title = channels.find(({ name }) => name === channel)?.title ?? channel;
    const text = plainText(parseMrkdwn(messagePayload.parse(payload).text ?? ''));
    terminal.posted(title, text.replaceAll('\n', ' · '));
  });
}
