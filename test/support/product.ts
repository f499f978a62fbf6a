import { startArm, type Arm } from '../../local/arm/server.ts';
import { startHost, type HostProcess } from '../../local/host/process.ts';
import { startSlack, type Slack } from '../../local/slack/server.ts';
import { appNode } from './app-node.ts';
import { settingsFor } from './settings.ts';

/** The built app in the local Functions host, joined to Azurite and the stand-ins. */
export interface Product extends AsyncDisposable {
  readonly arm: Arm;
  readonly slack: Slack;
  readonly host: HostProcess;
  /** One request to the app; `path` begins with `/api`. */
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Runs one tick to its end. */
  tick(): Promise<void>;
  /** Everything the app has logged. */
  readonly log: string[];
}

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  json(): Record<string, unknown>;
}

type Settings = Record<string, string>;

/** Ticks run on request alone; that the next one is far away gives each all the time that it needs. */
const timers: Settings = { HOST_TIMERS: 'off', POLL_SCHEDULE: '0 0 0 1 1 *' };

/** Starts a product; `settings` are added to, or replace, those that join the parts. */
export async function startProduct(
  settings: Settings | ((arm: Arm) => Settings) = {},
): Promise<Product> {
  await using started = new AsyncDisposableStack();
  const arm = started.use(await startArm());
  const slack = started.use(await startSlack({ rateLimit: false }));
  const log: string[] = [];
  const changes = typeof settings === 'function' ? settings(arm) : settings;
  const env = { PORT: '0', ...timers, ...settingsFor(arm, slack), ...changes };
  const host = started.use(
    await startHost({ env, nodePath: appNode, onLog: ({ message }) => void log.push(message) }),
  );
  const parts = started.move();
  return {
    arm,
    slack,
    host,
    log,
    request: async (method, path, body, headers = {}) => {
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const contentType: Record<string, string> =
        body === undefined ? {} : { 'content-type': 'application/json' };
      return await answerOf(
        await fetch(host.url + path, { method, ...init, headers: { ...contentType, ...headers } }),
      );
    },
    tick: async () => await host.runTimer('pollOperations'),
    [Symbol.asyncDispose]: async () => await parts.disposeAsync(),
  };
}

/** Reads an answer's body. */
export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json() {
      const parsed: unknown = JSON.parse(text);
      if (typeof parsed !== 'object' || parsed === null) throw new Error(`No JSON object: ${text}`);
      return { ...parsed };
    },
  };
}
