import { defaultChannel } from '../settings/settings.ts';
import {
  afterRetry,
  currentChannel,
  paceMs,
  standingOf,
  waitOf,
  type ChannelState,
  type Standing,
} from '../domain/channel.ts';
import type { StateStore } from '../store/state-store.ts';
import { untilWritten } from '../store/table.ts';
import type { Owing, WorkStore } from '../store/work-store.ts';
import { plus, type Clock, type IsoTime } from '../time.ts';

/** A Slack channel as people see it; never with its URL. */
export interface Channel {
  readonly name: string;
  /** Whether the settings have it. */
  readonly isConfigured: boolean;
  readonly state: Standing;
  /** When this state began; `null` when the channel was not used yet. */
  readonly since: IsoTime | null;
  /** Messages that wait for it, and since when the oldest does. */
  readonly undelivered: number;
  readonly oldestUndeliveredAt: IsoTime | null;
  /** `ok`, Slack's error code, ours for an answer that is none, or `not_configured`; `null` when it was not used yet. */
  readonly lastAnswer: { readonly code: string; readonly at: IsoTime } | null;
  /** When the next message is tried at the earliest; `null`: at once. */
  readonly nextAttemptAt: IsoTime | null;
}

/** What these functions work with. */
export interface ChannelNeeds {
  /** Webhook URLs by channel name. */
  readonly channels: ReadonlyMap<string, string>;
  readonly state: StateStore;
  readonly work: WorkStore;
  readonly clock: Clock;
}

/** All channels of the settings, and other channels that messages wait for; sorted by name, the default one first. */
export async function listChannels(needs: ChannelNeeds): Promise<Channel[]> {
  const [stored, work] = await Promise.all([needs.state.channels(), needs.work.owing()]);
  const owed = owedByChannel(stored, work);
  const others = [...needs.channels.keys(), ...owed.keys()].filter(
    (name) => name !== defaultChannel,
  );
  return [defaultChannel, ...new Set(others.toSorted())].map((name) =>
    toChannel(name, stored.get(name) ?? null, owed.get(name) ?? [], needs),
  );
}

/**
 * Lets the next tick try a parked channel; returns the channel as it is then. `null` when neither the settings
 * have it nor messages wait for it.
 */
export async function retryChannel(name: string, needs: ChannelNeeds): Promise<Channel | null> {
  const url = needs.channels.get(name);
  const owed =
    owedByChannel(await needs.state.channels(), await needs.work.owing()).get(name) ?? [];
  if (url === undefined && owed.length === 0) return null;
  return await untilWritten('the channel', async () => {
    const { state: stored, etag } = await needs.state.channel(name);
    if (url === undefined) return toChannel(name, stored, owed, needs);
    const now = needs.clock().toISOString();
    const before = currentChannel(stored, url, now);
    const after = afterRetry(before, owed.length, now);
    const isWritten =
      after === before || (await needs.state.saveChannel(name, after, etag)) !== null;
    return isWritten ? toChannel(name, after, owed, needs) : null;
  });
}

/** How many channels take no messages before a person acts; `unroutable`: messages for channels without a setting. */
export function countParked(
  stored: ReadonlyMap<string, ChannelState>,
  channels: ReadonlyMap<string, string>,
  unroutable: number,
  now: IsoTime,
): number {
  const parked = [...stored].filter(([name, state]) => {
    const url = channels.get(name);
    const isUsed = url !== undefined || unroutable > 0;
    return isUsed && standingOf(currentChannel(state, url ?? '', now)) === 'parked';
  });
  return parked.length;
}

function toChannel(
  name: string,
  stored: ChannelState | null,
  owed: readonly Owing[],
  { channels, clock }: ChannelNeeds,
): Channel {
  const url = channels.get(name);
  const now = clock().toISOString();
  const channel = currentChannel(stored, url ?? '', now);
  const { since, lastAnswer, lastAnswerAt } = channel;
  const wait = waitOf(channel, now);
  return {
    name,
    isConfigured: url !== undefined,
    state: url === undefined ? 'parked' : standingOf(channel),
    since,
    undelivered: owed.reduce((sum, { undelivered }) => sum + undelivered, 0),
    oldestUndeliveredAt: owed.map(({ owedSince }) => owedSince).toSorted()[0] ?? null,
    lastAnswer:
      lastAnswer === null || lastAnswerAt === null ? null : { code: lastAnswer, at: lastAnswerAt },
    // A channel's pace is a second: that is at once.
    nextAttemptAt: wait > paceMs ? plus(now, wait) : null,
  };
}

/** What waits for each channel: the default one also gets the messages about incidents and about other channels. */
function owedByChannel(
  channels: ReadonlyMap<string, ChannelState>,
  work: readonly Owing[],
): Map<string, Owing[]> {
  const aboutChannels = [...channels.values()].flatMap(({ outbox: { owed } }) =>
    owed.map(({ at }): Owing => ({ channel: null, undelivered: 1, owedSince: at })),
  );
  return Map.groupBy([...work, ...aboutChannels], ({ channel }) => channel ?? defaultChannel);
}
