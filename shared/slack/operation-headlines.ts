import { cancelationOf, type Explanation } from '../explain/explain.ts';
import { goneBy, type Gone } from '../domain/gone-codes.ts';
import { kindOn } from '../domain/operation-kind.ts';
import type { Broken } from '../domain/set-right.ts';
import type { LeftBehind } from '../domain/state-after-failure.ts';
import type { OperationReference } from '../domain/reference.ts';
import type { Outcome } from '../domain/status.ts';
import type {
  OperationEvent,
  OperationEventName,
  OperationMessage,
  TrackingOptions,
} from '../domain/tracked.ts';
import { isOverdue } from '../domain/usual-duration.ts';
import { elapsed, formatDuration, type IsoTime } from '../time.ts';
import { changeWords, restoredWords } from './state-and-change-words.ts';
import { inline } from './mrkdwn.ts';
import type { Advice, Tone } from './notice.ts';
import { phaseWords, progressWords, standingWords, usualNote } from './operation-words.ts';
import { stallAdvice } from './stall-advice.ts';

/** The operation that a message is about. */
export interface Subject {
  readonly reference: OperationReference;
  readonly options: TrackingOptions;
  readonly registeredAt: IsoTime;
  /** Who started it, in words; absent: not known. */
  readonly startedBy?: string;
  /** See {@link TrackedOperation.changes}. */
  readonly changes?: readonly string[];
  /** See {@link TrackedOperation.left}. */
  readonly left?: readonly LeftBehind[];
}

/** What a message has to say, seen by the row of its leading event. */
export interface News {
  readonly lead: OperationEvent;
  readonly message: OperationMessage;
  readonly subject: Subject;
  /** What its error means; `null`: there is none, or nobody knows. */
  readonly explanation: Explanation | null;
}

/** What an event is to people: all that differs between the messages of two events. */
interface EventRow {
  /** Of several events in one reading, the one with the lowest rank leads. */
  readonly rank: number;
  /** What happened, in a word or two; Slack markup. */
  readonly words: (news: News) => string;
  readonly tone: (news: News) => Tone;
  /** Whether it may ping. An error while it runs may yet be overcome, and what is given up is days old. */
  readonly pings: (news: News) => boolean;
  /** The first line of the message, around what it is about: `aks-prod-weu, userpool upgrade`. Slack markup. */
  readonly headline: (news: News, about: string) => string;
  /** Why, in about three words, for a digest's list; `null`: there is nothing to say. Slack markup. */
  readonly brief?: (news: News) => string;
  /** What the headline has no room for; empty: nothing. Slack markup. */
  readonly facts?: (news: News) => string;
  /** What to do, where the explanation of its error does not say it; `null`: nothing. */
  readonly advice?: (news: News) => Advice | null;
}

const never = (): boolean => false;

/** A row for each event: to add an event is to add its row. */
export const rowOf: Readonly<Record<OperationEventName, EventRow>> = {
  finished: {
    rank: 0,
    words: endingWords,
    tone: (news) =>
      isFailure(news) ? 'bad' : outcomeTones[news.message.state.outcome ?? 'canceled'],
    pings: (news) => isFailure(news) && news.explanation?.needsNothing !== true,
    headline: (news, about) => {
      const start = `${endingWords(news)}: ${about}`;
      const right = restoredBy(news).length === 0 ? '' : ': set right again';
      const why = reasonWords(news);
      // "Canceled: aks-1: canceled" says it twice.
      if (why === endingWords(news).toLowerCase()) return start;
      return hasReason(news) ? `${start}: ${why}` : `${start}${ranFor(news, ', ')}${right}`;
    },
    brief: briefReason,
    facts: (news) =>
      hasReason(news)
        ? [ranFor(news, 'After '), lastSeen(news)].filter(Boolean).join(', ')
        : [changeWords(news.subject.changes ?? []), setRightWords(news)].filter(Boolean).join('\n'),
  },
  lost: {
    rank: 1,
    words: (news) => {
      if (isDeleted(news)) return 'Deleted';
      return news.message.state.status === null ? 'Never found' : outcomeWords.lost;
    },
    tone: (news) => (isDeleted(news) ? 'neutral' : 'warning'),
    pings: (news) => !isDeleted(news),
    headline: (news, about) =>
      `${rowOf.lost.words(news)}: ${about}${isDeleted(news) ? '' : `: ${lostWords(news)}`}`,
    facts: (news) => (isDeleted(news) ? '' : lostFacts(news)),
    advice: lostAdvice,
  },
  gaveUp: {
    rank: 2,
    words: endingWords,
    tone: () => 'warning',
    pings: never,
    headline: ({ message, subject }, about) =>
      `${outcomeWords.gaveUp}: ${about}: no ending after ${formatDuration(elapsed(subject.registeredAt, message.at))}`,
    facts: ({ message: { state } }) =>
      `${state.status === null ? 'It was never read.' : `Last seen: ${standingWords(state.status, state.percentComplete)}.`} It is no longer tracked (GIVE_UP_AFTER).`,
  },
  errorAppeared: {
    rank: 3,
    words: () => 'Error while running',
    tone: () => 'bad',
    pings: never,
    headline: (news, about) => `Error while running: ${about}: ${reasonWords(news)}`,
    brief: briefReason,
    facts: errorFacts,
  },
  errorChanged: {
    rank: 4,
    words: ({ lead: { turns } }) =>
      turns === undefined ? 'Another error while running' : 'Errors come and go',
    tone: () => 'bad',
    pings: never,
    headline: (news, about) => `${rowOf.errorChanged.words(news)}: ${about}: ${reasonWords(news)}`,
    brief: briefReason,
    facts: (news) => `${turnsWords(news.lead, news.message.at)}${errorFacts(news)}`,
  },
  stalled: {
    rank: 5,
    words: () => 'Stalled',
    tone: () => 'warning',
    pings: () => true,
    headline: (news, about) => `Stalled: ${about}: ${stallWords(news)}`,
    brief: (news) => stallWords(news),
    facts: stallFacts,
    // An error that is shown says more than a phase does.
    advice: ({ subject, message: { state }, explanation }) =>
      explanation === null
        ? stallAdvice(subject.reference, { ...state, kind: kindOn(subject.reference, state.kind) })
        : null,
  },
  movingAgain: {
    rank: 6,
    words: () => 'Moving again',
    tone: () => 'progress',
    pings: never,
    headline: (news, about) => `Moving again: ${about}: ${standingOf(news)}, ${soFar(news)}`,
  },
  setRightAgain: {
    rank: 7,
    words: () => 'Set right again',
    tone: () => 'good',
    pings: never,
    headline: (news, about) =>
      `Set right again: ${about}: ${restoredWords(restoredBy(news), news.message.at)}`,
  },
  statusChanged: {
    rank: 8,
    words: ({ lead: { to } }) => phaseWords(to ?? 'changed'),
    tone: () => 'progress',
    pings: never,
    headline: (news, about) => `${about}: ${standingOf(news)}, ${soFar(news)}`,
  },
  started: {
    rank: 9,
    words: () => 'Started',
    tone: () => 'progress',
    pings: never,
    headline: (news, about) => {
      const { startTime, usual } = news.message.state;
      const ago = startTime === null ? '' : `, ${soFar(news)}`;
      return `Started: ${about}: ${standingOf(news)}${ago}${usualNote(usual)}`;
    },
  },
};

/** What an ending says is as it should be again. */
function restoredBy({ message: { events } }: News): readonly Broken[] {
  return events.flatMap(({ restored }) => restored ?? []);
}

function setRightWords(news: News): string {
  const restored = restoredBy(news);
  return restored.length === 0
    ? ''
    : `Succeeded again: ${restoredWords(restored, news.message.at)}`;
}

const outcomeWords: Readonly<Record<Outcome, string>> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  canceled: 'Canceled',
  lost: 'No longer found',
  gaveUp: 'Given up',
};

const outcomeTones: Readonly<Record<Outcome, Tone>> = {
  succeeded: 'good',
  failed: 'bad',
  canceled: 'neutral',
  lost: 'warning',
  gaveUp: 'warning',
};

function isCanceledByAks({ message: { state } }: News): boolean {
  return state.outcome === 'canceled' && cancelationOf(state.error) === 'byAks';
}

/** Whether an ending needs a person: AKS also ends as canceled what it could not do. */
function isFailure(news: News): boolean {
  return news.message.state.outcome === 'failed' || isCanceledByAks(news);
}

/** Whether the message about an ending says its cause: a failure, or what was canceled for a cause that is known. */
function hasReason(news: News): boolean {
  const { outcome } = news.message.state;
  return isFailure(news) || (outcome === 'canceled' && news.explanation !== null);
}

function endingWords(news: News): string {
  const { outcome } = news.message.state;
  if (isCanceledByAks(news)) return 'Canceled by AKS';
  return outcome === null ? 'Ended' : outcomeWords[outcome];
}

/** The cause in a few words. Of an error that nobody has explained nothing is made up. */
function reasonWords({ message: { state }, explanation }: News): string {
  if (explanation !== null) return inline(explanation.title, 100);
  return state.error === null ? 'Azure gives no reason' : 'Azure’s reason is below';
}

/** {@link reasonWords} for a list: `drain blocked` of `drain blocked by PDB shop/web-pdb`. */
function briefReason({ message: { state }, explanation }: News): string {
  if (explanation === null)
    return state.error === null ? 'no reason given' : 'Azure’s reason is below';
  const [start = ''] = explanation.title.split(/ (?:by|for|in|on|of|at) |[,:;(]/);
  return inline(start.split(' ').length > 1 ? start.trim() : explanation.title, 40);
}

/** How long it has run, in milliseconds. */
function ranMs({ message: { state, at }, subject }: News): number {
  const since = state.startTime ?? subject.registeredAt;
  return elapsed(since, state.outcome === null ? at : (state.endTime ?? at));
}

function soFar(news: News): string {
  return `${formatDuration(ranMs(news))} so far`;
}

/** How long it ran in all, after the text `before`; empty when that is not known: ARM gave no start, and it was not read before. */
function ranFor(news: News, before: string): string {
  const { startTime, usual } = news.message.state;
  const isKnown = startTime !== null || news.lead.from !== undefined;
  return isKnown ? `${before}${formatDuration(ranMs(news))}${usualNote(usual)}` : '';
}

/** Where it was when it ended. */
function lastSeen({ lead, message: { state } }: News): string {
  const { from, last = from } = lead;
  const percent = state.percentComplete;
  if (last === undefined || /^in ?progress$/i.test(last))
    return percent === null ? '' : `at ${progressWords(null, percent)}`;
  return `while ${standingWords(last, percent)}`;
}

function standingOf({ message: { state } }: News): string {
  return standingWords(state.status, state.percentComplete);
}

function errorFacts(news: News): string {
  return `Still running (${standingOf(news)}) after ${formatDuration(ranMs(news))}; it may yet recover.`;
}

/** How often the error changed since the last message about it. */
function turnsWords({ turns }: OperationEvent, at: IsoTime): string {
  if (turns === undefined) return '';
  const often = turns.changes === 1 ? 'once' : `${turns.changes} times`;
  return `The error changed ${often} in ${formatDuration(elapsed(turns.since, at))}; this is the last one. `;
}

/** Why it counts as stalled: nothing moves, or it takes far longer than usual. */
function stallWords(news: News): string {
  const { status, percentComplete, usual } = news.message.state;
  if (isOverdue(usual, ranMs(news))) return `${soFar(news)}${usualNote(usual)}`;
  return `${progressWords(status, percentComplete) ?? 'no change'} for ${stillFor(news)}`;
}

function stillFor({ message: { state, at } }: News): string {
  return formatDuration(stillMs(state, at));
}

function stillMs({ lastProgressAt }: OperationMessage['state'], at: IsoTime): number {
  return elapsed(lastProgressAt ?? at, at);
}

function stallFacts(news: News): string {
  const { state, at } = news.message;
  const phase = state.status === null ? 'running' : phaseWords(state.status);
  if (!isOverdue(state.usual, ranMs(news)))
    return `Still ${phase}, ${soFar(news)}${usualNote(state.usual)}.`;
  const isMoving = stillMs(state, at) < 60_000;
  return `Still ${standingOf(news)}; ${isMoving ? 'it still moves' : `last change ${stillFor(news)} ago`}.`;
}

/** Whether its cluster went as it was meant to: the record of a deletion goes with it. */
export function isDeleted({
  message: { state },
  subject,
}: Pick<News, 'message' | 'subject'>): boolean {
  const { action, target } = kindOn(subject.reference, state.kind);
  const isOfCluster = action === 'delete' && target !== 'agentPool';
  return state.outcome === 'lost' && isOfCluster && isClusterGone(whatIsGone(state));
}

function whatIsGone({ trouble }: OperationMessage['state']): Gone | null {
  return trouble === null ? null : goneBy(trouble.code);
}

/** A cluster goes with its resource group: `az group delete` is a common end of one. */
function isClusterGone(gone: Gone | null): boolean {
  return gone === 'cluster' || gone === 'resourceGroup';
}

function lostWords({ message: { state } }: News): string {
  const gone = whatIsGone(state);
  if (state.status !== null)
    return isClusterGone(gone) ? 'the cluster is gone' : 'Azure has no record of it any more';
  if (!isClusterGone(gone)) return 'Azure has no such operation';
  return `Azure finds no such ${gone === 'cluster' ? 'cluster' : 'resource group'}`;
}

function lostFacts({ message: { state } }: News): string {
  const seen =
    state.status === null
      ? 'A name or the ID may be wrong, or it ended too long ago.'
      : `Last seen: ${standingWords(state.status, state.percentComplete)}. How it ended is not known.`;
  return `${seen} It is no longer tracked.`;
}

function lostAdvice(news: News): Advice | null {
  if (isDeleted(news)) return null;
  const step =
    news.message.state.status === null
      ? 'Check the names and the ID, then register it again.'
      : 'See in the activity log how it ended.';
  return { cause: null, step, command: null, note: null, page: null };
}
