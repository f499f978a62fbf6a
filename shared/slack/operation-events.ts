import { goneBy, type Gone } from '../domain/gone.ts';
import { kindOn } from '../domain/kind.ts';
import type { OperationReference } from '../domain/reference.ts';
import { percentWords, type Outcome } from '../domain/status.ts';
import type {
  OperationEvent,
  OperationEventName,
  OperationMessage,
  TrackingOptions,
} from '../domain/tracked.ts';
import { isOverdue, usualWords } from '../domain/usual.ts';
import { elapsed, formatDuration, type IsoTime } from '../time.ts';
import { bold, inline } from './mrkdwn.ts';
import type { Tone } from './notice.ts';

/** The operation that a message is about. */
export interface Subject {
  readonly reference: OperationReference;
  readonly options: TrackingOptions;
  readonly registeredAt: IsoTime;
}

/** What a message has to say, seen by the row of its leading event. */
export interface News {
  readonly lead: OperationEvent;
  readonly message: OperationMessage;
  readonly subject: Subject;
}

/** What an event is to people: all that differs between the messages of two events. */
interface EventRow {
  /** Of several events in one reading the one with the lowest rank leads; the others are told below it. */
  readonly rank: number;
  /** What happened, in a word or two; Slack markup. */
  readonly words: (news: News) => string;
  readonly tone: (news: News) => Tone;
  /** Whether it may ping. An error while it runs may yet be overcome, and what is given up is days old. */
  readonly pings: (news: News) => boolean;
  /** One or two sentences; Slack markup. */
  readonly summary: (news: News) => string;
}

const never = (): boolean => false;

/** A row for each event: to add an event is to add its row. */
export const rowOf: Readonly<Record<OperationEventName, EventRow>> = {
  finished: {
    rank: 0,
    words: endingWords,
    tone: ({ message: { state } }) => outcomeTones[state.outcome ?? 'canceled'],
    pings: ({ message: { state } }) => state.outcome === 'failed',
    summary: ({ lead, message, subject }) => {
      const { state } = message;
      const noReason =
        state.outcome === 'failed' && state.error === null ? '. Azure gave no reason.' : '';
      return `${bold(arrow(lead))}${ranSince({ lead, message, subject })}${usualNote(state.usual)}${noReason}`;
    },
  },
  lost: {
    rank: 1,
    words: (news) => {
      if (isDeleted(news)) return 'Deleted';
      return news.message.state.status === null ? 'Never found' : outcomeWords.lost;
    },
    tone: (news) => (isDeleted(news) ? 'neutral' : 'warning'),
    pings: (news) => !isDeleted(news),
    summary: (news) => `${lostWords(news)} It is no longer tracked.`,
  },
  gaveUp: {
    rank: 2,
    words: endingWords,
    tone: () => 'warning',
    pings: never,
    summary: ({ message: { state, at }, subject }) => {
      const tracked = formatDuration(elapsed(subject.registeredAt, at));
      const seen =
        state.status === null
          ? 'it was never read'
          : `last seen ${inline(state.status)}${percent(state.percentComplete)}`;
      return `${bold(`No ending after ${tracked}`)}: ${seen}. It is no longer tracked (GIVE_UP_AFTER).`;
    },
  },
  errorAppeared: {
    rank: 3,
    words: () => 'Error while running',
    tone: () => 'bad',
    pings: never,
    summary: errorWords,
  },
  errorChanged: {
    rank: 4,
    words: ({ lead: { turns } }) =>
      turns === undefined ? 'Another error while running' : 'Errors come and go',
    tone: () => 'bad',
    pings: never,
    summary: errorWords,
  },
  stalled: {
    rank: 5,
    words: () => 'Stalled',
    tone: () => 'warning',
    pings: () => true,
    summary: stallWords,
  },
  movingAgain: {
    rank: 6,
    words: () => 'Moving again',
    tone: () => 'progress',
    pings: never,
    summary: (news) => {
      const { status, percentComplete } = news.message.state;
      const now = changeWords(news) ?? bold(`Now ${status === null ? 'running' : inline(status)}`);
      return `${now}${percent(percentComplete)}. It had stood still.`;
    },
  },
  statusChanged: {
    rank: 7,
    words: ({ lead: { to } }) => inline(to ?? 'Changed', 80),
    tone: () => 'progress',
    pings: never,
    summary: (news) => changeWords(news) ?? `after ${formatDuration(ranMs(news))}`,
  },
  started: {
    rank: 8,
    words: () => 'Started',
    tone: () => 'progress',
    pings: never,
    summary: (news) => {
      const { status, percentComplete, startTime, usual } = news.message.state;
      const ran = startTime === null ? '' : `, ${formatDuration(ranMs(news))} after its start`;
      return `${bold(status === null ? 'Running' : inline(status))}${percent(percentComplete)}${ran}${usualNote(usual)}.`;
    },
  },
};

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

function endingWords({ message: { state } }: News): string {
  return state.outcome === null ? 'Ended' : outcomeWords[state.outcome];
}

/** How long it has run, in milliseconds. */
function ranMs({ message: { state, at }, subject }: News): number {
  const since = state.startTime ?? subject.registeredAt;
  return elapsed(since, state.outcome === null ? at : (state.endTime ?? at));
}

/** Of what was never seen before, and tells no start, nobody knows how long it ran. */
function ranSince(news: News): string {
  const isKnown = news.message.state.startTime !== null || news.lead.from !== undefined;
  return isKnown ? ` after ${formatDuration(ranMs(news))}` : '';
}

/** The change of phase that came with the news; `null`: there was none. */
function changeWords(news: News): string | null {
  const change = news.message.events.find(({ event }) => event === 'statusChanged');
  return change === undefined
    ? null
    : `${bold(arrow(change))} after ${formatDuration(ranMs(news))}`;
}

function errorWords(news: News): string {
  const { lead, message } = news;
  const { status } = message.state;
  const still = `Still ${bold(status === null ? 'running' : inline(status))} after ${formatDuration(ranMs(news))}. It may yet recover.`;
  return `${turnsWords(lead, message.at)}${changeWords(news) ?? still}`;
}

/** How often an error changed that is told together with others; this one is the last of them. */
function turnsWords({ turns }: OperationEvent, at: IsoTime): string {
  if (turns === undefined) return '';
  const often = turns.changes === 1 ? 'once' : `${turns.changes} times`;
  return `${bold(`The error changed ${often} in ${formatDuration(elapsed(turns.since, at))}`)}; this is the last one. `;
}

/** Why it counts as stalled: nothing moves, or it takes far longer than usual. */
function stallWords(news: News): string {
  const { state, at } = news.message;
  const { status, percentComplete, lastProgressAt, usual } = state;
  const stillMs = elapsed(lastProgressAt ?? at, at);
  const [still, ran] = [formatDuration(stillMs), formatDuration(ranMs(news))];
  const now = `still ${status === null ? 'running' : inline(status)}${percent(percentComplete)}`;
  if (!isOverdue(usual, ranMs(news)))
    return `${bold(`No change for ${still}`)}: ${now}, running for ${ran}${usualNote(usual)}.`;
  const lastMove = stillMs < 60_000 ? 'and still moving' : `last change ${still} ago`;
  return `${bold(`Running for ${ran}`)}${usualNote(usual)}: ${now}, ${lastMove}.`;
}

function usualNote(usual: OperationMessage['state']['usual']): string {
  return usual === null ? '' : ` (${usualWords(usual)})`;
}

/** Whether its cluster went as it was meant to: the record of a deletion goes with it. */
export function isDeleted({ message: { state }, subject }: News): boolean {
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

function lostWords(news: News): string {
  const { state } = news.message;
  const gone = whatIsGone(state);
  const seen = `Last seen: ${state.status === null ? 'never' : inline(state.status)}${percent(state.percentComplete)}.`;
  if (isDeleted(news)) return `${bold('The cluster is no longer there')}, as was wanted. ${seen}`;
  if (state.status === null) {
    const what = isClusterGone(gone)
      ? `Azure finds no such ${gone === 'cluster' ? 'cluster' : 'resource group'}.`
      : 'Azure has no such operation.';
    return `${bold(what)} A name or the ID may be wrong, or it ended too long ago.`;
  }
  const what = isClusterGone(gone)
    ? 'The cluster is no longer there.'
    : 'Azure has no record of this operation any more.';
  return `${bold(what)} ${seen} How it ended is not known.`;
}

function arrow({ from, to }: OperationEvent): string {
  const target = inline(to ?? 'ended', 80);
  return from === undefined || from === to ? target : `${inline(from, 80)} → ${target}`;
}

/** ` at 40 %` */
export function percent(value: number | null): string {
  return value === null ? '' : ` at ${percentWords(value)}`;
}
