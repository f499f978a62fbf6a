import type { OperationAction } from '../domain/operation-kind.ts';
import table from './explanations.json' with { type: 'json' };

/** Wordings with `{names}` in them; of several the first counts whose names are all known. */
export type Wordings = string | readonly string[];

/** See `explanations.schema.json`. */
export interface Entry {
  readonly codes?: readonly string[] | undefined;
  readonly says?: Readonly<Partial<Record<string, readonly string[]>>> | undefined;
  readonly phrases?: readonly string[] | undefined;
  readonly unless?: readonly string[] | undefined;
  readonly general?: boolean | undefined;
  readonly harmless?: boolean | undefined;
  readonly needsNothing?: boolean | undefined;
  readonly scales?: boolean | undefined;
  readonly title: Wordings;
  readonly cause: Wordings;
  readonly step: Wordings;
  readonly steps?: Readonly<Partial<Record<OperationAction | 'running', Wordings>>> | undefined;
  readonly command: Wordings;
  readonly link: string;
}

/** All of them, in the table's order. */
export const entries: readonly Entry[] = table.explanations;
