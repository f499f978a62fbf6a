import * as z from 'zod/mini';
import { _default as byDefault } from 'zod/mini';
import {
  incidentCauses,
  type Incident,
  type IncidentMessage,
  type IncidentName,
} from '../domain/incident.ts';
import type { Scope } from '../domain/scope.ts';
import type { Outbox } from '../domain/outbox.ts';
import { nameKey, patterns } from '../domain/azure-names.ts';
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
  const { cause, scope, isOfList } = name;
  const { resourceGroupName = null, resourceName = null } = scope ?? {};
  const group =
    isOfList || resourceGroupName !== null ? `.${nameKey(resourceGroupName ?? '')}` : '';
  // No name of a resource group holds a `!`.
  const cluster = resourceName === null ? '' : `!${nameKey(resourceName)}`;
  const rowKey = `${prefix}${cause}${group}${cluster}`;
  return { partitionKey: scope?.subscriptionId ?? everywhere, rowKey };
}

const incidentCause = z.enum(incidentCauses);

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

/** What the columns say of the scope; the key says the rest. */
type StoredNames = Pick<Scope, 'resourceGroupName' | 'resourceName'>;

const nameColumns = record<StoredNames>({
  resourceGroupName: addedLater(matchOrNull(patterns.resourceGroupName), null),
  resourceName: addedLater(matchOrNull(patterns.resourceName), null),
});
const noNames: StoredNames = { resourceGroupName: null, resourceName: null };

interface StoredIncident extends Pick<Incident, 'since' | 'until'> {
  readonly scope: StoredNames | null;
  readonly outbox: Outbox<StoredMessage>;
}

const headFields: Fields<Omit<StoredIncident, 'outbox'>> = {
  scope: { ...nameColumns, write: (names, row) => nameColumns.write(names ?? noNames, row) },
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
  const cause = incidentCause.safeParse(name);
  if (!cause.success) throw new CorruptRow('The row key does not name a kind of incident.');
  const subscriptionId = key.partitionKey === everywhere ? null : key.partitionKey;
  if (subscriptionId !== null && !patterns.subscriptionId.test(subscriptionId))
    throw new CorruptRow('It is in no subscription’s partition.');
  const read = headColumns.read(columns);
  const names = read.scope ?? noNames;
  const incident = {
    ...read,
    cause: cause.data,
    scope: subscriptionId === null ? null : { subscriptionId, ...names },
    isOfList: names.resourceGroupName === null && group.length > 0,
  };
  const isNamed = names.resourceGroupName !== null || names.resourceName !== null;
  if (incidentKey(incident).rowKey !== key.rowKey || (isNamed && subscriptionId === null))
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
