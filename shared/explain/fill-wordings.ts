import type { OperationAction, OperationKind } from '../domain/operation-kind.ts';
import type { ClusterReference } from '../domain/scope.ts';
import { forms } from './name-finders.ts';
import type { Names } from './names-in-errors.ts';
import type { Entry, Wordings } from './explanations.ts';

/** What the names in a wording are taken from. */
export interface Known {
  readonly cluster: ClusterReference;
  readonly kind: OperationKind;
  readonly isRunning: boolean;
  /** From the words of the error. */
  readonly names: Names;
}

const longest = { title: 60, sentence: 300, command: 600 };

/** Placeholders have a name in camel case; other braces belong to the query of a command. */
const placeholder = /\{([a-z][A-Za-z]*)\}/g;

/** The few words of an entry. */
export function titleOf({ title }: Entry, known: Known): string {
  return sentenceOf(title, known, longest.title);
}

/** What happened. */
export function causeOf({ cause }: Entry, known: Known): string {
  return sentenceOf(cause, known, longest.sentence);
}

/** What to do: for what runs or ran, and while it runs. */
export function stepOf({ step, steps }: Entry, known: Known): string {
  const { isRunning, kind } = known;
  const ofAction = kind.action === null ? undefined : steps?.[kind.action];
  const now = isRunning ? steps?.running : undefined;
  return sentenceOf(now ?? ofAction ?? step, known, longest.sentence);
}

/** A line for a shell. */
export function commandOf({ command }: Entry, { cluster, kind, names }: Known): string {
  const ofCluster: Readonly<Partial<Record<string, string>>> = {
    cluster: cluster.resourceName,
    resourceGroup: cluster.resourceGroupName,
    subscription: cluster.subscriptionId,
  };
  const value = (name: string): string | null => {
    const own = ofCluster[name];
    if (own !== undefined) return shellWord(own);
    return name === 'pool' ? poolOf(kind, names) : names(name);
  };
  return firstWhole(command, value, longest.command);
}

function sentenceOf(wordings: Wordings, known: Known, max: number): string {
  const { cluster, kind, names } = known;
  const value = (name: string): string | null => {
    switch (name) {
      case 'again':
        return known.isRunning ? `and if it fails, ${repeatOf(kind)}` : `then ${repeatOf(kind)}`;
      case 'repeat':
        return repeatOf(kind);
      case 'cluster':
        return cluster.resourceName;
      case 'pool':
        return poolOf(kind, names);
      default:
        return names(name);
    }
  };
  return firstWhole(wordings, value, max);
}

/** The first wording whose names are all known, and which is not too long; else the last, which must need none. */
function firstWhole(
  wordings: Wordings,
  value: (name: string) => string | null,
  max: number,
): string {
  const all = typeof wordings === 'string' ? [wordings] : wordings;
  for (const wording of all) {
    const filled = fill(wording, value);
    if (filled !== null && (filled.length <= max || wording === all.at(-1))) return filled;
  }
  return (all.at(-1) ?? '').replaceAll(placeholder, (_, name: string) => name.toUpperCase());
}

function fill(wording: string, value: (name: string) => string | null): string | null {
  const values = new Map(
    wording
      .matchAll(placeholder)
      .map(([, name = '']) => [name, value(name)] as const)
      .toArray(),
  );
  if ([...values.values()].includes(null)) return null;
  return wording.replaceAll(placeholder, (whole, name: string) => values.get(name) ?? whole);
}

/** The agent pool that ran, or that the error names. */
function poolOf({ agentPoolName }: OperationKind, names: Names): string | null {
  if (agentPoolName !== null && forms.pool.test(agentPoolName)) return agentPoolName;
  return names('saidPool') ?? names('nodePool');
}

const repeats: Readonly<Record<OperationAction, (what: string) => string>> = {
  upgrade: () => 'upgrade again',
  scale: () => 'scale again',
  create: (what) => `create ${what} again`,
  update: () => 'run the update again',
  delete: (what) => `delete ${what} again`,
  start: (what) => `start ${what} again`,
  stop: (what) => `stop ${what} again`,
};

/** How to go on once the cause is gone. */
function repeatOf({ action, target }: OperationKind): string {
  const what = target === 'agentPool' ? 'the pool' : target === 'cluster' ? 'the cluster' : 'it';
  return action === null ? 'run the operation again' : repeats[action](what);
}

/** The cluster's names are validated when they are registered; they are quoted all the same. */
function shellWord(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
