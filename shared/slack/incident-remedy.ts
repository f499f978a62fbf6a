import { guidOr, roleCommand, setCommand, type Site } from '../domain/az-commands.ts';
import type { Explanation } from '../explain/explain.ts';
import type { IncidentMessage, IncidentName } from '../domain/incident.ts';
import { patterns } from '../domain/reference.ts';
import { inline } from './mrkdwn.ts';
import type { Notice } from './notice.ts';

/** What the app knows of itself: its own trouble is told with it. */
export interface AppFacts {
  /** `AZURE_CLIENT_ID`; `null`: unset. */
  readonly clientId: string | null;
  /** Whether the platform offers a managed identity. */
  readonly managedIdentity: boolean;
  /** `AKS_API_VERSION`. */
  readonly apiVersion: string;
  /** The Function App, for commands; `null` where the platform does not tell. */
  readonly site: Site;
}

/** What Azure said. */
type Said = Pick<IncidentMessage, 'message'>;

/** The command by which a person ends the trouble, and what it does; `null`: no command does. */
export function remedyOf(incident: IncidentName, message: Said, app: AppFacts): Explanation | null {
  switch (incident.kind) {
    case 'forbidden':
      return roleExplanation(incident, message, app);
    case 'unsupportedApiVersion':
      return versionExplanation(message, app);
    case 'notFound':
    case 'subscription':
    case 'unauthenticated':
    case 'throttled':
    case 'unavailable':
    case 'malformed':
    case 'rejected':
      return null;
  }
}

/** The built-in role that covers every call of the app (learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
const role = { name: 'Reader', id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7' } as const;

function roleExplanation(incident: IncidentName, { message }: Said, app: AppFacts): Explanation {
  return {
    code: 'missing roles',
    title: `the role ${role.name} is missing`,
    cause: `It most likely lacks the role ${role.name} there.`,
    step: 'This assigns the role, if you have the right to; Azure can take ten minutes to apply it, and a message says when reading works again.',
    command: roleCommand(assigneeOf(message, app), role.name, scopeOf(incident)),
    link: 'https://learn.microsoft.com/azure/role-based-access-control/troubleshooting',
  };
}

/** Names of resource groups hold nothing that means something within double quotes. */
function scopeOf({ subscriptionId, resourceGroupName }: IncidentName): string {
  const group = (resourceGroupName ?? '') === '' ? '' : `/resourceGroups/${resourceGroupName}`;
  return `/subscriptions/${subscriptionId}${group}`;
}

/** Who lacks which role where. Slack markup. */
export function rightsOf(
  incident: IncidentName,
  { message }: Said,
  app: AppFacts,
): Notice['fields'] {
  const { clientId, objectId, user } = identityOf(message, app);
  const names = [
    ...(user === null ? [] : [inline(user)]),
    ...(clientId === null ? [] : [`client ID ${inline(clientId)}`]),
    ...(objectId === null ? [] : [`object ID ${inline(objectId)}`]),
  ];
  return [
    ['Identity', names.length === 0 ? triedIdentity(app) : names.join('\n')],
    ['Role', `${role.name}\n${role.id}`],
    ['Scope', inline(scopeOf(incident))],
  ];
}

function assigneeOf(message: string, app: AppFacts): string {
  const { clientId, objectId, user } = identityOf(message, app);
  if (objectId !== null) {
    const type = user === null ? 'ServicePrincipal' : 'User';
    return `--assignee-object-id ${objectId} --assignee-principal-type ${type}`;
  }
  return `--assignee ${guidOr(clientId, '"$CLIENT_ID"')}`;
}

interface Identity {
  readonly clientId: string | null;
  /** Of its service principal, or of the user: what roles are given to. */
  readonly objectId: string | null;
  /** A person's name: where the app runs with somebody's own login. */
  readonly user: string | null;
}

/**
 * Who was refused. ARM says "The client '…' with object id '…' does not have authorization to perform action '…'
 * over scope '…'"; its client is a user's name, or the client ID, or the object ID once more
 * (github.com/Azure/azure-sdk-for-net/issues/1157).
 */
function identityOf(message: string, { clientId: configured }: AppFacts): Identity {
  const [client = ''] = /(?<=\bclient ')[^']{1,120}(?=')/i.exec(message) ?? [];
  const [objectId = null] = /(?<=\bobject id ')[0-9a-f-]{36}(?=')/i.exec(message) ?? [];
  if (objectId === null || !isGuid(objectId))
    return { clientId: configured, objectId: null, user: null };
  if (client.includes('@')) return { clientId: null, objectId, user: client };
  const isClientId = isGuid(client) && client.toLowerCase() !== objectId.toLowerCase();
  return { clientId: isClientId ? client : configured, objectId, user: null };
}

function isGuid(text: string): boolean {
  return patterns.subscriptionId.test(text);
}

function versionExplanation({ message }: Said, app: AppFacts): Explanation {
  const { apiVersion } = app;
  const code = 'preview versions';
  const title = 'api-version retired';
  const [newest] = (message.match(/\b\d{4}-\d{2}-\d{2}-preview\b/g) ?? [])
    .filter((version) => version !== apiVersion)
    .toSorted()
    .toReversed();
  const cause = `AKS_API_VERSION is ${apiVersion}: previews last about a year, and new ones come to some clouds and regions late.`;
  const link = 'https://learn.microsoft.com/azure/aks/concepts-preview-api-life-cycle';
  if (newest === undefined)
    return {
      code,
      title,
      cause,
      step: 'This shows the versions that Azure offers; set AKS_API_VERSION to the newest preview among them.',
      command:
        'az provider show --namespace Microsoft.ContainerService --query "resourceTypes[?resourceType==\'managedClusters\'].apiVersions[]" --output tsv',
      link,
    };
  return {
    code,
    title,
    cause,
    step: 'This sets it to the newest preview that Azure names; the app restarts with it, and a message says when reading works again. Where the app is deployed with azd, set it there too, or the next azd up sets it back.',
    command: setCommand(app.site, `AKS_API_VERSION=${newest}`),
    link,
  };
}

/** The identity that the app signs in with, in words. */
export function triedIdentity({ clientId, managedIdentity }: AppFacts): string {
  if (!managedIdentity) return 'the login of the machine that the app runs on (az login)';
  return clientId === null
    ? 'the app’s system-assigned identity, as AZURE_CLIENT_ID is not set'
    : `the identity with client ID ${inline(clientId)}, as AZURE_CLIENT_ID says`;
}
