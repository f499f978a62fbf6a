import { settingFix, type Site } from '../domain/az-commands.ts';
import { incidentAt, incidentCauseOf } from '../domain/incident.ts';
import type { Scope } from '../domain/scope.ts';
import { goneBy } from '../domain/gone-codes.ts';
import type { ReadingFailure } from '../domain/reading.ts';
import type { Settings } from '../settings/settings.ts';
import { titles } from '../slack/incident-notice.ts';
import { triedIdentity, type AppFacts } from '../slack/app-identity.ts';
import { remedyOf } from '../slack/incident-remedy.ts';
import type { Finding } from './check.ts';
import { removeSetting } from './settings.ts';
import type { Target, TargetAnswer } from './targets.ts';

/** What the app knows of itself and of where it asks. */
export type DoctoredApp = AppFacts & Pick<Settings, 'armEndpoint' | 'cloud'>;

/** What an answer means for who set the app up. */
export function findingOf(
  target: Target,
  result: TargetAnswer['result'],
  app: DoctoredApp,
): Finding {
  if (result.ok) return result;
  const { cause, code, message } = result.failure;
  if (cause === 'notFound') return notFound(target, result.failure);
  const incident = incidentAt(incidentCauseOf(cause), target.scope);
  const remedy = remedyOf(incident, { message }, app) ?? adviceOn(result.failure, target, app);
  const fix = remedy.command === undefined ? undefined : hereToo(remedy.command, app.site);
  return {
    ok: false,
    message: `${titles[incident.cause]} (${code}). ${remedy.cause} ${message}`,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Where there is no Function App, its setting is one of the file. */
function hereToo(command: string, site: Site): string {
  const [, setting, value] = / --settings (\w+)=([\w-]+)$/.exec(command) ?? [];
  return site !== null || setting === undefined || value === undefined
    ? command
    : settingFix(site, setting, value);
}

function notFound({ task, scope, watchId }: Target, { code }: ReadingFailure): Finding {
  if (task === 'read')
    return {
      ok: true,
      message: `Azure answers there; the operation is no longer found (${code}).`,
    };
  return {
    ok: false,
    message: `Azure finds no such place: it was misspelt, or is gone (${code}).${endingOf(watchId)}`,
    fix: listThere(code, scope),
  };
}

function endingOf(watchId: string | null): string {
  return watchId === null ? '' : ` DELETE /api/watches/${watchId} ends the watch.`;
}

/** Lists what there is instead of what is not found. */
function listThere(code: string, { subscriptionId }: Scope): string {
  return goneBy(code) === 'resourceGroup'
    ? `az group list --subscription ${subscriptionId} --query "[].name" --output tsv`
    : `az aks list --subscription ${subscriptionId} --query "[].id" --output tsv`;
}

interface Advice {
  readonly cause: string;
  readonly command?: string | undefined;
}

/** Where to look, of trouble that no role or api-version ends. */
function adviceOn(
  { cause, code, message }: ReadingFailure,
  { scope, watchId }: Target,
  app: DoctoredApp,
): Advice {
  const { armEndpoint, cloud, site } = app;
  if (cause === 'subscription')
    return {
      cause: `The ID is misspelt, or the subscription is in another cloud (the app asked ${armEndpoint}, see AZURE_CLOUD) or in another tenant than the app’s identity.${endingOf(watchId)}`,
      command: 'az account list --query "[].[id,name,tenantId]" --output tsv',
    };
  if (cause === 'throttled') return { cause: 'Check again in a minute.' };
  if (cause === 'unauthenticated') return signInAdvice(message, app);
  if (code === 'MissingSubscriptionRegistration')
    return {
      cause: 'The subscription must be registered for AKS, which this does.',
      command: `az provider register --namespace Microsoft.ContainerService --subscription ${scope.subscriptionId}`,
    };
  return armEndpoint === cloud.armEndpoint
    ? {
        cause: `Asked was ${armEndpoint}: look whether the network lets the app there, and at https://status.azure.com.`,
      }
    : {
        cause: `Asked was ${armEndpoint}, as ARM_ENDPOINT says; without it, it would be ${cloud.armEndpoint}.`,
        command: removeSetting('ARM_ENDPOINT', site) ?? undefined,
      };
}

/** There is a token, and ARM does not take it. */
function signInAdvice(message: string, app: DoctoredApp): Advice {
  const [tenant] =
    /(?<=must match the tenant '?https:\/\/sts\.[a-z.]+\/)[0-9a-f-]{36}/i.exec(message) ?? [];
  const who = `The token is that of ${triedIdentity(app)}.`;
  if (app.managedIdentity)
    return { cause: `${who} It must be of the subscription’s tenant, and AZURE_CLOUD its cloud.` };
  return { cause: who, command: tenant === undefined ? 'az login' : `az login --tenant ${tenant}` };
}
