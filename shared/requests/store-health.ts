import type { StoreHealth } from '../domain/tick-summary.ts';
import { StoreUnavailable } from '../store/table.ts';
import type { IsoTime } from '../time.ts';
import { countParked, type ChannelNeeds } from './channels.ts';

/**
 * Asks the store how the app does; `null`: it is away.
 *
 * @param startedAt when this process began, from which a first tick is awaited
 */
export async function storeHealth(
  { state, channels, clock }: Pick<ChannelNeeds, 'state' | 'channels' | 'clock'>,
  startedAt: IsoTime,
): Promise<StoreHealth | null> {
  try {
    const [lastTick, states] = await Promise.all([state.lastTick(), state.channels()]);
    const now = clock().toISOString();
    const parkedChannels = countParked(states, channels, lastTick?.unroutable ?? 0, now);
    const awaitedSince = lastTick === null ? await state.firstTickAwaitedSince(startedAt) : null;
    return { lastTick, awaitedSince, parkedChannels };
  } catch (error) {
    if (error instanceof StoreUnavailable) return null;
    throw error;
  }
}
