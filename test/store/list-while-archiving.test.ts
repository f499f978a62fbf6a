import type { ListQuery } from '../../shared/store/operation-list.ts';
import { describe, expect, it } from 'vitest';
import { createOperationStore } from '../../shared/store/operation-store.ts';
import { operationKey, operationColumns } from '../../shared/store/operation-row.ts';
import type { RowKey } from '../../shared/store/table.ts';
import { createRows, simulatedTable, type SendRequest } from '../simulation/simulated-table.ts';
import { endedOperation, registeredAt, someOperation } from '../support/operations.ts';
import { fc } from '../support/properties.ts';

const subscriptions = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const everything = { resourceGroupName: null, resourceName: null, subscriptionId: null } as const;

/** What is there when the list begins: by subscription, and how far it is on its way to the history. */
const anyOperation = fc.record({
  subscription: fc.nat({ max: 2 }),
  is: fc.constantFrom('running', 'ended', 'in both', 'archived'),
});

/** Between each two requests to the tables: whose operations go a step on, and whether the page is empty. */
const meanwhile = fc.array(
  fc.record({ steps: fc.array(fc.nat({ max: 30 }), { maxLength: 6 }), isEmpty: fc.boolean() }),
  { minLength: 1, maxLength: 12 },
);

/** A list, page by page, while operations end and are archived; how often each was shown. */
async function shownWhile(
  given: readonly { readonly subscription: number; readonly is: string }[],
  between: readonly { readonly steps: readonly number[]; readonly isEmpty: boolean }[],
  query: Pick<ListQuery, 'state' | 'top' | 'subscriptionId'>,
): Promise<Map<string, { shown: number; was: string }>> {
  const rows = { active: createRows(), history: createRows() };
  const all = given.map(({ subscription, is }, number) => {
    const { reference } = someOperation({
      reference: {
        subscriptionId: subscriptions[subscription] ?? '',
        operationId: `operation-${number}`,
      },
    });
    const operation =
      is === 'running' ? someOperation({ reference }) : endedOperation(registeredAt, { reference });
    const key = operationKey(operation.trackingId);
    if (is !== 'archived') rows.active.insert(key, operationColumns(operation));
    const ended = operationColumns(endedOperation(registeredAt, { reference }));
    const archived = { ...ended, endedAt: registeredAt };
    if (is === 'in both' || is === 'archived') rows.history.insert(key, archived);
    return { id: operation.trackingId, key, is, archived, ended };
  });
  const seen = new Map(all.map(({ id, is }) => [id, { shown: 0, was: is }]));

  let requests = 0;
  const send: SendRequest = async (_name, _key, run) => {
    const turn = between[requests % between.length];
    requests += 1;
    for (const number of turn?.steps ?? []) {
      const one = all[number % Math.max(1, all.length)];
      if (one === undefined) continue;
      // Running, ended, in both tables, in the history.
      if (rows.active.get(one.key) === null) continue;
      if (rows.history.get(one.key) !== null) rows.active.remove(one.key, '*');
      else if (rows.active.get(one.key)?.columns['outcome'] !== '')
        rows.history.insert(one.key, one.archived);
      else rows.active.upsert(one.key, one.ended);
    }
    // The service may give an empty page, and goes on after it.
    return run(turn?.isEmpty === true && requests < 40);
  };
  const store = createOperationStore(
    simulatedTable(rows.active, send),
    simulatedTable(rows.history, send),
  );
  let position: RowKey | null = null;
  let pages = 0;
  do {
    const page: Awaited<ReturnType<typeof store.list>> = await store.list({
      ...everything,
      ...query,
      position,
    });
    expect(page.operations.length).toBeLessThanOrEqual(query.top);
    for (const { trackingId } of page.operations) {
      const one = seen.get(trackingId);
      if (one !== undefined) one.shown += 1;
    }
    position = page.next;
    pages += 1;
  } while (position !== null && pages < 200);
  expect(position).toBeNull();
  return seen;
}

describe('a list that is read page by page while operations are archived', () => {
  const given = fc.array(anyOperation, { maxLength: 20 });
  const top = fc.constantFrom(1, 2, 3, 7, 1000);
  const filter = fc.option(fc.constantFrom(...subscriptions));

  it('has each of them once', async () => {
    await fc.assert(
      fc.asyncProperty(
        given,
        meanwhile,
        top,
        filter,
        async (all, between, most, subscriptionId) => {
          const query = { state: 'all', top: most, subscriptionId } as const;
          const seen = await shownWhile(all, between, query);
          for (const [id, { shown }] of seen) {
            const isMeant = subscriptionId === null || id.startsWith(subscriptionId);
            expect([id, shown]).toEqual([id, isMeant ? 1 : 0]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has each once of those that had ended when it began, and the others at most once', async () => {
    await fc.assert(
      fc.asyncProperty(given, meanwhile, top, async (all, between, most) => {
        const query = { state: 'finished', top: most, subscriptionId: null } as const;
        const seen = await shownWhile(all, between, query);
        for (const [id, { shown, was }] of seen)
          expect([id, was, shown]).toEqual([id, was, was === 'running' ? Math.min(shown, 1) : 1]);
      }),
      { numRuns: 200 },
    );
  });
});
