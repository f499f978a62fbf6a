import { patterns } from './azure-names.ts';

/** Lines of the Azure CLI for people to copy. What is not known stands in them as a shell variable. */

/** The Function App; `null` where the platform does not give it, as on a person's own machine. */
export type Site = { readonly name: string; readonly resourceGroupName: string } | null;

/** Sets an app setting; `assignment` is `NAME=value`, quoted where it must be. */
export function setCommand(site: Site, assignment: string): string {
  return `az functionapp config appsettings set ${ofSite(site)} --settings ${assignment}`;
}

/**
 * Sets an app setting to what a command prints. az reads it from its standard input (`@-`): a value that may be a secret
 * is not in the list of processes.
 */
export function setFrom(site: Site, setting: string, command: string): string {
  return `${command} | ${setCommand(site, `"${setting}=@-"`)}`;
}

/** Gives a role; `assignee` is the option that names who gets it. */
export function roleCommand(assignee: string, role: string, scope: string): string {
  return `az role assignment create ${assignee} --role ${role} --scope "${scope}"`;
}

/** Has an app setting set where it is kept: by hand in the file, where there is no Function App. */
export function settingFix(site: Site, setting: string, value: string): string {
  return site === null
    ? `local.settings.json, Values: "${setting}": "${value}"`
    : setCommand(site, `"${setting}=${value}"`);
}

/** Gives the app an identity to sign in with: the user-assigned one of that client ID, or its own. */
export function signInFix(site: Site, clientId: string | null, managedIdentity: boolean): string {
  if (!managedIdentity) return 'az login';
  const assign = `az functionapp identity assign ${ofSite(site)}`;
  return clientId === null
    ? assign
    : `${assign} --identities "$(az identity list --query "[?clientId=='${guidOr(clientId, '$CLIENT_ID')}'].id" --output tsv)"`;
}

/** An ID as the settings have it; what is none does not get into a command. */
export function guidOr(id: string | null, otherwise: string): string {
  return id !== null && patterns.subscriptionId.test(id) ? id : otherwise;
}

/** The options that name the Function App. */
export function ofSite(site: Site): string {
  const { name, resourceGroupName } = site ?? {
    name: '$APP',
    resourceGroupName: '$RESOURCE_GROUP',
  };
  return `--resource-group "${resourceGroupName}" --name "${name}"`;
}
