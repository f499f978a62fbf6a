import { corruptColumn, schemaVersion, unlessCorrupt, type Codec, type Stored } from './codec.ts';
import type { Columns } from './table.ts';

/**
 * How each property of `T` is stored: in a column of its own name, or as its {@link Stored} says. What is written,
 * read and selected follows from it. A property that is forgotten does not compile.
 */
export type Fields<T> = { readonly [K in keyof T]-?: Codec<T[K]> | Stored<T[K]> };

/** A value whose properties are stored one by one. A property that is read as `undefined` is left out. */
export function record<T>(fields: Fields<T>): Stored<T>;
// The compiler cannot follow that each property meets its own codec here.
export function record(fields: Fields<Record<string, unknown>>): Stored<Record<string, unknown>> {
  const parts = Object.entries(fields).map(
    ([name, field]) => [name, typeof field === 'function' ? field(name) : field] as const,
  );
  return {
    columns: parts.flatMap(([, { columns }]) => columns),
    write: (value, row = {}) => {
      for (const [name, { write }] of parts) write(value[name], row);
      return row;
    },
    read: (columns) => {
      const value: Record<string, unknown> = {};
      for (const [name, { read }] of parts) {
        const found = read(columns);
        if (found !== undefined) value[name] = found;
      }
      return value;
    },
  };
}

/** A row of a kind. Whoever reads it checks the version first. */
export function rowOf<T>(kind: string, fields: Fields<T>): Stored<T> {
  const { columns, write, read } = record(fields);
  return {
    columns: ['version', 'kind', ...columns],
    write: (value) => write(value, { version: schemaVersion, kind }),
    read,
  };
}

/** A column that older rows do not have: they are read as if it held `before`. */
export function addedLater<T>(codec: Codec<T>, before: T): Codec<T> {
  return (name) => {
    const stored = codec(name);
    return { ...stored, read: (columns) => (name in columns ? stored.read(columns) : before) };
  };
}

/**
 * A column that says more than must be known: where it is missing or damaged, the row is read as if it held `without`.
 * What is optional must not keep the rest of a row from being read.
 */
export function dispensable<T>(codec: Codec<T>, without: T): Codec<T> {
  return (name) => {
    const stored = codec(name);
    return { ...stored, read: (columns) => unlessCorrupt(() => stored.read(columns)) ?? without };
  };
}

/** A property that may be missing: then there is no column. */
export function optional<T>(codec: Codec<T | null>): Codec<T | undefined> {
  return (name) => {
    const { columns, write, read } = addedLater(codec, null)(name);
    return {
      columns,
      write: (value, row = {}) => (value === undefined ? row : write(value, row)),
      read: (row) => read(row) ?? undefined,
    };
  };
}

/** `searched` gives more columns to write; queries search by them, and nothing reads them back. */
export function searchable<T>(codec: Codec<T>, searched: (value: T) => Columns): Codec<T> {
  return (name) => {
    const stored = codec(name);
    return {
      ...stored,
      write: (value, row) => Object.assign(stored.write(value, row), searched(value)),
    };
  };
}

/** Throws {@link CorruptRow} unless the columns that queries search by hold what follows from the value. */
export function checkSearched(columns: Columns, searched: Columns): void {
  for (const [name, value] of Object.entries(searched))
    if (columns[name] !== value) throw corruptColumn(name);
}
