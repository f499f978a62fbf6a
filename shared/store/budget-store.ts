import * as z from 'zod/mini';
import type { SubscriptionBudget } from '../domain/arm-budget.ts';
import { json, schemaVersion, storedTime, unlessCorrupt } from './codec.ts';
import type { Table } from './table.ts';

/** A row of 1 MiB holds more, however long each of them is written. */
export const mostBudgets = 2000;

/** Where the request budgets of all subscriptions are kept: one row, so that one write changes what one tick spends. */
export interface BudgetStore {
  /**
   * The budgets, by subscription ID in lower case, and the row's etag (`null`: there is no row). The budgets are
   * `null` when the row cannot be read: then nobody knows what was called of late.
   */
  load(): Promise<{
    budgets: ReadonlyMap<string, SubscriptionBudget> | null;
    etag: string | null;
  }>;
  /** Writes all budgets, {@link mostBudgets} at most; the new etag, or `null` when somebody was quicker. */
  save(
    budgets: ReadonlyMap<string, SubscriptionBudget>,
    etag: string | null,
  ): Promise<string | null>;
}

const key = { partitionKey: 'arm', rowKey: 'budget' };

/** The budget store on the table of the state. */
export function createBudgetStore(table: Table): BudgetStore {
  return {
    async load() {
      const row = await table.get(key);
      if (row === null) return { budgets: new Map(), etag: null };
      const stored = unlessCorrupt(() => budgetColumns.read(row.columns));
      return { budgets: stored === null ? null : new Map(Object.entries(stored)), etag: row.etag };
    },
    async save(budgets, etag) {
      const columns = {
        version: schemaVersion,
        ...budgetColumns.write(Object.fromEntries(budgets)),
      };
      return etag === null
        ? await table.insert(key, columns)
        : await table.replace(key, columns, etag);
    },
  };
}

const subscriptionBudget: z.ZodMiniType<SubscriptionBudget> = z.object({
  reads: z.number(),
  lists: z.number(),
  at: storedTime,
  notBefore: z.nullable(storedTime),
  slowUntil: z.nullable(storedTime),
});

const budgetColumns = json(z.record(z.string(), subscriptionBudget))('budgets');
