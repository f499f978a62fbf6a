import { ofSite, type Site } from '../domain/az-commands.ts';
import { tickFaults, type HealthInputs } from '../health.ts';
import { elapsed, formatDuration } from '../time.ts';
import { check, type Check } from './check.ts';

/** Whether the timer runs, and to its end: looked at in Azure alone, as elsewhere nothing need run by itself. */
export async function checkTicks(
  inputs: () => Promise<HealthInputs>,
  site: Site,
): Promise<Check[]> {
  if (site === null) return [];
  const ticks = await check('ticks', async () => {
    const given = await inputs();
    const { store, now } = given;
    if (store === null)
      return { ok: 'skipped', message: 'The store knows the last tick: fix the store first.' };
    const [fault] = tickFaults(given);
    if (fault !== undefined)
      return {
        ok: false,
        message: `${fault} The timer pollOperations does not run, or each run fails, which its log says. This starts the app anew.`,
        fix: `az functionapp restart ${ofSite(site)}`,
      };
    return store.lastTick === null
      ? { ok: 'skipped', message: 'None has completed yet; check again in a minute.' }
      : {
          ok: true,
          message: `The last one completed ${formatDuration(elapsed(store.lastTick.completedAt, now))} ago.`,
        };
  });
  return [ticks];
}
