import { armIdOf } from '../domain/scope.ts';
import { explain } from '../explain/explain.ts';
import { flatten, mostSpecific, type ErrorDetail } from '../domain/errors.ts';
import { kindOn, kindWords } from '../domain/kind.ts';
import { subOperationsToShow, type SubOperation } from '../domain/sub-operations.ts';
import type { OperationReference } from '../domain/reference.ts';
import { outcomeOf, percentWords } from '../domain/status.ts';
import type { OperationMessage } from '../domain/tracked.ts';
import type { IsoTime } from '../time.ts';
import { date, inline, mention } from './mrkdwn.ts';
import type { Notice, Problem } from './notice.ts';
import { isDeleted, percent, rowOf, type News, type Subject } from './operation-events.ts';

/** Says what happened to an operation. */
export function operationNotice(
  subject: Subject,
  message: OperationMessage,
  portal: string,
): Notice {
  const [lead] = message.events.toSorted((a, b) => rowOf[a.event].rank - rowOf[b.event].rank);
  if (lead === undefined) throw new Error('A message must tell at least one event.');
  const { reference, options } = subject;
  const cluster = armIdOf(reference);
  const { error } = message.state;
  const parts = partLines(message.state);
  const explanation =
    error === null
      ? null
      : explain(error, reference, {
          kind: kindOn(reference, message.state.kind),
          isRunning: message.state.outcome === null,
        });
  const news: News = { lead, message, subject };
  const row = rowOf[lead.event];
  const words = row.words(news);
  const code = lead.code === undefined || isDeleted(news) ? '' : ` (${inline(lead.code, 80)})`;
  return {
    lead: words,
    id: `Operation ${inline(reference.operationId, 60)}`,
    headline: `${words}: ${subjectWords(subject, message)}${code}`,
    mention: options.mention !== null && row.pings(news) ? mention(options.mention) : null,
    tone: row.tone(news),
    summary: row.summary(news),
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
  const { parts, partsLeftOut } = subOperationsToShow(state);
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
