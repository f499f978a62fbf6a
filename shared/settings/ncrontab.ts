import { Cron } from 'croner';

/** One of the six fields: its first and last value, and the names of the values from the first on. */
interface Field {
  readonly first: number;
  readonly last: number;
  readonly names: readonly string[];
}

const months =
  'january february march april may june july august september october november december';
const days = 'sunday monday tuesday wednesday thursday friday saturday';
const sixty: Field = { first: 0, last: 59, names: [] };
const fields: readonly Field[] = [
  sixty,
  sixty,
  { first: 0, last: 23, names: [] },
  { first: 1, last: 31, names: [] },
  { first: 1, last: 12, names: months.split(' ') },
  { first: 0, last: 6, names: days.split(' ') },
];

/** The app has one schedule and asks it at each tick: it is read once. */
let latest: { readonly schedule: string; readonly occurrences: Cron } | null = null;

/**
 * The occurrences of an NCRONTAB schedule of six fields, in UTC. Both kinds of day must match. Each field is read
 * as the library of the Functions host does (NCrontab 3.4.0, `CrontabFieldImpl.cs`), and given to croner as plain
 * numbers: the two have different languages.
 * @throws when it is no schedule
 */
export function occurrences(schedule: string): Cron {
  if (latest?.schedule !== schedule) latest = { schedule, occurrences: read(schedule) };
  return latest.occurrences;
}

function read(schedule: string): Cron {
  const texts = schedule.split(' ').filter((text) => text !== '');
  if (texts.length !== fields.length) throw new Error('A schedule has six fields.');
  const pattern = fields.map((field, index) => [...valuesOf(texts[index] ?? '', field)].join(','));
  return new Cron(pattern.join(' '), {
    paused: true,
    mode: '6-part',
    domAndDow: true,
    utcOffset: 0,
  });
}

/** Whether a text is a schedule as the Functions host reads it, and ever fires. */
export function isNcrontab(schedule: string): boolean {
  try {
    return occurrences(schedule).nextRun() !== null;
  } catch {
    return false;
  }
}

/** All values that a field's text stands for: a list of `*`, `7`, `1-5` and `sun`, each with a step or without. */
function valuesOf(text: string, field: Field): Set<number> {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const [range = '', ...steps] = item.split('/');
    const [step = 1, ...more] = steps.map(integerOf);
    if (more.length > 0) throw new Error('An item has one step.');
    const [low, high] = endsOf(range, steps.length > 0, field);
    // The host takes a step of less than 1 for 1.
    for (let value = low; value <= high; value += Math.max(step, 1)) values.add(value);
  }
  return values;
}

/** `5/15` goes on to the field's end; the ends of a range may be in either order. */
function endsOf(range: string, isStepped: boolean, field: Field): [number, number] {
  if (range === '*') return [field.first, field.last];
  const ends = range.split('-').map((end) => valueOf(end, field));
  const [low = field.first, high = isStepped ? field.last : low, ...more] = ends;
  if (more.length > 0) throw new Error('A range has two ends.');
  return low <= high ? [low, high] : [high, low];
}

/** A number, or the beginning of a name: `m` is March, or Monday. */
function valueOf(text: string, { first, last, names }: Field): number {
  const name = text.toLowerCase();
  const value = /^\d/.test(text)
    ? integerOf(text)
    : first + (name === '' ? -1 : names.findIndex((one) => one.startsWith(name)));
  if (value >= first && value <= last) return value;
  throw new Error(`A value is from ${first} to ${last}.`);
}

/** An integer as .NET's `Int32.Parse` reads it: with a sign, and with white space around it. */
function integerOf(text: string): number {
  const value = /^[\t-\r]*[+-]?\d+[\t-\r]*$/.test(text) ? Number(text) : Infinity;
  if (value >= -(2 ** 31) && value < 2 ** 31) return value;
  throw new Error('It is no integer of 32 bits.');
}
