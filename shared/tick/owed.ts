import type { ChannelState } from '../domain/channel.ts';
import type { Incident } from '../domain/incident.ts';
import type { TrackedOperation } from '../domain/tracked.ts';
import {
  channelOutbox,
  clusterOutbox,
  incidentOutbox,
  operationOutbox,
  type Outbox,
} from '../delivery/outboxes.ts';
import type { AppFacts } from '../slack/app-identity.ts';
import type { OperationStore } from '../store/operation-store.ts';
import type { StateStore } from '../store/state-store.ts';
import type { WatchStore } from '../store/watch-store.ts';
import type { Work, WorkStore } from '../store/work-store.ts';
import type { Clock, IsoTime } from '../time.ts';

/** What outboxes are made with. */
export interface OwedParts {
  readonly operations: OperationStore;
  readonly work: WorkStore;
  readonly watches: WatchStore;
  readonly state: StateStore;
  /** The cloud's portal, for links. */
  readonly portal: string;
  /** For messages about the app's own trouble. */
  readonly app: AppFacts;
  readonly clock: Clock;
}

/** The outboxes of all that owes messages as it was loaded, the longest owing first. */
export function owedOutboxes(
  { operations, incidents, clusters }: Work,
  channels: ReadonlyMap<string, ChannelState>,
  parts: OwedParts,
): Outbox[] {
  const owed: Outbox[] = [];
  for (const { head } of operations) {
    const { owedSince } = head;
    if (owedSince !== null)
      owed.push(
        operationOutbox({ ...head, owedSince }, parts.operations, parts.portal, parts.clock),
      );
  }
  for (const incident of incidents) {
    const { owedSince } = incident;
    if (owedSince !== null)
      owed.push(incidentOutbox({ ...incident, owedSince }, parts.work, parts.app));
  }
  for (const cluster of clusters) {
    const { owedSince, undelivered } = cluster;
    if (owedSince !== null)
      owed.push(clusterOutbox(cluster, { owedSince, undelivered }, parts.watches, parts.portal));
  }
  for (const [name, { mailbox }] of channels) {
    if (mailbox.owed.length > 0) owed.push(channelOutbox(name, owedBy(mailbox.owed), parts.state));
  }
  return owed.toSorted((a, b) => (a.owedSince < b.owedSince ? -1 : 1));
}

/** The outbox of an operation that owes messages. */
export function outboxOf(operation: TrackedOperation, parts: OwedParts): Outbox {
  return operationOutbox(
    { ...operation, ...owedBy(operation.mailbox.owed) },
    parts.operations,
    parts.portal,
    parts.clock,
  );
}

/** The outbox of an incident that owes messages. */
export function outboxOfIncident(incident: Incident, parts: OwedParts): Outbox {
  return incidentOutbox({ ...incident, ...owedBy(incident.mailbox.owed) }, parts.work, parts.app);
}

function owedBy(owed: readonly { readonly at: IsoTime }[]): {
  owedSince: IsoTime;
  undelivered: number;
} {
  return { owedSince: owed[0]?.at ?? '', undelivered: owed.length };
}
