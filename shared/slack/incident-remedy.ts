import { armIdOf } from '../domain/scope.ts';
import { roleCommand, setCommand } from '../domain/az-commands.ts';
import { auto } from '../domain/known-versions.ts';
import type { IncidentMessage, IncidentName } from '../domain/incident.ts';
import { roleAssignmentName } from '../domain/role-assignment-name.ts';
import { assigneeOf, principalOf, type AppFacts } from './app-identity.ts';
import type { Advice } from './notice.ts';

/** Advice with a command that ends the trouble. */
interface Remedy extends Advice {
  readonly cause: string;
  readonly command: string;
}

/** What Azure said. */
type Said = Pick<IncidentMessage, 'message'>;

/** The command by which a person ends the trouble, and what it does; `null`: no command does. */
export function remedyOf(incident: IncidentName, message: Said, app: AppFacts): Remedy | null {
  switch (incident.cause) {
    case 'forbidden':
      return roleAdvice(incident, message, app);
    case 'unsupportedApiVersion':
      return versionAdvice(message, app);
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

function roleAdvice(incident: IncidentName, { message }: Said, app: AppFacts): Remedy {
  const scope = scopeOf(incident);
  const principal = principalOf(message, app);
  const command = roleCommand(assigneeOf(message, app), role.name, scope);
  const isOfDeployment = principal === null && app.managedIdentity;
  return {
    cause: `It most likely lacks the role ${role.name} there.`,
    step: `Give it the role ${role.name}. Azure can take ten minutes to apply it; a message says when reading works again.`,
    // Named as the next deployment would name it: Azure takes no second assignment of the role.
    command:
      principal === null
        ? command
        : `${command} --name ${roleAssignmentName(scope, principal, role.id)}`,
    note: isOfDeployment
      ? 'if you have the right to give roles; where READER_SCOPES gives them, add the scope there and run azd provision instead: it fails after a role that was given by hand'
      : 'if you have the right to give roles',
    page: {
      url: 'https://learn.microsoft.com/azure/role-based-access-control/troubleshooting',
      label: 'About missing roles',
    },
  };
}

/** Names of resource groups hold nothing that means something within double quotes. */
function scopeOf({ scope }: IncidentName): string {
  return scope === null ? '/' : armIdOf(scope);
}

function versionAdvice({ message }: Said, app: AppFacts): Remedy {
  const { apiVersion, site } = app;
  const [newest] = (message.match(/\b\d{4}-\d{2}-\d{2}-preview\b/g) ?? [])
    .filter((version) => version !== apiVersion)
    .toSorted()
    .toReversed();
  const cause =
    apiVersion === auto
      ? 'AKS_API_VERSION is auto, and Azure offers no version that the app takes by itself. As soon as it does, the app goes on by itself.'
      : `AKS_API_VERSION is ${apiVersion}: Azure retires previews about 19 to 27 months after their date, and new ones come to some clouds and regions late. A pinned version does not move by itself; with auto it does.`;
  const page = {
    url: 'https://learn.microsoft.com/azure/aks/concepts-preview-api-life-cycle',
    label: 'About preview versions',
  };
  if (newest === undefined)
    return {
      cause,
      step: 'See which versions Azure offers, and set AKS_API_VERSION to the newest preview.',
      command:
        'az provider show --namespace Microsoft.ContainerService --query "resourceTypes[?resourceType==\'managedClusters\'].apiVersions[]" --output tsv',
      note: null,
      page,
    };
  return {
    cause,
    step: `Pin AKS_API_VERSION to ${newest}, the newest that Azure names; with azd, set it there too. The app restarts, and a message says when reading works again.`,
    command: setCommand(site, `AKS_API_VERSION=${newest}`),
    note: null,
    page,
  };
}
