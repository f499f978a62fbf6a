import type { ChannelState } from '../domain/channel.ts';
import type { Incident } from '../domain/incident.ts';
import type { TrackedOperation } from '../domain/tracked.ts';
import type { VersionChoices } from '../domain/version-choices.ts';
import {
  channelOutbox,
  clusterOutbox,
  incidentOutbox,
  operationOutbox,
  versionsOutbox,
  type OperationOutboxNeeds,
  type StoredOutbox,
} from '../delivery/outboxes.ts';
import type { AppFacts } from '../slack/app-identity.ts';
import type { StateStore } from '../store/state-store.ts';
import type { VersionStore } from '../store/version-store.ts';
import type { WatchStore } from '../store/watch-store.ts';
import type { Work, WorkStore } from '../store/work-store.ts';
import type { IsoTime } from '../time.ts';

/** What outboxes are made with. */
export interface OwedNeeds extends OperationOutboxNeeds {
  readonly work: WorkStore;
  readonly watches: WatchStore;
  readonly state: StateStore;
  readonly versionStore: VersionStore;
  /** For messages about the app's own trouble. */
  readonly app: AppFacts;
}

/** The outboxes of all that owes messages as it was loaded, the longest owing first. */
export function owedOutboxes(
  { operations, incidents, clusters }: Work,
  channels: ReadonlyMap<string, ChannelState>,
  versions: VersionChoices,
  needs: OwedNeeds,
): StoredOutbox[] {
  const owed: StoredOutbox[] = [];
  for (const { head } of operations) {
    const { owedSince } = head;
    if (owedSince !== null) owed.push(operationOutbox({ ...head, owedSince }, needs));
  }
  for (const incident of incidents) {
    const { owedSince } = incident;
    if (owedSince !== null)
      owed.push(incidentOutbox({ ...incident, owedSince }, needs.work, needs.app));
  }
  for (const cluster of clusters) {
    const { owedSince, undelivered } = cluster;
    if (owedSince !== null)
      owed.push(clusterOutbox(cluster, { owedSince, undelivered }, needs.watches, needs.portal));
  }
  for (const [name, { outbox }] of channels) {
    if (outbox.owed.length > 0) owed.push(channelOutbox(name, owedBy(outbox.owed), needs.state));
  }
  const moves = outboxOfMoves(versions, needs);
  if (moves !== null) owed.push(moves);
  return owed.toSorted((a, b) => (a.owedSince < b.owedSince ? -1 : 1));
}

/** The outbox of an operation that owes messages. */
export function outboxOf(operation: TrackedOperation, needs: OwedNeeds): StoredOutbox {
  return operationOutbox({ ...operation, ...owedBy(operation.outbox.owed) }, needs);
}

/** The outbox of an incident that owes messages. */
export function outboxOfIncident(incident: Incident, needs: OwedNeeds): StoredOutbox {
  return incidentOutbox({ ...incident, ...owedBy(incident.outbox.owed) }, needs.work, needs.app);
}

/** The outbox of moves from one api-version to another; `null`: nothing is owed. */
export function outboxOfMoves(
  { outbox: { owed } }: VersionChoices,
  { versionStore }: Pick<OwedNeeds, 'versionStore'>,
): StoredOutbox | null {
  return owed.length === 0 ? null : versionsOutbox(owedBy(owed), versionStore);
}

function owedBy(owed: readonly { readonly at: IsoTime }[]): {
  owedSince: IsoTime;
  undelivered: number;
} {
  return { owedSince: owed[0]?.at ?? '', undelivered: owed.length };
}
