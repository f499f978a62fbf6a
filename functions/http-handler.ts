import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';
import type { App } from '../shared/app.ts';
import { SettingsError } from '../shared/settings/settings-error.ts';
import type { Redact } from '../shared/redact.ts';
import { UnreadableOperation } from '../shared/store/operation-store.ts';
import { Conflict, StoreUnavailable } from '../shared/store/table.ts';
import { UnreadableWatch } from '../shared/store/watch-store.ts';
import { Problem } from './problem.ts';
import { theRoot } from './root.ts';

/** An HTTP handler whose failures answer as problems: clear to the caller, without a secret. */
export function answering(
  handle: (request: HttpRequest, app: App) => Promise<HttpResponseInit>,
): HttpHandler {
  return answeringAlways(async (request) => await handle(request, theRoot().app()));
}

/** As {@link answering}, for what serves whatever the settings are. */
export function answeringAlways(
  handle: (request: HttpRequest) => Promise<HttpResponseInit>,
): HttpHandler {
  return async (request, context) => {
    try {
      return await handle(request);
    } catch (error) {
      const { redact } = theRoot();
      const log = (text: string): void => context.error(redact(text));
      return toAnswer(problemOf(error, log, context.invocationId), redact);
    }
  };
}

function problemOf(error: unknown, log: (text: string) => void, invocationId: string): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof SettingsError) {
    const errors = error.problems.map(({ setting, message }) => ({
      pointer: `/${setting}`,
      message,
    }));
    return new Problem(
      503,
      'Not configured',
      'App settings are missing or wrong; see errors. Nothing was done.',
      errors,
    );
  }
  if (error instanceof StoreUnavailable) {
    log(error.message);
    return new Problem(503, 'Storage unavailable', `${error.message} Nothing was done; try again.`);
  }
  if (error instanceof Conflict) {
    log(error.message);
    return new Problem(409, 'Conflict', `${error.message} Nothing was done; try again.`);
  }
  if (error instanceof UnreadableOperation) {
    log(error.message);
    return unreadable(
      `${error.message} The row is kept as it is, and nothing was done. DELETE the operation to remove the row, with the messages that it still owes; then register it again.`,
    );
  }
  if (error instanceof UnreadableWatch) {
    log(error.message);
    return unreadable(
      `${error.message} The row is kept as it is, and nothing was done. DELETE the watch, then create it again.`,
    );
  }
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new Problem(
    500,
    'Internal error',
    `The app failed; its log says more (invocation ${invocationId}).`,
  );
}

function unreadable(detail: string): Problem {
  return new Problem(409, 'Stored row unreadable', detail);
}

function toAnswer({ status, title, message, errors }: Problem, redact: Redact): HttpResponseInit {
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(status === 503 ? { 'Retry-After': '30' } : {}),
    },
    jsonBody: {
      type: `urn:aks-operation-notifier:${title.toLowerCase().replaceAll(' ', '-')}`,
      title,
      status,
      detail: redact(message),
      ...(errors === undefined
        ? {}
        : { errors: errors.map((one) => ({ ...one, message: redact(one.message) })) }),
    },
  };
}
