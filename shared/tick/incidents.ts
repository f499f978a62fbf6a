import {
  incidentKindOf,
  isGlobal,
  isUnreadable,
  type Incident,
  type IncidentKind,
  type IncidentMessage,
} from '../incident.ts';
import { emptyMailbox, mailboxLimit, owing } from '../mailbox.ts';
import {
  readingFailureCauses,
  type ReadingFailureCause,
  type ReadingTrouble,
} from '../operation/tracked.ts';
import type { IncidentHead } from '../store/incident-row.ts';
import type { WorkStore } from '../store/work-store.ts';
import type { IsoTime } from '../time.ts';
import type { ReadOperation } from './poll.ts';

type IncidentName = Pick<Incident, 'kind' | 'subscriptionId'>;

/** Trouble of one kind in one place, as this tick met it. */
interface Outbreak extends IncidentName {
  readonly worst: ReadingTrouble;
}

/** What a review came to. */
export interface IncidentReview {
  /** Incidents that began or ended and owe a message about it. */
  readonly owing: readonly Incident[];
  /** How many incidents last. */
  readonly open: number;
}

/**
 * Opens an incident where reading fails for minutes, and ends those whose last operation can be read again;
 * each is told once.
 */
export async function reviewIncidents(
  read: readonly ReadOperation[],
  known: readonly IncidentHead[],
  now: IsoTime,
  work: WorkStore,
): Promise<IncidentReview> {
  const open = known.filter(({ until }) => until === null);
  const begun: Incident[] = [];
  for (const outbreak of outbreaks(read, now)) {
    if (open.some((incident) => isSame(incident, outbreak))) continue;
    const incident = await begin(outbreak, now, work);
    if (incident !== null) begun.push(incident);
  }
  const ended: Incident[] = [];
  for (const incident of open) {
    if ((await work.countTroubled(incident.subscriptionId, causesOf(incident.kind))) > 0) continue;
    const works = read.some(
      ({ subscriptionId, trouble }) =>
        trouble === null &&
        (incident.subscriptionId === null || incident.subscriptionId === subscriptionId),
    );
    const over = await end(incident, works, now, work);
    if (over !== null) ended.push(over);
  }
  return {
    owing: [...begun, ...ended].filter(({ mailbox }) => mailbox.owed.length > 0),
    open: open.length + begun.length - ended.length,
  };
}

function outbreaks(read: readonly ReadOperation[], now: IsoTime): Outbreak[] {
  const found = new Map<string, Outbreak>();
  for (const { subscriptionId, trouble } of read) {
    if (trouble === null || !isUnreadable(trouble, now)) continue;
    const kind = incidentKindOf(trouble.cause);
    if (kind === null) continue;
    const name: IncidentName = { kind, subscriptionId: isGlobal(kind) ? null : subscriptionId };
    const key = `${kind} ${name.subscriptionId}`;
    const before = found.get(key);
    if (before === undefined || trouble.since < before.worst.since)
      found.set(key, { ...name, worst: trouble });
  }
  return [...found.values()];
}

async function begin(
  { worst, ...name }: Outbreak,
  now: IsoTime,
  work: WorkStore,
): Promise<Incident | null> {
  const operations = await work.countTroubled(name.subscriptionId, causesOf(name.kind));
  const { code, message } = worst;
  const announced = (before: Incident['mailbox']): Incident => ({
    ...name,
    since: worst.since,
    until: null,
    mailbox: owing(before, (id): IncidentMessage => ({
      id,
      at: now,
      event: 'unreadable',
      code,
      message,
      operations,
    })),
  });
  const fresh = announced(emptyMailbox);
  if (await work.addIncident(fresh)) return fresh;
  // There is one: opened by another tick just now, or over and not yet told.
  const stored = await work.findIncident(name);
  if (stored === null || stored.incident.until === null) return null;
  if (stored.incident.mailbox.owed.length >= mailboxLimit) return null;
  const again = announced(stored.incident.mailbox);
  return (await work.saveIncident(again, stored.etag)) === null ? null : again;
}

async function end(
  { kind, subscriptionId }: IncidentHead,
  works: boolean,
  now: IsoTime,
  work: WorkStore,
): Promise<Incident | null> {
  const stored = await work.findIncident({ kind, subscriptionId });
  if (stored === null || stored.incident.until !== null) return null;
  const { incident, etag } = stored;
  // When all its operations are gone, nothing is known to work again: it ends without a word.
  const mailbox = works
    ? owing(incident.mailbox, (id): IncidentMessage => ({
        id,
        at: now,
        event: 'readableAgain',
        code: '',
        message: '',
        operations: 0,
      }))
    : incident.mailbox;
  const over: Incident = { ...incident, until: now, mailbox };
  return (await work.saveIncident(over, etag)) === null ? null : over;
}

function causesOf(kind: IncidentKind): ReadingFailureCause[] {
  return readingFailureCauses.filter((cause) => incidentKindOf(cause) === kind);
}

function isSame(a: IncidentName, b: IncidentName): boolean {
  return a.kind === b.kind && a.subscriptionId === b.subscriptionId;
}
