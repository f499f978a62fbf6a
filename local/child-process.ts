import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** How a process ended: with a code, or by a signal. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A Node.js process of ours with its IPC channel. */
export interface Child {
  pid: number;
  process: ChildProcess;
  /** Resolves when it is gone and its output is read to the end. Never rejects. */
  exited: Promise<Exit>;
  /** Sends the signal once and waits for the end; after `patienceMs` it is killed. */
  end(signal: NodeJS.Signals, patienceMs: number): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill: () => Promise<void>;
}

/**
 * Starts `node <args>`, with exactly this environment and PATH. It is a process group of its own, so that
 * a terminal's Ctrl-C reaches only the parent, which then decides in what order things end.
 * @param options.nodePath which Node.js runs it; default: this one.
 * @param options.onLine gets each line that it prints.
 * @throws Error when the process cannot be started.
 */
export async function startChild(options: {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd?: string;
  nodePath?: string | undefined;
  onLine: (line: string, stream: 'stdout' | 'stderr') => void;
}): Promise<Child> {
  const child = spawn(options.nodePath ?? process.execPath, [...options.args], {
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { promise: exited, resolve } = Promise.withResolvers<Exit>();
  child.once('close', (code, signal) => resolve({ code, signal }));
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream];
    if (input !== null)
      createInterface({ input }).on('line', (line) => options.onLine(line, stream));
  }
  await once(child, 'spawn');
  let ending: Promise<void> | undefined;

  async function endWith(signal: NodeJS.Signals, patienceMs: number): Promise<void> {
    child.kill(signal);
    const impatience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    await exited;
    clearTimeout(impatience);
  }

  return {
    pid: child.pid ?? 0,
    process: child,
    exited,
    end: (signal, patienceMs) => (ending ??= endWith(signal, patienceMs)),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Keeps the last lines of an output, for the message of a failure. */
export function createTail(size = 20): { add(line: string): void; text(): string } {
  const lines: string[] = [];
  return {
    add(line) {
      lines.push(line);
      if (lines.length > size) lines.shift();
    },
    text: () => lines.join('\n'),
  };
}
