import type { LogLevel } from './core-types.ts';

/** One line of the host's log, as `LOG_FORMAT=json` prints it. */
export interface HostLogLine {
  /** ISO 8601, UTC. */
  time: string;
  level: LogLevel;
  /** The function it belongs to; absent for the host's own lines. */
  functionName?: string;
  /** The run of that function. */
  invocationId?: string;
  message: string;
}

/** A loaded function, as `GET /admin/functions` and the `ready` message list it. */
export interface FunctionSummary {
  name: string;
  trigger: 'http' | 'timer';
  /** HTTP only: the path with its prefix and parameters, such as `/api/operations/{trackingId}`. */
  route?: string;
  /** HTTP only, upper case. */
  methods?: readonly string[];
  /** HTTP only: `anonymous`, `function` or `admin`. */
  authLevel?: string;
  /** Timer only: six NCRONTAB fields, settings expanded, UTC. */
  schedule?: string;
}

/** What the host sends to its parent over IPC: once that it listens, and then the end of each requested run. */
export type HostMessage =
  | { type: 'ready'; url: string; functions: FunctionSummary[] }
  | { type: 'ran'; id: string; ok: boolean; error?: string };

/** What the parent asks over IPC: run the timer function `name` now; `id` comes back in `ran`. */
export interface RunMessage {
  type: 'run';
  name: string;
  id: string;
}
