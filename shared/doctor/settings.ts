import { ofSite, setFrom, settingFix, type Site } from '../domain/az-commands.ts';
import { unresolvedReference } from '../settings/values.ts';
import type { SettingsProblem } from '../settings/settings.ts';
import type { Check } from './check.ts';

/** A value of each setting that has one for most; these are the defaults. */
const usual: Readonly<Record<string, string>> = {
  OPERATIONS_TABLE: 'AksOperations',
  AZURE_CLOUD: 'AzureCloud',
  ARM_ENDPOINT: 'https://management.azure.com',
  AKS_API_VERSION: 'auto',
  POLL_SCHEDULE: '*/30 * * * * *',
  ARM_BUDGET: '0.5',
  WATCH_INTERVAL: '2m',
  STALLED_AFTER: '30m',
  GIVE_UP_AFTER: '7d',
  RETENTION: '30d',
};
/** The same for a person's own machine. */
const usualHere: Readonly<Record<string, string>> = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  OPERATIONS_STORAGE: 'UseDevelopmentStorage=true',
};

/** What is wrong with the settings, one check for each of them. */
export function checkSettings(problems: readonly SettingsProblem[], site: Site): Check[] {
  if (problems.length === 0)
    return [{ name: 'settings', ok: true, message: 'All of them can be used.' }];
  return problems.map((problem) => {
    const fix = fixOf(problem, site);
    return {
      name: `setting ${problem.setting}`,
      ok: false,
      message: `It ${isReference(problem) && site === null ? onlyInAzure : problem.message}`,
      ...(fix === null ? {} : { fix }),
    };
  });
}

const onlyInAzure = 'is a Key Vault reference, which only Azure resolves: here put the value.';

function isReference({ message }: SettingsProblem): boolean {
  return message === unresolvedReference;
}

function fixOf(problem: SettingsProblem, site: Site): string | null {
  const { setting } = problem;
  // No value fixes a name that cannot be a channel's.
  if (!/^\w+$/.test(setting)) return removeSetting(setting, site);
  return isReference(problem) && site !== null
    ? whyUnresolved(setting, site)
    : setSetting(setting, site);
}

/** Sets a setting; a value that nobody here knows is taken from a shell variable of its name. */
export function setSetting(setting: string, site: Site): string {
  const known = usual[setting] ?? (site === null ? usualHere[setting] : undefined);
  return site === null || known !== undefined
    ? settingFix(site, setting, known ?? '…')
    : setFrom(site, setting, `printf %s "$${setting}"`);
}

/** Removes a setting; `null` where no command does, or its name is not fit for one. */
export function removeSetting(setting: string, site: Site): string | null {
  return site === null || !/^[\w.:-]+$/.test(setting)
    ? null
    : `az functionapp config appsettings delete ${ofSite(site)} --setting-names "${setting}"`;
}

/**
 * App Service's own account of why a reference was not resolved ("Web Apps - Get App Setting Key Vault Reference");
 * `az rest` puts in the current subscription.
 */
function whyUnresolved(setting: string, { resourceGroupName, name }: NonNullable<Site>): string {
  const app = `/subscriptions/{subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.Web/sites/${name}`;
  return `az rest --method get --url "${app}/config/configreferences/appsettings/${setting}?api-version=2024-04-01" --query "properties.[status,details]"`;
}
