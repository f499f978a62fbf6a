import type { Incident, IncidentCause, IncidentMessage, IncidentName } from '../domain/incident.ts';
import { isCluster } from '../domain/scope.ts';
import { isTenantMismatch } from '../domain/reading.ts';
import { elapsed, formatDuration } from '../time.ts';
import { triedIdentity, type AppFacts } from './app-identity.ts';
import { remedyOf, rightsOf } from './incident-remedy.ts';
import { bold, date, inline } from './mrkdwn.ts';
import type { Notice } from './notice.ts';

/** What each cause means. */
export const titles: Readonly<Record<IncidentCause, string>> = {
  notFound: 'Azure does not find what is watched',
  subscription: 'Azure does not find the subscription',
  unauthenticated: 'Azure does not accept the sign-in',
  forbidden: 'The app’s identity has no right to read this',
  throttled: 'Azure throttles the reads',
  unavailable: 'Azure Resource Manager does not answer',
  malformed: 'Azure answers with something that is no operation status',
  unsupportedApiVersion: 'Azure does not offer the api-version',
  rejected: 'Azure rejects the reads',
};

/** Says that operations or what is watched cannot be read, or that they can be again: the notifier's own trouble. */
export function incidentNotice(
  incident: Incident,
  message: IncidentMessage,
  app: AppFacts,
): Notice {
  const { scope } = incident;
  const where = whereOf(incident);
  const lasted = formatDuration(elapsed(message.since, message.at));
  const common = {
    mention: null,
    id: where,
    links: [],
    context: [
      'AKS Operation Notifier',
      // Another group may have a cluster of this name, and another subscription a group of this name.
      ...(scope !== null && isCluster(scope)
        ? [`resource group ${inline(scope.resourceGroupName)}`]
        : []),
      ...(scope === null ? [] : [`subscription ${inline(scope.subscriptionId)}`]),
    ],
  };
  const isMissing = incident.cause === 'notFound';
  if (message.event === 'readableAgain') {
    const lead = isMissing ? 'Found again' : 'Readable again';
    return {
      ...common,
      lead,
      headline: `${lead}: ${where} (after ${lasted})`,
      tone: 'good',
      summary: isMissing
        ? `${bold('What is watched is found again.')} What goes on there is told as it is seen.`
        : `${bold('Operations can be read again.')} What changed meanwhile is told as it is read.`,
      problems: [],
      fields: [
        ['Since', date(message.since)],
        ['What is over', titles[incident.cause]],
      ],
    };
  }
  const explanation = remedyOf(incident, message, app);
  return {
    ...common,
    lead: isMissing ? 'Cannot be found' : 'Cannot be read',
    headline: `Cannot ${whatOf(incident)}: ${where} (${inline(message.code, 80)})`,
    tone: 'warning',
    summary: [
      `${bold(`${titles[incident.cause]}.`)} Reading has failed for ${lasted}. ${adviceOf(incident.cause, message, app)}`.trim(),
      isMissing ? notSeen : unknownMeanwhile(message),
    ].join('\n'),
    problems: [{ code: message.code, target: null, message: message.message }],
    ...(explanation === null ? {} : { explanation }),
    fields: [
      ['Since', date(message.since)],
      ...(message.operations === 0
        ? []
        : [field('Operations affected', String(message.operations))]),
      ...(incident.cause === 'forbidden' ? rightsOf(incident, message, app) : []),
    ],
  };
}

function whatOf({ cause, isOfList }: IncidentName): string {
  if (cause === 'notFound') return 'find what is watched';
  return isOfList ? 'list clusters' : 'read operations';
}

function whereOf({ scope }: IncidentName): string {
  if (scope === null) return 'all subscriptions';
  const { subscriptionId, resourceGroupName } = scope;
  if (isCluster(scope)) return `cluster ${inline(scope.resourceName)}`;
  return resourceGroupName === null
    ? `subscription ${inline(subscriptionId)}`
    : `resource group ${inline(resourceGroupName)}`;
}

const notSeen = 'What begins there is not seen until it is found.';

function unknownMeanwhile({ operations, hidesNew }: IncidentMessage): string {
  const what = `${operations} ${operations === 1 ? 'operation' : 'operations'}`;
  const unknown = [
    ...(operations > 0 ? [`the state of ${what} is unknown`] : []),
    ...(hidesNew ? ['what begins on watched clusters is not seen'] : []),
  ];
  const until = unknown.length === 0 ? '' : `: ${unknown.join(', and ')} until reading works again`;
  return `Nothing is known to have failed${until}.`;
}

/** What a person does about it, where it is no command. */
function adviceOf(cause: IncidentCause, { code }: IncidentMessage, app: AppFacts): string {
  switch (cause) {
    case 'unauthenticated':
      return isTenantMismatch(code)
        ? `The subscription is in another tenant than the app’s identity. The app signs in with ${triedIdentity(app)}; to read this subscription, it must run with an identity of the subscription’s tenant.`
        : `The app signs in with ${triedIdentity(app)}; check that it exists and can sign in.`;
    case 'throttled':
      return 'Reading goes on as soon as Azure allows it; perhaps others use up the subscription’s request limit.';
    case 'unavailable':
      return 'Reading is tried again by itself; look at Azure’s status if this lasts.';
    case 'malformed':
      return 'Check ARM_ENDPOINT and what stands between the app and Azure.';
    case 'rejected':
      return 'See the answer below.';
    case 'notFound':
      return 'It was misspelt, or is gone: create the right watch, and delete the one that finds nothing.';
    case 'subscription':
      return 'The ID is wrong, or the app asks the wrong cloud or tenant: check `AZURE_CLOUD`, `ARM_ENDPOINT` and the tenant of the app’s identity. Azure also says so for minutes while a subscription is moved or its roles change. Tracking goes on.';
    case 'forbidden':
    case 'unsupportedApiVersion':
      return '';
  }
}

function field(name: string, value: string): [string, string] {
  return [name, value];
}
