import { join } from 'node:path';
import { scenarios } from './arm/scenarios.ts';
import { startArm } from './arm/server.ts';
import type { Arm } from './arm/server.ts';
import { startRequestSchema } from './arm/state-file.ts';
import type { HostLogLine } from './host/messages.ts';
import { startHost } from './host/process.ts';
import type { HostProcess } from './host/process.ts';
import { createNotifierApi } from './notifier-api.ts';
import type { NotifierApi } from './notifier-api.ts';
import { watchOperations } from './operations-watch.ts';
import type { OperationsWatch } from './operations-watch.ts';
import { startPage } from './page/server.ts';
import type { Page } from './page/server.ts';
import type { Channel } from './page/protocol.ts';
import type { Runnable } from './run-until-stopped.ts';
import { startSlack } from './slack/server.ts';
import type { Slack } from './slack/server.ts';
import { startStore } from './store.ts';
import type { Store } from './store.ts';

/** How the whole product runs on this machine. */
export interface ProductOptions {
  /** Everything that outlives a run is kept under it. */
  readonly dataFolder: string;
  /** Of the functions; the page takes the next one. `0` takes free ones for both. */
  readonly port: number;
  /** Turns function keys on. */
  readonly functionKey?: string;
  /** Default: the app that package.json names. */
  readonly appFile?: string;
  readonly onLog?: (line: HostLogLine) => void;
}

/** The running product. */
export interface Product extends Runnable, AsyncDisposable {
  readonly host: HostProcess;
  readonly page: Page;
  readonly arm: Arm;
  readonly slack: Slack;
  readonly store: Store;
  readonly api: NotifierApi;
  readonly watch: OperationsWatch;
}

/** The channels: the default one and a further one, as settings name them. */
export const channels: readonly Channel[] = [
  { name: 'default', title: 'aks-operations' },
  { name: 'payments', title: 'payments' },
];

/**
 * Starts the stand-ins, the page, the store and then the functions. They end in the opposite order:
 * the functions while everything that they use is still there, then the page and the store, then the rest.
 *
 * @throws when a part does not start, such as on a taken port; whatever had started is ended
 */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { dataFolder, port, functionKey, appFile, onLog } = options;
  let host: HostProcess | undefined;
  const api = createNotifierApi({
    url: () => host?.url ?? 'http://127.0.0.1:9',
    ...(functionKey !== undefined && { functionKey }),
  });
  const watch = watchOperations({ api });

  await using starting = new AsyncDisposableStack();
  const arm = starting.use(await startArm({ stateFile: join(dataFolder, 'arm.json') }));
  const slack = starting.use(await startSlack({ stateFile: join(dataFolder, 'slack.jsonl') }));
  const store = starting.use(await startStore(join(dataFolder, 'azurite')));
  const page = starting.use(await startPageOf({ port, arm, slack, store, api, watch }));
  const functions = starting.use(
    await startHost({
      env: {
        PORT: String(port),
        HOST_STATE_DIR: join(dataFolder, 'host'),
        AzureWebJobsStorage: store.connectionString,
        SLACK_WEBHOOK_URL: slack.webhookUrl('default'),
        SLACK_WEBHOOK_URL_PAYMENTS: slack.webhookUrl('payments'),
        ARM_ENDPOINT: arm.url,
        ...arm.identityEnv,
        // Short, so that the demo takes minutes.
        POLL_SCHEDULE: '*/5 * * * * *',
        STALLED_AFTER: '30s',
        ...(functionKey !== undefined && { FUNCTION_KEY: functionKey }),
      },
      ...(appFile !== undefined && { appFile }),
      ...(onLog !== undefined && { onLog }),
    }),
  );
  host = functions;
  const parts = starting.move();

  return {
    host: functions,
    page,
    arm,
    slack,
    store,
    api,
    watch,
    died: Promise.race([
      functions.exited.then(() => 'The functions ended by themselves.'),
      store.died.then(() => 'Azurite, the store, ended by itself.'),
    ]),
    stop: () => parts.disposeAsync(),
    kill: async () => {
      await Promise.all([functions.kill(), store.kill()]);
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function startPageOf(parts: {
  port: number;
  arm: Arm;
  slack: Slack;
  store: Store;
  api: NotifierApi;
  watch: OperationsWatch;
}): Promise<Page> {
  const { port, arm, slack, store, api, watch } = parts;
  return startPage({
    port: port === 0 ? 0 : port + 1,
    channels,
    slack,
    api,
    watch,
    starter: {
      scenarios: Object.keys(scenarios),
      start: (operation) => arm.start(startRequestSchema.parse(operation)).id,
    },
    unplug: (cutOff) => {
      arm.faults.set(...(cutOff.arm ? [{ kind: 'down' } as const] : []));
      slack.faults.set(...(cutOff.slack ? [{ kind: 'down' } as const] : []));
      store.setPlugged(!cutOff.store);
    },
  });
}
