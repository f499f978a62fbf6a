/**
 * The commands that the product and its documents print, with the options that their references give them
 * (learn.microsoft.com/cli/azure, learn.microsoft.com/azure/developer/azure-developer-cli/reference); of those that we
 * do not use not all are here. `[…]` may be left out, as a whole: with the first of several the others are given, or
 * the answer misses something. `…...` is one or more. `!` names what the command needs: an extension, or a version of
 * az.
 */
const usages = `
az account list
az account set
az account show
az ad app credential list --id ID
az ad signed-in-user show
az aks get-upgrades --resource-group GROUP --name NAME
az aks list [--resource-group GROUP]
az aks check-network outbound --resource-group GROUP --name NAME [--node-name NODE] !extension aks-preview
az aks machine list --resource-group GROUP --cluster-name NAME --nodepool-name POOL !extension aks-preview
az aks maintenanceconfiguration show --resource-group GROUP --cluster-name NAME --name NAME
az aks nodepool get-upgrades --resource-group GROUP --cluster-name NAME --nodepool-name POOL
az aks nodepool list --resource-group GROUP --cluster-name NAME
az aks nodepool show --resource-group GROUP --cluster-name NAME --name POOL
az aks operation show --resource-group GROUP --name NAME --operation-id ID !extension aks-preview
az aks operation show-latest --resource-group GROUP --name NAME [--nodepool-name POOL] !extension aks-preview
az aks show --resource-group GROUP --name NAME
az aks get-credentials --resource-group GROUP --name NAME
az aks upgrade --resource-group GROUP --name NAME [--kubernetes-version VERSION] [--no-wait] [--yes]
az deployment sub create --location REGION [--name NAME] [--template-file FILE] [--parameters PARAMETERS...]
az deployment sub show --name NAME
az deployment sub what-if --location REGION [--name NAME] [--template-file FILE] [--parameters PARAMETERS...]
az extension add --name NAME
az extension show --name NAME
az functionapp config appsettings delete --resource-group GROUP --name NAME --setting-names NAMES...
az functionapp config appsettings set --resource-group GROUP --name NAME [--settings SETTINGS...]
az functionapp delete --name NAME --resource-group GROUP
az functionapp deployment source config-zip --resource-group GROUP --name NAME --src FILE
az functionapp function keys delete --resource-group GROUP --name NAME --key-name NAME [--function-name NAME]
az functionapp function keys list --resource-group GROUP --name NAME --function-name NAME
az functionapp function keys set --resource-group GROUP --name NAME --function-name NAME --key-name NAME [--key-value VALUE]
az functionapp identity assign --resource-group GROUP --name NAME [--identities IDS...]
az functionapp identity show --resource-group GROUP --name NAME
az functionapp keys list --resource-group GROUP --name NAME
az functionapp keys set --resource-group GROUP --name NAME --key-name NAME --key-type TYPE [--key-value VALUE]
az functionapp list [--resource-group GROUP]
az functionapp list-flexconsumption-locations !az 2.60
az functionapp restart --resource-group GROUP --name NAME
az functionapp show --resource-group GROUP --name NAME
az functionapp start --resource-group GROUP --name NAME
az functionapp stop --resource-group GROUP --name NAME
az group create --name NAME --location LOCATION
az group delete --name NAME [--yes]
az group exists --name NAME
az group list
az group show --name NAME
az identity list [--resource-group GROUP]
az keyvault list-deleted
az keyvault purge --name NAME
az keyvault recover --name NAME
az lock list [--resource-group GROUP]
az login [--tenant TENANT]
az monitor alert-processing-rule create --name NAME --resource-group GROUP --rule-type TYPE --scopes IDS... [--action-groups IDS...] !extension alertsmanagement
az monitor activity-log list [--resource-group GROUP] [--status STATUS] [--offset TIME]
az monitor autoscale list --resource-group GROUP
az monitor scheduled-query create --condition TEXT --name NAME --resource-group GROUP --scopes IDS... [--action-groups IDS...] [--condition-query QUERIES...] [--description TEXT] [--evaluation-frequency TIME] [--severity NUMBER] [--window-size TIME] !extension scheduled-query
az network list-usages --location REGION
az network private-link-service list [--resource-group GROUP]
az network route-table list [--resource-group GROUP]
az network vnet list [--resource-group GROUP]
az policy assignment show --name NAME [--scope SCOPE]
az policy assignment list [--scope SCOPE --disable-scope-strict-match --subscription ID]
az provider list
az provider register --namespace NAME
az provider show --namespace NAME
az resource list [--resource-group GROUP]
az rest --url URL [--method METHOD] [--body BODY]
az role assignment create --role ROLE --scope SCOPE [--assignee WHO] [--assignee-object-id ID] [--assignee-principal-type TYPE] [--name NAME]
az role assignment delete [--ids IDS...]
az role assignment list [--all] [--assignee WHO] [--role ROLE] [--scope SCOPE --include-inherited]
az storage account list [--resource-group GROUP]
az storage account show --name NAME [--resource-group GROUP]
az storage account show-connection-string --name NAME [--resource-group GROUP]
az vm list-skus [--location REGION] [--resource-type TYPE] [--size SIZE] [--all]
az vm list-usage --location REGION
az vmss list [--resource-group GROUP]
azd auth login
azd deploy
azd down [--purge]
azd down [--purge] [--force]
azd env get-value NAME
azd env new NAME
azd env config unset PATH
azd env set [NAME VALUE] [--file FILE]
azd provision [--preview]
azd up
npm ci [--omit KIND] [--ignore-scripts]
npm run audit
npm run bench [PART]
npm run check
npm run check:infra [--write]
npm run dev
npm run doctor [--slack] [--json] [--url URL]
npm run format
npm run mutate [--mutate FILES]
npm run openapi
npm run package
npm run picture
npm run simulate [--seeds COUNT] [--seed SEED]
npm run structure
npm run test:browser
npm run test:local
npm run test:processes
npm run test:repository
npm run test:simulation
npm run well [--url URL] [--version VERSION] [--minutes MINUTES]
npm start
npm test
`;
/** What every command of az takes. */
const ofEveryAz = '[--query QUERY] [--output FORMAT] [--only-show-errors] [--subscription ID]';
/** What az takes for short. */
const short: Readonly<Record<string, string>> = {
  '-g': '--resource-group',
  '-l': '--location',
  '-n': '--name',
  '-o': '--output',
};

interface Usage {
  readonly command: string;
  /** How many at least, and at most. */
  readonly positionals: readonly [number, number];
  readonly options: ReadonlyMap<string, { isRequired: boolean; values: 'none' | 'one' | 'some' }>;
  /** Options that are given with another: that one first. */
  readonly together: readonly (readonly string[])[];
  /** What has to be there for it, in words; `null`: az alone. */
  readonly needs: string | null;
}

const known: readonly Usage[] = usages
  .trim()
  .split('\n')
  .map((line) => {
    const [usage = '', needs = null] = line.split(' !');
    return { ...usageOf(usage.startsWith('az ') ? `${usage} ${ofEveryAz}` : usage), needs };
  });

function usageOf(line: string): Omit<Usage, 'needs'> {
  const [command = ''] = /^[a-z][a-z:\d -]*?(?= (?:\[|--|[A-Z])|$)/.exec(line) ?? [];
  const parts = line.slice(command.length).match(/\[[^\]]*\]|[^[]+/g) ?? [];
  const option = /(--[a-z-]+)(?: [A-Z]+(\.\.\.)?)?/g;
  const read = parts.map((part) => ({
    isRequired: !part.startsWith('['),
    options: [...part.matchAll(option)],
    positionals: part.replaceAll(option, '').match(/[A-Z]+/g) ?? [],
  }));
  const options = read.flatMap(({ isRequired, options: found }) =>
    found.map(([text, name = '', some]) => {
      const values = some !== undefined ? 'some' : /[A-Z]/.test(text) ? 'one' : 'none';
      return [name, { isRequired, values }] as const;
    }),
  );
  const count = (of: typeof read): number => of.flatMap(({ positionals }) => positionals).length;
  return {
    command,
    positionals: [count(read.filter(({ isRequired }) => isRequired)), count(read)],
    options: new Map(options),
    together: read
      .filter(({ isRequired, options: found }) => !isRequired && found.length > 1)
      .map(({ options: found }) => found.map(([, name = '']) => name)),
  };
}

/** What commands need that stand in a text, each with the words that say it. */
export function needsIn(text: string): readonly { command: string; needs: string }[] {
  return known.flatMap(({ command, needs }) =>
    needs !== null && text.includes(command) ? [{ command, needs }] : [],
  );
}

/** A command line taken apart. */
export interface Parsed {
  /** `az aks upgrade` */
  readonly command: string;
  /** What belongs to no option: `azd env config unset PATH
azd env set [NAME VALUE] [--file FILE]`. */
  readonly positionals: readonly string[];
  /** The values of the options that are given, by name: `--yes` has none. */
  readonly options: Readonly<Record<string, readonly string[]>>;
}

/**
 * Takes a command line apart as its command would.
 * @param line the command's name and its arguments
 * @param isWhole whether it is a call, and no mention that may leave out what is required
 * @throws Error when it is misspelled, has an option that is not documented, or lacks what is required
 */
export function parseCommand(line: readonly string[], isWhole = true): Parsed {
  const text = line.join(' ');
  const usage = known
    .filter(({ command }) => `${text} `.startsWith(`${command} `))
    .toSorted((a, b) => b.command.length - a.command.length)[0];
  if (usage === undefined) throw new Error(`No such command: ${text}`);
  const { command } = usage;
  const positionals: string[] = [];
  const options: Record<string, string[]> = {};
  let open = { values: positionals, room: usage.positionals[1] };
  // What npm passes on to a script stands behind two dashes.
  const rest = line.slice(command.split(' ').length);
  for (const given of command.startsWith('npm run') && rest[0] === '--' ? rest.slice(1) : rest) {
    const arg = command.startsWith('az ') ? (short[given] ?? given) : given;
    if (arg.startsWith('--')) {
      const option = usage.options.get(arg);
      if (option === undefined) throw new Error(`${command} has no ${arg}: ${text}`);
      if (arg in options && option.values !== 'some')
        throw new Error(`${arg} is given twice: ${text}`);
      const values = (options[arg] ??= []);
      open = { values, room: { none: 0, one: 1, some: Infinity }[option.values] };
    } else {
      if (open.room === 0) throw new Error(`${command} takes no ${arg}: ${text}`);
      open.values.push(arg);
      open.room -= 1;
    }
  }
  for (const [name, { isRequired, values }] of usage.options) {
    const given = options[name];
    if (isWhole && isRequired && given === undefined)
      throw new Error(`${command} needs ${name}: ${text}`);
    if (given?.length === 0 && values !== 'none') throw new Error(`${name} needs a value: ${text}`);
  }
  for (const [first = '', ...others] of usage.together)
    for (const other of first in options ? others : [])
      if (!(other in options)) throw new Error(`${first} needs ${other} besides: ${text}`);
  if (isWhole && positionals.length < usage.positionals[0])
    throw new Error(`${command} needs more: ${text}`);
  return { command, positionals, options };
}

/** The scripts that the documents name, each with the options that they give it. */
export const npmScripts: readonly { script: string; options: readonly string[] }[] = known
  .filter(({ command }) => command.startsWith('npm run '))
  .map(({ command, options }) => ({
    script: command.slice('npm run '.length),
    options: [...options.keys()],
  }));
