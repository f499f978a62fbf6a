import pMap from 'p-map';
import {
  keysOfReading,
  type FailedReading,
  type Incident,
  type IncidentMessage,
  type IncidentName,
  type LastReading,
} from '../domain/incident.ts';
import { emptyOutbox, outboxLimit, owing } from '../domain/outbox.ts';
import type { IncidentHead } from '../store/incident-row.ts';
import { retryOnConflict } from '../store/table.ts';
import type { WorkStore } from '../store/work-store.ts';
import type { IsoTime } from '../time.ts';
import { byScope } from './by-scope.ts';
import { outbreaks, perCause, troubleIn, widened, type Outbreak } from './outbreaks.ts';
import type { Refusals } from '../store/refused-rows.ts';

/** The result of a review. */
export interface IncidentReview {
  /** Incidents that began or ended and owe a message about it. */
  readonly owing: readonly Incident[];
  /** How many incidents last. */
  readonly open: number;
}

/** How many incidents are written at the same time. */
const rowsAtOnce = 16;

/**
 * Opens an incident where reading has failed for minutes, and ends an incident when everything in it can be read again;
 * each is posted once. An incident that a wider one now covers ends without a message.
 *
 * @param isLate whether the tick's time is up: the next tick opens and ends the remaining ones
 */
export async function reviewIncidents(
  read: readonly LastReading[],
  known: readonly IncidentHead[],
  now: IsoTime,
  work: WorkStore,
  refusals: Refusals,
  isLate: () => boolean = () => false,
): Promise<IncidentReview> {
  const open = known.filter(({ until }) => until === null);
  const openOf = perCause(open);
  const news = outbreaks(read, now).filter(
    (outbreak) => !openOf(outbreak.cause).isAround(outbreak),
  );
  if (news.length === 0 && open.length === 0) return { owing: [], open: 0 };

  const trouble = troubleIn(await work.troubled());
  const met = await widened(news, trouble, work);
  const begun = await eachInTime(met, isLate, async (outbreak) => {
    const failed = trouble.of(outbreak.cause).within(outbreak);
    return await refusals.passOver(async () => await begin(outbreak, failed, now, work));
  });
  for (const incident of begun) openOf(incident.cause).add(incident);
  const works = byScope(
    read.filter((one) => one.trouble === null),
    keysOfReading,
  );
  const over = open.flatMap((incident) => {
    const isCovered = openOf(incident.cause).isWiderThan(incident);
    if (!isCovered && trouble.of(incident.cause).within(incident).length > 0) return [];
    const isShown = works.within(incident).some((one) => showsThatItWorks(one, incident));
    return [{ incident, isCovered, isShown }];
  });
  const unsure = over.filter(({ isCovered, isShown }) => !isCovered && !isShown);
  const readable = await work.readable(
    unsure.map(({ incident }) => ({ name: incident, since: sinceOf(incident, now) })),
  );
  const ended = await eachInTime(over, isLate, async ({ incident, isCovered, isShown }) => {
    const isWorking = !isCovered && (isShown || readable.has(incident));
    // A single answer with another cause among many with the same does not end the incident.
    if (!isCovered && !isWorking && trouble.ofAnyCause.within(incident).length > 0) return null;
    return await refusals.passOver(async () => await end(incident, isWorking, now, work));
  });
  return {
    owing: [...begun, ...ended].filter(({ outbox }) => outbox.owed.length > 0),
    open: open.length + begun.length - ended.length,
  };
}

/**
 * Does something for each while there is time, and at least for the first few; returns the results without the `null`s.
 */
async function eachInTime<T, R>(
  items: readonly T[],
  isLate: () => boolean,
  step: (item: T) => Promise<R | null>,
): Promise<R[]> {
  const results = await pMap(
    items,
    async (item, index) => (index >= rowsAtOnce && isLate() ? null : await step(item)),
    { concurrency: rowsAtOnce },
  );
  return results.filter((result) => result !== null);
}

/**
 * Whether a reading shows that an incident is over. An operation that ended with this reading shows it too, although the
 * store no longer counts it.
 */
function showsThatItWorks({ isOperation }: LastReading, { cause }: IncidentName): boolean {
  return !(cause === 'notFound' && isOperation);
}

/** When an incident began; `undefined` (ever) if a clock that was ahead wrote a time to come. */
function sinceOf({ since }: IncidentHead, now: IsoTime): IsoTime | undefined {
  return since <= now ? since : undefined;
}

async function begin(
  { worst, ...name }: Outbreak,
  failed: readonly FailedReading[],
  now: IsoTime,
  work: WorkStore,
): Promise<Incident | null> {
  const { code, message } = worst;
  const announced = (before: Incident['outbox']): Incident => ({
    ...name,
    since: worst.since,
    until: null,
    outbox: owing(before, (id): IncidentMessage => ({
      id,
      at: now,
      event: 'unreadable',
      since: worst.since,
      code,
      message,
      operations: failed.filter(({ isOperation }) => isOperation).length,
      hidesNew: failed.some(({ isOperation }) => !isOperation),
    })),
  });
  const fresh = announced(emptyOutbox);
  if (await work.addIncident(fresh)) return fresh;
  // It exists: another tick has just opened it, or it is over and its message is still owed.
  const stored = await work.findIncident(name);
  if (stored === null || stored.incident.until === null) return null;
  if (stored.incident.outbox.owed.length >= outboxLimit) return null;
  const again = announced(stored.incident.outbox);
  return (await work.saveIncident(again, stored.etag)) === null ? null : again;
}

async function end(
  name: IncidentName,
  works: boolean,
  now: IsoTime,
  work: WorkStore,
): Promise<Incident | null> {
  // Its beginning may be on its way to Slack at this moment.
  const ended = await retryOnConflict(async () => {
    const stored = await work.findIncident(name);
    if (stored === null || stored.incident.until !== null) return { over: null };
    const { incident, etag } = stored;
    // If all its operations are gone, nothing proves that reading works again: it ends without a message.
    const outbox = works
      ? owing(incident.outbox, (id): IncidentMessage => ({
          id,
          at: now,
          event: 'readableAgain',
          since: incident.since,
          code: '',
          message: '',
          operations: 0,
          hidesNew: false,
        }))
      : incident.outbox;
    const over: Incident = { ...incident, until: now, outbox };
    return (await work.saveIncident(over, etag)) === null ? null : { over };
  });
  return ended?.over ?? null;
}
