import type { Columns, RowKey } from '../../shared/store/table.ts';

/** Whether a row is wanted. */
export type RowFilter = (key: RowKey, columns: Columns) => boolean;

const tokenForm = /\s*(?:('(?:[^']|'')*')|([()])|([A-Za-z_][A-Za-z0-9_]*)|(-?\d+(?:\.\d+)?))/y;
const comparisons = new Map<string, (a: string | number, b: string | number) => boolean>([
  ['eq', (a, b) => a === b],
  ['ne', (a, b) => a !== b],
  ['gt', (a, b) => a > b],
  ['ge', (a, b) => a >= b],
  ['lt', (a, b) => a < b],
  ['le', (a, b) => a <= b],
]);

/**
 * The part of OData that the product uses: comparisons of a column with a text or a number, `and`, `or`,
 * `not`, brackets. As in the service, a column that is absent or of another type fits no comparison.
 */
export function parseFilter(filter: string | undefined): RowFilter {
  if (filter === undefined) return () => true;
  const tokens = tokensOf(filter);
  const either = anyOf();
  if (tokens.length > 0) throw new Error(`Not understood in a filter: ${tokens.join(' ')}`);
  return either;

  function anyOf(): RowFilter {
    const terms = [allOf()];
    while (tokens[0] === 'or' && tokens.shift() !== undefined) terms.push(allOf());
    return (key, columns) => terms.some((term) => term(key, columns));
  }

  function allOf(): RowFilter {
    const terms = [oneOf()];
    while (tokens[0] === 'and' && tokens.shift() !== undefined) terms.push(oneOf());
    return (key, columns) => terms.every((term) => term(key, columns));
  }

  function oneOf(): RowFilter {
    const [name = '', operator = '', literal = ''] = tokens;
    if (name === 'not') {
      tokens.shift();
      const inner = oneOf();
      return (key, columns) => !inner(key, columns);
    }
    if (name === '(') {
      tokens.shift();
      const inner = anyOf();
      if (tokens.shift() !== ')') throw new Error(`A bracket is open in: ${filter}`);
      return inner;
    }
    tokens.splice(0, 3);
    const holds = comparisons.get(operator);
    if (holds === undefined) throw new Error(`Not a comparison: ${name} ${operator} ${literal}`);
    const wanted = literal.startsWith("'")
      ? literal.slice(1, -1).replaceAll("''", "'")
      : Number(literal);
    return (key, columns) => {
      const value = valueOf(name, key, columns);
      return typeof value === typeof wanted && value !== undefined && holds(value, wanted);
    };
  }
}

function valueOf(name: string, key: RowKey, columns: Columns): string | number | undefined {
  if (name === 'PartitionKey') return key.partitionKey;
  if (name === 'RowKey') return key.rowKey;
  const value = columns[name];
  return typeof value === 'boolean' ? undefined : value;
}

function tokensOf(filter: string): string[] {
  const tokens: string[] = [];
  tokenForm.lastIndex = 0;
  while (tokenForm.lastIndex < filter.trimEnd().length) {
    const at = tokenForm.lastIndex;
    const match = tokenForm.exec(filter);
    if (match === null) throw new Error(`Not understood in a filter: ${filter.slice(at)}`);
    tokens.push(match[0].trim());
  }
  return tokens;
}
