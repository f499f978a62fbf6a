import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { search } from 'jmespath';
import * as z from 'zod';
import { listenLocally } from '../../../local/arm/listen.ts';
import { root } from '../../support/checkout.ts';
import { parseCommand, type Parsed } from './usages.ts';

/** What the deployed app is called, and where it lies. */
export const deployed = {
  app: 'func-aks-notifier-abc',
  resourceGroup: 'rg-aks-notifier',
  principalId: '11111111-2222-4333-8444-555555555555',
  key: 'Key-Of-The-App_0123456789==',
};
const groupId = `/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/${deployed.resourceGroup}`;
const appId = `${groupId}/providers/Microsoft.Web/sites/${deployed.app}`;
const appUrl = `https://${deployed.app}.azurewebsites.net`;

/** Commands that are played, and what they were asked. */
export interface StandIns extends AsyncDisposable {
  /** The folder for PATH that they are in. */
  readonly path: string;
  /** The calls of az, azd and npm, in order. */
  readonly calls: readonly Parsed[];
  /** What they refused, and why. */
  readonly refusals: readonly string[];
  /** Of the subscription that az is set to. */
  readonly subscriptionId: string;
  /** The operation that `az aks upgrade` starts. */
  readonly operationId: string;
}

/**
 * Puts az, azd and npm into a folder: they take what is documented and refuse all else. And curl, which is the
 * real one, for which the app is deployed. They speak to this process, which is quicker than processes of their own
 * that have to load.
 * @param appIsAt where the app really runs
 * @param secrets what is refused on a command line, where all who use the machine can read it
 */
export async function startStandIns(
  folder: string,
  appIsAt: string,
  secrets: readonly string[],
): Promise<StandIns> {
  const path = join(folder, '.commands');
  mkdirSync(path);
  const calls: Parsed[] = [];
  const refusals: string[] = [];
  const subscriptionId = randomUUID();
  const operationId = randomUUID();
  const { url, close } = await listenLocally(async (request, response) => {
    const line = (await text(request)).split('\0').slice(0, -1);
    try {
      const call = parseCommand(line);
      calls.push(call);
      response.end(`0:${await answer(call, String(request.headers['notifier-key']))}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      refusals.push(why);
      response.end(`1:${why}`);
    }
  });

  async function answer(call: Parsed, notifierKey: string): Promise<string> {
    const { command, options, positionals } = call;
    switch (command) {
      case 'az account show':
        return print(call, { id: subscriptionId });
      case 'az extension show':
        return print(call, { name: 'aks-preview' });
      case 'az aks operation show-latest':
        return print(call, operations()[0]);
      case 'az rest':
        return options['--url']?.[0]?.includes('/operations?') === true
          ? print(call, { value: operations() })
          : '';
      case 'az provider show':
        return print(call, {
          resourceTypes: [
            { resourceType: 'fleets', apiVersions: ['2026-12-01-preview'] },
            {
              resourceType: 'managedClusters',
              apiVersions: [
                '2026-07-02-preview',
                '2026-07-01',
                '2026-04-02-preview',
                '2025-05-02-preview',
                '2024-03-02-preview',
              ],
            },
          ],
        });
      case 'az functionapp list':
        return print(call, [{ name: deployed.app }]);
      case 'az functionapp show':
        return print(call, { id: appId, state: null, properties: { state: 'Running' } });
      case 'az functionapp keys list':
        return print(call, {
          functionKeys: { default: deployed.key },
          masterKey: 'the master key',
        });
      case 'az functionapp deployment source config-zip': {
        const [file = ''] = options['--src'] ?? [];
        if (!existsSync(join(folder, file))) throw new Error(`${file} does not exist.`);
        return '';
      }
      case 'az group show':
        return print(call, { id: groupId });
      case 'az role assignment list':
        return print(call, [{ id: '/roleAssignments/1' }, { id: '/roleAssignments/2' }]);
      case 'azd env get-value':
        return outputOf(positionals[0]);
      case 'npm run package':
        return await script('package.ts', [join(folder, '.local')], {});
      case 'npm run doctor':
        return await script(
          'doctor.ts',
          Object.entries(options).flatMap(([name, values]) => [name, ...values.map(here)]),
          { NOTIFIER_KEY: notifierKey },
        );
      default:
        return '';
    }
  }

  /** Of the cluster, the newest first. */
  function operations(): { name: string; status: string }[] {
    const started = { name: operationId, status: 'Running' };
    const isStarted = calls.some(({ command }) => command === 'az aks upgrade');
    return [...(isStarted ? [started] : []), { name: 'before', status: 'Succeeded' }];
  }

  const here = (value: string): string => value.replace(appUrl, appIsAt);

  async function script(
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<string> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, 'scripts', name), ...args],
      { env: { LOCAL_SETTINGS: join(folder, 'local.settings.json'), LOCAL_DATA: folder, ...env } },
    );
    return stdout;
  }

  const refuseSecrets = `case "$*" in ${secrets.map((one) => `*'${one}'*`).join(' | ')})
  echo "A secret is on a command line: $0" >&2
  exit 1 ;;
esac`;
  // As az does with `NAME=@-`, and azd with a file of settings.
  const readInput = `for arg; do
  shift
  case $arg in *=@-) arg=\${arg%@-}$(cat) ;; esac
  set -- "$@" "$arg"
done
case "$*" in 'env set --file /dev/stdin')
  line=$(cat)
  set -- env set "\${line%%=*}" "\${line#*=}" ;;
esac`;
  const speak = (name: string) => `PATH=\${PATH#*:}
${refuseSecrets}
${readInput}
answer=$(printf '%s\\0' ${name} "$@" | curl --silent --header "notifier-key: \${NOTIFIER_KEY:-}" --data-binary @- ${url})
code=\${answer%%:*} text=\${answer#*:}
[ "$code" = 0 ] || exec >&2
[ -z "$text" ] || printf '%s\\n' "$text"
exit "$code"`;
  const commands = {
    az: speak('az'),
    azd: speak('azd'),
    npm: speak('npm'),
    curl: `PATH=\${PATH#*:}
${refuseSecrets}
for arg; do
  shift
  case $arg in ${appUrl}/*) arg=${appIsAt}\${arg#${appUrl}} ;; esac
  set -- "$@" "$arg"
done
exec curl --silent --show-error "$@"`,
    // Between tries.
    sleep: 'exit 0',
  };
  for (const [name, lines] of Object.entries(commands)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${lines}\n`);
    chmodSync(join(path, name), 0o755);
  }
  return { path, calls, refusals, subscriptionId, operationId, [Symbol.asyncDispose]: close };
}

/** What azd knows of the deployment: the outputs of the template. */
function outputOf(name = ''): string {
  const outputs: Readonly<Record<string, string>> = {
    AZURE_RESOURCE_GROUP: deployed.resourceGroup,
    FUNCTION_APP_NAME: deployed.app,
    HEALTH_URL: `${appUrl}/api/health`,
    IDENTITY_PRINCIPAL_ID: deployed.principalId,
    KEY_VAULT_NAME: 'kv-aksn-abc',
  };
  const value = outputs[name];
  if (value === undefined) throw new Error(`azd has no ${name}.`);
  return value;
}

const row = z.union([
  z.string(),
  z.array(z.string().nullable()).transform((cells) => cells.map((one) => one ?? 'None').join('\t')),
]);

/** As `--output tsv` does with texts, and with rows of them: that is all that is asked for. */
function print({ command, options }: Parsed, value: unknown): string {
  const [query] = options['--query'] ?? [];
  const found: unknown = query === undefined ? value : search(value, query);
  const texts = z.union([z.string().transform((one) => [one]), z.array(row)]).safeParse(found);
  if (options['--output']?.[0] !== 'tsv' || !texts.success)
    throw new Error(`${command} is not played so: ${query}`);
  return texts.data.join('\n');
}
