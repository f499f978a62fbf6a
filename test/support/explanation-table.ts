import table from '../../shared/explain/explanations.json' with { type: 'json' };
import type { RawError } from './operation-builders.ts';

type Wordings = string | readonly string[];

/** An explanation as `explanations.json` holds it; see its schema. */
export interface TableEntry {
  readonly codes?: readonly string[] | undefined;
  readonly says?: Readonly<Partial<Record<string, readonly string[]>>> | undefined;
  readonly phrases?: readonly string[] | undefined;
  readonly general?: boolean | undefined;
  readonly title: Wordings;
  readonly cause: Wordings;
  readonly step: Wordings;
  readonly steps?: Readonly<Partial<Record<string, Wordings>>> | undefined;
  readonly command: Wordings;
}

/** All of them, in the table's order. */
export const tableEntries: readonly TableEntry[] = table.explanations;

/** What an entry is sorted and called by. */
export function keyOf({ codes = [], says = {}, phrases = [] }: TableEntry): string {
  return [...codes, ...Object.keys(says), ...phrases][0] ?? '';
}

/** All wordings of a text of an entry. */
export function wordingsOf(text: Wordings): readonly string[] {
  return typeof text === 'string' ? [text] : text;
}

/** The words of a message that a phrase of the table stands for. */
export function spoken(phrase: string): string {
  return phrase.replaceAll('..', 'x').replaceAll('*', 'x');
}

/** An error that holds nothing but what leads to an entry. */
export function errorFor({ codes = [], says = {}, phrases = [] }: TableEntry): RawError {
  const [code] = codes;
  if (code !== undefined) return { code };
  const [said] = Object.entries(says);
  if (said !== undefined) return { code: said[0], message: spoken(said[1]?.[0] ?? '') };
  return { message: spoken(phrases[0] ?? '') };
}
