import type { Columns } from '../../shared/store/table.ts';

/** A row that something is wrong with. */
export interface Damaged {
  readonly column: string;
  /** What the column holds; `undefined`: it is missing. */
  readonly value: string | number | boolean | undefined;
  readonly columns: Columns;
}

/** What a column may come to hold: nothing, another type, far too much, half of it, broken Unicode. */
function damagesOf(value: string | number | boolean): (string | number | boolean | undefined)[] {
  const others = [undefined, 'x'.repeat(32_000), '\ud800', '{"a":'];
  if (typeof value !== 'string') return [...others, '1', typeof value === 'number' ? true : 1, 1.5];
  const half = value.length > 1 ? [value.slice(0, value.length / 2)] : [];
  return [...others, 7, true, ...half, `${value}\u0000`];
}

/** Every column of a row damaged in every way, one at a time. */
export function damagedRows(columns: Columns): Damaged[] {
  return Object.entries(columns).flatMap(([column, value]) =>
    damagesOf(value).map((damage): Damaged => {
      const { [column]: _, ...others } = columns;
      const damaged = damage === undefined ? others : { ...others, [column]: damage };
      return { column, value: damage, columns: damaged };
    }),
  );
}
