import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { search } from 'jmespath';
import * as z from 'zod';
import { listenLocally } from '../../local/arm/listen.ts';

/** An operation as Azure lists it; anything may be missing. */
export interface ListedOperation {
  readonly name?: string | null | undefined;
  readonly status?: string | null | undefined;
  readonly startTime?: string | null | undefined;
  readonly id?: string | undefined;
  readonly resourceId?: string | null | undefined;
}

/** What the Azure CLI is to say. */
export interface AzPlan {
  readonly subscriptionId: string;
  /** What it should not find in its environment. */
  readonly secret: string;
  /**
   * The cluster's operations at one look after the other, oldest first; the last stays. A text is what az complains of
   * instead, an object what `az rest` gets in place of a list.
   */
  readonly looks?: readonly (
    | string
    | readonly ListedOperation[]
    | Readonly<Record<string, unknown>>
  )[];
  /** Exit code of `az aks upgrade`. */
  readonly upgrade?: number;
  /** Whether the extension aks-preview is installed; default false, as on a machine of a pipeline. */
  readonly hasExtension?: boolean;
  /** Whether `az rest` works; default true. */
  readonly hasRest?: boolean;
  /** Ends each line with a carriage return too, as az does on Windows. */
  readonly onWindows?: boolean;
  /** The command that waits until a signal ends it; {@link FakeAz.isWaiting} resolves then. */
  readonly waitsIn?: string;
  /** The api-versions that Azure offers; default: all. */
  readonly offered?: readonly string[];
  /** The key of `registerOperation`. */
  readonly functionKey?: string;
}

/** What the Azure CLI was asked. */
export interface AzCall {
  readonly args: readonly string[];
  /** Whether the secret of the plan was in its environment, under whatever name. */
  readonly hasKey: boolean;
}

/** A played Azure CLI. */
export interface FakeAz extends AsyncDisposable {
  readonly calls: readonly AzCall[];
  /** Resolves when the command of the plan waits. */
  readonly isWaiting: Promise<void>;
  /** The commands of the calls, without their options. */
  commands(): string[];
}

const common = ['subscription', 'query', 'output'];
const ofCluster = ['resource-group', 'name', ...common];
/** Which options a command has: az refuses all others. */
const optionsOf = new Map([
  ['account show', common],
  ['extension show', ['name', ...common]],
  ['aks operation show-latest', [...ofCluster, 'nodepool-name']],
  ['aks upgrade', [...ofCluster, 'kubernetes-version']],
  ['rest', ['method', 'url', ...common]],
  ['functionapp function keys list', ['resource-group', 'name', 'function-name', ...common]],
]);
/** The one that the extension asks by. */
const ofTheExtension = '2025-06-02-preview';
const notFound = '(NotFound) The entity was not found.';

/**
 * Puts a command `az` into a folder for PATH. What it prints has the form of Microsoft's examples ("Operation Status
 * Result - Get" and "- List", `az account show`); `--query` is real JMESPath.
 */
export async function startFakeAz(folder: string, plan: AzPlan): Promise<FakeAz> {
  const calls: AzCall[] = [];
  const looks = [...(plan.looks ?? [])];
  const waiting = Promise.withResolvers<void>();
  const { url, close } = await listenLocally(async (request, response) => {
    const args = (await text(request)).split('\0').slice(0, -1);
    calls.push({ args, hasKey: request.url === '/seen' });
    if (commandOf(args) === plan.waitsIn) {
      waiting.resolve();
      return;
    }
    try {
      response.end(`0:${answer(args)}`);
    } catch (error) {
      const { code = 1 } = error instanceof AzError ? error : {};
      response.end(`${code}:ERROR: ${error instanceof Error ? error.message : ''}`);
    }
  });

  function answer(args: string[]): string {
    const command = commandOf(args);
    const values = parse(command, args);
    switch (command) {
      case 'account show':
        return print({ id: plan.subscriptionId, name: 'Production', state: 'Enabled' }, values);
      case 'extension show':
        if (plan.hasExtension !== true) throw new AzError('The extension is not installed.', 3);
        return print({ name: 'aks-preview', version: '19.0.0b1' }, values);
      case 'aks upgrade':
        if (plan.upgrade !== undefined) throw new AzError('(OperationNotAllowed)', plan.upgrade);
        return '';
      case 'functionapp function keys list':
        if (values['function-name'] !== 'registerOperation') throw new AzError(notFound, 3);
        return print({ default: plan.functionKey }, values);
      default:
        if (command === 'rest' && plan.hasRest === false) throw new AzError('No network.', 1);
        refuseUnlessOffered(/(?<=\?api-version=).*/.exec(String(values['url']))?.[0]);
        return print(look(command, values['nodepool-name']), values);
    }
  }

  /** In ARM's words (github.com/Azure/azure-cli/issues/28368), and in the forms in which az prints them. */
  function refuseUnlessOffered(asked: string | undefined): void {
    const version = asked ?? ofTheExtension;
    if (plan.offered?.includes(version) !== false) return;
    const code = 'NoRegisteredProviderFound';
    const message = `No registered resource provider found for location 'westeurope' and API version '${version}' for type 'managedClusters/operations'. The supported api-versions are '${plan.offered.join(', ')}'. The supported locations are 'westeurope, northeurope'.`;
    if (asked === undefined) throw new AzError(`(${code}) ${message}`, 1);
    throw new AzError(`Bad Request(${JSON.stringify({ error: { code, message } })})`, 1);
  }

  function look(command: string, pool: unknown): unknown {
    const now = (looks.length > 1 ? looks.shift() : looks[0]) ?? [];
    if (typeof now === 'string') throw new AzError(now, 3);
    if (!isList(now)) return now;
    if (command === 'rest') return { value: now.toReversed() };
    const latest = now.findLast(
      ({ resourceId }) => typeof pool !== 'string' || resourceId?.endsWith(`/${pool}`) === true,
    );
    if (latest === undefined) throw new AzError(notFound, 3);
    return latest;
  }

  // It speaks to this process, which is quicker than a process of its own that has to load.
  const script = `#!/bin/sh
PATH=\${PATH#*:}
case $(export -p) in *'${plan.secret}'*) seen=seen ;; *) seen= ;; esac
answer=$(printf '%s\\0' "$@" | curl -q --silent --data-binary @- "${url}/$seen")
code=\${answer%%:*} text=\${answer#*:}
[ "$code" = 0 ] || exec >&2
[ -z "$text" ] || printf '%s\\n' "$text"${plan.onWindows === true ? " | sed 's/$/\\r/'" : ''}
exit "$code"
`;
  writeFileSync(join(folder, 'az'), script);
  chmodSync(join(folder, 'az'), 0o755);
  return {
    calls,
    isWaiting: waiting.promise,
    commands: () => calls.map(({ args }) => commandOf(args)),
    [Symbol.asyncDispose]: close,
  };
}

class AzError extends Error {
  readonly code: number;
  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

function commandOf(args: readonly string[]): string {
  const end = args.findIndex((arg) => arg.startsWith('-'));
  return args.slice(0, end === -1 ? args.length : end).join(' ');
}

type Values = Readonly<Record<string, unknown>>;

function parse(command: string, args: readonly string[]): Values {
  const texts = optionsOf.get(command);
  if (texts === undefined) throw new AzError(`'${command}' is misspelled or not recognized.`, 2);
  const flags = command === 'aks upgrade' ? ['yes', 'no-wait'] : [];
  const { values } = parseArgs({
    args: args.slice(command.split(' ').length),
    options: Object.fromEntries([
      ...texts.map((name) => [name, { type: 'string' }] as const),
      ...[...flags, 'only-show-errors'].map((name) => [name, { type: 'boolean' }] as const),
    ]),
  });
  return values;
}

/** Whether a look is a list of operations. */
function isList(look: object): look is readonly ListedOperation[] {
  return Array.isArray(look);
}

/** As `--output tsv` does with one text, and with rows of texts; of nothing it prints nothing, within a row `None`. */
function print(value: unknown, { query, output }: Values): string {
  const found: unknown = typeof query === 'string' ? search(value, query) : value;
  if (output !== 'tsv') throw new AzError('Not played.', 2);
  if (typeof found === 'string') return found;
  const rows = z.array(z.array(z.union([z.string(), z.boolean(), z.null()]))).parse(found);
  return rows.map((row) => row.map(cell).join('\t')).join('\n');
}

function cell(value: string | boolean | null): string {
  if (value === null) return 'None';
  return typeof value === 'string' ? value : value ? 'True' : 'False';
}
