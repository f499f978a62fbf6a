import type { Site } from '../domain/az-commands.ts';
import { defaultChannel } from '../settings/settings.ts';
import { adviceOn, strangeAdvice } from '../slack/channel-notice.ts';
import { awake, currentChannel } from '../domain/channel.ts';
import { layOut } from '../slack/notice-layout.ts';
import { testNotice } from '../slack/test-notice.ts';
import type { SlackAnswer } from '../domain/slack-answer.ts';
import type { PostToSlack } from '../slack/webhook.ts';
import type { StateStore } from '../store/state-store.ts';
import { StoreUnavailable } from '../store/table.ts';
import { turnsOf } from '../delivery/turns.ts';
import { formatDuration, type Clock } from '../time.ts';
import { check, type Check, type Finding } from './check.ts';
import { setSetting } from './settings.ts';
import { webhookProblem } from './webhook-problem.ts';

/** What channels are checked with. */
export interface SlackNeeds {
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
export async function checkSlack(needs: SlackNeeds, isWanted: boolean): Promise<Check[]> {
  const checks = [...needs.channels].map(
    async ([channel, url]) =>
      await check(`Slack channel ${channel}`, async () =>
        isWanted ? await sendTest(channel, url, needs) : lookAt(channel, url, needs.site),
      ),
  );
  return await Promise.all(checks);
}

function lookAt(channel: string, url: string, site: Site): Finding {
  const problem = webhookProblem(url);
  if (problem === null)
    return {
      ok: 'skipped',
      message: 'No test message was asked for (--slack, or { "slack": true }).',
    };
  const { message, ...wrong } = malformed(channel, problem.why, site);
  const finding = { ...wrong, message: `${message} --slack tries it all the same.` };
  return problem.mayWork ? { ok: 'skipped', message: finding.message } : finding;
}

function malformed(channel: string, why: string, site: Site): Finding {
  const setting = settingOf(channel);
  return { ok: false, message: `${setting} ${why}`, fix: setSetting(setting, site) };
}

function settingOf(channel: string): string {
  return channel === defaultChannel
    ? 'SLACK_WEBHOOK_URL'
    : `SLACK_WEBHOOK_URL_${channel.toUpperCase()}`;
}

async function sendTest(channel: string, url: string, needs: SlackNeeds): Promise<Finding> {
  const { state, clock, sleep, random, post } = needs;
  const turns = turnsOf(channel, url, state, clock, sleep, random);
  try {
    await wake(channel, url, needs);
    const turn = await turns.take(clock().getTime() + patienceMs);
    if (turn.is !== 'taken')
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
      message: 'The store paces the messages, and it is not available: fix the store first.',
    };
  }
  const answer = await post(url, layOut(testNotice(channel, clock().toISOString())));
  await turns.note(answer).catch(() => {});
  // What works is a webhook, whatever it looks like.
  const problem = answer.meaning === 'delivered' ? null : webhookProblem(url);
  return problem === null
    ? findingOf(answer, channel, needs.site)
    : malformed(channel, problem.why, needs.site);
}

/** A parked channel is tried at once: this message can show that it works again. */
async function wake(
  channel: string,
  url: string,
  { state: store, clock }: SlackNeeds,
): Promise<void> {
  const { state, etag } = await store.channel(channel);
  const now = clock().toISOString();
  const before = currentChannel(state, url, now);
  const after = awake(before, now);
  if (after !== before) await store.saveChannel(channel, after, etag);
}

function findingOf(answer: SlackAnswer, channel: string, site: Site): Finding {
  const setting = settingOf(channel);
  switch (answer.meaning) {
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
        message: `${adviceOn(answer.code, setting)} (${answer.code})${orVault(site)}`,
        fix: setSetting(setting, site),
      };
    case 'strange':
      return {
        ok: false,
        message: `${strangeAdvice(setting)} (${answer.code})${orVault(site)}`,
        fix: setSetting(setting, site),
      };
    case 'ambiguous':
      return {
        ok: false,
        message: `Slack gave no clear answer (${answer.code}); it may have the message or not. Check that ${setting} is a webhook of Slack, and that the network lets the app there.`,
      };
  }
}

/** Setting the webhook itself would replace a reference to it. */
function orVault(site: Site): string {
  return site === null ? '' : ' Where the setting refers to Key Vault, change the secret instead.';
}
