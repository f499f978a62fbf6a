import { startAzurite } from './azurite.ts';
import type { Azurite } from './azurite.ts';

/** The product's store, which a person may unplug: Azurite really ends, and comes back on the same port. */
export interface Store extends AsyncDisposable {
  readonly connectionString: string;
  /** Stops or starts it; changes come one after the other, and the last one counts. */
  setPlugged(plugged: boolean): void;
  /** Resolves when it has ended by itself, or did not come back. */
  readonly died: Promise<void>;
  kill(): Promise<void>;
}

/**
 * Starts the store.
 *
 * @param location its folder
 * @throws when it does not start
 */
export async function startStore(location: string): Promise<Store> {
  const died = Promise.withResolvers<void>();
  let azurite: Azurite | null = await startAzurite({ location });
  const { connectionString, port } = azurite;
  let change = Promise.resolve();
  watch(azurite);

  function watch(started: Azurite): void {
    void started.exited.then(() => {
      if (azurite === started) died.resolve();
    });
  }

  async function plug(plugged: boolean): Promise<void> {
    if (plugged === (azurite !== null)) return;
    if (azurite !== null) {
      const running = azurite;
      azurite = null;
      await running.stop();
      return;
    }
    azurite = await startAzurite({ location, port });
    watch(azurite);
  }

  return {
    connectionString,
    died: died.promise,
    setPlugged: (plugged) => {
      change = change.then(() => plug(plugged)).catch(() => died.resolve());
    },
    kill: async () => await azurite?.kill(),
    [Symbol.asyncDispose]: async () => {
      await change;
      const running = azurite;
      azurite = null;
      await running?.stop();
    },
  };
}
