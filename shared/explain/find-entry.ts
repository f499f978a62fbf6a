import type { ErrorDetail } from '../domain/error-detail.ts';
import { codeOfExit, exitStatusIn } from './exit-statuses.ts';
import { entries, type Entry } from './explanations.ts';
import { phraseOf, plain, words, type Phrase } from './phrases.ts';

/** What an error means, as far as the table knows. */
export interface Found {
  readonly entry: Entry;
  /** The code that led to it, as the table writes it. */
  readonly code: string;
}

/** What a search of an error for entries of the table has found. */
export interface EntrySearch {
  /** `null`: nothing in it is known. */
  readonly found: Found | null;
  /** Its messages and targets, each bounded. */
  readonly said: string;
}

/** One meaning of a code. */
interface Meaning extends Found {
  /**
   * The words that show this meaning of the code and no other; `null`: it is the meaning when no such words are found.
   */
  readonly says: readonly Phrase[] | null;
}

/** How sure it is that this is what the error is about; the first counts. */
const ranks = ['ownWords', 'own', 'quoted', 'phrase', 'quotedGeneral', 'ownGeneral'] as const;

interface Candidate extends Found {
  readonly rank: (typeof ranks)[number];
  readonly depth: number;
}

/** Errors are shown again and again: what is in them is found once. An error takes about 10 KB. */
const remembered = new Map<string, EntrySearch>();
const mostRemembered = 500;

/** Finds what an error means: {@link candidatesIn} says what counts most. */
export function findEntry(error: ErrorDetail): EntrySearch {
  const key = JSON.stringify(error);
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const said = textsOf(error).join('\n').slice(0, longestSaid);
  const all = words(said);
  const fits = ({ entry }: Found): boolean => !unless.get(entry)?.some((phrase) => phrase(all));
  const [best = null] = candidatesIn(error, 0, { all, fits }).toSorted(
    (a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank) || b.depth - a.depth,
  );
  const looked = { found: best, said };
  const [oldest] = remembered.keys();
  if (remembered.size >= mostRemembered && oldest !== undefined) remembered.delete(oldest);
  remembered.set(key, looked);
  return looked;
}

/** An error that is kept says less. */
const longestSaid = 32_768;

function textsOf({ message, target, details }: ErrorDetail): string[] {
  const own = [message, target].flatMap((text) => (text === null ? [] : [plain(text)]));
  return [...own, ...details.flatMap(textsOf)];
}

/** What is the same for the whole tree. */
interface Around {
  readonly all: string;
  readonly fits: (found: Found) => boolean;
}

/**
 * All that the table knows of an error. A code with the words that show one meaning of it counts most; then a code
 * that says something in its own field, quoted in a message, and a phrase under any code. Codes that only wrap others
 * come last, of these the quoted ones first, as the outermost says least. Of equal ones the deepest counts, then the
 * first; of several in one message the last, as the innermost error is quoted last.
 */
function candidatesIn(
  { code, message, target, details }: ErrorDetail,
  depth: number,
  around: Around,
): Candidate[] {
  const text = plain(message ?? '');
  const own = words(`${text}\n${target ?? ''}`);
  const meaningIn = (one: string): (Found & { isByWords: boolean }) | null => {
    const said = own.trim() === '' ? around.all : own;
    const known = meanings.get(one.toLowerCase());
    const meaning = (known ?? (isOfExtension.test(one) ? meanings.get(ofExtension) : undefined))
      ?.filter(around.fits)
      .find(({ says }) => says === null || says.some((phrase) => phrase(said)));
    return meaning === undefined ? null : { ...meaning, isByWords: meaning.says !== null };
  };
  const known = (one: string, isQuoted: boolean): Candidate[] => {
    const meaning = meaningIn(one);
    if (meaning === null) return [];
    const { entry, isByWords } = meaning;
    const general = entry.general === true;
    const rank = general
      ? isQuoted
        ? 'quotedGeneral'
        : 'ownGeneral'
      : isQuoted
        ? 'quoted'
        : isByWords
          ? 'ownWords'
          : 'own';
    return [{ entry, code: meaning.code, rank, depth }];
  };
  const byPhrase = phrases
    .filter(
      ({ entry, says }) => around.fits({ entry, code: '' }) && says.some((says_) => says_(own)),
    )
    .map(({ entry }): Candidate => {
      return { entry, code: nameOf(entry, code), rank: 'phrase', depth };
    });
  return [
    ...(code === null ? [] : known(code, false)),
    ...quotedCodes(text).flatMap((one) => known(one, true)),
    ...byPhrase,
    ...details.flatMap((detail) => candidatesIn(detail, depth + 1, around)),
  ];
}

/** The code of an entry that was found by a phrase. */
function nameOf({ codes, says }: Entry, code: string | null): string {
  return codes?.[0] ?? code ?? Object.keys(says ?? {})[0] ?? 'it';
}

/** Words of a text, those of addresses left out. */
const tokens = /https?:\S{1,500}|[A-Za-z][A-Za-z0-9_]{2,99}/g;
/**
 * How Azure quotes an error in the message of another: `Code="X"`, `SubCode: X;`, `{\"code\":\"X\"}`, `(X) …`,
 * `CSE failed with 'X'` (the messages in Microsoft's troubleshooting pages).
 */
const quotes =
  /code["']?\s{0,3}[:=]\s{0,3}["']?(\w{3,100})|^\s{0,9}\((\w{3,100})\)|failed with '?(\w{3,100})/gim;
/** `SubnetIsFull`, `AADSTS7000222`, `WINDOWS_CSE_ERROR_X`: with two capitals, as no word of a sentence has. */
const isCode = /^[A-Z][^A-Z]*[A-Z]/;

/** How AKS names the failures of a machine's extension: those that are not known by themselves are one of these. */
const isOfExtension = /^VMExtensionError_|VMExtensionError$/;
const ofExtension = 'vmextensionprovisioningerror';

/** The codes of the table that a message quotes, each once: the innermost error, which is quoted last, first. */
function quotedCodes(message: string): string[] {
  const found: { code: string; at: number }[] = [];
  for (const { 0: word, index } of message.matchAll(tokens)) {
    const code = word.toLowerCase();
    if (spelled.has(word) && isCode.test(word)) found.push({ code, at: index });
    else if (isOfExtension.test(word)) found.push({ code: ofExtension, at: index });
  }
  for (const { index, ...match } of message.matchAll(quotes)) {
    const code = [match[1], match[2], match[3]].find(Boolean)?.toLowerCase();
    if (code !== undefined && meanings.has(code)) found.push({ code, at: index });
  }
  const status = exitStatusIn(message);
  const ofStatus = status === null ? null : codeOfExit(status);
  const inOrder = found.toSorted((a, b) => b.at - a.at).map(({ code }) => code);
  return [...new Set([...(ofStatus === null ? [] : [ofStatus.toLowerCase()]), ...inOrder])];
}

function meaningsOf(): ReadonlyMap<string, readonly Meaning[]> {
  const all = entries.flatMap((entry): Meaning[] => [
    ...(entry.codes ?? []).map((code) => ({ code, entry, says: null })),
    ...Object.entries(entry.says ?? {}).map(([code, says = []]) => ({
      code,
      entry,
      says: says.map(phraseOf),
    })),
  ]);
  const byWords = all.toSorted((a, b) => Number(a.says === null) - Number(b.says === null));
  return Map.groupBy(byWords, ({ code }) => code.toLowerCase());
}

/** By code in lower case; meanings that ask for words come first. */
const meanings = meaningsOf();
const spelled = new Set([...meanings.values()].flat().map(({ code }) => code));
const phrases = entries.flatMap((entry) =>
  entry.phrases === undefined ? [] : [{ entry, says: entry.phrases.map(phraseOf) }],
);
const unless = new Map(entries.map((entry) => [entry, entry.unless?.map(phraseOf)]));
