import type { Incident } from '../incident.ts';
import type { Mailbox, OwedMessage } from '../mailbox.ts';
import type { TrackedOperation } from '../operation/tracked.ts';
import { defaultChannel } from '../settings.ts';
import { incidentNotice } from '../slack/incident-notice.ts';
import type { Notice } from '../slack/notice.ts';
import { operationNotice } from '../slack/operation-notice.ts';
import { isDone, type OperationStore } from '../store/operation-store.ts';
import type { OperationWork, WorkStore } from '../store/work-store.ts';
import type { IncidentHead } from '../store/incident-row.ts';
import type { Clock, IsoTime } from '../time.ts';

/** Something stored that owes messages to a channel. */
export interface Outbox {
  readonly channel: string;
  /** Since when its oldest message is owed. */
  readonly owedSince: IsoTime;
  readonly undelivered: number;
  /** Reads it anew; `null` when it is gone. */
  open(): Promise<OpenOutbox | null>;
}

/** An outbox as it was read: good for one conditional write. */
export interface OpenOutbox {
  /** Names the outbox for as long as it is tracked. */
  readonly name: string;
  readonly mailbox: Mailbox;
  /** What its messages say, oldest first. */
  notices(): Notice[];
  /**
   * Writes its mailbox, made from the one that was read; the outbox as it is now, or `null` when it was
   * changed or removed meanwhile.
   */
  write(change: MailboxChange): Promise<OpenOutbox | null>;
}

/** A change of a mailbox that leaves its messages as they are or takes some away. */
export type MailboxChange = <M extends OwedMessage>(mailbox: Mailbox<M>) => Mailbox<M>;

/** The outbox of an operation. When its last message is told and it has ended, it goes to the history. */
export function operationOutbox(
  operation: Pick<OperationWork['head'], 'trackingId' | 'options'> & {
    owedSince: IsoTime;
    undelivered: number;
  },
  store: OperationStore,
  portal: string,
  clock: Clock,
): Outbox {
  const { trackingId, options, owedSince, undelivered } = operation;
  const opened = (current: TrackedOperation, etag: string): OpenOutbox => ({
    name: `${trackingId} ${current.registeredAt}`,
    mailbox: current.mailbox,
    notices: () => current.mailbox.owed.map((message) => operationNotice(current, message, portal)),
    async write(change) {
      const next = { ...current, mailbox: change(current.mailbox) };
      const newEtag = await store.save(next, etag);
      if (newEtag === null) return null;
      if (isDone(next)) await store.archive(trackingId, clock().toISOString());
      return opened(next, newEtag);
    },
  });
  return {
    channel: options.channel,
    owedSince,
    undelivered,
    async open() {
      const stored = await store.find(trackingId);
      return stored === null || stored.archived ? null : opened(stored.operation, stored.etag);
    },
  };
}

/** The outbox of an incident: it tells the default channel. */
export function incidentOutbox(
  incident: Pick<IncidentHead, 'kind' | 'subscriptionId'> & {
    owedSince: IsoTime;
    undelivered: number;
  },
  work: WorkStore,
): Outbox {
  const { kind, subscriptionId, owedSince, undelivered } = incident;
  const opened = (current: Incident, etag: string): OpenOutbox => ({
    name: `${kind} ${subscriptionId} ${current.since}`,
    mailbox: current.mailbox,
    notices: () => current.mailbox.owed.map((message) => incidentNotice(current, message)),
    async write(change) {
      const next = { ...current, mailbox: change(current.mailbox) };
      const newEtag = await work.saveIncident(next, etag);
      return newEtag === null ? null : opened(next, newEtag);
    },
  });
  return {
    channel: defaultChannel,
    owedSince,
    undelivered,
    async open() {
      const stored = await work.findIncident({ kind, subscriptionId });
      return stored === null ? null : opened(stored.incident, stored.etag);
    },
  };
}
