import type { ErrorDetail } from '../domain/error-detail.ts';
import type { Incident, IncidentCause, IncidentMessage, IncidentName } from '../domain/incident.ts';
import { isCluster } from '../domain/scope.ts';
import { isTenantMismatch } from '../domain/reading.ts';
import { tellingSentence } from '../explain/explain.ts';
import { elapsed, formatDuration } from '../time.ts';
import { triedIdentity, whoWasRefused, type AppFacts } from './app-identity.ts';
import { remedyOf } from './incident-remedy.ts';
import { date, inline } from './mrkdwn.ts';
import type { Advice, Notice } from './notice.ts';

/** What each cause means. */
export const titles: Readonly<Record<IncidentCause, string>> = {
  notFound: 'Azure does not find what is watched',
  subscription: 'Azure does not find the subscription',
  unauthenticated: 'Azure does not accept the sign-in',
  forbidden: 'Azure gives the app’s identity no right to read this',
  throttled: 'Azure throttles the reads',
  unavailable: 'Azure Resource Manager does not answer',
  malformed: 'Azure answers with something that is no operation status',
  unsupportedApiVersion: 'Azure does not offer the api-version',
  rejected: 'Azure rejects the reads',
};

/** Trouble that ends by itself: nobody needs to do anything about it at first. */
const passing: ReadonlySet<IncidentCause> = new Set(['throttled', 'unavailable']);

/** Says that operations or what is watched cannot be read, or that they can be again: the notifier's own trouble. */
export function incidentNotice(
  incident: Incident,
  message: IncidentMessage,
  app: AppFacts,
): Notice {
  const { cause, scope } = incident;
  const where = whereOf(incident);
  const lasted = formatDuration(elapsed(message.since, message.at));
  const isMissing = cause === 'notFound';
  const common = {
    mention: null,
    name: where,
    links: [],
    context: [
      'AKS Operation Notifier',
      // Another group may have a cluster of this name, and another subscription a group of this name.
      ...(scope !== null && isCluster(scope)
        ? [`resource group ${inline(scope.resourceGroupName)}`]
        : []),
      `since ${date(message.since)}`,
    ],
    ids: scope === null ? [] : [`Subscription ${inline(scope.subscriptionId)}`],
  };
  if (message.event === 'readableAgain') {
    const lead = isMissing ? 'Found again' : 'Readable again';
    return {
      ...common,
      lead,
      brief: null,
      headline: `${lead}: ${where}, after ${lasted}`,
      tone: 'good',
      asksForAction: false,
      facts: `Over: ${titles[cause]}. What changed meanwhile is posted as it is read.`,
      said: null,
    };
  }
  const lead = leadOf(incident);
  const waiting = message.operations === 0 ? '' : `; ${waitingIn(message)}`;
  const remedy = remedyOf(incident, message, app) ?? adviceOn(cause, message, app);
  return {
    ...common,
    lead,
    countedAs: isMissing ? 'cannot be found' : 'cannot be read',
    brief: titles[cause],
    // Where nothing is found, the lead has said the cause.
    headline: `${lead}: ${where}${isMissing ? '' : `: ${titles[cause]}`}${waiting}`,
    tone: 'warning',
    asksForAction: !passing.has(cause),
    facts: `Reading has failed for ${lasted}. ${isMissing ? notSeen : unknownMeanwhile(message)}`,
    advice: remedy,
    said: { code: message.code, target: null, message: tellingSentence(asError(message), 200) },
    context: [
      ...common.context,
      ...(cause === 'forbidden' ? [`refused: ${whoWasRefused(message.message, app)}`] : []),
    ],
  };
}

function asError({ code, message }: IncidentMessage): ErrorDetail {
  return { code, message, target: null, details: [] };
}

function leadOf({ cause, isOfList }: IncidentName): string {
  if (cause === 'notFound') return 'Cannot find what is watched';
  return isOfList ? 'Cannot list clusters' : 'Cannot read operations';
}

function whereOf({ scope }: IncidentName): string {
  if (scope === null) return 'all subscriptions';
  if (isCluster(scope)) return `cluster ${inline(scope.resourceName)}`;
  return scope.resourceGroupName === null
    ? 'one subscription'
    : `resource group ${inline(scope.resourceGroupName)}`;
}

const notSeen = 'What begins there is not seen until it is found.';

function waitingIn({ operations }: IncidentMessage): string {
  return operations === 1 ? '1 operation waits' : `${operations} operations wait`;
}

/** The headline has said how many operations wait. */
function unknownMeanwhile({ hidesNew }: IncidentMessage): string {
  return hidesNew
    ? 'Nothing is known to have failed, but what begins on watched clusters is not seen.'
    : 'Nothing is known to have failed.';
}

function advice(step: string, cause: string | null = null): Advice {
  return { cause, step, command: null, note: null, page: null };
}

/** What a person does about it, where it is no command. */
function adviceOn(cause: IncidentCause, { code }: IncidentMessage, app: AppFacts): Advice {
  switch (cause) {
    case 'unauthenticated':
      return isTenantMismatch(code)
        ? advice(
            'Run the app with an identity of the subscription’s tenant.',
            `The subscription is in another tenant than the app’s identity. The app signs in with ${triedIdentity(app)}.`,
          )
        : advice(
            'Check that the app’s identity exists and can sign in.',
            `The app signs in with ${triedIdentity(app)}.`,
          );
    case 'throttled':
      return advice(
        'Nothing: reading goes on as soon as Azure allows it.',
        'Perhaps others use up the subscription’s request limit.',
      );
    case 'unavailable':
      return advice(
        'Nothing: the app tries again by itself. If this lasts, look at Azure’s status.',
      );
    case 'malformed':
      return advice('Check ARM_ENDPOINT and what stands between the app and Azure.');
    case 'notFound':
      return advice(
        'Create the right watch, and delete the one that finds nothing.',
        'It was misspelt, or is gone.',
      );
    case 'subscription':
      return advice(
        'Check AZURE_CLOUD, ARM_ENDPOINT and the tenant of the app’s identity.',
        'The ID is wrong, or the app asks the wrong cloud or tenant. Azure also says so for minutes while a subscription is moved or its roles change. Tracking goes on.',
      );
    case 'rejected':
    case 'forbidden':
    case 'unsupportedApiVersion':
      return advice('Read what Azure answers, below.');
  }
}
