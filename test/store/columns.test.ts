import * as z from 'zod/mini';
import { describe, expect, it } from 'vitest';
import { CorruptRow, count, json, jsonOrNull, text, textOrNull } from '../../shared/store/codec.ts';
import {
  addedLater,
  checkSearched,
  optional,
  record,
  rowOf,
  searchable,
} from '../../shared/store/columns.ts';

interface Shelf {
  readonly name: string;
  readonly owner: string | null;
  readonly box: { readonly books: number };
  readonly colors?: readonly string[];
  readonly notes: readonly string[];
}
const shelf = {
  name: searchable(text, (name) => ({ nameKey: name.toLowerCase() })),
  owner: addedLater(textOrNull, 'nobody'),
  box: record<Shelf['box']>({ books: count('bookCount') }),
  colors: optional(jsonOrNull<readonly string[]>(z.array(z.string()))),
  notes: json<readonly string[]>(z.array(z.string())),
};
const row = rowOf<Shelf>('shelf', shelf);
const value: Shelf = { name: 'Top', owner: null, box: { books: 3 }, colors: ['red'], notes: [] };
const columns = {
  version: 1,
  kind: 'shelf',
  name: 'Top',
  nameKey: 'top',
  owner: '',
  bookCount: 3,
  colors: '["red"]',
  notes: '[]',
};

describe('a spec of columns', () => {
  it('writes, reads and selects every property', () => {
    expect(row.write(value)).toEqual(columns);
    expect(row.read(columns)).toEqual(value);
    expect(row.columns).toEqual([
      'version',
      'kind',
      'name',
      'owner',
      'bookCount',
      'colors',
      'notes',
    ]);
  });

  it('does not compile without one of the properties, or with one that is none', () => {
    const { notes: _notes, ...others } = shelf;
    // @ts-expect-error -- The property `notes` is forgotten.
    expect(record<Shelf>(others).columns).not.toContain('notes');
    // @ts-expect-error -- A shelf has no property `wheels`.
    expect(record<Shelf>({ ...shelf, wheels: count }).columns).toContain('wheels');
    // @ts-expect-error -- A property that may be missing must be stored as one.
    expect(record<Shelf>({ ...shelf, colors: shelf.notes }).columns).toContain('colors');
    // @ts-expect-error -- A property that may be `null` must be stored as one.
    expect(record<Shelf>({ ...shelf, owner: text }).columns).toContain('owner');
  });

  it('leaves a property out that is missing, and has no column for it', () => {
    const { colors: _colors, ...plain } = value;
    const { colors: _column, ...stored } = columns;
    expect(row.write(plain)).toStrictEqual(stored);
    expect(row.read(stored)).toStrictEqual(plain);
  });

  it('reads an older row that lacks a column that was added later', () => {
    const { owner: _owner, ...stored } = columns;
    expect(row.read(stored)).toEqual({ ...value, owner: 'nobody' });
  });

  it.each(['name', 'bookCount', 'notes'])('calls a row without its column %s corrupt', (name) => {
    const stored = Object.fromEntries(Object.entries(columns).filter(([one]) => one !== name));
    expect(() => row.read(stored)).toThrow(
      new CorruptRow(`Column ${name} does not hold what it should.`),
    );
  });

  it('finds a column that queries search by and that holds something else', () => {
    expect(() => checkSearched(columns, { nameKey: 'top' })).not.toThrow();
    expect(() => checkSearched(columns, { nameKey: 'bottom' })).toThrow('Column nameKey');
  });
});
