import { Cron } from 'croner';

/** When a timer fires. */
export interface Schedule {
  /** The six fields as written; a five-field expression gets its second `0`. */
  readonly expression: string;
  /** Whether it can fire more than once a minute; the real host keeps no schedule status of those. */
  readonly subMinute: boolean;
  /** The first occurrence after the given time, never that time itself. UTC. */
  next(after: Date): Date;
}

interface Field {
  name: string;
  min: number;
  max: number;
  /** Full names of the values from `min` on; any beginning of one stands for it. */
  values?: readonly string[];
}

const SECOND: Field = { name: 'second', min: 0, max: 59 };
const FIELDS: readonly Field[] = [
  SECOND,
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  {
    name: 'month',
    min: 1,
    max: 12,
    values:
      'january february march april may june july august september october november december'.split(
        ' ',
      ),
  },
  {
    name: 'day of week',
    min: 0,
    max: 6,
    values: 'sunday monday tuesday wednesday thursday friday saturday'.split(' '),
  },
];

/**
 * Reads an NCRONTAB expression of six fields, or of five with the second left out.
 * Every field is expanded to plain numbers first, so that exactly the syntax of NCrontab is accepted and
 * nothing that croner would allow beyond it (`? L # W @daily`, Sunday as 7).
 * Source: `CrontabFieldImpl.cs` and `CrontabSchedule.cs` of atifaziz/NCrontab.
 * @throws Error that says which field is wrong, or that the schedule never fires (30 February).
 */
export function parseNcrontab(expression: string): Schedule {
  const given = expression.split(' ').filter((text) => text !== '');
  const texts = given.length === 5 ? ['0', ...given] : given;
  if (texts.length !== FIELDS.length) {
    throw new Error(`schedule "${expression}" must have six fields (or five, without seconds)`);
  }
  const expanded = FIELDS.map((field, index) => expandField(texts[index] ?? '', field));
  const pattern = expanded.map((values, index) => {
    const field = FIELDS[index] ?? SECOND;
    return values.length === field.max - field.min + 1 ? '*' : values.join(',');
  });
  // NCrontab needs the day of month and the day of week to match, where Unix cron takes either.
  const cron = new Cron(pattern.join(' '), { mode: '6-part', domAndDow: true, timezone: 'UTC' });
  if (cron.nextRun(new Date(0)) === null) throw new Error(`schedule "${expression}" never fires`);

  return {
    expression: texts.join(' '),
    subMinute: (expanded[0]?.length ?? 0) > 1,
    next(after) {
      const next = cron.nextRun(after);
      if (next === null) throw new Error(`schedule "${expression}" does not fire again`);
      return next;
    },
  };
}

/** All values of one field in ascending order. */
function expandField(text: string, field: Field): number[] {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const [, range = item, step] = /^([^/]+)\/(.*)$/s.exec(item) ?? [];
    const [low, high] = readRange(range, step !== undefined, field);
    // NCrontab takes a step below one for one.
    const increment = Math.max(1, readInteger(step ?? '1', field));
    for (let value = low; value <= high; value += increment) values.add(value);
  }
  return [...values].toSorted((a, b) => a - b);
}

/** `*`, `7`, `1-5`; `5/15` means from 5 to the end, and NCrontab swaps the ends of `5-1`. */
function readRange(text: string, stepped: boolean, field: Field): [number, number] {
  if (text === '*') return [field.min, field.max];
  const [from = '', to, ...more] = text.split('-');
  if (more.length > 0) throw invalid(text, field);
  const first = readValue(from, field);
  if (to === undefined) return [first, stepped ? field.max : first];
  const last = readValue(to, field);
  return first <= last ? [first, last] : [last, first];
}

function readValue(text: string, field: Field): number {
  if (/^\d/.test(text)) {
    const value = readInteger(text, field);
    if (value < field.min || value > field.max) throw invalid(text, field);
    return value;
  }
  const index =
    text === ''
      ? -1
      : (field.values ?? []).findIndex((name) => name.startsWith(text.toLowerCase()));
  if (index < 0) throw invalid(text, field);
  return index + field.min;
}

/** `int.Parse` allows a sign, and control characters that are white space, and has 32 bits. */
function readInteger(text: string, field: Field): number {
  const isInteger = /^[\t-\r]*[+-]?\d+[\t-\r]*$/.test(text);
  if (!isInteger || (Number(text) | 0) !== Number(text)) throw invalid(text, field);
  return Number(text);
}

function invalid(text: string, field: Field): Error {
  return new Error(`"${text}" is not a valid ${field.name} (${field.min} to ${field.max})`);
}
