import { setTimeout as delay } from 'node:timers/promises';
import { createAdmin } from './admin.ts';
import { isSameName } from './core-module.ts';
import { readFunction, summarise } from './functions.ts';
import type { HostFunction } from './functions.ts';
import { createHostServer } from './http-server.ts';
import { createInvoker } from './invoke.ts';
import type { InvocationResult } from './invoke.ts';
import { loadApp } from './load-app.ts';
import type { LoadedApp } from './load-app.ts';
import type { Log } from './log.ts';
import type { FunctionSummary } from './messages.ts';
import { createScheduleStatusFiles } from './schedule-status.ts';
import type { HostSettings } from './settings.ts';
import { createTimer } from './timer.ts';
import type { Clock } from './timer.ts';

/** A host that listens. Its timers wait for `startTimers`. */
export interface Host {
  url: string;
  functions: FunctionSummary[];
  /** Lets timers fire by themselves, unless the settings keep them from it. */
  startTimers(): void;
  /** Runs a timer function now; resolves when that run has ended. */
  runTimer(name: string): Promise<InvocationResult>;
  /** Starts nothing new and waits for what runs, at most 20 seconds. */
  stop(): Promise<void>;
}

const DRAIN_MS = 20_000;

/** Loads the app and serves it. */
export async function startFunctionsHost(options: {
  settings: HostSettings;
  log: Log;
  clock: Clock;
}): Promise<Host> {
  const { settings, log, clock } = options;
  const app = await loadApp(settings.appFile, settings.appDirectory, log);
  const functions = readFunctions(app, settings, log);
  const invoker = createInvoker({ model: app.model, log, now: () => clock.now().getTime() });
  const store =
    settings.stateDirectory === undefined
      ? undefined
      : createScheduleStatusFiles(settings.stateDirectory);
  const timers = functions
    .filter((fn) => fn.trigger === 'timer')
    .map((fn) => ({
      name: fn.name,
      timer: createTimer({
        fn,
        clock,
        log,
        store,
        invoke: (input) => invoker.invoke(fn, { json: JSON.stringify(input) }),
      }),
    }));
  const stopping = new AbortController();
  const following: Promise<void>[] = [];

  async function runTimer(name: string): Promise<InvocationResult> {
    const found = timers.find((each) => isSameName(each.name, name));
    if (found === undefined) return { ok: false, message: `There is no timer function "${name}".` };
    return found.timer.runNow();
  }

  const server = createHostServer({
    functions: functions.filter((fn) => fn.trigger === 'http'),
    invoke: invoker.invoke,
    admin: createAdmin(functions, (name) => void runTimer(name)),
    keys: settings.keys,
    maxBodyBytes: settings.maxBodyBytes,
    log,
  });
  const port = await server.listen(settings.port);

  return {
    url: `http://127.0.0.1:${port}`,
    functions: functions.map(summarise),
    startTimers() {
      if (!settings.timers) return;
      following.push(...timers.map(({ timer }) => timer.follow(stopping.signal)));
    },
    runTimer,
    async stop() {
      stopping.abort();
      const drained = Promise.all([invoker.drain(), server.close(), ...following]);
      await Promise.race([drained, delay(DRAIN_MS, undefined, { ref: false })]);
      await app.terminate();
    },
  };
}

/** The functions that load; why another one does not is in the log. */
function readFunctions(app: LoadedApp, settings: HostSettings, log: Log): HostFunction[] {
  return app.functions.flatMap((registered) => {
    try {
      return [readFunction(registered, settings)];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log('error', `This function does not load: ${reason}`, {
        functionName: registered.metadata.name,
      });
      return [];
    }
  });
}
