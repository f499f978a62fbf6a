import { setTimeout } from 'node:timers/promises';

import type { NotifierApi, TrackedOperation } from './notifier-api.ts';
import { readHealth } from './health-report.ts';
import type { Health } from './health-report.ts';

/** What the product says about itself at one moment. */
export interface Snapshot {
  /** The last ones known while the functions are away. */
  readonly operations: readonly TrackedOperation[];
  readonly health: Health;
}

/** Looks at the product through its public API for as long as somebody wants to know. */
export interface OperationsWatch {
  /**
   * Calls the listener with the last snapshot, if there is one, and with each that differs from the
   * one before.
   *
   * @returns ends the subscription
   */
  subscribe(listener: (snapshot: Snapshot) => void): () => void;
}

/** The API lists finished operations in no order of time: all are asked for, the newest are shown. */
const top = 1000;
const finishedLimit = 50;

/**
 * @param options - `everyMs` is the pause between two looks, 1000 by default
 */
export function watchOperations(options: {
  readonly api: Pick<NotifierApi, 'list' | 'health'>;
  readonly everyMs?: number;
}): OperationsWatch {
  const listeners = new Set<(snapshot: Snapshot) => void>();
  let last: Snapshot | null = null;
  let watching = false;

  async function look(): Promise<void> {
    const [operations, health] = await Promise.allSettled([
      options.api.list({ state: 'all', top }),
      options.api.health(),
    ]);
    const next: Snapshot = {
      operations:
        operations.status === 'fulfilled' ? pick(operations.value) : (last?.operations ?? []),
      health: readHealth(health.status === 'fulfilled' ? health.value : null),
    };
    if (JSON.stringify(next) === JSON.stringify(last)) return;
    last = next;
    for (const listener of listeners) listener(next);
  }

  async function lookWhileWatched(): Promise<void> {
    watching = true;
    while (listeners.size > 0) {
      await look();
      await setTimeout(options.everyMs ?? 1000, undefined, { ref: false });
    }
    watching = false;
  }

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      if (last !== null) listener(last);
      if (!watching) void lookWhileWatched();
      return () => listeners.delete(listener);
    },
  };
}

/** Those that run, and the newest of those that have ended; newest first. */
function pick(operations: readonly TrackedOperation[]): TrackedOperation[] {
  const active = operations.filter(({ state }) => state === 'active');
  const finished = operations.filter(({ state }) => state === 'finished');
  return [
    ...active.toSorted((a, b) => b.registeredAt.localeCompare(a.registeredAt)),
    ...finished.toSorted((a, b) => endOf(b).localeCompare(endOf(a))).slice(0, finishedLimit),
  ];
}

function endOf({ lastChangedAt, registeredAt }: TrackedOperation): string {
  return lastChangedAt ?? registeredAt;
}
