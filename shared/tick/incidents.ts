import {
  covers,
  incidentAt,
  incidentKindAt,
  isUnreadable,
  isWithin,
  widerThan,
  type Incident,
  type IncidentMessage,
  type IncidentName,
  type TroubledPlace,
} from '../incident.ts';
import { emptyMailbox, mailboxLimit, owing } from '../mailbox.ts';
import { nameKey } from '../names.ts';
import { passing } from '../operation/compare.ts';
import { isTenantMismatch, signInFailed } from '../operation/reading.ts';
import type { ReadingTrouble } from '../operation/tracked.ts';
import type { IncidentHead } from '../store/incident-row.ts';
import type { WorkStore } from '../store/work-store.ts';
import type { IsoTime } from '../time.ts';
import type { ReadPlace } from './poll.ts';
import type { Refusals } from './refusals.ts';

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
 * Opens an incident where reading fails for minutes, and ends those of which everything can be read again; each is
 * told once. One that a wider one has come to cover ends without a word.
 */
export async function reviewIncidents(
  read: readonly ReadPlace[],
  known: readonly IncidentHead[],
  now: IsoTime,
  work: WorkStore,
  refusals: Refusals,
): Promise<IncidentReview> {
  const open = known.filter(({ until }) => until === null);
  const news = outbreaks(read, now).filter(
    (outbreak) => !open.some((incident) => covers(incident, outbreak)),
  );
  if (news.length === 0 && open.length === 0) return { owing: [], open: 0 };

  const troubled = await work.troubled();
  const begun: Incident[] = [];
  for (const outbreak of await widened(news, troubled, work)) {
    const places = inTrouble(outbreak, troubled);
    const incident = await refusals.passOver(async () => await begin(outbreak, places, now, work));
    if (incident !== null) begun.push(incident);
  }
  const ended: Incident[] = [];
  for (const incident of open) {
    const isCovered = [...open, ...begun].some(
      (other) => other !== incident && covers(other, incident),
    );
    if (!isCovered && inTrouble(incident, troubled).length > 0) continue;
    const works =
      !isCovered &&
      (read.some((place) => showsThatItWorks(place, incident)) ||
        (await work.isAnyReadable(incident, sinceOf(incident, now))));
    // One answer of another kind between many of the same ends nothing.
    const isTroubled = troubled.some(
      (place) => incidentKindAt(place) !== null && isWithin(place, incident),
    );
    if (!isCovered && !works && isTroubled) continue;
    const over = await refusals.passOver(async () => await end(incident, works, now, work));
    if (over !== null) ended.push(over);
  }
  return {
    owing: [...begun, ...ended].filter(({ mailbox }) => mailbox.owed.length > 0),
    open: open.length + begun.length - ended.length,
  };
}

/** Also by an operation that has ended with this reading: the store counts it no more. */
function showsThatItWorks(
  { trouble, isOperation, ...place }: ReadPlace,
  name: IncidentName,
): boolean {
  const isOfKind = !(name.kind === 'notFound' && isOperation);
  return trouble === null && isOfKind && isWithin(place, name);
}

/** Since when an incident lasts; since ever when a clock that was ahead has said when. */
function sinceOf({ since }: IncidentHead, now: IsoTime): IsoTime | undefined {
  return since <= now ? since : undefined;
}

function outbreaks(read: readonly ReadPlace[], now: IsoTime): Outbreak[] {
  const found: Outbreak[] = [];
  const first = read
    .flatMap(({ trouble, ...place }) => (trouble === null ? [] : [{ place, trouble }]))
    .toSorted((a, b) => (a.trouble.since < b.trouble.since ? -1 : 1));
  for (const { place, trouble } of first) {
    const kind = incidentKindAt({ cause: trouble.cause, isOperation: place.isOperation });
    if (kind === null || !isUnreadable(trouble, now)) continue;
    const name = incidentAt(kind, place);
    if (!found.some((other) => covers(other, name))) found.push({ ...name, worst: trouble });
  }
  return found;
}

/**
 * Outbreaks that are one, as nothing can be read in the wider place: those in several resource groups that of the
 * subscription, those of all subscriptions that of the sign-in or api-version. Asks the store, as not everything is
 * read in each tick.
 */
async function widened(
  outbreaksMet: readonly Outbreak[],
  troubled: readonly TroubledPlace[],
  work: WorkStore,
): Promise<Outbreak[]> {
  const found: Outbreak[] = [];
  for (const outbreak of outbreaksMet) {
    if (found.some((other) => covers(other, outbreak))) continue;
    const { worst } = outbreak;
    const wider = widerThan(outbreak);
    const isWhole = wider !== null && (await isOfAll(wider, worst, troubled, work));
    found.push(isWhole ? { ...wider, worst } : outbreak);
  }
  return found;
}

async function isOfAll(
  wider: IncidentName,
  { code }: ReadingTrouble,
  troubled: readonly TroubledPlace[],
  work: WorkStore,
): Promise<boolean> {
  // Without a token nothing can be read anywhere.
  if (code === signInFailed) return true;
  const narrower = new Set(
    inTrouble(wider, troubled).map(({ subscriptionId, resourceGroupName }) =>
      wider.subscriptionId === null ? subscriptionId : nameKey(resourceGroupName),
    ),
  );
  // Whoever answers there otherwise does not answer so.
  const isOtherwise = troubled.some(
    (place) =>
      isWithin(place, wider) && incidentKindAt(place) !== wider.kind && !passing.has(place.cause),
  );
  if (isOtherwise) return false;
  // What is said of one place needs another that fails too; what is said of the app itself does not.
  const isOfPlace = wider.kind === 'forbidden' || isTenantMismatch(code);
  return narrower.size >= (isOfPlace ? 2 : 1) && !(await work.isAnyReadable(wider));
}

function inTrouble(name: IncidentName, troubled: readonly TroubledPlace[]): TroubledPlace[] {
  return troubled.filter((place) => incidentKindAt(place) === name.kind && isWithin(place, name));
}

async function begin(
  { worst, ...name }: Outbreak,
  troubled: readonly TroubledPlace[],
  now: IsoTime,
  work: WorkStore,
): Promise<Incident | null> {
  const { code, message } = worst;
  const announced = (before: Incident['mailbox']): Incident => ({
    ...name,
    since: worst.since,
    until: null,
    mailbox: owing(before, (id): IncidentMessage => ({
      id,
      at: now,
      event: 'unreadable',
      since: worst.since,
      code,
      message,
      operations: troubled.filter(({ isOperation }) => isOperation).length,
      hidesNew: troubled.some(({ isOperation }) => !isOperation),
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
  name: IncidentName,
  works: boolean,
  now: IsoTime,
  work: WorkStore,
): Promise<Incident | null> {
  const stored = await work.findIncident(name);
  if (stored === null || stored.incident.until !== null) return null;
  const { incident, etag } = stored;
  // When all its operations are gone, nothing is known to work again: it ends without a word.
  const mailbox = works
    ? owing(incident.mailbox, (id): IncidentMessage => ({
        id,
        at: now,
        event: 'readableAgain',
        since: incident.since,
        code: '',
        message: '',
        operations: 0,
        hidesNew: false,
      }))
    : incident.mailbox;
  const over: Incident = { ...incident, until: now, mailbox };
  return (await work.saveIncident(over, etag)) === null ? null : over;
}
