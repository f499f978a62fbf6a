import * as z from 'zod/mini';
import { _default as byDefault } from 'zod/mini';
import {
  incidentKinds,
  type Incident,
  type IncidentMessage,
  type IncidentName,
} from '../domain/incident.ts';
import { nameKey } from '../domain/names.ts';
import { patterns } from '../domain/reference.ts';
import type { IsoTime } from '../time.ts';
import {
  CorruptRow,
  checkVersion,
  count,
  mailboxColumns,
  matchOrNull,
  schemaVersion,
  storedId,
  storedText,
  storedTime,
  time,
  timeOrNull,
  toMailbox,
} from './codec.ts';
import type { Columns, Row, RowKey } from './table.ts';

/** The partition of incidents that are not one subscription's. */
const everywhere = 'all';
const prefix = 'incident.';

/**
 * Where an incident's row is: beside the operations of its subscription. The names of resource groups hold nothing
 * that Azure forbids in keys (`/ \\ # ?` and control characters): letters, digits and `-_.()`.
 */
export function incidentKey(name: IncidentName): RowKey {
  const { kind, subscriptionId, resourceGroupName, resourceName } = name;
  const group = resourceGroupName === null ? '' : `.${nameKey(resourceGroupName)}`;
  // No name of a resource group holds a `!`.
  const cluster = resourceName === null ? '' : `!${nameKey(resourceName)}`;
  const rowKey = `${prefix}${kind}${group}${cluster}`;
  return { partitionKey: subscriptionId ?? everywhere, rowKey };
}

/** An incident as columns. */
export function incidentColumns(incident: Incident): Columns {
  return {
    version: schemaVersion,
    kind: 'incident',
    resourceGroupName: incident.resourceGroupName ?? '',
    resourceName: incident.resourceName ?? '',
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
  'version',
  'resourceGroupName',
  'resourceName',
  'since',
  'until',
  'undelivered',
  'owedSince',
];

/** Reads a row as {@link IncidentHead}. Throws {@link CorruptRow}. */
export function toIncidentHead({ key, columns }: Row): IncidentHead {
  checkVersion(columns);
  const [name = '', ...group] = key.rowKey.slice(prefix.length).split('.');
  const kind = incidentKind.safeParse(name);
  if (!kind.success) throw new CorruptRow('The row key does not name a kind of incident.');
  const subscriptionId = key.partitionKey === everywhere ? null : key.partitionKey;
  if (subscriptionId !== null && !patterns.subscriptionId.test(subscriptionId))
    throw new CorruptRow('It is in no subscription’s partition.');
  const resourceGroupName = groupNameOf(columns);
  const incident = {
    kind: kind.data,
    subscriptionId,
    resourceGroupName: group.length === 0 && resourceGroupName === '' ? null : resourceGroupName,
    resourceName: clusterNameOf(columns),
  };
  if (incidentKey(incident).rowKey !== key.rowKey)
    throw new CorruptRow('It is not in the place of the resource group or cluster that it names.');
  return {
    ...incident,
    since: time(columns, 'since'),
    until: timeOrNull(columns, 'until'),
    undelivered: count(columns, 'undelivered'),
    owedSince: timeOrNull(columns, 'owedSince'),
  };
}

/** Rows of before there were incidents of resource groups do not have it. */
function groupNameOf(columns: Columns): string {
  if (!('resourceGroupName' in columns)) return '';
  return matchOrNull(columns, 'resourceGroupName', patterns.resourceGroupName) ?? '';
}

/** Rows of before there were incidents of single clusters do not have it. */
function clusterNameOf(columns: Columns): string | null {
  return 'resourceName' in columns
    ? matchOrNull(columns, 'resourceName', patterns.resourceName)
    : null;
}

/** Reads a whole row as {@link Incident}. Throws {@link CorruptRow}. */
export function toIncident(row: Row): Incident {
  const { undelivered: _count, owedSince: _since, ...head } = toIncidentHead(row);
  const mailbox = toMailbox(row.columns, incidentMessage);
  const owed = mailbox.owed.map(({ since = head.since, ...message }) => ({ ...message, since }));
  return { ...head, mailbox: { ...mailbox, owed } };
}

const incidentKind = z.enum(incidentKinds);

/** Messages of before do not say since when; that of the incident is near enough. */
type StoredMessage = Omit<IncidentMessage, 'since'> & Partial<Pick<IncidentMessage, 'since'>>;

const incidentMessage: z.ZodMiniType<StoredMessage> = z.object({
  id: storedId,
  at: storedTime,
  event: z.enum(['unreadable', 'readableAgain']),
  since: z.exactOptional(storedTime),
  code: storedText,
  message: storedText,
  operations: z.number(),
  hidesNew: byDefault(z.boolean(), false),
});
