import type { LogLevel } from './core-types.ts';
import type { HostLogLine } from './messages.ts';

/** The function and the run that a line belongs to. */
export interface LogScope {
  functionName?: string;
  invocationId?: string;
}

/** Writes one line of the log. */
export type Log = (level: LogLevel, message: string, scope?: LogScope) => void;

/**
 * A log that prints `json`, one object to a line with every level, or short `text` for a person, where
 * `trace` and `debug` are left out as Azure does by default.
 */
export function createLog(options: {
  format: 'json' | 'text';
  write: (line: string) => void;
  now: () => Date;
}): Log {
  const render = options.format === 'json' ? JSON.stringify : renderText;
  return (level, message, scope = {}) => {
    if (options.format === 'text' && (level === 'trace' || level === 'debug')) return;
    options.write(`${render({ time: options.now().toISOString(), level, ...scope, message })}\n`);
  };
}

/** `12:00:00 warning pollOperations: message`; the level is left out for plain information. */
function renderText({ time, level, functionName, message }: HostLogLine): string {
  const clock = time.slice(11, 19);
  const severity = level === 'information' ? '' : ` ${level}`;
  return `${clock}${severity} ${functionName === undefined ? '' : `${functionName}: `}${message}`;
}

/** What a log line says about something thrown: the stack where there is one, the causes included. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\nCaused by: ${describeError(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
