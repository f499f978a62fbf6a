import { scopeIdOf } from '../domain/scope.ts';
import type { Refusals } from '../store/refused-rows.ts';
import type { IncidentName } from '../domain/incident.ts';
import type { Outbox, OwedMessage } from '../domain/outbox.ts';
import { defaultChannel } from '../settings/settings.ts';
import { parkedNotice } from '../slack/channel-notice.ts';
import { gapNotice } from '../slack/missed-notice.ts';
import { incidentNotice } from '../slack/incident-notice.ts';
import type { AppFacts } from '../slack/app-identity.ts';
import { setRightNotice } from '../slack/set-right-notice.ts';
import { moveNotice } from '../slack/version-notice.ts';
import type { Notice } from '../slack/notice.ts';
import { operationNotice } from '../slack/operation-notice.ts';
import { incidentKey } from '../store/incident-row.ts';
import { operationKey } from '../store/operation-row.ts';
import { isDone, type OperationStore } from '../store/operation-store.ts';
import { channelKey, type StateStore } from '../store/state-store.ts';
import type { VersionStore } from '../store/version-store.ts';
import type { RowKey } from '../store/table.ts';
import type { TrackedOperation } from '../domain/tracked.ts';
import { clusterRowKey, type ClusterHead } from '../store/watch-row.ts';
import type { WatchStore } from '../store/watch-store.ts';
import type { OperationWork, WorkStore } from '../store/work-store.ts';
import type { Clock, IsoTime } from '../time.ts';

/** Something stored that owes messages to a channel. */
export interface StoredOutbox {
  readonly channel: string;
  /** Since when its oldest message is owed. */
  readonly owedSince: IsoTime;
  readonly undelivered: number;
  /** Reads it anew; `null` when it is gone. */
  open(): Promise<OpenOutbox | null>;
}

/** An outbox as it was read: good for one conditional write. */
export interface OpenOutbox {
  readonly outbox: Outbox;
  /** Names a message: no other one ever had or will have this name. */
  nameOf(message: OwedMessage): string;
  /** What its messages say, oldest first. */
  notices(): Notice[];
  /**
   * Writes its outbox, made from the one that was read; the outbox as it is now, or `null` when it was
   * changed or removed meanwhile.
   */
  write(change: OutboxChange): Promise<OpenOutbox | null>;
}

/** A change of an outbox that leaves its messages as they are or takes some away. */
export type OutboxChange = <M extends OwedMessage>(outbox: Outbox<M>) => Outbox<M>;

/** Since when a stored thing owes messages, and how many. */
interface Owed {
  readonly owedSince: IsoTime;
  readonly undelivered: number;
}

/** How a kind of stored thing, of which `V` is one, is an outbox. */
interface OutboxRow<V extends { readonly outbox: Outbox }> {
  readonly channel: string;
  readonly key: RowKey;
  readonly find: () => Promise<{ readonly value: V; readonly etag: string } | null>;
  /** The new etag, or `null` when it was changed meanwhile. */
  readonly save: (value: V, etag: string) => Promise<string | null>;
  readonly notice: (value: V, message: V['outbox']['owed'][number]) => Notice;
}

/** The one place where outboxes are made and named, whatever their kind. */
function outboxOf<V extends { readonly outbox: Outbox }>(
  row: OutboxRow<V>,
  { owedSince, undelivered }: Owed,
): StoredOutbox {
  const { channel, key } = row;
  const opened = (current: V, etag: string): OpenOutbox => ({
    outbox: current.outbox,
    // IDs begin again in a row that is created again, so an ID alone does not name a message.
    nameOf: ({ id, at }) => `${key.partitionKey} ${key.rowKey} ${at} ${id}`,
    notices: () => current.outbox.owed.map((message) => row.notice(current, message)),
    async write(change) {
      const next = { ...current, outbox: change(current.outbox) };
      const newEtag = await row.save(next, etag);
      return newEtag === null ? null : opened(next, newEtag);
    },
  });
  return {
    channel,
    owedSince,
    undelivered,
    async open() {
      const stored = await row.find();
      return stored === null ? null : opened(stored.value, stored.etag);
    },
  };
}

/** What the outboxes of operations are made with. */
export interface OperationOutboxNeeds {
  readonly operations: OperationStore;
  /** The cloud's portal, for links. */
  readonly portal: string;
  readonly clock: Clock;
  /**
   * Gets each operation that went to the history.
   *
   * @param postedAt when it was stored that Slack had the last message; `null`: not in this step
   */
  readonly onEnded: (operation: TrackedOperation, postedAt: IsoTime | null) => void;
}

/** The outbox of an operation. When its last message is delivered and it has ended, it goes to the history. */
export function operationOutbox(
  operation: Pick<OperationWork['head'], 'trackingId' | 'options'> & Owed,
  { operations: store, portal, clock, onEnded }: OperationOutboxNeeds,
): StoredOutbox {
  const { trackingId, options } = operation;
  return outboxOf(
    {
      channel: options.channel,
      key: operationKey(trackingId),
      async find() {
        const stored = await store.find(trackingId);
        return stored === null || stored.archived
          ? null
          : { value: stored.operation, etag: stored.etag };
      },
      async save(next, etag) {
        const newEtag = await store.save(next, etag);
        if (newEtag === null || !isDone(next)) return newEtag;
        const now = clock().toISOString();
        if (await store.archive(next, newEtag, now)) onEnded(next, now);
        return newEtag;
      },
      notice: (current, message) => operationNotice(current, message, portal),
    },
    operation,
  );
}

/** The outbox of an incident: its messages go to the default channel. */
export function incidentOutbox(
  incident: IncidentName & Owed,
  work: WorkStore,
  app: AppFacts,
): StoredOutbox {
  return outboxOf(
    {
      channel: defaultChannel,
      key: incidentKey(incident),
      async find() {
        const stored = await work.findIncident(incident);
        return stored === null ? null : { value: stored.incident, etag: stored.etag };
      },
      save: async (next, etag) => await work.saveIncident(next, etag),
      notice: (current, message) => incidentNotice(current, message, app),
    },
    incident,
  );
}

/** The outbox of a channel: the default channel gets the message that this one takes no messages. */
export function channelOutbox(name: string, owed: Owed, store: StateStore): StoredOutbox {
  return outboxOf(
    {
      channel: defaultChannel,
      key: channelKey(name),
      async find() {
        const { state, etag } = await store.channel(name);
        return state === null || etag === null ? null : { value: state, etag };
      },
      save: async (next, etag) => await store.saveChannel(name, next, etag),
      notice: (_channel, message) => parkedNotice(name, message),
    },
    owed,
  );
}

/** The outbox of the api-versions: the default channel gets the message that the app has moved to another one. */
export function versionsOutbox(owed: Owed, store: VersionStore): StoredOutbox {
  return outboxOf(
    {
      channel: defaultChannel,
      key: store.key,
      async find() {
        const { choices, etag } = await store.load();
        return etag === null ? null : { value: choices, etag };
      },
      save: async (next, etag) => await store.save(next, etag),
      notice: (_choices, message) => moveNotice(message),
    },
    owed,
  );
}

/** The outbox of a watched cluster: the watch's channel gets what is to be said of it and no operation says. */
export function clusterOutbox(
  { reference, channel }: Pick<ClusterHead, 'reference' | 'channel'>,
  owed: Owed,
  store: WatchStore,
  portal: string,
): StoredOutbox {
  return outboxOf(
    {
      channel,
      key: clusterRowKey(scopeIdOf(reference)),
      find: async () => await store.findCluster(reference),
      save: async (next, etag) => await store.saveCluster(next, etag),
      notice: (_cluster, message) =>
        'restored' in message
          ? setRightNotice(reference, message, portal)
          : gapNotice(reference, message, portal),
    },
    owed,
  );
}

/** An outbox that counts as gone once its row was refused, so that delivery does not wait for a claim that cannot succeed. */
export function passingOver(outbox: StoredOutbox, refusals: Refusals): StoredOutbox {
  let isRefused = false;
  const sparing = (open: OpenOutbox): OpenOutbox => ({
    ...open,
    async write(change) {
      const answer = await refusals.passOver(async () => ({ written: await open.write(change) }));
      isRefused ||= answer === null;
      const written = answer?.written ?? null;
      return written === null ? null : sparing(written);
    },
  });
  return {
    ...outbox,
    async open() {
      const open = isRefused ? null : await outbox.open();
      return open === null ? null : sparing(open);
    },
  };
}
