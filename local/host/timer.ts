import type { TimerFunction } from './functions.ts';
import type { InvocationResult } from './invoke.ts';
import type { Log } from './log.ts';
import { toRpcStatus } from './schedule-status.ts';
import type { ScheduleStatus, ScheduleStatusStore } from './schedule-status.ts';

/** Time as timers need it. */
export interface Clock {
  now(): Date;
  /** Resolves after so many milliseconds, or as soon as the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** One timer function on its schedule. */
export interface Timer {
  /** Runs it whenever it is due; resolves after the signal has aborted and its last run has ended. */
  follow(signal: AbortSignal): Promise<void>;
  /** Runs it now, beside a run that is under way, as the real host does. Leaves the schedule as it is. */
  runNow(): Promise<InvocationResult>;
}

/**
 * A longer sleep is slept in pieces: so a clock that jumps (a laptop that slept) is noticed, and
 * `setTimeout` takes no more than 24 days.
 */
const LONGEST_SLEEP_MS = 30_000;

/**
 * A timer with the rules of the real host: a missed run is made up for at start, scheduled runs never overlap, and
 * after an overrun there is one immediate run while the other occurrences are lost. The real host keeps runs apart by a
 * lease, so that after a kill the first run can come up to 120 s late; this one has no lease.
 * Source: `TimerListener.cs` of Azure/azure-webjobs-sdk-extensions.
 * @param options.store undefined keeps the status in memory only.
 */
export function createTimer(options: {
  fn: TimerFunction;
  clock: Clock;
  log: Log;
  store: ScheduleStatusStore | undefined;
  /** Runs the function with the timer object, which is in the casing of the real host. */
  invoke: (timer: Record<string, unknown>) => Promise<InvocationResult>;
}): Timer {
  const { fn, clock, log, invoke } = options;
  const { schedule, name } = fn;
  const store = fn.monitored ? options.store : undefined;
  let status = firstStatus(undefined);

  function firstStatus(last: Date | undefined): ScheduleStatus {
    const now = clock.now();
    return { last, next: schedule.next(now), lastUpdated: now };
  }

  async function run(isPastDue: boolean): Promise<InvocationResult> {
    return await invoke({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: fn.monitored ? toRpcStatus(status) : null,
      IsPastDue: isPastDue,
    });
  }

  async function runScheduled(isPastDue: boolean): Promise<void> {
    const startedAt = clock.now();
    await run(isPastDue);
    // Counted from the start of the run: what fell due meanwhile is due at once, but only once.
    await keep({ last: startedAt, next: schedule.next(startedAt), lastUpdated: startedAt });
  }

  async function keep(value: ScheduleStatus): Promise<void> {
    status = value;
    await store?.write(name, value).catch((error: unknown) => {
      log('warning', `Could not keep the schedule status: ${String(error)}`, {
        functionName: name,
      });
    });
  }

  async function waitUntilDue(signal: AbortSignal): Promise<void> {
    for (;;) {
      const ms = status.next.getTime() - clock.now().getTime();
      if (ms <= 0 || signal.aborted) return;
      await clock.sleep(Math.min(ms, LONGEST_SLEEP_MS), signal);
    }
  }

  return {
    async follow(signal) {
      const stored = await store?.read(name);
      const isPastDue = stored !== undefined && stored.next < clock.now();
      // A stored time that lies ahead is worked out again: the schedule may have changed.
      await keep(isPastDue ? stored : firstStatus(stored?.last));
      if (isPastDue || fn.runOnStartup) await runScheduled(isPastDue);
      for (;;) {
        await waitUntilDue(signal);
        if (signal.aborted) return;
        await runScheduled(false);
      }
    },
    runNow: () => run(false),
  };
}
