import { armIdOf } from '../domain/scope.ts';
import { explain, tellingSentence, type Explanation } from '../explain/explain.ts';
import { mostSpecific, type ErrorDetail } from '../domain/error-detail.ts';
import { kindOn, kindWords } from '../domain/operation-kind.ts';
import { subOperationsToShow, type SubOperation } from '../domain/sub-operations.ts';
import { outcomeOf } from '../domain/status.ts';
import type { OperationEvent, OperationMessage } from '../domain/tracked.ts';
import { leftWords } from './state-and-change-words.ts';
import { date, inline, mention } from './mrkdwn.ts';
import type { Advice, Notice, Said, Tone } from './notice.ts';
import { isDeleted, rowOf, type News, type Subject } from './operation-headlines.ts';
import { originalStatus, phaseWords, ranWords, standingWords } from './operation-words.ts';

type State = OperationMessage['state'];

/** Says what happened to an operation. */
export function operationNotice(
  subject: Subject,
  message: OperationMessage,
  portal: string,
): Notice {
  const [lead] = message.events.toSorted((a, b) => rowOf[a.event].rank - rowOf[b.event].rank);
  if (lead === undefined) throw new Error('A message must hold at least one event.');
  const { reference, options } = subject;
  const { state } = message;
  const error = errorToShow(lead, state);
  const explanation = error === null ? null : explanationOf(error, subject, state);
  const news: News = { lead, message, subject, explanation };
  const row = rowOf[lead.event];
  const tone = row.tone(news);
  const explained = explanation === null ? null : adviceOf(explanation, tone);
  const advice = row.advice?.(news) ?? explained;
  const facts = row.facts?.(news) ?? '';
  const parts = partWords(state);
  const left = leftOf(news);
  const cluster = armIdOf(reference);
  return {
    lead: row.words(news),
    ...(tone === 'bad' && lead.event === 'finished' ? { countedAs: 'failed' } : {}),
    name: inline(reference.resourceName),
    brief: row.brief?.(news) ?? null,
    headline: row.headline(news, aboutWords(news)),
    mention: options.mention !== null && row.pings(news) ? mention(options.mention) : null,
    tone,
    asksForAction: (tone === 'bad' || tone === 'warning') && explanation?.needsNothing !== true,
    facts: facts === '' ? null : facts,
    ...(advice === null ? {} : { advice }),
    said: isDeleted(news)
      ? null
      : error === null
        ? codeOf(news)
        : saidOf(error, explanation, left !== ''),
    ...(parts === '' ? {} : { parts }),
    ...(left === '' ? {} : { left }),
    links: [
      { url: `${portal}/#resource${encodeURI(cluster)}`, label: 'Portal' },
      { url: `${portal}/#resource${encodeURI(cluster)}/eventlogs`, label: 'Activity log' },
    ],
    context: [
      inline(reference.resourceGroupName),
      ...(options.label === null ? [] : [inline(options.label, 120)]),
      ...callerWords(lead, subject),
      ...originalStatus(state.status),
      whenOf(message),
    ],
    ids: [
      `Subscription ${inline(reference.subscriptionId)}`,
      `Operation ${inline(reference.operationId, 300)}`,
    ],
  };
}

/** Who started it, where that may be asked next: of an ending, and of what stands still. */
function callerWords({ event }: OperationEvent, { startedBy }: Subject): string[] {
  const isAsked =
    event === 'finished' || event === 'stalled' || event === 'lost' || event === 'gaveUp';
  return isAsked && startedBy !== undefined ? [`started by ${inline(startedBy, 120)}`] : [];
}

/** In which state a failure left the cluster; empty: it is no failure, or nobody knows. */
function leftOf({ lead, message: { state }, subject, explanation }: News): string {
  if (lead.event !== 'finished') return '';
  const { reference, left = [] } = subject;
  return leftWords(left, reference, kindOn(reference, state.kind), explanation);
}

/** The error that belongs to the news: a phase may come with one that was posted before. */
function errorToShow({ event }: OperationEvent, { error }: State): ErrorDetail | null {
  const isOld = event === 'statusChanged' || event === 'movingAgain' || event === 'lost';
  return isOld ? null : error;
}

function explanationOf(
  error: ErrorDetail,
  { reference }: Subject,
  { kind, outcome }: State,
): Explanation | null {
  return explain(error, reference, {
    kind: kindOn(reference, kind),
    isRunning: outcome === null,
  });
}

/** What nobody needs to act on comes without a command. */
function adviceOf({ cause, step, command, link, note }: Explanation, tone: Tone): Advice {
  const isHarmless = tone === 'neutral';
  return {
    cause,
    step,
    command: isHarmless ? null : command,
    note: note ?? null,
    page: { url: link, label: 'About this error' },
  };
}

/**
 * Azure's most specific sentence, with the code that is explained, or else the most specific one; `null`: there is
 * neither.
 */
function saidOf(
  error: ErrorDetail,
  explanation: Explanation | null,
  isStateKnown: boolean,
): Said | null {
  const { code, target } = mostSpecific(error);
  // Where it is explained, the start and the end are enough to recognise it; the state then says more.
  const explained = isStateKnown ? 130 : 200;
  const message = tellingSentence(error, explanation === null ? 300 : explained);
  if (explanation !== null && explanation.code !== code)
    return { code: explanation.code, target: null, message };
  return code === null && message === null ? null : { code, target, message };
}

/** ARM's code for what was lost, where there are no words. */
function codeOf({ lead: { code } }: News): Said | null {
  return code === undefined ? null : { code, target: null, message: null };
}

/** The cluster, what ran as far as that is known, and the pool that failed within it. */
function aboutWords({ lead, message: { state }, subject: { reference } }: News): string {
  const kind = kindOn(reference, state.kind);
  // A phase says itself what is done.
  const ran = ranWords(lead.event === 'statusChanged' ? { ...kind, action: null } : kind);
  const pools = failedPools(state).filter((pool) => pool !== kind.agentPoolName);
  const [first, second] = pools.map((pool) => inline(pool));
  const more = pools.length - 1;
  const others = more === 1 ? ` and ${second}` : ` and ${more} more`;
  return [
    inline(reference.resourceName),
    ...(ran === null ? [] : [ran]),
    ...(first === undefined
      ? []
      : [`pool${more > 0 ? 's' : ''} ${first}${more > 0 ? others : ''}`]),
  ].join(', ');
}

/** The pools whose sub-operation failed, each once. */
function failedPools({ parts }: State): string[] {
  return [
    ...new Set(
      parts.flatMap(({ kind, status }) =>
        outcomeOf(status) === 'failed' ? (kind.agentPoolName ?? []) : [],
      ),
    ),
  ];
}

/** Until when this is known; only ARM's endings are known to be one. */
function whenOf({ state: { outcome, endTime }, at }: OperationMessage): string {
  switch (outcome) {
    case null:
      return `seen ${date(at)}`;
    case 'lost':
    case 'gaveUp':
      return `tracked until ${date(at)}`;
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return `ended ${date(endTime ?? at)}`;
  }
}

/** Where each sub-operation stands; nothing when all have succeeded, as the operation's own ending says that. */
function partWords({ outcome, ...state }: State): string {
  const { parts, partsLeftOut } = subOperationsToShow(state);
  if (outcome === 'succeeded' && parts.every((part) => outcomeOf(part.status) === 'succeeded'))
    return '';
  const more = partsLeftOut === 0 ? [] : [`… and ${partsLeftOut} more`];
  return [...parts.map(partLine), ...more].join(' · ');
}

function partLine({ kind, name, status, percentComplete, code }: SubOperation): string {
  const what = inline(kind.agentPoolName ?? kindWords(kind) ?? name ?? 'one', 80);
  const hasEnded = outcomeOf(status) !== null;
  const how = hasEnded ? phaseWords(status) : standingWords(status, percentComplete);
  return `${what}: ${how}${code === null ? '' : ` (${inline(code, 80)})`}`;
}
