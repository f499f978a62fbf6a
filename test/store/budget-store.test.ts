import { expect, it } from 'vitest';
import { emptyBudget, type SubscriptionBudget } from '../../shared/domain/arm-budget.ts';
import { createBudgetStore, mostBudgets } from '../../shared/store/budget-store.ts';
import { refusalOf } from '../support/azure-limits.ts';
import { someTable } from '../support/tables.ts';

const at = '2024-05-06T07:00:00.000Z';
const key = { partitionKey: 'arm', rowKey: 'budget' };
const budget: SubscriptionBudget = {
  reads: 12.345,
  lists: -3.5,
  at,
  notBefore: '2024-05-06T07:00:30.000Z',
  slowUntil: '2024-05-06T07:05:30.000Z',
};

it('keeps the budgets of all subscriptions, changed only in the version that was read', async () => {
  const store = createBudgetStore(someTable());
  expect(await store.load()).toEqual({ budgets: new Map(), etag: null });
  const budgets = new Map([
    ['a', budget],
    ['b', emptyBudget(at)],
  ]);
  const etag = await store.save(budgets, null);
  expect(etag).not.toBeNull();
  expect(await store.save(new Map(), null)).toBeNull();
  expect(await store.load()).toEqual({ budgets, etag });

  const next = await store.save(new Map([['a', budget]]), etag);
  expect(await store.save(new Map(), etag)).toBeNull();
  expect(await store.load()).toEqual({ budgets: new Map([['a', budget]]), etag: next });
});

it('keeps those of as many subscriptions as a row holds, and shrinks again', async () => {
  const table = someTable();
  const store = createBudgetStore(table);
  const ids = Array.from(
    { length: mostBudgets },
    (_, n) => `doctor 00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  );
  const longest = { ...budget, reads: -123.456, lists: -123.456 };
  const budgets = new Map(ids.map((id) => [id, longest]));
  const etag = await store.save(budgets, null);
  expect(refusalOf(key, (await table.get(key))?.columns ?? {})).toBe(null);
  expect((await store.load()).budgets).toEqual(budgets);
  await store.save(new Map([['a', budget]]), etag);
  expect((await store.load()).budgets).toEqual(new Map([['a', budget]]));
});

it.each([
  ['that is cut off', '{"a":{"reads":'],
  ['whose tokens are no number', JSON.stringify({ a: { ...budget, reads: null } })],
  ['whose times are none', JSON.stringify({ a: { ...budget, at: 'soon' } })],
  ['that lacks a time', JSON.stringify({ a: { ...budget, slowUntil: undefined } })],
  ['that is a list', '[]'],
])('says of a row %s that it cannot be read, and writes over it', async (_, budgets) => {
  const table = someTable();
  const store = createBudgetStore(table);
  await table.upsert(key, { version: 1, budgets });
  const { etag, ...loaded } = await store.load();
  expect(loaded).toEqual({ budgets: null });
  expect(await store.save(new Map([['a', budget]]), etag)).not.toBeNull();
  expect((await store.load()).budgets).toEqual(new Map([['a', budget]]));
});
