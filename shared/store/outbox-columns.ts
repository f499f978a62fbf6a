import * as z from 'zod/mini';
import { _default as byDefault } from 'zod/mini';
import type { Outbox, OwedMessage } from '../domain/outbox.ts';
import type { IsoTime } from '../time.ts';
import { corruptColumn, count, json, oneOfOrNull, timeOrNull, type Stored } from './codec.ts';
import { addedLater, checkSearched, record, searchable, type Fields } from './columns.ts';
import type { Columns } from './table.ts';

/** What is known of an outbox without its messages. */
export interface Owed {
  /** How many messages it owes. */
  readonly undelivered: number;
  /** Since when the oldest of them is owed; `null` when there is none. */
  readonly owedSince: IsoTime | null;
}

/** How {@link Owed} is read from a row with an outbox. */
export const owedFields: Fields<Owed> = { undelivered: count, owedSince: timeOrNull };

const forms = ['digest', 'blocks'] as const;

function searched(owed: readonly OwedMessage[]): Columns {
  return { undelivered: owed.length, owedSince: owed[0]?.at ?? '' };
}

/** An outbox in columns of a row. */
export function outboxColumns<M extends OwedMessage>(message: z.ZodMiniType<M>): Stored<Outbox<M>> {
  const stored = record<Outbox<M>>({
    owed: searchable(json<readonly M[]>(z.array(message)), searched)('outbox'),
    nextId: count('nextMessageId'),
    claimedUntil: timeOrNull,
    deliverAfter: timeOrNull,
    refusedForm: addedLater(oneOfOrNull(forms), null),
    strangeRun: addedLater(timeOrNull, null),
  });
  return {
    ...stored,
    read: (columns) => {
      const outbox = stored.read(columns);
      const { owed, nextId } = outbox;
      // Messages are removed by their ID: if two had the same, one would be removed without being posted.
      const ids = new Set(owed.map(({ id }) => id));
      if (ids.size < owed.length || [...ids].some((id) => id >= nextId))
        throw corruptColumn('outbox');
      // The searched columns must match the messages, or messages would wait unseen.
      checkSearched(columns, searched(owed));
      return outbox;
    },
  };
}

/** An outbox within a JSON value. */
export function outboxInJson<M extends OwedMessage>(
  message: z.ZodMiniType<M>,
): z.ZodMiniType<Outbox<M>> {
  return z.object({
    owed: z.array(message),
    nextId: z.number(),
    claimedUntil: z.nullable(z.string()),
    deliverAfter: z.nullable(z.string()),
    refusedForm: byDefault(z.nullable(z.enum(forms)), null),
    strangeRun: byDefault(z.nullable(z.string()), null),
  });
}
