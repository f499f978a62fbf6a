import type { InvocationContext, TimerHandler } from '@azure/functions';
import type { App } from '../shared/app.ts';
import type { Log } from '../shared/log.ts';
import { theRoot } from './root.ts';

/** A timer handler: its log lines are one JSON object each, and what it rejects with holds no secret. */
export function onTimer(run: (app: App, log: Log) => Promise<void>): TimerHandler {
  return async (_timer, context) => {
    const { redact, app } = theRoot();
    let failure: string;
    try {
      return await run(app(), logTo(context, redact));
    } catch (error) {
      failure = redact(error instanceof Error ? error.message : String(error));
    }
    // Without its cause: that may hold what must not be logged.
    throw new Error(failure);
  };
}

/** One line per entry, an object that Application Insights can query with `parse_json(message)`. */
function logTo(context: InvocationContext, redact: (text: string) => string): Log {
  const line = (message: string, fields?: Readonly<Record<string, unknown>>): string =>
    redact(JSON.stringify({ message, ...fields }));
  return {
    info: (message, fields) => context.log(line(message, fields)),
    error: (message, fields) => context.error(line(message, fields)),
  };
}
