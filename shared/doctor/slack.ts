import { settingFix, type Site } from '../az-commands.ts';
import { defaultChannel } from '../settings.ts';
import { adviceOn } from '../slack/channel-notice.ts';
import { afterRetry, currentChannel } from '../slack/channel.ts';
import { layOut } from '../slack/notice.ts';
import { testNotice } from '../slack/test-notice.ts';
import type { PostToSlack, SlackAnswer } from '../slack/webhook.ts';
import type { StateStore } from '../store/state-store.ts';
import { StoreUnavailable } from '../store/table.ts';
import { turnsOf } from '../tick/turns.ts';
import { formatDuration, type Clock } from '../time.ts';
import { check, skipped, type Check, type Finding } from './check.ts';

/** What channels are checked with. */
export interface SlackParts {
  /** Webhook URLs by channel name. */
  readonly channels: ReadonlyMap<string, string>;
  readonly state: StateStore;
  readonly post: PostToSlack;
  readonly site: Site;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
}

/** So long a channel that is busy is waited for, in milliseconds. */
const patienceMs = 5000;

/** Each channel gets a test message, where that is wanted: a webhook cannot be asked anything else. */
export async function checkSlack(parts: SlackParts, isWanted: boolean): Promise<Check[]> {
  const checks = [...parts.channels].map(async ([channel, url]) => {
    const name = `Slack channel ${channel}`;
    return isWanted
      ? await check(name, async () => await sendTest(channel, url, parts))
      : skipped(name, 'No test message was asked for (--slack, or { "slack": true }).');
  });
  return await Promise.all(checks);
}

async function sendTest(channel: string, url: string, parts: SlackParts): Promise<Finding> {
  const { state, clock, sleep, random, post } = parts;
  const turns = turnsOf(channel, url, state, clock, sleep, random);
  try {
    await wake(channel, url, parts);
    const turn = await turns.take(clock().getTime() + patienceMs);
    if (turn !== 'taken')
      return {
        ok: false,
        message:
          'Slack or the network asked the app to wait before it posts there; ask again in a minute.',
      };
  } catch (error) {
    // Without the store nobody knows the channel's pace; what is asked is whether messages arrive.
    if (!(error instanceof StoreUnavailable)) throw error;
    return {
      ok: 'skipped',
      message: 'Messages are paced by the store, which is not available; mend that first.',
    };
  }
  const answer = await post(url, layOut(testNotice(channel, clock().toISOString())));
  await turns.note(answer).catch(() => {});
  return findingOf(answer, channel, parts.site);
}

/** A parked channel is tried at once: this message can show that it works again. */
async function wake(
  channel: string,
  url: string,
  { state: store, clock }: SlackParts,
): Promise<void> {
  const { state, etag } = await store.channel(channel);
  const before = currentChannel(state, url);
  const after = afterRetry(before, 1, clock().toISOString());
  if (after !== before) await store.saveChannel(channel, after, etag);
}

function findingOf(answer: SlackAnswer, channel: string, site: Site): Finding {
  const setting =
    channel === defaultChannel ? 'SLACK_WEBHOOK_URL' : `SLACK_WEBHOOK_URL_${channel.toUpperCase()}`;
  switch (answer.kind) {
    case 'delivered':
      return {
        ok: true,
        message: 'Slack took a test message; look whether it is in the right channel.',
      };
    case 'throttled':
      return {
        ok: false,
        message: `Slack asks to wait ${formatDuration(answer.retryAfterMs)} (${answer.code}); ask again then.`,
      };
    case 'rejected':
      return { ok: false, message: `Slack does not take the message as it is (${answer.code}).` };
    case 'refused':
      return {
        ok: false,
        message: `${adviceOn(answer.code, setting)} (${answer.code})`,
        fix: settingFix(site, setting, `$${setting}`),
      };
    case 'ambiguous':
      return {
        ok: false,
        message: `Slack gave no clear answer (${answer.code}); it may have the message or not. Check that ${setting} is a webhook of Slack, and that the network lets the app there.`,
      };
  }
}
