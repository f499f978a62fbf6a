import { patterns } from '../domain/azure-names.ts';
import { guidOr, type Site } from '../domain/az-commands.ts';
import { inline } from './mrkdwn.ts';

/** What the app knows of itself: its own trouble is posted with it. */
export interface AppFacts {
  /** `AZURE_CLIENT_ID`; `null`: unset. */
  readonly clientId: string | null;
  /** Whether the platform offers a managed identity. */
  readonly managedIdentity: boolean;
  /** `AKS_API_VERSION`. */
  readonly apiVersion: string;
  /** The Function App, for commands; `null` where the platform does not give it. */
  readonly site: Site;
}

/** Who was refused, or whose sign-in was used. Slack markup. */
export function whoWasRefused(message: string, app: AppFacts): string {
  const { clientId, objectId, user } = identityOf(message, app);
  const names = [
    ...(user === null ? [] : [inline(user)]),
    ...(clientId === null ? [] : [`client ID ${inline(clientId)}`]),
    ...(objectId === null ? [] : [`object ID ${inline(objectId)}`]),
  ];
  return names.length === 0 ? triedIdentity(app) : names.join(', ');
}

/** The options of `az role assignment create` that name who was refused. */
export function assigneeOf(message: string, app: AppFacts): string {
  const { clientId, objectId, user } = identityOf(message, app);
  if (objectId !== null) {
    const type = user === null ? 'ServicePrincipal' : 'User';
    return `--assignee-object-id ${objectId} --assignee-principal-type ${type}`;
  }
  return `--assignee ${guidOr(clientId, '"$CLIENT_ID"')}`;
}

/** The object ID of the app's identity, as Azure names it; `null`: it does not, or it is a person's login. */
export function principalOf(message: string, app: AppFacts): string | null {
  const { objectId, user } = identityOf(message, app);
  return user === null ? objectId : null;
}

/** The identity that the app signs in with, in words. */
export function triedIdentity({ clientId, managedIdentity }: AppFacts): string {
  if (!managedIdentity) return 'the login of the machine that the app runs on (az login)';
  return clientId === null
    ? 'the app’s system-assigned identity, as AZURE_CLIENT_ID is not set'
    : `the identity with client ID ${inline(clientId)}, as AZURE_CLIENT_ID says`;
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
