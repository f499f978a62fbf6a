import type { Incident, IncidentName } from '../incident.ts';
import type { Mailbox, OwedMessage } from '../mailbox.ts';
import type { TrackedOperation } from '../operation/tracked.ts';
import { defaultChannel } from '../settings.ts';
import { parkedNotice } from '../slack/channel-notice.ts';
import type { ChannelState } from '../slack/channel.ts';
import { incidentNotice } from '../slack/incident-notice.ts';
import type { AppFacts } from '../slack/incident-remedy.ts';
import type { Notice } from '../slack/notice.ts';
import { operationNotice } from '../slack/operation-notice.ts';
import { isDone, type OperationStore } from '../store/operation-store.ts';
import type { OperationWork, WorkStore } from '../store/work-store.ts';
import { gapNotice } from '../slack/gap-notice.ts';
import type { StateStore } from '../store/state-store.ts';
import type { ClusterHead } from '../store/watch-row.ts';
import type { WatchStore } from '../store/watch-store.ts';
import { clusterKeyOf, type WatchedCluster } from '../watch/watch.ts';
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
  incident: IncidentName & { owedSince: IsoTime; undelivered: number },
  work: WorkStore,
  app: AppFacts,
): Outbox {
  const { kind, subscriptionId, resourceGroupName, owedSince, undelivered } = incident;
  const opened = (current: Incident, etag: string): OpenOutbox => ({
    name: `${kind} ${subscriptionId} ${resourceGroupName} ${current.since}`,
    mailbox: current.mailbox,
    notices: () => current.mailbox.owed.map((message) => incidentNotice(current, message, app)),
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
      const stored = await work.findIncident(incident);
      return stored === null ? null : opened(stored.incident, stored.etag);
    },
  };
}

/** The outbox of a channel: it tells the default channel that this one takes no messages. */
export function channelOutbox(
  name: string,
  { owedSince, undelivered }: { owedSince: IsoTime; undelivered: number },
  store: StateStore,
): Outbox {
  const opened = (current: ChannelState, etag: string): OpenOutbox => ({
    name: `channel ${name}`,
    mailbox: current.mailbox,
    notices: () => current.mailbox.owed.map((message) => parkedNotice(name, message)),
    async write(change) {
      const next = { ...current, mailbox: change(current.mailbox) };
      const newEtag = await store.saveChannel(name, next, etag);
      return newEtag === null ? null : opened(next, newEtag);
    },
  });
  return {
    channel: defaultChannel,
    owedSince,
    undelivered,
    async open() {
      const { state, etag } = await store.channel(name);
      return state === null || etag === null ? null : opened(state, etag);
    },
  };
}

/** The outbox of a watched cluster: it tells the watch's channel what its list may have hidden. */
export function clusterOutbox(
  { reference, channel }: Pick<ClusterHead, 'reference' | 'channel'>,
  { owedSince, undelivered }: { owedSince: IsoTime; undelivered: number },
  store: WatchStore,
  portal: string,
): Outbox {
  const opened = (current: WatchedCluster, etag: string): OpenOutbox => ({
    name: `cluster ${clusterKeyOf(reference)} ${current.since}`,
    mailbox: current.mailbox,
    notices: () => current.mailbox.owed.map((message) => gapNotice(reference, message, portal)),
    async write(change) {
      const next = { ...current, mailbox: change(current.mailbox) };
      const newEtag = await store.saveCluster(next, etag);
      return newEtag === null ? null : opened(next, newEtag);
    },
  });
  return {
    channel,
    owedSince,
    undelivered,
    async open() {
      const stored = await store.findCluster(reference);
      return stored === null ? null : opened(stored.value, stored.etag);
    },
  };
}
