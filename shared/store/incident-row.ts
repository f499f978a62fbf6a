import * as z from 'zod/mini';
import { incidentKinds, type Incident, type IncidentMessage } from '../incident.ts';
import type { IsoTime } from '../time.ts';
import {
  CorruptRow,
  mailboxColumns,
  numberOrNull,
  schemaVersion,
  text,
  textOrNull,
  toMailbox,
} from './codec.ts';
import type { Columns, Row, RowKey } from './table.ts';

/** The partition of incidents that are not one subscription's. */
const everywhere = 'all';
const prefix = 'incident.';

/** Where an incident's row is: beside the operations of its subscription. */
export function incidentKey(incident: Pick<Incident, 'kind' | 'subscriptionId'>): RowKey {
  return {
    partitionKey: incident.subscriptionId ?? everywhere,
    rowKey: `${prefix}${incident.kind}`,
  };
}

/** An incident as columns. */
export function incidentColumns(incident: Incident): Columns {
  return {
    version: schemaVersion,
    kind: 'incident',
    since: incident.since,
    until: incident.until ?? '',
    ...mailboxColumns(incident.mailbox),
  };
}

/** An incident as ticks read it: without the messages themselves. */
export interface IncidentHead extends Omit<Incident, 'mailbox'> {
  readonly undelivered: number;
  readonly owedSince: IsoTime | null;
}

/** The columns that {@link toIncidentHead} reads. */
export const incidentHeadColumns: readonly string[] = [
  'since',
  'until',
  'undelivered',
  'owedSince',
];

/** Reads a row as {@link IncidentHead}. Throws {@link CorruptRow}. */
export function toIncidentHead({ key, columns }: Row): IncidentHead {
  const kind = incidentKind.safeParse(key.rowKey.slice(prefix.length));
  if (!kind.success) throw new CorruptRow('The row key does not name a kind of incident.');
  return {
    kind: kind.data,
    subscriptionId: key.partitionKey === everywhere ? null : key.partitionKey,
    since: text(columns, 'since'),
    until: textOrNull(columns, 'until'),
    undelivered: numberOrNull(columns, 'undelivered') ?? 0,
    owedSince: textOrNull(columns, 'owedSince'),
  };
}

/** Reads a whole row as {@link Incident}. Throws {@link CorruptRow}. */
export function toIncident(row: Row): Incident {
  const { undelivered: _count, owedSince: _since, ...head } = toIncidentHead(row);
  return { ...head, mailbox: toMailbox(row.columns, incidentMessage) };
}

const incidentKind = z.enum(incidentKinds);

const incidentMessage: z.ZodMiniType<IncidentMessage> = z.object({
  id: z.number(),
  at: z.string(),
  event: z.enum(['unreadable', 'readableAgain']),
  code: z.string(),
  message: z.string(),
  operations: z.number(),
});
