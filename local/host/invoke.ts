import { randomUUID } from 'node:crypto';
import type { RegisteredFunction } from './core-module.ts';
import type {
  CoreInvocationContext,
  InvocationResponse,
  ProgrammingModel,
  RpcTypedData,
} from './core-types.ts';
import { describeError } from './log.ts';
import type { Log, LogScope } from './log.ts';

/** How a run ended. A failed one is already in the log. */
export type InvocationResult =
  | { ok: true; response: InvocationResponse }
  | { ok: false; message: string };

/** Runs functions and knows which are running. */
export interface Invoker {
  /** Runs one function with the input of its trigger. Never rejects. */
  invoke: (
    fn: RegisteredFunction & { triggerName: string },
    input: RpcTypedData,
  ) => Promise<InvocationResult>;
  /** Starts nothing from now on; resolves when everything running has ended. */
  drain(): Promise<void>;
}

/**
 * Runs functions through the library's own programming model, in the order in which the worker does.
 * Source: `InvocationHandler.ts` of Azure/azure-functions-nodejs-worker.
 */
export function createInvoker(options: {
  model: ProgrammingModel;
  log: Log;
  now: () => number;
}): Invoker {
  const { model, log, now } = options;
  const running = new Set<Promise<unknown>>();
  let closed = false;

  async function run(context: CoreInvocationContext, { callback }: RegisteredFunction) {
    const invocation = await model.getInvocationModel(context);
    const { context: userContext, inputs } = await invocation.getArguments();
    context.state = 'invocation';
    const result = await invocation.invokeFunction(userContext, inputs, callback);
    delete context.state;
    return invocation.getResponse(userContext, result);
  }

  async function runLogged(
    fn: RegisteredFunction & { triggerName: string },
    data: RpcTypedData,
  ): Promise<InvocationResult> {
    const invocationId = randomUUID();
    const scope: LogScope = { functionName: fn.metadata.name, invocationId };
    let ended = false;
    const context: CoreInvocationContext = {
      invocationId,
      request: { invocationId, inputData: [{ name: fn.triggerName, data }], triggerMetadata: {} },
      metadata: fn.metadata,
      log(level, category, message) {
        // Azure drops what a function logs after its end; only the library's warning about it is kept.
        if (!ended || category !== 'user') log(level, message, scope);
      },
    };
    const startedAt = now();
    log('debug', 'Executing', scope);
    const outcome = await run(context, fn).then(
      (response): InvocationResult => ({ ok: true, response }),
      (error: unknown): InvocationResult => {
        log('error', describeError(error), scope);
        return { ok: false, message: error instanceof Error ? error.message : String(error) };
      },
    );
    ended = true;
    log(
      'debug',
      `Executed (${outcome.ok ? 'Succeeded' : 'Failed'}, ${now() - startedAt} ms)`,
      scope,
    );
    return outcome;
  }

  return {
    invoke: async (fn, input) => {
      if (closed) return { ok: false, message: 'The host is stopping.' };
      const outcome = runLogged(fn, input);
      running.add(outcome);
      const result = await outcome;
      running.delete(outcome);
      return result;
    },
    async drain() {
      closed = true;
      await Promise.all(running);
    },
  };
}
