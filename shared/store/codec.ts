import * as z from 'zod/mini';
import { _default as byDefault } from 'zod/mini';
import type { Mailbox, OwedMessage } from '../domain/outbox.ts';
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

/** The most UTF-16 units of a single text column; longer texts are stored as JSON. */
const longestText = 1024;

/** A text column; `null` for the empty text that stands for it. */
export function textOrNull(columns: Columns, name: string): string | null {
  const value = columns[name];
  if (typeof value !== 'string' || value.length > longestText || !value.isWellFormed())
    throw corruptColumn(name);
  return value === '' ? null : value;
}

/** A text column that is not empty. */
export function text(columns: Columns, name: string): string {
  const value = textOrNull(columns, name);
  if (value === null) throw corruptColumn(name);
  return value;
}

/** A text column of the given form; `null` for the empty text that stands for it. */
export function matchOrNull(columns: Columns, name: string, form: RegExp): string | null {
  const value = textOrNull(columns, name);
  if (value !== null && !form.test(value)) throw corruptColumn(name);
  return value;
}

/** A column with a moment; `null` for the empty text that stands for it. */
export function timeOrNull(columns: Columns, name: string): IsoTime | null {
  const value = textOrNull(columns, name);
  if (value !== null && !isIsoTime(value)) throw corruptColumn(name);
  return value;
}

/** A column with a moment that must be there. */
export function time(columns: Columns, name: string): IsoTime {
  const value = timeOrNull(columns, name);
  if (value === null) throw corruptColumn(name);
  return value;
}

/** A number column; `null` for the negative number that stands for it. */
export function numberOrNull(columns: Columns, name: string): number | null {
  const value = columns[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw corruptColumn(name);
  return value < 0 ? null : value;
}

/** A column that counts. */
export function count(columns: Columns, name: string): number {
  const value = columns[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw corruptColumn(name);
  return value;
}

/** A column that is true or false. */
export function flag(columns: Columns, name: string): boolean {
  const value = columns[name];
  if (typeof value !== 'boolean') throw corruptColumn(name);
  return value;
}

/** A text within a JSON column. */
export const storedText: z.ZodMiniType<string> = z
  .string()
  .check(z.refine((value) => value.isWellFormed()));

/** A moment within a JSON column. */
export const storedTime: z.ZodMiniType<IsoTime> = z.string().check(z.refine(isIsoTime));

/** The number of a message within a JSON column: see {@link OwedMessage.id}. */
export const storedId: z.ZodMiniType<number> = z.int().check(z.gte(0));

/** A string property holds at most 32 Ki characters (64 KiB as UTF-16). */
const chunkLength = 32_000;

/** A value as JSON in as many columns as it needs: `name`, `name_1`, `name_2`, … */
export function jsonColumns(name: string, value: unknown): Columns {
  const json = JSON.stringify(value);
  const columns: Record<string, string> = { [name]: '' };
  for (let part = 0, from = 0; from < json.length; part += 1) {
    // A column must not end in half a character.
    const to =
      from + chunkLength - (/[\ud800-\udbff]/.test(json[from + chunkLength - 1] ?? '') ? 1 : 0);
    columns[part === 0 ? name : `${name}_${part}`] = json.slice(from, to);
    from = to;
  }
  return columns;
}

/** A small value that is JSON in one column; `null` for the empty text. */
export function jsonOrNull<T>(columns: Columns, name: string, schema: z.ZodMiniType<T>): T | null {
  return columns[name] === '' ? null : fromJsonColumns(columns, name, schema);
}

/** Reads what {@link jsonColumns} wrote. Throws {@link CorruptRow}. */
export function fromJsonColumns<T>(columns: Columns, name: string, schema: z.ZodMiniType<T>): T {
  let json = '';
  for (let part = 0; ; part += 1) {
    const chunk = columns[part === 0 ? name : `${name}_${part}`];
    if (typeof chunk !== 'string') break;
    json += chunk;
  }
  const parsed = schema.safeParse(parse(json));
  if (!parsed.success) throw corruptColumn(name);
  return parsed.data;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** The columns of a mailbox; `undelivered` and `owedSince` are there to be searched for. */
export function mailboxColumns(mailbox: Mailbox): Columns {
  return {
    ...jsonColumns('outbox', mailbox.owed),
    undelivered: mailbox.owed.length,
    owedSince: mailbox.owed[0]?.at ?? '',
    nextMessageId: mailbox.nextId,
    claimedUntil: mailbox.claimedUntil ?? '',
    deliverAfter: mailbox.deliverAfter ?? '',
    refusedForm: mailbox.refusedForm ?? '',
    strangeRun: mailbox.strangeRun ?? '',
  };
}

/** A mailbox within a JSON value. */
export function mailboxOf<M extends OwedMessage>(
  message: z.ZodMiniType<M>,
): z.ZodMiniType<Mailbox<M>> {
  return z.object({
    owed: z.array(message),
    nextId: z.number(),
    claimedUntil: z.nullable(z.string()),
    deliverAfter: z.nullable(z.string()),
    refusedForm: byDefault(z.nullable(refusedForm), null),
    strangeRun: byDefault(z.nullable(z.string()), null),
  });
}

const refusedForm = z.enum(['digest', 'blocks']);

/** Reads the columns of a mailbox that older rows do not have. Throws {@link CorruptRow}. */
function toLeaving(columns: Columns): Pick<Mailbox, 'refusedForm' | 'strangeRun'> {
  const form = 'refusedForm' in columns ? textOrNull(columns, 'refusedForm') : null;
  const known = z.nullable(refusedForm).safeParse(form);
  if (!known.success) throw corruptColumn('refusedForm');
  const strangeRun = 'strangeRun' in columns ? timeOrNull(columns, 'strangeRun') : null;
  return { refusedForm: known.data, strangeRun };
}

/** Reads what {@link mailboxColumns} wrote. Throws {@link CorruptRow}. */
export function toMailbox<M extends OwedMessage>(
  columns: Columns,
  message: z.ZodMiniType<M>,
): Mailbox<M> {
  const mailbox = {
    owed: fromJsonColumns(columns, 'outbox', z.array(message)),
    nextId: count(columns, 'nextMessageId'),
    claimedUntil: timeOrNull(columns, 'claimedUntil'),
    deliverAfter: timeOrNull(columns, 'deliverAfter'),
    ...toLeaving(columns),
  };
  const { owed, nextId } = mailbox;
  // Messages are removed by their ID: if two had the same, one would be removed without being posted.
  const ids = new Set(owed.map(({ id }) => id));
  if (ids.size < owed.length || [...ids].some((id) => id >= nextId)) throw corruptColumn('outbox');
  // The searched columns must match the messages, or messages would wait unseen.
  if (count(columns, 'undelivered') !== owed.length) throw corruptColumn('undelivered');
  if (timeOrNull(columns, 'owedSince') !== (owed[0]?.at ?? null)) throw corruptColumn('owedSince');
  return mailbox;
}
