import * as z from 'zod/mini';
import type { Mailbox, OwedMessage } from '../mailbox.ts';
import type { Columns } from './table.ts';

/** The version of the rows' layout; written to each row. */
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

/** A text column; `null` for the empty text that stands for it. */
export function textOrNull(columns: Columns, name: string): string | null {
  const value = columns[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A text column that must be there. */
export function text(columns: Columns, name: string): string {
  const value = textOrNull(columns, name);
  if (value === null) throw new CorruptRow(`Column ${name} is missing.`);
  return value;
}

/** A number column; `null` when it is absent or negative. */
export function numberOrNull(columns: Columns, name: string): number | null {
  const value = columns[name];
  return typeof value === 'number' && value >= 0 ? value : null;
}

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
  return textOrNull(columns, name) === null ? null : fromJsonColumns(columns, name, schema);
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
  if (!parsed.success) throw new CorruptRow(`Column ${name} does not hold what it should.`);
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
  };
}

/** Reads what {@link mailboxColumns} wrote. */
export function toMailbox<M extends OwedMessage>(
  columns: Columns,
  message: z.ZodMiniType<M>,
): Mailbox<M> {
  return {
    owed: fromJsonColumns(columns, 'outbox', z.array(message)),
    nextId: numberOrNull(columns, 'nextMessageId') ?? 1,
    claimedUntil: textOrNull(columns, 'claimedUntil'),
    deliverAfter: textOrNull(columns, 'deliverAfter'),
  };
}
