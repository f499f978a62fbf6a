import { armIdOf } from '../domain/scope.ts';
import { roleCommand, setCommand } from '../domain/az-commands.ts';
import { roleAssignmentName } from '../domain/role-name.ts';
import { auto } from '../domain/api-versions.ts';
import type { Explanation } from '../explain/explain.ts';
import type { IncidentMessage, IncidentName } from '../domain/incident.ts';
import { assigneeOf, principalOf, whoWasRefused, type AppFacts } from './app-identity.ts';
import { inline } from './mrkdwn.ts';
import type { Notice } from './notice.ts';

/** What Azure said. */
type Said = Pick<IncidentMessage, 'message'>;

/** The command by which a person ends the trouble, and what it does; `null`: no command does. */
export function remedyOf(incident: IncidentName, message: Said, app: AppFacts): Explanation | null {
  switch (incident.cause) {
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
  const scope = scopeOf(incident);
  const principal = principalOf(message, app);
  const command = roleCommand(assigneeOf(message, app), role.name, scope);
  return {
    code: 'missing roles',
    title: `the role ${role.name} is missing`,
    cause: `It most likely lacks the role ${role.name} there.`,
    step: `This assigns the role, if you have the right to; Azure can take ten minutes to apply it, and a message says when reading works again.${
      principal === null && app.managedIdentity
        ? ' If READER_SCOPES gives the app its roles, add the scope there and run azd provision instead: it fails where the role was assigned by hand.'
        : ''
    }`,
    // Named as the next deployment would name it: Azure takes no second assignment of the role.
    command:
      principal === null
        ? command
        : `${command} --name ${roleAssignmentName(scope, principal, role.id)}`,
    link: 'https://learn.microsoft.com/azure/role-based-access-control/troubleshooting',
  };
}

/** Names of resource groups hold nothing that means something within double quotes. */
function scopeOf({ scope }: IncidentName): string {
  return scope === null ? '/' : armIdOf(scope);
}

/** Who lacks which role where. Slack markup. */
export function rightsOf(
  incident: IncidentName,
  { message }: Said,
  app: AppFacts,
): Notice['fields'] {
  return [
    ['Identity', whoWasRefused(message, app)],
    ['Role', `${role.name}\n${role.id}`],
    ['Scope', inline(scopeOf(incident))],
  ];
}

function versionExplanation({ message }: Said, app: AppFacts): Explanation {
  const { apiVersion, site } = app;
  const code = 'preview versions';
  const title = 'api-version retired';
  const [newest] = (message.match(/\b\d{4}-\d{2}-\d{2}-preview\b/g) ?? [])
    .filter((version) => version !== apiVersion)
    .toSorted()
    .toReversed();
  const cause =
    apiVersion === auto
      ? 'AKS_API_VERSION is auto, and Azure offers no version that the app takes by itself. As soon as it does, the app goes on by itself.'
      : `AKS_API_VERSION is ${apiVersion}: Azure retires previews about 19 to 27 months after their date, and new ones come to some clouds and regions late. A pinned version does not move by itself; with auto it does.`;
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
    step: 'This pins the newest preview that Azure names; the app restarts with it, and a message says when reading works again. Where the app is deployed with azd, set it there too, or the next azd up sets it back.',
    command: setCommand(site, `AKS_API_VERSION=${newest}`),
    link,
  };
}
