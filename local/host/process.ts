import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createTail, startChild } from '../child-process.ts';
import type { Child, Exit } from '../child-process.ts';
import { isObject, parseObject } from './json.ts';
import type { FunctionSummary, HostLogLine, HostMessage, RunMessage } from './messages.ts';

/** A running local Functions host. */
export interface HostProcess {
  /** Without a trailing slash, such as `http://127.0.0.1:7071`. */
  url: string;
  pid: number;
  functions: FunctionSummary[];
  /**
   * Runs a timer function now and waits for the end of that run.
   * @throws Error with the message of what the function threw, or that the host ended meanwhile.
   */
  runTimer(name: string): Promise<void>;
  /** Lets running invocations end, at most 20 seconds; kills it after 25. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  exited: Promise<Exit>;
  [Symbol.asyncDispose](): Promise<void>;
}

const STOP_PATIENCE_MS = 25_000;

/**
 * Starts the host as a process that has nothing of this process's environment but PATH.
 * @param options.env the app's settings and the host's (see settings.ts).
 * @param options.appFile default: `main` of package.json.
 * @param options.nodePath which Node.js runs it; default: this one.
 * @param options.onLog gets each line of the log; what the app prints with `console` comes as a line of level
 * `information`, or `error` from stderr.
 * @throws Error with the last lines of its output when it does not start.
 */
export async function startHost(options: {
  env: Record<string, string>;
  appFile?: string;
  nodePath?: string | undefined;
  onLog?: (line: HostLogLine) => void;
}): Promise<HostProcess> {
  const tail = createTail();
  const child = await startChild({
    args: [join(import.meta.dirname, 'main.ts')],
    nodePath: options.nodePath,
    env: {
      ...options.env,
      ...(options.appFile !== undefined && { APP_FILE: options.appFile }),
      LOG_FORMAT: 'json',
    },
    onLine(text, stream) {
      const line = readLogLine(text, stream);
      tail.add(line.message);
      options.onLog?.(line);
    },
  });
  const ready = await Promise.race([untilReady(child), child.exited]);
  if (!('url' in ready)) {
    throw new Error(`The local Functions host did not start:\n${tail.text()}`);
  }
  const stop = () => child.end('SIGTERM', STOP_PATIENCE_MS);
  return {
    url: ready.url,
    pid: child.pid,
    functions: ready.functions,
    runTimer: (name) => runTimer(child, name),
    stop,
    kill: child.kill,
    exited: child.exited,
    [Symbol.asyncDispose]: stop,
  };
}

function untilReady(child: Child): Promise<HostMessage & { type: 'ready' }> {
  return new Promise((resolve) => {
    child.process.on('message', (message: HostMessage) => {
      if (message.type === 'ready') resolve(message);
    });
  });
}

async function runTimer(child: Child, name: string): Promise<void> {
  const id = randomUUID();
  const { promise: ran, resolve } = Promise.withResolvers<HostMessage & { type: 'ran' }>();
  const onMessage = (message: HostMessage) => {
    if (message.type === 'ran' && message.id === id) resolve(message);
  };
  child.process.on('message', onMessage);
  const request: RunMessage = { type: 'run', name, id };
  child.process.send(request, () => {});
  const end = await Promise.race([ran, child.exited]);
  child.process.off('message', onMessage);
  if (!('ok' in end)) throw new Error(`The host ended before ${name} did.`);
  if (!end.ok) throw new Error(end.error);
}

const LEVELS = new Set(['trace', 'debug', 'information', 'warning', 'error', 'critical']);

function readLogLine(text: string, stream: 'stdout' | 'stderr'): HostLogLine {
  const line = parseObject(text);
  return isLogLine(line)
    ? line
    : {
        time: new Date().toISOString(),
        level: stream === 'stderr' ? 'error' : 'information',
        message: text,
      };
}

function isLogLine(value: unknown): value is HostLogLine {
  return (
    isObject(value) &&
    typeof value['time'] === 'string' &&
    typeof value['message'] === 'string' &&
    LEVELS.has(String(value['level']))
  );
}
