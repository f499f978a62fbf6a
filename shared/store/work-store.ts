import type { Incident, IncidentName } from '../domain/incident.ts';
import { longestCheckMs } from '../domain/next-check.ts';
import { cleanText } from '../text.ts';
import { plus, type IsoTime } from '../time.ts';
import { CorruptRow, count, schemaVersion, text, time, unlessCorrupt } from './codec.ts';
import { record } from './columns.ts';
import {
  incidentKey,
  incidentRow,
  toIncident,
  toIncidentHead,
  type IncidentHead,
} from './incident-row.ts';
import { createLastReadings, headColumns, pageSize, type LastReadings } from './last-readings.ts';
import { quietColumns, toHead, type OperationHead } from './operation-row.ts';
import { toClusterHead, toWatch, type ClusterHead } from './watch-row.ts';
import type { Watch } from '../domain/watch.ts';
import { quoted, type Row, type RowKey, type RowRefused, type Table } from './table.ts';

/** An operation that a tick has something to do for. */
export interface OperationWork {
  readonly head: OperationHead;
  readonly key: RowKey;
  readonly etag: string;
}

/** Everything in the active table that a tick has something to do for. */
export interface Work {
  readonly operations: readonly OperationWork[];
  readonly incidents: readonly IncidentHead[];
  readonly watches: readonly Watch[];
  /** All watched clusters. */
  readonly clusters: readonly ClusterHead[];
  /** Rows that could not be read; they are left as they are. */
  readonly corrupt: readonly UnreadableRow[];
}

/** A row that cannot be read: where it is, fit for a log, and why. */
export interface UnreadableRow extends RowKey {
  readonly why: string;
}

/** Something that owes messages. */
export interface Owing {
  /** `null`: an incident, whose messages go to the default channel. */
  readonly channel: string | null;
  readonly undelivered: number;
  readonly owedSince: IsoTime;
}

/** What ticks read and write besides single operations. */
export interface WorkStore extends LastReadings {
  /** What is due, owes a message, has ended, or cannot be read; and every incident, watch and watched cluster. */
  load(now: IsoTime): Promise<Work>;
  /**
   * Stores readings without news, up to 100 of one partition. A row that was changed meanwhile is not written: another
   * writer has recorded a reading of the same moment.
   *
   * @returns what the store refuses to hold
   */
  recordQuiet(operations: readonly OperationWork[]): Promise<readonly RowRefused[]>;
  /** Everything that owes messages. */
  owing(): Promise<Owing[]>;
  /** The incident, or `null` when there is none or its row cannot be read. */
  findIncident(name: IncidentName): Promise<{ incident: Incident; etag: string } | null>;
  /** Adds an incident; `false` when there is one already. */
  addIncident(incident: Incident): Promise<boolean>;
  /**
   * Writes an incident, or removes it when it is over and posted. Returns its new etag (empty when removed), or `null` when
   * it was changed meanwhile.
   */
  saveIncident(incident: Incident, etag: string): Promise<string | null>;
}

/** How {@link Owing} is read. */
const channel = text('channel');
const owed = record<Omit<Owing, 'channel'>>({ undelivered: count, owedSince: time });

/** The ticks' view of the active table. */
export function createWorkStore(active: Table): WorkStore {
  return {
    ...createLastReadings(active),
    async load(now) {
      // The filter names what to leave out, so that it also finds a row with a missing or wrong column.
      const latest = plus(now, longestCheckMs);
      const waits = `nextCheckAt gt ${quoted(now)} and nextCheckAt le ${quoted(latest)}`;
      const owesNothing = "undelivered eq 0 and outcome eq '' and troubleCause eq ''";
      const waiting = `kind eq 'operation' and version eq ${schemaVersion} and ${waits} and ${owesNothing}`;
      const filter = `not (kind eq 'incident' or (${waiting}))`;
      const operations: OperationWork[] = [];
      const incidents: IncidentHead[] = [];
      const watches: Watch[] = [];
      const clusters: ClusterHead[] = [];
      const corrupt: UnreadableRow[] = [];
      const take = (row: Row, read: (row: Row) => void): void => {
        try {
          read(row);
        } catch (error) {
          if (!(error instanceof CorruptRow)) throw error;
          corrupt.push({ ...forLog(row.key), why: error.message });
        }
      };
      for await (const { rows } of active.pages({ filter, select: headColumns, pageSize })) {
        for (const row of rows)
          take(row, ({ key, etag, columns: { kind } }) => {
            if (kind === 'watch') watches.push(toWatch(row));
            else if (kind === 'cluster') clusters.push(toClusterHead(row));
            else operations.push({ head: believed(toHead(row), now, latest), key, etag });
          });
      }
      // These are read whole, so that one with unreadable messages is known here.
      for await (const { rows } of active.pages({ filter: "kind eq 'incident'", pageSize })) {
        for (const row of rows)
          take(row, () => {
            toIncident(row);
            incidents.push(toIncidentHead(row));
          });
      }
      return { operations, incidents, watches, clusters, corrupt };
    },
    async recordQuiet(operations) {
      const left = await active.mergeAll(
        operations.map(({ head, key, etag }) => ({
          key,
          etag,
          columns: quietColumns.write(head),
        })),
      );
      return left.flatMap(({ refused }) => refused ?? []);
    },
    async owing() {
      const owing: Owing[] = [];
      const select = ['kind', ...channel.columns, ...owed.columns];
      for await (const { rows } of active.pages({ filter: 'undelivered gt 0', select })) {
        for (const { columns } of rows) {
          const one = unlessCorrupt((): Owing => ({
            channel: columns['kind'] === 'incident' ? null : channel.read(columns),
            ...owed.read(columns),
          }));
          if (one !== null) owing.push(one);
        }
      }
      return owing;
    },
    async findIncident(name) {
      const row = await active.get(incidentKey(name));
      if (row === null) return null;
      // What cannot be read is reported by `load`.
      const incident = unlessCorrupt(() => toIncident(row));
      return incident === null ? null : { incident, etag: row.etag };
    },
    async addIncident(incident) {
      return (await active.insert(incidentKey(incident), incidentRow.write(incident))) !== null;
    },
    async saveIncident(incident, etag) {
      const key = incidentKey(incident);
      const isDone = incident.until !== null && incident.outbox.owed.length === 0;
      if (isDone) return (await active.remove(key, etag)) ? '' : null;
      return await active.replace(key, incidentRow.write(incident), etag);
    },
  };
}

/** A row that waits beyond the latest possible time was written by a wrong clock: it is due now. */
function believed(head: OperationHead, now: IsoTime, latest: IsoTime): OperationHead {
  return (head.nextCheckAt ?? '') > latest ? { ...head, nextCheckAt: now } : head;
}

/** Keys that another program wrote may hold any text of any length. */
function forLog({ partitionKey, rowKey }: RowKey): RowKey {
  return { partitionKey: cleanText(partitionKey, 100), rowKey: cleanText(rowKey, 100) };
}
