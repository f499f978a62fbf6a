import { pathToFileURL } from 'node:url';
import { provideCoreModule } from './core-module.ts';
import type { RegisteredFunction } from './core-module.ts';
import type { ProgrammingModel } from './core-types.ts';
import { describeError } from './log.ts';
import type { Log } from './log.ts';

/** The app after its start: everything registered, nothing running. */
export interface LoadedApp {
  functions: readonly RegisteredFunction[];
  model: ProgrammingModel;
  /** Runs the app's `appTerminate` hooks. */
  terminate(): Promise<void>;
}

/**
 * Loads the built app as the worker does: file, capabilities, `appStart` hooks, then registration is over.
 * @throws whatever the file or a hook throws, and Error when nothing is registered. Azure would go on with
 * no function at all; here the reason is worth more.
 */
export async function loadApp(appFile: string, appDirectory: string, log: Log): Promise<LoadedApp> {
  const core = provideCoreModule(log);
  const hookData = { hookData: {}, appHookData: {} };
  await import(pathToFileURL(appFile).href).catch((error: unknown) => {
    throw new Error(`${appFile} does not load: ${describeError(error)}`);
  });
  const { model } = core;
  if (model === undefined) throw new Error(`${appFile} registers no function.`);
  const capabilities = await model.getCapabilities?.({});
  if (capabilities?.['HttpUri'] !== undefined) {
    throw new Error('The local host does not support enableHttpStream.');
  }
  await core.runHooks('appStart', { ...hookData, functionAppDirectory: appDirectory });
  core.lock();
  return {
    functions: core.functions,
    model,
    terminate: () => core.runHooks('appTerminate', hookData),
  };
}
