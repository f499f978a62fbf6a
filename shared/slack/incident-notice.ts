import type { Incident, IncidentKind, IncidentMessage } from '../incident.ts';
import { elapsed, formatDuration } from '../time.ts';
import { bold, date, inline } from './mrkdwn.ts';
import type { Notice } from './notice.ts';

/** What each kind of trouble means, and what a person does about it. */
const explanations: Readonly<
  Record<IncidentKind, { readonly title: string; readonly advice: string }>
> = {
  unauthenticated: {
    title: 'Azure does not accept the sign-in',
    advice: 'Check that the managed identity exists and that AZURE_CLIENT_ID names it.',
  },
  forbidden: {
    title: 'The identity may not read the operations',
    advice: 'Give the app’s identity the Reader role on the cluster or its resource group.',
  },
  throttled: {
    title: 'Azure throttles the reads',
    advice:
      'Reading goes on as soon as Azure allows it; others may be using up the subscription’s budget.',
  },
  unavailable: {
    title: 'Azure Resource Manager does not answer',
    advice: 'Reading is tried again by itself; look at Azure’s status if this lasts.',
  },
  malformed: {
    title: 'Azure answers with something that is no operation status',
    advice: 'Check ARM_ENDPOINT and what stands between the app and Azure.',
  },
  unsupportedApiVersion: {
    title: 'Azure does not support the api-version',
    advice: 'Set AKS_API_VERSION to one of the versions that Azure names here.',
  },
  rejected: {
    title: 'Azure rejects the reads',
    advice: 'See the answer below.',
  },
};

/** Says that operations cannot be read, or that they can be again: the notifier's own trouble. */
export function incidentNotice(incident: Incident, message: IncidentMessage): Notice {
  const where =
    incident.subscriptionId === null
      ? 'all subscriptions'
      : `subscription ${inline(incident.subscriptionId)}`;
  const lasted = formatDuration(elapsed(incident.since, message.at));
  const { title, advice } = explanations[incident.kind];
  const isOver = message.event === 'readableAgain';
  const what = `${message.operations} ${message.operations === 1 ? 'operation' : 'operations'}`;
  return {
    lead: isOver ? 'Readable again' : 'Cannot be read',
    id: where,
    headline: isOver
      ? `Readable again: ${where} (after ${lasted})`
      : `Cannot read operations: ${where} (${inline(message.code, 80)})`,
    mention: null,
    tone: isOver ? 'good' : 'warning',
    summary: isOver
      ? `${bold('Operations can be read again.')} What changed meanwhile is told as it is read.`
      : `${bold(title)} for ${lasted}. ${advice}\nNothing is known to have failed: the state of ${what} is unknown until reading works again.`,
    problems: isOver ? [] : [{ code: message.code, target: null, message: message.message }],
    fields: [
      ['Since', date(incident.since)],
      ...(isOver
        ? []
        : [['Operations affected', String(message.operations)] satisfies [string, string]]),
    ],
    links: [],
    context: [`AKS Operation Notifier`, where],
  };
}
