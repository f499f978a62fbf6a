/**
 * The commands that the documents name, with the options that their references give them (learn.microsoft.com/cli/azure,
 * learn.microsoft.com/azure/developer/azure-developer-cli/reference); of those that we do not use not all are here.
 * `[…]` may be left out, `…...` is one or more.
 */
const usages = `
az login
az account show [--subscription ID]
az aks operation show-latest --resource-group GROUP --name NAME [--nodepool-name POOL] [--subscription ID]
az aks upgrade --resource-group GROUP --name NAME [--kubernetes-version VERSION] [--no-wait] [--yes]
az deployment sub create --location REGION [--name NAME] [--template-file FILE] [--parameters PARAMETERS...]
az deployment sub what-if --location REGION [--name NAME] [--template-file FILE] [--parameters PARAMETERS...]
az extension add --name NAME
az extension show --name NAME
az functionapp config appsettings set --resource-group GROUP --name NAME [--settings SETTINGS...]
az functionapp deployment source config-zip --resource-group GROUP --name NAME --src FILE
az functionapp function keys delete --resource-group GROUP --name NAME --key-name NAME [--function-name NAME]
az functionapp function keys list --resource-group GROUP --name NAME --function-name NAME
az functionapp function keys set --resource-group GROUP --name NAME --function-name NAME --key-name NAME [--key-value VALUE]
az functionapp keys list --resource-group GROUP --name NAME
az functionapp keys set --resource-group GROUP --name NAME --key-name NAME --key-type TYPE [--key-value VALUE]
az functionapp list [--resource-group GROUP]
az functionapp restart --resource-group GROUP --name NAME
az functionapp show --resource-group GROUP --name NAME
az functionapp start --resource-group GROUP --name NAME
az functionapp stop --resource-group GROUP --name NAME
az group delete --name NAME [--yes]
az group show --name NAME
az keyvault purge --name NAME
az monitor alert-processing-rule create --name NAME --resource-group GROUP --rule-type TYPE --scopes IDS... [--action-groups IDS...]
az monitor scheduled-query create --condition TEXT --name NAME --resource-group GROUP --scopes IDS... [--action-groups IDS...] [--condition-query QUERIES...] [--description TEXT] [--evaluation-frequency TIME] [--severity NUMBER] [--window-size TIME]
az provider show --namespace NAME
az rest --url URL [--method METHOD] [--body BODY]
az role assignment create --role ROLE --scope SCOPE [--assignee WHO] [--assignee-object-id ID] [--assignee-principal-type TYPE]
az role assignment delete [--ids IDS...]
az role assignment list [--all] [--assignee WHO] [--role ROLE] [--scope SCOPE]
azd auth login
azd deploy
azd down [--purge] [--force]
azd env get-value NAME
azd env new NAME
azd env set NAME VALUE
azd provision [--preview]
azd up
npm ci
npm start
npm test
npm run audit
npm run bench [PART]
npm run check
npm run dev
npm run doctor [--slack] [--json] [--url URL] [--key KEY]
npm run format
npm run mutate [--mutate FILES]
npm run openapi
npm run package
npm run simulate [--seeds COUNT] [--seed SEED]
npm run test:browser
npm run test:processes
npm run test:repository
`;
/** What every command of az takes. */
const ofEveryAz = '[--query QUERY] [--output FORMAT] [--only-show-errors]';

interface Usage {
  readonly command: string;
  /** How many at least, and at most. */
  readonly positionals: readonly [number, number];
  readonly options: ReadonlyMap<string, { isRequired: boolean; values: 'none' | 'one' | 'some' }>;
}

const known: readonly Usage[] = usages
  .trim()
  .split('\n')
  .map((line) => usageOf(line.startsWith('az ') ? `${line} ${ofEveryAz}` : line));

function usageOf(line: string): Usage {
  const [command = ''] = /^[a-z][a-z: -]*?(?= (?:\[|--|[A-Z])|$)/.exec(line) ?? [];
  const rest = line.slice(command.length);
  const option = /(\[)?(--[a-z-]+)(?: [A-Z]+(\.\.\.)?)?\]?/g;
  const options = [...rest.matchAll(option)].map(([text, bracket, name = '', some]) => {
    const values = some !== undefined ? 'some' : /[A-Z]/.test(text) ? 'one' : 'none';
    return [name, { isRequired: bracket === undefined, values }] as const;
  });
  const positionals = rest.replaceAll(option, '').match(/\[?[A-Z]+/g) ?? [];
  const needed = positionals.filter((name) => !name.startsWith('['));
  return { command, positionals: [needed.length, positionals.length], options: new Map(options) };
}

/** A command line taken apart. */
export interface Parsed {
  /** `az aks upgrade` */
  readonly command: string;
  /** What belongs to no option: `azd env set NAME VALUE`. */
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
  for (const arg of command.startsWith('npm run') && rest[0] === '--' ? rest.slice(1) : rest) {
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
