import * as z from 'zod/mini';
import { _default as byDefault } from 'zod/mini';
import { emptyOutbox } from '../domain/outbox.ts';
import type { ChannelState, ParkedMessage, UrlState } from '../domain/channel.ts';
import type { TickSummary } from '../domain/tick-summary.ts';
import { json, schemaVersion, time, unlessCorrupt, type Stored } from './codec.ts';
import type { IsoTime } from '../time.ts';
import { outboxInJson } from './outbox-columns.ts';
import type { RowKey, Table } from './table.ts';

/** What is remembered besides operations: the channels, and the last tick. */
export interface StateStore {
  /** A channel's state and its etag; the state is `null` when nothing was ever sent to it. */
  channel(name: string): Promise<{ state: ChannelState | null; etag: string | null }>;
  /** Writes a channel's state; its new etag, or `null` when it was changed since `etag` (`null`: was not there). */
  saveChannel(name: string, state: ChannelState, etag: string | null): Promise<string | null>;
  /** All channels that were ever sent to. */
  channels(): Promise<ReadonlyMap<string, ChannelState>>;
  /** The last tick that came to its end, or `null`. */
  lastTick(): Promise<TickSummary | null>;
  saveLastTick(summary: TickSummary): Promise<void>;
  /**
   * Since when a first tick is waited for: the start of the first process that asked, or of this one. Requests and
   * the timer may have processes of their own, and short ones.
   */
  firstTickAwaitedSince(startedAt: IsoTime): Promise<IsoTime>;
}

const channelPartition = 'channel';
const lastTickKey = { partitionKey: 'tick', rowKey: 'last' };
const awaitedKey = { partitionKey: 'tick', rowKey: 'awaited' };
const since = time('since');

/** Where a channel's row is. */
export function channelKey(channel: string): RowKey {
  return { partitionKey: channelPartition, rowKey: channel };
}

/** The state store on its table. */
export function createStateStore(table: Table): StateStore {
  return {
    async channel(name) {
      const row = await table.get(channelKey(name));
      if (row === null) return { state: null, etag: null };
      // What cannot be read, as after an update, is begun anew: it is no more than the channel's pace.
      const state = unlessCorrupt(() => channelState.read(row.columns));
      return { state, etag: row.etag };
    },
    async saveChannel(name, state, etag) {
      const columns = { version: schemaVersion, ...channelState.write(state) };
      return etag === null
        ? await table.insert(channelKey(name), columns)
        : await table.replace(channelKey(name), columns, etag);
    },
    async channels() {
      const channels = new Map<string, ChannelState>();
      for await (const { rows } of table.pages({
        filter: `PartitionKey eq '${channelPartition}'`,
      })) {
        for (const { key, columns } of rows) {
          const state = unlessCorrupt(() => channelState.read(columns));
          if (state !== null) channels.set(key.rowKey, state);
        }
      }
      return channels;
    },
    async lastTick() {
      const row = await table.get(lastTickKey);
      if (row === null) return null;
      return unlessCorrupt(() => tickSummary.read(row.columns));
    },
    async firstTickAwaitedSince(startedAt) {
      const row = await table.get(awaitedKey);
      // Whoever comes second does not write: the time of the first stays.
      if (row === null)
        await table.insert(awaitedKey, { version: schemaVersion, ...since.write(startedAt) });
      const first = row === null ? null : unlessCorrupt(() => since.read(row.columns));
      return first !== null && first < startedAt ? first : startedAt;
    },
    async saveLastTick(summary) {
      await table.upsert(lastTickKey, {
        version: schemaVersion,
        ...tickSummary.write(summary),
      });
    },
  };
}

const timeOrNull = z.nullable(z.string());

const parkedMessage: z.ZodMiniType<ParkedMessage> = z.object({
  id: z.number(),
  at: z.string(),
  code: z.string(),
  isStrange: byDefault(z.boolean(), false),
});

const urlState = {
  urlDigest: z.string(),
  notBefore: timeOrNull,
  failures: z.number(),
  parkedSince: timeOrNull,
  since: byDefault(timeOrNull, null),
  lastAnswer: z.nullable(z.string()),
  lastAnswerAt: timeOrNull,
  strange: byDefault(z.nullable(z.object({ since: z.string(), answers: z.number() })), null),
};
const otherUrl: z.ZodMiniType<UrlState> = z.object(urlState);

/** In the stored JSON the outbox is called `mailbox`, as rows of version 1 call it. */
type StoredChannel = Omit<ChannelState, 'outbox'> & { readonly mailbox: ChannelState['outbox'] };

/** Older rows hold one URL, and its pace is not stored separately. */
const storedChannel = json<StoredChannel>(
  z.object({
    ...urlState,
    pacedUntil: byDefault(timeOrNull, null),
    toldSince: byDefault(timeOrNull, null),
    others: byDefault(z.array(otherUrl), []),
    mailbox: byDefault(outboxInJson(parkedMessage), emptyOutbox),
  }),
)('state');

const channelState: Stored<ChannelState> = {
  ...storedChannel,
  read: (columns) => {
    const { mailbox: outbox, ...channel } = storedChannel.read(columns);
    return { ...channel, outbox };
  },
  write: ({ outbox: mailbox, ...channel }) => storedChannel.write({ ...channel, mailbox }),
};

const tickSummary = json<TickSummary>(
  z.object({
    version: byDefault(z.nullable(z.string()), null),
    startedAt: z.string(),
    completedAt: z.string(),
    due: z.number(),
    read: z.number(),
    changed: z.number(),
    failedReadings: z.number(),
    found: byDefault(z.number(), 0),
    armCalls: byDefault(z.number(), 0),
    leftOver: z.number(),
    deferred: byDefault(z.number(), 0),
    oldestDueAt: timeOrNull,
    delivered: z.number(),
    undelivered: z.number(),
    oldestOwedAt: timeOrNull,
    unroutable: z.number(),
    failingChannels: z.number(),
    unreadable: z.number(),
    incidents: z.number(),
    apiVersion: byDefault(z.nullable(z.string()), null),
    corruptRows: z.number(),
    refusedRows: byDefault(z.number(), 0),
    loadMs: z.number(),
    pollMs: z.number(),
    totalMs: z.number(),
  }),
)('summary');
