import Module from 'node:module';
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from './core-types.ts';
import type { Log } from './log.ts';

/** A function as the app registered it. */
export interface RegisteredFunction {
  metadata: FunctionMetadata;
  callback: FunctionCallback;
}

/** What the app has registered with the host through `@azure/functions-core`. */
interface CoreModule {
  /** In the order of registration. */
  readonly functions: readonly RegisteredFunction[];
  /** Undefined until the library has set itself, with the first function. */
  readonly model: ProgrammingModel | undefined;
  /** Runs the hooks of one kind one after the other; what one throws ends it. */
  runHooks(name: string, context: Record<string, unknown>): Promise<void>;
  /** From now on registering throws, as it does in Azure once the app is loaded. */
  lock(): void;
}

const RUN_HOOKS = new Set(['appStart', 'appTerminate']);

/**
 * Makes `require('@azure/functions-core')` answer with this host for the rest of the process. It has to
 * happen before the app is loaded: the library looks once and remembers that there was no host.
 * Source: `setupCoreModule.ts` and `registerFunction.ts` of Azure/azure-functions-nodejs-worker.
 */
export function provideCoreModule(log: Log): CoreModule {
  const functions: RegisteredFunction[] = [];
  const hooks: { name: string; callback: HookCallback }[] = [];
  let model: ProgrammingModel | undefined;
  let locked = false;

  const coreModule = {
    version: '3.0.0-local',
    hostVersion: '4.0.0-local',
    registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
      if (locked) throw new Error('A function can only be registered during app startup.');
      if (functions.some((other) => isSameName(other.metadata.name, metadata.name))) {
        throw new Error(`There are two functions with the name "${metadata.name}".`);
      }
      const registered = { metadata, callback };
      functions.push(registered);
      return { dispose: () => remove(functions, registered) };
    },
    registerHook(name: string, callback: HookCallback) {
      if (!RUN_HOOKS.has(name)) log('warning', `The local host runs no ${name} hooks.`);
      const hook = { name, callback };
      hooks.push(hook);
      return { dispose: () => remove(hooks, hook) };
    },
    setProgrammingModel(value: ProgrammingModel) {
      model = value;
    },
    getProgrammingModel: () => model,
    log(level: LogLevel, _category: LogCategory, message: string) {
      log(level, message);
    },
  };

  const loader: { require: (this: Module, id: string) => unknown } = Module.prototype;
  const original = loader.require;
  loader.require = function require(id) {
    return id === '@azure/functions-core' ? coreModule : original.call(this, id);
  };

  return {
    functions,
    get model() {
      return model;
    },
    async runHooks(name, context) {
      for (const hook of hooks.filter((each) => each.name === name)) await hook.callback(context);
    },
    lock() {
      locked = true;
    },
  };
}

/** Function names compare case-insensitively, as everywhere in Azure Functions. */
export function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
