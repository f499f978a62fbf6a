import type { ErrorDetail } from '../domain/error-detail.ts';
import { unknownKind, type OperationAction, type OperationKind } from '../domain/operation-kind.ts';
import type { ClusterReference } from '../domain/scope.ts';
import { causeOf, commandOf, stepOf, titleOf } from './fill-wordings.ts';
import { findEntry } from './find-entry.ts';
import { namesIn } from './names-in-errors.ts';

export { tellingSentence } from './telling-sentence.ts';

/** What an error means and what to do about it: our words, from `explanations.json`, with names out of the error. */
export interface Explanation {
  /** The code that is explained, as the table writes it; it may be another than the deepest one of the error. */
  readonly code: string;
  /** The cause in a few words, for a push and a digest: `drain blocked by PDB shop/web-pdb`. At most 60 characters. */
  readonly title: string;
  /** One sentence: what happened. */
  readonly cause: string;
  /** One sentence: what to do, for what ran; while it runs, what may still save it. */
  readonly step: string;
  /** One line for a shell that changes nothing, the cluster's names filled in. */
  readonly command: string;
  /** Microsoft's page about it. */
  readonly link: string;
  /** Nothing is to be done: what was wanted is so already. Nobody is pinged. */
  readonly needsNothing?: true;
  /** The step changes how many nodes there are. */
  readonly scales?: true;
  /** What the command needs before it works: `after az aks get-credentials`. */
  readonly note?: string;
}

/** What an error is explained for. */
export interface Running {
  readonly kind: OperationKind;
  /** Whether it goes on: an error that comes while it runs may yet be overcome. */
  readonly isRunning: boolean;
}

/** An operation of which nothing is known but that it ended. */
export const endedSomehow: Running = { kind: unknownKind, isRunning: false };

/**
 * Who canceled an operation: AKS itself, because of a failure; a person or a newer operation, which is harmless; or
 * nobody knows, as its error says nothing.
 */
export type Cancelation = 'byAks' | 'harmless' | 'unknown';

/**
 * Explains an error by the most specific code or phrase in it, for the operation that met it; `null`: nothing in it is
 * known.
 */
export function explain(
  error: ErrorDetail,
  cluster: ClusterReference,
  { kind, isRunning }: Running,
): Explanation | null {
  const { found, said } = findEntry(error);
  if (found === null) return null;
  const { entry, code } = found;
  const action = kind.action ?? actionIn(error);
  const known = { cluster, kind: { ...kind, action }, isRunning, names: namesIn(said) };
  const command = commandOf(entry, known);
  const note = noteOf(command);
  return {
    code,
    title: titleOf(entry, known),
    cause: causeOf(entry, known),
    step: stepOf(entry, known),
    command,
    link: entry.link,
    ...(entry.needsNothing === true ? { needsNothing: true } : {}),
    ...(entry.scales === true ? { scales: true } : {}),
    ...(note === null ? {} : { note }),
  };
}

/** Who canceled an operation that ended with this error. */
export function cancelationOf(error: ErrorDetail | null): Cancelation {
  const found = error === null ? null : findEntry(error).found;
  if (found?.entry.harmless === true) return 'harmless';
  return found === null || found.entry.general === true ? 'unknown' : 'byAks';
}

function noteOf(command: string): string | null {
  if (/\baz aks (?:operation|check-network|machine) /.test(command))
    return 'needs the az extension aks-preview';
  return command.startsWith('kubectl ') ? 'after az aks get-credentials' : null;
}

/** `UpgradeFailed`, `DeleteVMSSAgentPoolFailed`, `ManagedClusterStartError`: what failed, where Azure says no more. */
const failures: readonly (readonly [RegExp, OperationAction])[] = [
  [/^Upgrade\w*Failed$/i, 'upgrade'],
  [/^Scale\w*(?:Failed|Error)$/i, 'scale'],
  [/^Delete\w*Failed$/i, 'delete'],
  [/^Create(?!OrUpdate)\w*AgentPoolFailed$/i, 'create'],
  [/^ManagedClusterStartError$/i, 'start'],
  [/^ManagedClusterStopError$/i, 'stop'],
];

function actionIn({ code, details }: ErrorDetail): OperationAction | null {
  const own = failures.find(([form]) => form.test(code ?? ''))?.[1] ?? null;
  return own ?? details.map(actionIn).find((action) => action !== null) ?? null;
}
