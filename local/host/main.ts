/**
 * The local Functions host as a process: runs the built app as Azure would, on 127.0.0.1.
 * Its environment is the app's settings and its own (see settings.ts). With an IPC channel it takes and
 * sends the messages of messages.ts, and ends with its parent.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { startFunctionsHost } from './host.ts';
import type { Host } from './host.ts';
import { isObject } from './json.ts';
import { createLog, describeError } from './log.ts';
import type { HostMessage } from './messages.ts';
import { readHostSettings } from './settings.ts';

// A parent that died took the other end of the pipe along; the invocations in flight still get their time.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const log = createLog({
  format: process.env['LOG_FORMAT'] === 'json' ? 'json' : 'text',
  write: (line) => process.stdout.write(line),
  now: () => new Date(),
});

// The real worker dies of these too, and takes everything in flight with it.
process.on('unhandledRejection', (reason) => die(`Unhandled rejection: ${describeError(reason)}`));
process.on('uncaughtException', (error) => die(`Uncaught exception: ${describeError(error)}`));

try {
  serve(await start());
} catch (error) {
  die(error instanceof Error ? error.message : String(error));
}

function start(): Promise<Host> {
  return startFunctionsHost({
    settings: readHostSettings(process.env),
    log,
    clock: {
      now: () => new Date(),
      sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => {}),
    },
  });
}

function serve(host: Host): void {
  for (const { name, route, methods, schedule } of host.functions) {
    log('information', schedule ?? `${methods?.join(',') ?? ''} ${host.url}${route ?? ''}`, {
      functionName: name,
    });
  }
  let stopping: Promise<void> | undefined;
  const stop = () => void (stopping ??= host.stop().then(() => process.exit(0)));
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => (++signals > 1 ? process.exit(1) : stop()));
  }
  process.on('disconnect', stop);
  process.on('message', (message: unknown) => void handle(host, message));
  // The parent may have died while the app was loading.
  if (process.send !== undefined && !process.connected) return stop();
  send({ type: 'ready', url: host.url, functions: host.functions });
  host.startTimers();
}

async function handle(host: Host, message: unknown): Promise<void> {
  if (!isObject(message) || message['type'] !== 'run') return;
  const { name, id } = message;
  if (typeof name !== 'string' || typeof id !== 'string') return;
  const result = await host.runTimer(name);
  send({ type: 'ran', id, ok: result.ok, ...(!result.ok && { error: result.message }) });
}

function send(message: HostMessage): void {
  if (process.connected) process.send?.(message);
}

/** Ends the process with code 1 and one message for a person. */
function die(message: string): never {
  log('critical', message);
  process.exit(1);
}
