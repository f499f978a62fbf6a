import * as z from 'zod/mini';
import { _default as byDefault } from 'zod/mini';
import {
  incidentKinds,
  type Incident,
  type IncidentMessage,
  type IncidentName,
} from '../domain/incident.ts';
import type { Outbox } from '../domain/outbox.ts';
import { nameKey } from '../domain/names.ts';
import { patterns } from '../domain/reference.ts';
import {
  CorruptRow,
  checkVersion,
  matchOrNull,
  storedId,
  storedText,
  storedTime,
  time,
  timeOrNull,
  type Stored,
} from './codec.ts';
import { addedLater, record, rowOf, type Fields } from './columns.ts';
import { outboxColumns, owedFields, type Owed } from './outbox-columns.ts';
import type { Row, RowKey } from './table.ts';

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

type StoredIncident = Omit<Incident, 'kind' | 'subscriptionId' | 'outbox'> & {
  readonly outbox: Outbox<StoredMessage>;
};

const headFields: Fields<Omit<StoredIncident, 'outbox'>> = {
  resourceGroupName: addedLater(matchOrNull(patterns.resourceGroupName), null),
  resourceName: addedLater(matchOrNull(patterns.resourceName), null),
  since: time,
  until: timeOrNull,
};
const headColumns = record({ ...headFields, ...owedFields });
const messages = outboxColumns(incidentMessage);

/** An incident as a row, which {@link toIncident} reads; its key names what it is about. */
export const incidentRow: Stored<StoredIncident> = rowOf<StoredIncident>('incident', {
  ...headFields,
  outbox: messages,
});

/** An incident as ticks read it: without the messages themselves. */
export interface IncidentHead extends Omit<Incident, 'outbox'>, Owed {}

/** Reads a row as {@link IncidentHead}. Throws {@link CorruptRow}. */
export function toIncidentHead({ key, columns }: Row): IncidentHead {
  checkVersion(columns);
  const [name = '', ...group] = key.rowKey.slice(prefix.length).split('.');
  const kind = incidentKind.safeParse(name);
  if (!kind.success) throw new CorruptRow('The row key does not name a kind of incident.');
  const subscriptionId = key.partitionKey === everywhere ? null : key.partitionKey;
  if (subscriptionId !== null && !patterns.subscriptionId.test(subscriptionId))
    throw new CorruptRow('It is in no subscription’s partition.');
  const read = headColumns.read(columns);
  const resourceGroupName = read.resourceGroupName ?? (group.length === 0 ? null : '');
  const incident = { ...read, kind: kind.data, subscriptionId, resourceGroupName };
  if (incidentKey(incident).rowKey !== key.rowKey)
    throw new CorruptRow('It is not in the place of the resource group or cluster that it names.');
  return incident;
}

/** Reads a whole row as {@link Incident}. Throws {@link CorruptRow}. */
export function toIncident(row: Row): Incident {
  const { undelivered: _count, owedSince: _since, ...read } = toIncidentHead(row);
  const outbox = messages.read(row.columns);
  const owed = outbox.owed.map(({ since = read.since, ...message }) => ({ ...message, since }));
  return { ...read, outbox: { ...outbox, owed } };
}
