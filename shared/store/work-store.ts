import type { Incident } from '../incident.ts';
import type { ReadingFailureCause } from '../operation/tracked.ts';
import type { IsoTime } from '../time.ts';
import { unlessCorrupt } from './codec.ts';
import {
  incidentColumns,
  incidentHeadColumns,
  incidentKey,
  toIncident,
  toIncidentHead,
  type IncidentHead,
} from './incident-row.ts';
import { headColumns, stateColumns, toHead, type OperationHead } from './operation-row.ts';
import { quoted, type RowKey, type Table } from './table.ts';

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
  /** Rows that could not be read; they are left as they are. */
  readonly corrupt: readonly RowKey[];
}

/** What ticks read and write besides single operations. */
export interface WorkStore {
  /** What is due, owes a message, has ended, or cannot be read; and every incident. */
  load(now: IsoTime): Promise<Work>;
  /**
   * Stores readings without news, up to 100 of one partition. Whatever was changed meanwhile is left alone:
   * somebody else has recorded a reading of the same moment.
   */
  recordQuiet(operations: readonly OperationWork[]): Promise<void>;
  /** How many operations have trouble of the given causes; `null` counts in all subscriptions. */
  countTroubled(
    subscriptionId: string | null,
    causes: readonly ReadingFailureCause[],
  ): Promise<number>;
  findIncident(
    incident: Pick<Incident, 'kind' | 'subscriptionId'>,
  ): Promise<{ incident: Incident; etag: string } | null>;
  /** Adds an incident; `false` when there is one already. */
  addIncident(incident: Incident): Promise<boolean>;
  /**
   * Writes an incident, or removes it when it is over and told; its new etag (empty when removed), or `null`
   * when it was changed meanwhile.
   */
  saveIncident(incident: Incident, etag: string): Promise<string | null>;
}

/** Pages of this size keep the peak of memory low, at hardly more calls. */
const pageSize = 200;
const selected = ['kind', ...headColumns, ...incidentHeadColumns].filter(
  (name, at, all) => all.indexOf(name) === at,
);

/** The ticks' view of the active table. */
export function createWorkStore(active: Table): WorkStore {
  return {
    async load(now) {
      const filter = `kind eq 'incident' or (nextCheckAt gt '' and nextCheckAt le ${quoted(now)}) or undelivered gt 0 or outcome gt '' or troubleCause gt ''`;
      const operations: OperationWork[] = [];
      const incidents: IncidentHead[] = [];
      const corrupt: RowKey[] = [];
      for await (const { rows } of active.pages({ filter, select: selected, pageSize })) {
        for (const row of rows) {
          const isIncident = row.columns['kind'] === 'incident';
          const head = unlessCorrupt(() => (isIncident ? toIncidentHead(row) : toHead(row)));
          if (head === null) corrupt.push(row.key);
          else if ('trackingId' in head) operations.push({ head, key: row.key, etag: row.etag });
          else incidents.push(head);
        }
      }
      return { operations, incidents, corrupt };
    },
    async recordQuiet(operations) {
      await active.mergeAll(
        operations.map(({ head, key, etag }) => ({
          key,
          etag,
          columns: stateColumns(head.state, head.nextCheckAt),
        })),
      );
    },
    async countTroubled(subscriptionId, causes) {
      const terms = causes.map((cause) => `troubleCause eq ${quoted(cause)}`).join(' or ');
      const partition =
        subscriptionId === null ? '' : `PartitionKey eq ${quoted(subscriptionId)} and `;
      let count = 0;
      const filter = `${partition}outcome eq '' and (${terms})`;
      for await (const { rows } of active.pages({ filter, select: ['kind'] })) count += rows.length;
      return count;
    },
    async findIncident(incident) {
      const row = await active.get(incidentKey(incident));
      return row === null ? null : { incident: toIncident(row), etag: row.etag };
    },
    async addIncident(incident) {
      return (await active.insert(incidentKey(incident), incidentColumns(incident))) !== null;
    },
    async saveIncident(incident, etag) {
      const key = incidentKey(incident);
      const isDone = incident.until !== null && incident.mailbox.owed.length === 0;
      if (isDone) return (await active.remove(key, etag)) ? '' : null;
      return await active.replace(key, incidentColumns(incident), etag);
    },
  };
}
