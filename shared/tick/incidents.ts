import pMap from 'p-map';
import {
  incidentAt,
  incidentCauseIn,
  incidentCauses,
  isUnreadable,
  widerThan,
  type Incident,
  type IncidentCause,
  type IncidentMessage,
  type IncidentName,
  keysAround,
  keysOfReading,
  type FailedReading,
  type LastReading,
} from '../domain/incident.ts';
import { emptyOutbox, outboxLimit, owing } from '../domain/outbox.ts';
import { nameKey } from '../domain/azure-names.ts';
import { passing } from '../domain/reading-trouble.ts';
import { isTenantMismatch, signInFailed, type ReadingTrouble } from '../domain/reading.ts';
import type { IncidentHead } from '../store/incident-row.ts';
import { retryOnConflict } from '../store/table.ts';
import type { WorkStore } from '../store/work-store.ts';
import type { IsoTime } from '../time.ts';
import { byScope, type ByScope } from './by-scope.ts';
import type { Refusals } from '../store/refused-rows.ts';

/** Failures with one cause in one scope that this tick met. */
interface Outbreak extends IncidentName {
  readonly worst: ReadingTrouble;
}

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

/** Does something for each while there is time, and at least for the first few; returns the results without the `null`s. */
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

/** Incidents by cause and scope. */
function perCause(known: readonly IncidentName[]): (cause: IncidentCause) => ByScope<IncidentName> {
  const all = new Map(
    incidentCauses.map((cause) => [cause, byScope<IncidentName>([], keysAround)]),
  );
  const of = (cause: IncidentCause): ByScope<IncidentName> =>
    all.get(cause) ?? byScope<IncidentName>([], keysAround);
  for (const incident of known) of(incident.cause).add(incident);
  return of;
}

/** What cannot be read, by the cause of the incident that it belongs to, and by scope. */
interface Trouble {
  readonly of: (cause: IncidentCause) => ByScope<FailedReading>;
  /** But for operations that are not found. */
  readonly ofAnyCause: ByScope<FailedReading>;
  readonly all: ByScope<FailedReading>;
}

function troubleIn(failed: readonly FailedReading[]): Trouble {
  const byCause = Map.groupBy(failed, incidentCauseIn);
  const found = new Map([...byCause].map(([cause, some]) => [cause, byReading(some)]));
  const none = byReading([]);
  return {
    of: (cause) => found.get(cause) ?? none,
    ofAnyCause: byReading(failed.filter((one) => incidentCauseIn(one) !== null)),
    all: byReading(failed),
  };
}

function byReading(failed: readonly FailedReading[]): ByScope<FailedReading> {
  return byScope(failed, keysOfReading);
}

/** Also by an operation that ended with this reading, which the store no longer counts. */
function showsThatItWorks({ isOperation }: LastReading, { cause }: IncidentName): boolean {
  return !(cause === 'notFound' && isOperation);
}

/** When an incident began; `undefined` (ever) if a clock that was ahead wrote a time to come. */
function sinceOf({ since }: IncidentHead, now: IsoTime): IsoTime | undefined {
  return since <= now ? since : undefined;
}

function outbreaks(read: readonly LastReading[], now: IsoTime): Outbreak[] {
  const found: Outbreak[] = [];
  const foundOf = perCause([]);
  const first = read
    .flatMap(({ trouble, ...where }) => (trouble === null ? [] : [{ ...where, trouble }]))
    .toSorted((a, b) => (a.trouble.since < b.trouble.since ? -1 : 1));
  for (const { scope, isOperation, trouble } of first) {
    const cause = incidentCauseIn({ cause: trouble.cause, isOperation });
    if (cause === null || !isUnreadable(trouble, now)) continue;
    const name = incidentAt(cause, scope);
    if (foundOf(cause).isAround(name)) continue;
    foundOf(cause).add(name);
    found.push({ ...name, worst: trouble });
  }
  return found;
}

/**
 * Joins outbreaks if nothing can be read in the wider scope: several resource groups become one subscription; all
 * subscriptions become one failure of the sign-in or api-version. Asks the store, as no tick reads everything.
 */
async function widened(
  outbreaksMet: readonly Outbreak[],
  trouble: Trouble,
  work: WorkStore,
): Promise<Outbreak[]> {
  const found: Outbreak[] = [];
  const foundOf = perCause([]);
  /** Many in one scope ask the same. */
  const answers = new Map<string, boolean>();
  async function isWhole(wider: IncidentName, worst: ReadingTrouble): Promise<boolean> {
    // Without a token nothing can be read anywhere.
    if (worst.code === signInFailed) return true;
    // What is said of one scope needs another that fails too; what is said of the app itself does not.
    const isOfScope = wider.cause === 'forbidden' || isTenantMismatch(worst.code);
    const question = `${wider.cause} ${keysAround(wider).at(-1)} ${isOfScope}`;
    const known = answers.get(question);
    if (known !== undefined) return known;
    const answer = await isOfAll(wider, isOfScope ? 2 : 1, trouble, work);
    answers.set(question, answer);
    return answer;
  }
  for (const outbreak of outbreaksMet) {
    if (foundOf(outbreak.cause).isAround(outbreak)) continue;
    const { worst } = outbreak;
    const wider = widerThan(outbreak);
    const name = wider !== null && (await isWhole(wider, worst)) ? { ...wider, worst } : outbreak;
    foundOf(name.cause).add(name);
    found.push(name);
  }
  return found;
}

/** @param fewest how many subscriptions, or resource groups of one, must fail at least */
async function isOfAll(
  wider: IncidentName,
  fewest: number,
  trouble: Trouble,
  work: WorkStore,
): Promise<boolean> {
  const narrower = new Set(
    trouble
      .of(wider.cause)
      .within(wider)
      .map(({ scope }) =>
        nameKey(wider.scope === null ? scope.subscriptionId : (scope.resourceGroupName ?? '')),
      ),
  );
  // Whoever answers there otherwise does not answer so.
  const isOtherwise = trouble.all
    .within(wider)
    .some((one) => incidentCauseIn(one) !== wider.cause && !passing.has(one.cause));
  if (isOtherwise) return false;
  return narrower.size >= fewest && (await work.readable([{ name: wider }])).size === 0;
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
