import * as z from 'zod/mini';
import { _default as byDefault } from 'zod/mini';
import { emptyMailbox } from '../mailbox.ts';
import type { ChannelState, ParkedMessage } from '../slack/channel.ts';
import type { TickSummary } from '../tick-summary.ts';
import { fromJsonColumns, jsonColumns, mailboxOf, schemaVersion, unlessCorrupt } from './codec.ts';
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
}

const channelPartition = 'channel';
const lastTickKey = { partitionKey: 'tick', rowKey: 'last' };

function keyOf(channel: string): RowKey {
  return { partitionKey: channelPartition, rowKey: channel };
}

/** The state store on its table. */
export function createStateStore(table: Table): StateStore {
  return {
    async channel(name) {
      const row = await table.get(keyOf(name));
      if (row === null) return { state: null, etag: null };
      // What cannot be read, as after an update, is begun anew: it is no more than the channel's pace.
      const state = unlessCorrupt(() => fromJsonColumns(row.columns, 'state', channelState));
      return { state, etag: row.etag };
    },
    async saveChannel(name, state, etag) {
      const columns = { version: schemaVersion, ...jsonColumns('state', state) };
      return etag === null
        ? await table.insert(keyOf(name), columns)
        : await table.replace(keyOf(name), columns, etag);
    },
    async channels() {
      const channels = new Map<string, ChannelState>();
      for await (const { rows } of table.pages({
        filter: `PartitionKey eq '${channelPartition}'`,
      })) {
        for (const { key, columns } of rows) {
          const state = unlessCorrupt(() => fromJsonColumns(columns, 'state', channelState));
          if (state !== null) channels.set(key.rowKey, state);
        }
      }
      return channels;
    },
    async lastTick() {
      const row = await table.get(lastTickKey);
      if (row === null) return null;
      return unlessCorrupt(() => fromJsonColumns(row.columns, 'summary', tickSummary));
    },
    async saveLastTick(summary) {
      await table.upsert(lastTickKey, {
        version: schemaVersion,
        ...jsonColumns('summary', summary),
      });
    },
  };
}

const time = z.nullable(z.string());

const parkedMessage: z.ZodMiniType<ParkedMessage> = z.object({
  id: z.number(),
  at: z.string(),
  code: z.string(),
});

const channelState: z.ZodMiniType<ChannelState> = z.object({
  notBefore: time,
  failures: z.number(),
  parkedSince: time,
  lastAnswer: z.nullable(z.string()),
  lastAnswerAt: time,
  since: byDefault(time, null),
  mailbox: byDefault(mailboxOf(parkedMessage), emptyMailbox),
  urlDigest: z.string(),
});

const tickSummary: z.ZodMiniType<TickSummary> = z.object({
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
  oldestDueAt: time,
  delivered: z.number(),
  undelivered: z.number(),
  oldestOwedAt: time,
  unroutable: z.number(),
  failingChannels: z.number(),
  unreadable: z.number(),
  incidents: z.number(),
  corruptRows: z.number(),
  loadMs: z.number(),
  pollMs: z.number(),
  totalMs: z.number(),
});
