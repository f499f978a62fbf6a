import type { CallerStore } from '../store/caller-store.ts';
import { StoreUnavailable } from '../store/table.ts';
import { check, type Check } from './check.ts';

/** What the look at the activity log is checked with; `null`: the app does not look there. */
export interface CallerCheckNeeds {
  readonly callers: { readonly store: CallerStore } | null;
}

/** At most this many subscriptions are named. */
const mostNamed = 10;

/** Whether the activity log shows anything: without the right to read it, it is empty. */
export async function checkCallers({ callers }: CallerCheckNeeds): Promise<Check[]> {
  if (callers === null) return [];
  const found = await check('activity log', async () => {
    const asks = await storedAsks(callers.store);
    if (asks === null)
      return { ok: 'skipped', message: 'The store knows what was found: fix the store first.' };
    const all = Object.entries(asks.experience);
    const empty = all.filter(([, { hasEvents, unseen }]) => !hasEvents && unseen > 0);
    if (empty.length === 0)
      return all.some(([, { hasEvents }]) => hasEvents)
        ? { ok: true, message: 'It was read.' }
        : { ok: 'skipped', message: 'Nothing was found out there yet.' };
    const named = empty.slice(0, mostNamed).map(([subscriptionId]) => subscriptionId);
    const more = empty.length > mostNamed ? ` and ${empty.length - mostNamed} more` : '';
    // Optional information: whoever does without it has no fault.
    return {
      ok: 'skipped',
      message: `Nothing was ever found there of the operations in ${named.join(', ')}${more}, so it is not known who started them. It is empty without Microsoft.Insights/eventtypes/values/Read, which Reader on the subscription or the resource group has. SHOW_CALLER=false turns the look-up off.`,
    };
  });
  return [found];
}

/** If the store does not answer, its own check says so. */
async function storedAsks(store: CallerStore) {
  try {
    return (await store.load()).asks;
  } catch (error) {
    if (error instanceof StoreUnavailable) return null;
    throw error;
  }
}
