import { explain } from '../explain/explain.ts';
import { flatten, mostSpecific, type ErrorDetail } from '../domain/errors.ts';
import { goneBy, type Gone } from '../domain/gone.ts';
import { kindOn, kindWords } from '../domain/kind.ts';
import { partsToTell, type SubOperation } from '../domain/sub-operations.ts';
import { clusterArmId, type OperationReference } from '../domain/reference.ts';
import { outcomeOf, percentWords, type Outcome } from '../domain/status.ts';
import type {
  OperationEvent,
  OperationEventName,
  OperationMessage,
  TrackingOptions,
} from '../domain/tracked.ts';
import { isOverdue, usualWords } from '../domain/usual.ts';
import { elapsed, formatDuration, type IsoTime } from '../time.ts';
import { bold, date, inline, mention } from './mrkdwn.ts';
import type { Notice, Problem, Tone } from './notice.ts';

/** The operation that a message is about. */
export interface Subject {
  readonly reference: OperationReference;
  readonly options: TrackingOptions;
  readonly registeredAt: string;
}

/** Of several events in one reading the one with the lowest rank leads; the others are told below it. */
const rank: Readonly<Record<OperationEventName, number>> = {
  finished: 0,
  lost: 1,
  gaveUp: 2,
  errorAppeared: 3,
  errorChanged: 4,
  stalled: 5,
  movingAgain: 6,
  statusChanged: 7,
  started: 8,
};

/** Says what happened to an operation. */
export function operationNotice(
  subject: Subject,
  message: OperationMessage,
  portal: string,
): Notice {
  const [lead] = message.events.toSorted((a, b) => rank[a.event] - rank[b.event]);
  if (lead === undefined) throw new Error('A message must tell at least one event.');
  const { reference, options } = subject;
  const cluster = clusterArmId(reference);
  const { error } = message.state;
  const parts = partLines(message.state);
  const explanation =
    error === null
      ? null
      : explain(error, reference, {
          kind: kindOn(reference, message.state.kind),
          isRunning: message.state.outcome === null,
        });
  const words = leadWords(lead, message, reference);
  const code =
    lead.code === undefined || isDeleted(message.state, reference)
      ? ''
      : ` (${inline(lead.code, 80)})`;
  const isUrgent = mayPing(lead, message, reference);
  return {
    lead: words,
    id: `Operation ${inline(reference.operationId, 60)}`,
    headline: `${words}: ${subjectWords(subject, message)}${code}`,
    mention: options.mention !== null && isUrgent ? mention(options.mention) : null,
    tone: toneOf(lead, message.state, reference),
    summary: summaryOf(lead, message, subject),
    problems: error === null ? [] : problemsOf(error),
    ...(explanation === null ? {} : { explanation }),
    ...(parts.length === 0 ? {} : { parts }),
    fields: fieldsOf(reference, message),
    links: [
      { url: `${portal}/#resource${encodeURI(cluster)}`, label: 'Open the cluster' },
      { url: `${portal}/#resource${encodeURI(cluster)}/eventlogs`, label: 'Activity log' },
    ],
    context: [
      ...(options.label === null ? [] : [inline(options.label, 120)]),
      `Subscription ${inline(reference.subscriptionId)}`,
      `Operation ${inline(reference.operationId, 60)}`,
    ],
  };
}

/** Whether a message is one of those that may ping: failure, stall and loss. */
function mayPing(
  { event }: OperationEvent,
  { state }: OperationMessage,
  reference: OperationReference,
): boolean {
  switch (event) {
    case 'finished':
      return state.outcome === 'failed';
    case 'stalled':
      return true;
    case 'lost':
      return !isDeleted(state, reference);
    // An error while it runs may yet be overcome, and what is given up is days old.
    case 'errorAppeared':
    case 'errorChanged':
    case 'gaveUp':
    case 'movingAgain':
    case 'started':
    case 'statusChanged':
      return false;
  }
}

const outcomeWords: Readonly<Record<Outcome, string>> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  canceled: 'Canceled',
  lost: 'No longer found',
  gaveUp: 'Given up',
};

function leadWords(
  { event, to, turns }: OperationEvent,
  { state }: OperationMessage,
  reference: OperationReference,
): string {
  switch (event) {
    case 'lost':
      if (isDeleted(state, reference)) return 'Deleted';
      return state.status === null ? 'Never found' : outcomeWords.lost;
    case 'finished':
    case 'gaveUp':
      return state.outcome === null ? 'Ended' : outcomeWords[state.outcome];
    case 'errorAppeared':
      return 'Error while running';
    case 'errorChanged':
      return turns === undefined ? 'Another error while running' : 'Errors come and go';
    case 'stalled':
      return 'Stalled';
    case 'movingAgain':
      return 'Moving again';
    case 'started':
      return 'Started';
    case 'statusChanged':
      return inline(to ?? 'Changed', 80);
  }
}

/** The cluster, what ran as far as that is known, and the label. */
function subjectWords({ reference, options }: Subject, { state }: OperationMessage): string {
  const ran = kindWords(kindOn(reference, state.kind));
  const parts = [
    inline(reference.resourceName),
    ...(ran === null ? [] : [inline(ran)]),
    ...(options.label === null ? [] : [inline(options.label, 120)]),
  ];
  return parts.join(', ');
}

function toneOf(
  { event }: OperationEvent,
  state: OperationMessage['state'],
  reference: OperationReference,
): Tone {
  const { outcome } = state;
  switch (event) {
    case 'finished':
      if (outcome === 'succeeded') return 'good';
      return outcome === 'failed' ? 'bad' : 'neutral';
    case 'lost':
      return isDeleted(state, reference) ? 'neutral' : 'warning';
    case 'gaveUp':
    case 'stalled':
      return 'warning';
    case 'errorAppeared':
    case 'errorChanged':
      return 'bad';
    case 'movingAgain':
    case 'started':
    case 'statusChanged':
      return 'progress';
  }
}

function summaryOf(lead: OperationEvent, message: OperationMessage, subject: Subject): string {
  const { state, at } = message;
  const status = state.status === null ? null : inline(state.status);
  const since = state.startTime ?? subject.registeredAt;
  const ranMs = elapsed(since, state.outcome === null ? at : (state.endTime ?? at));
  const ran = formatDuration(ranMs);
  // Of what was never seen before, and tells no start, nobody knows how long it ran.
  const isRanKnown = state.startTime !== null || lead.from !== undefined;
  const change = message.events.find(({ event }) => event === 'statusChanged');
  const changed = change === undefined ? null : `${bold(arrow(change))} after ${ran}`;
  switch (lead.event) {
    case 'finished':
      return `${bold(arrow(lead))}${isRanKnown ? ` after ${ran}` : ''}${usualNote(state.usual)}${state.outcome === 'failed' && state.error === null ? '. Azure gave no reason.' : ''}`;
    case 'started':
      return `${bold(status ?? 'Running')}${percent(state.percentComplete)}${isRanKnown ? `, ${ran} after its start` : ''}${usualNote(state.usual)}.`;
    case 'statusChanged':
      return changed ?? `after ${ran}`;
    case 'errorAppeared':
    case 'errorChanged':
      return `${turnsWords(lead, at)}${changed ?? `Still ${bold(status ?? 'running')} after ${ran}. It may yet recover.`}`;
    case 'stalled':
      return stallWords(message, ranMs);
    case 'movingAgain':
      return `${changed ?? bold(`Now ${status ?? 'running'}`)}${percent(state.percentComplete)}. It had stood still.`;
    case 'lost':
      return `${lostWords(state, subject.reference, `Last seen: ${status ?? 'never'}${percent(state.percentComplete)}.`)} It is no longer tracked.`;
    case 'gaveUp':
      return `${bold(`No ending after ${formatDuration(elapsed(subject.registeredAt, at))}`)}: ${status === null ? 'it was never read' : `last seen ${status}${percent(state.percentComplete)}`}. It is no longer tracked (GIVE_UP_AFTER).`;
  }
}

/** How often an error changed that is told together with others; this one is the last of them. */
function turnsWords({ turns }: OperationEvent, at: IsoTime): string {
  if (turns === undefined) return '';
  const often = turns.changes === 1 ? 'once' : `${turns.changes} times`;
  return `${bold(`The error changed ${often} in ${formatDuration(elapsed(turns.since, at))}`)}; this is the last one. `;
}

/** Why it counts as stalled: nothing moves, or it takes far longer than usual. */
function stallWords({ state, at }: OperationMessage, ranMs: number): string {
  const { status, percentComplete, lastProgressAt, usual } = state;
  const stillMs = elapsed(lastProgressAt ?? at, at);
  const [still, ran] = [formatDuration(stillMs), formatDuration(ranMs)];
  const now = `still ${status === null ? 'running' : inline(status)}${percent(percentComplete)}`;
  if (!isOverdue(usual, ranMs))
    return `${bold(`No change for ${still}`)}: ${now}, running for ${ran}${usualNote(usual)}.`;
  const lastMove = stillMs < 60_000 ? 'and still moving' : `last change ${still} ago`;
  return `${bold(`Running for ${ran}`)}${usualNote(usual)}: ${now}, ${lastMove}.`;
}

function usualNote(usual: OperationMessage['state']['usual']): string {
  return usual === null ? '' : ` (${usualWords(usual)})`;
}

/** Whether its cluster went as it was meant to: the record of a deletion goes with it. */
function isDeleted(state: OperationMessage['state'], reference: OperationReference): boolean {
  const { action, target } = kindOn(reference, state.kind);
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

function lostWords(
  state: OperationMessage['state'],
  reference: OperationReference,
  seen: string,
): string {
  const gone = whatIsGone(state);
  if (isDeleted(state, reference))
    return `${bold('The cluster is no longer there')}, as was wanted. ${seen}`;
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

function percent(value: number | null): string {
  return value === null ? '' : ` at ${percentWords(value)}`;
}

function fieldsOf(
  reference: OperationReference,
  { state, at }: OperationMessage,
): [string, string][] {
  const { agentPoolName } = kindOn(reference, state.kind);
  const pool: [string, string][] =
    agentPoolName === null ? [] : [['Agent pool', inline(agentPoolName)]];
  const counter =
    state.status?.includes(':') === true
      ? inline(state.status.slice(state.status.indexOf(':') + 1), 80)
      : '';
  const progress = [
    ...(state.percentComplete === null || state.outcome === 'succeeded'
      ? []
      : [percentWords(state.percentComplete)]),
    ...(counter === '' ? [] : [counter]),
  ];
  return [
    ['Cluster', inline(reference.resourceName)],
    ['Resource group', inline(reference.resourceGroupName)],
    ...pool,
    ...(state.startTime === null
      ? []
      : [['Started', date(state.startTime)] satisfies [string, string]]),
    whenOf(state, at),
    ...(progress.length === 0
      ? []
      : [['Progress', progress.join(', ')] satisfies [string, string]]),
  ];
}

/** Until when this is known; only ARM's endings are known to be one. */
function whenOf({ outcome, endTime }: OperationMessage['state'], at: IsoTime): [string, string] {
  switch (outcome) {
    case null:
      return ['Seen', date(at)];
    case 'lost':
    case 'gaveUp':
      return ['Tracked until', date(at)];
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return ['Ended', date(endTime ?? at)];
  }
}

/** The most specific error, then the others from the outside in; none when nothing in it can be read. */
function problemsOf(error: ErrorDetail): Problem[] {
  const all = flatten(error);
  const specific = mostSpecific(error);
  return all.includes(specific) ? [specific, ...all.filter((other) => other !== specific)] : all;
}

/** Where each sub-operation stands; nothing when all have succeeded, as the operation's own ending says that. */
function partLines({ outcome, ...state }: OperationMessage['state']): string[] {
  const { parts, partsLeftOut } = partsToTell(state);
  if (outcome === 'succeeded' && parts.every((part) => outcomeOf(part.status) === 'succeeded'))
    return [];
  const more = partsLeftOut === 0 ? [] : [`… and ${partsLeftOut} more`];
  return [...parts.map((part) => `• ${partLine(part)}`), ...more];
}

function partLine({ kind, name, status, percentComplete, code }: SubOperation): string {
  const what = inline(kindWords(kind) ?? name ?? 'one', 80);
  const how = `${inline(status, 80)}${percent(percentComplete)}`;
  return `${what}: ${how}${code === null ? '' : ` (${inline(code, 80)})`}`;
}
