import type { ClusterReference } from '../domain/scope.ts';
import { flatten, mostSpecific, type ErrorDetail } from '../domain/errors.ts';
import { oneLine } from '../text.ts';
import { unknownKind, type OperationKind } from '../domain/kind.ts';
import table from './explanations.json' with { type: 'json' };

/** What an error means and what to do about it: our words, from `explanations.json`, never foreign ones. */
export interface Explanation {
  /** The code that is explained, as the table writes it; it may be another than the deepest one of the error. */
  readonly code: string;
  /** The cause in a few words, for a push and a digest: `drain blocked by PDB shop/web-pdb`. At most 60 characters. */
  readonly title: string;
  /** One sentence: what happened, or usually did. */
  readonly cause: string;
  /** One sentence: what the command shows, and what to do then. */
  readonly step: string;
  /** One line for a shell that changes nothing, the cluster's names filled in. */
  readonly command: string;
  /** Microsoft's page about it. */
  readonly link: string;
  /** Nothing is to be done: what was wanted is so already. Nobody is pinged. */
  readonly needsNothing?: true;
  /** What the command needs before it works: `after az aks get-credentials`. */
  readonly note?: string;
}

/** What an error is explained for. */
export interface Running {
  readonly kind: OperationKind;
  /** Whether it goes on: an error that comes while it runs may yet be overcome. */
  readonly isRunning: boolean;
}

/**
 * Who canceled an operation: AKS itself, because of a failure; a person or a newer operation, which is harmless; or
 * nobody knows, as its error tells nothing.
 */
export type Cancelation = 'byAks' | 'harmless' | 'unknown';

/** See `explanations.schema.json`. */
interface Entry extends Pick<Explanation, 'cause' | 'step' | 'command' | 'link'> {
  readonly harmless?: boolean | undefined;
  readonly codes?: readonly string[] | undefined;
  readonly says?: Readonly<Partial<Record<string, readonly string[]>>> | undefined;
  readonly general?: boolean | undefined;
}

/** One meaning of a code. */
interface Meaning {
  readonly code: string;
  readonly entry: Entry;
  /** What tells this meaning from others of the code, as {@link words}; `null`: it has no other, or none of those fits. */
  readonly says: readonly string[] | null;
}

/** By code in lower case; meanings that ask for words come first. */
const meanings = meaningsOf(table.explanations);

/**
 * Explains an error by the most telling known code anywhere in it: a code that says something before one that
 * only wraps others, one in its own field before one quoted in a message, and of these the deepest.
 * `null` when no code is known.
 */
export function explain(
  error: ErrorDetail,
  cluster: ClusterReference,
  _running: Running,
): Explanation | null {
  const best = rememberedMeaning(error);
  if (best === null) return null;
  const { code, entry } = best;
  const { cause, step, link } = entry;
  const command = fill(entry.command, cluster);
  const note = noteOf(command);
  const title = oneLine(code);
  return { code, title, cause, step, command, link, ...(note === null ? {} : { note }) };
}

/** An operation of which nothing is known but that it ended. */
export const endedSomehow: Running = { kind: unknownKind, isRunning: false };

function noteOf(command: string): string | null {
  if (/\baz aks operation /.test(command)) return 'needs the az extension aks-preview';
  return command.startsWith('kubectl ') ? 'after az aks get-credentials' : null;
}

/** Who canceled an operation that ended with this error. */
export function cancelationOf(error: ErrorDetail | null): Cancelation {
  const best = error === null ? null : rememberedMeaning(error);
  if (best === null || best.entry.general === true) return 'unknown';
  return best.entry.harmless === true ? 'harmless' : 'byAks';
}

/** What Azure itself says that tells most: the start and the end of a long text, at most `max` characters. */
export function tellingSentence(error: ErrorDetail, max = 300): string | null {
  const said =
    mostSpecific(error).message ?? flatten(error).find(({ message }) => message)?.message;
  if (said === undefined || said === null) return null;
  const text = oneLine(said);
  if (text.length <= max) return text;
  const half = Math.floor((max - 3) / 2);
  return `${text.slice(0, half).toWellFormed()} … ${text.slice(-half).toWellFormed()}`;
}

/** Lists show the same rows again and again: what the errors in them mean is found once. */
const remembered = new Map<string, Meaning | null>();
/** An error takes about 10 KB. */
const mostRemembered = 500;

function rememberedMeaning(error: ErrorDetail): Meaning | null {
  const key = JSON.stringify(error);
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const found = bestMeaning(error);
  const [oldest] = remembered.keys();
  if (remembered.size >= mostRemembered && oldest !== undefined) remembered.delete(oldest);
  remembered.set(key, found);
  return found;
}

function bestMeaning(error: ErrorDetail): Meaning | null {
  const [best] = knownIn(error, 0).toSorted(
    (a, b) =>
      Number(a.meaning.entry.general ?? false) - Number(b.meaning.entry.general ?? false) ||
      Number(a.isQuoted) - Number(b.isQuoted) ||
      b.depth - a.depth,
  );
  return best?.meaning ?? null;
}

interface Known {
  readonly meaning: Meaning;
  readonly depth: number;
  /** Whether it stands in a message. */
  readonly isQuoted: boolean;
}

function knownIn({ code, message, details }: ErrorDetail, depth: number): Known[] {
  const text = message?.slice(0, longestMessage) ?? '';
  const said = words(text);
  const known = (one: string, isQuoted: boolean): Known[] => {
    const meaning = meanings.get(one.toLowerCase())?.find(({ says }) => fits(says, said));
    return meaning === undefined ? [] : [{ meaning, depth, isQuoted }];
  };
  return [
    ...(code === null ? [] : known(code, false)),
    ...quotedCodes(text).flatMap((one) => known(one, true)),
    ...details.flatMap((detail) => knownIn(detail, depth + 1)),
  ];
}

/** An error that is kept has no longer message. */
const longestMessage = 4096;

function fits(says: Meaning['says'], said: string): boolean {
  return says === null || says.some((phrase) => said.includes(phrase));
}

/**
 * How Azure quotes an error in the message of another: `Code="X"`, `SubCode: X;`, `{\"code\":\"X\"}`, `(X) …`,
 * `CSE failed with 'X'`, `CSE Error: X`, `AADSTS…: …` (the messages in Microsoft's troubleshooting pages).
 */
const quotedCode =
  /code\\*["']?\s*[:=]\s*\\*["']?(\w+)|\((\w+)\)|CSE (?:failed with|Error:) '?(\w+)|\b(AADSTS\d+)/gi;

/** The codes of the table that a message quotes, each once: the innermost error, which is quoted last, first. */
function quotedCodes(message: string): string[] {
  const quoted = Array.from(message.matchAll(quotedCode), (match) =>
    (match.slice(1).find(Boolean) ?? '').toLowerCase(),
  );
  return [...new Set(quoted.toReversed())].filter((code) => meanings.has(code));
}

/** The words of a text between spaces, so that a phrase is found whatever stands between its words, and only whole. */
function words(text: string): string {
  return ` ${text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()} `;
}

/** The names are validated when they are registered; they are quoted all the same. */
function fill(command: string, cluster: ClusterReference): string {
  const names: Readonly<Partial<Record<string, string>>> = {
    '{cluster}': cluster.resourceName,
    '{resourceGroup}': cluster.resourceGroupName,
    '{subscription}': cluster.subscriptionId,
  };
  return command.replaceAll(/\{\w+\}/g, (name) => shellWord(names[name] ?? name));
}

function shellWord(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

function meaningsOf(entries: readonly Entry[]): ReadonlyMap<string, readonly Meaning[]> {
  const all = entries.flatMap((entry): Meaning[] => [
    ...(entry.codes ?? []).map((code) => ({ code, entry, says: null })),
    ...Object.entries(entry.says ?? {}).map(([code, says = []]) => ({
      code,
      entry,
      says: says.map(words),
    })),
  ]);
  const byWords = all.toSorted((a, b) => Number(a.says === null) - Number(b.says === null));
  return Map.groupBy(byWords, ({ code }) => code.toLowerCase());
}
