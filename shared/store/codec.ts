import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { isIsoTime, type IsoTime } from '../time.ts';
import type { Columns } from './table.ts';

/**
 * The version of the rows' layout; written to each row. `test/store/fixtures` fixes what it means. To drop a column, read
 * it differently, or add one that must exist, make a new version, which also reads the old ones. An optional column needs
 * no new version: older apps ignore it.
 */
export const schemaVersion = 1;

/** A stored row that does not hold what its kind must hold. It is left as it is, and reported. */
export class CorruptRow extends Error {
  readonly code = 'CorruptRow';
}

/** What `read` gives, or `null` when the row is corrupt. */
export function unlessCorrupt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof CorruptRow) return null;
    throw error;
  }
}

/** Throws {@link CorruptRow} unless a row is of the version that is read here: a newer one may say anything. */
export function checkVersion({ version }: Columns): void {
  if (version === schemaVersion) return;
  if (typeof version !== 'number' || version < schemaVersion) throw corruptColumn('version');
  throw new CorruptRow(
    `It was written by a newer version of the app (layout ${version}; this one reads ${schemaVersion}).`,
  );
}

/** A column is missing, or holds what nobody wrote there. */
export function corruptColumn(name: string): CorruptRow {
  return new CorruptRow(`Column ${name} does not hold what it should.`);
}

/** How a value is stored in a row. */
export interface Stored<T> {
  /** The columns that {@link Stored.read} needs, as a query selects them. */
  readonly columns: readonly string[];
  /** Adds the value's columns to `row` (default: a row without any), and returns it. */
  readonly write: (value: T, row?: Record<string, Cell>) => Columns;
  /** Throws {@link CorruptRow}. */
  readonly read: (columns: Columns) => T;
}

/** How a value is stored under a name: that of its column. */
export type Codec<T> = (name: string) => Stored<T>;

type Cell = Columns[string];

/** A value in one column. `fromCell` gives `undefined` for what nobody wrote there. */
function column<T>(
  toCell: (value: T) => Cell,
  fromCell: (cell: Cell | undefined) => T | undefined,
): Codec<T> {
  return (name) => ({
    columns: [name],
    write: (value, row = {}) => {
      row[name] = toCell(value);
      return row;
    },
    read: (columns) => {
      const value = fromCell(columns[name]);
      if (value === undefined) throw corruptColumn(name);
      return value;
    },
  });
}

/** The most UTF-16 units of a single text column; longer texts are stored as JSON. */
const longestText = 1024;

/** A text; the empty one stands for `null`. `known` gives `undefined` for one that nobody wrote. */
function textAs<T extends string>(known: (value: string) => T | undefined): Codec<T | null> {
  return column<T | null>(
    (value) => value ?? '',
    (cell) => {
      if (cell === '') return null;
      const isText = typeof cell === 'string' && cell.length <= longestText && cell.isWellFormed();
      return isText ? known(cell) : undefined;
    },
  );
}

/** A text, or `null`. */
export const textOrNull: Codec<string | null> = textAs((value) => value);

/** A text that is as it must be, or `null`. */
export function textThat(is: (value: string) => boolean): Codec<string | null> {
  return textAs((value) => (is(value) ? value : undefined));
}

/** A text of the given form, or `null`. */
export function matchOrNull(form: RegExp): Codec<string | null> {
  return textThat((value) => form.test(value));
}

/** One of the given texts, or `null`. */
export function oneOfOrNull<T extends string>(texts: readonly T[]): Codec<T | null> {
  return textAs((value) => texts.find((one) => one === value));
}

/** A moment, or `null`. */
export const timeOrNull: Codec<IsoTime | null> = textThat(isIsoTime);

/** What must be there. */
export function required<T>(codec: Codec<T | null>): Codec<T> {
  return (name) => {
    const { read, ...stored } = codec(name);
    return {
      ...stored,
      read: (columns) => {
        const value = read(columns);
        if (value === null) throw corruptColumn(name);
        return value;
      },
    };
  };
}

/** A text that is not empty. */
export const text: Codec<string> = required(textOrNull);

/** A moment that must be there. */
export const time: Codec<IsoTime> = required(timeOrNull);

/** A number that is not negative, or `null`. */
export const numberOrNull: Codec<number | null> = column<number | null>(
  (value) => value ?? -1,
  (cell) => {
    if (typeof cell !== 'number' || !Number.isFinite(cell)) return undefined;
    return cell < 0 ? null : cell;
  },
);

/** What is counted. */
export const count: Codec<number> = column(
  (value) => value,
  (cell) =>
    typeof cell === 'number' && Number.isSafeInteger(cell) && cell >= 0 ? cell : undefined,
);

/** True or false. */
export const flag: Codec<boolean> = column(
  (value) => value,
  (cell) => (typeof cell === 'boolean' ? cell : undefined),
);

/** A small value as JSON in one column, or `null`. */
export function jsonOrNull<T>(schema: z.ZodMiniType<T>): Codec<T | null> {
  return column<T | null>(
    (value) => (value === null ? '' : JSON.stringify(value)),
    (cell) => (cell === '' ? null : parsed(cell, schema)),
  );
}

/** A small value as JSON in one column. The column is empty where the value is `initial`; older rows lack it. */
export function jsonUnless<T>(initial: T, schema: z.ZodMiniType<T>): Codec<T> {
  return column(
    (value) => (isDeepStrictEqual(value, initial) ? '' : JSON.stringify(value)),
    (cell) => (cell === undefined || cell === '' ? initial : parsed(cell, schema)),
  );
}

/** A string property holds at most 32 Ki characters (64 KiB as UTF-16). */
const chunkLength = 32_000;

/**
 * A value of any size, as JSON in as many columns as it needs: `name`, `name_1`, `name_2`, … No query can select them by
 * name: rows are read whole for it.
 */
export function json<T>(schema: z.ZodMiniType<T>): Codec<T> {
  return (name) => {
    const nameOf = (part: number): string => (part === 0 ? name : `${name}_${part}`);
    return {
      columns: [name],
      write: (value, row = {}) => {
        const whole = JSON.stringify(value);
        row[name] = '';
        for (let part = 0, from = 0; from < whole.length; part += 1) {
          // A column must not end in half a character.
          const isSplit = /[\ud800-\udbff]/.test(whole[from + chunkLength - 1] ?? '');
          const to = from + chunkLength - (isSplit ? 1 : 0);
          row[nameOf(part)] = whole.slice(from, to);
          from = to;
        }
        return row;
      },
      read: (columns) => {
        let whole = '';
        for (let part = 0; ; part += 1) {
          const chunk = columns[nameOf(part)];
          if (typeof chunk !== 'string') break;
          whole += chunk;
        }
        const value = parsed(whole, schema);
        if (value === undefined) throw corruptColumn(name);
        return value;
      },
    };
  };
}

function parsed<T>(cell: unknown, schema: z.ZodMiniType<T>): T | undefined {
  return schema.safeParse(parse(cell)).data;
}

function parse(cell: unknown): unknown {
  try {
    return typeof cell === 'string' ? JSON.parse(cell) : undefined;
  } catch {
    return undefined;
  }
}

/** A text within a JSON column. */
export const storedText: z.ZodMiniType<string> = z
  .string()
  .check(z.refine((value) => value.isWellFormed()));

/** A moment within a JSON column. */
export const storedTime: z.ZodMiniType<IsoTime> = z.string().check(z.refine(isIsoTime));

/** The number of a message within a JSON column. */
export const storedId: z.ZodMiniType<number> = z.int().check(z.gte(0));
