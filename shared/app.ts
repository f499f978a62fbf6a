import type { TokenCredential } from '@azure/core-auth';
import { setTimeout as sleep } from 'node:timers/promises';
import { createArmReader } from './arm/client.ts';
import { createCredential } from './arm/credential.ts';
import { tokenSource } from './arm/token.ts';
import { assessHealth, type Health } from './health.ts';
import type { Log } from './log.ts';
import { redactor, type Redact } from './redact.ts';
import { pollScheduleOf, readSettings, type Settings, type SettingsProblem } from './settings.ts';
import { createPoster } from './slack/webhook.ts';
import { openTable } from './store/azure-table.ts';
import { createOperationStore, type OperationStore } from './store/operation-store.ts';
import { createStateStore, type StateStore } from './store/state-store.ts';
import { StoreUnavailable } from './store/table.ts';
import { createWorkStore } from './store/work-store.ts';
import type { TickSummary } from './tick-summary.ts';
import { intervalOf } from './tick/deadline.ts';
import { tick } from './tick/tick.ts';
import type { Clock } from './time.ts';

/** The settings do not let the app work. */
export class SettingsError extends Error {
  readonly code = 'SettingsError';
  readonly problems: readonly SettingsProblem[];
  constructor(problems: readonly SettingsProblem[]) {
    super(
      `App settings need attention: ${problems.map(({ setting, message }) => `${setting} ${message}`).join(' ')}`,
    );
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** The running app. */
export interface App {
  readonly settings: Settings;
  readonly operations: OperationStore;
  readonly clock: Clock;
  /** Waits, in milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Runs one tick. */
  readonly tick: (log: Log) => Promise<TickSummary>;
}

/** The composition root: what the settings say, put together once and on first use. */
export interface Root {
  /** The running app; throws {@link SettingsError} when the settings do not allow it. */
  readonly app: () => App;
  readonly health: () => Promise<Health>;
  /** Takes the settings' secrets out of a text. */
  readonly redact: Redact;
}

/** What the app takes from its surroundings besides settings; tests and simulations give their own. */
export interface Surroundings {
  readonly clock: Clock;
  /** Waits, in milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** 0..1 */
  readonly random: () => number;
}

const realSurroundings: Surroundings = {
  clock: () => new Date(),
  sleep: async (ms) => await sleep(ms),
  random: Math.random,
};

/** Builds the app from the environment. Never throws: bad settings show when the app is asked for. */
export function createRoot(
  env: Readonly<Record<string, string | undefined>>,
  surroundings: Surroundings = realSurroundings,
): Root {
  const { clock } = surroundings;
  const startedAt = clock().toISOString();
  const { settings, problems } = readSettings(env);
  const running = settings === null ? null : compose(settings, surroundings);
  return {
    redact: redactor(settings === null ? [] : secretsOf(settings)),
    app() {
      if (running === null) throw new SettingsError(problems);
      return running.app;
    },
    async health() {
      return assessHealth({
        now: clock().toISOString(),
        startedAt,
        tickIntervalMs: intervalOf(pollScheduleOf(env), clock()),
        problems,
        isConfigured: running !== null,
        store: running === null ? null : await storeHealth(running.state, running.app.settings),
      });
    },
  };
}

function compose(settings: Settings, surroundings: Surroundings): { app: App; state: StateStore } {
  const { cloud, tableName } = settings;
  const { clock } = surroundings;
  const credentialFor = lazyCredentials(settings);
  const openNamed = (suffix: string) =>
    openTable(settings.storage, `${tableName}${suffix}`, credentialFor);
  const active = openNamed('');
  const operations = createOperationStore(active, openNamed('History'));
  const state = createStateStore(openNamed('State'));
  const armCredential = credentialFor(settings.clientId);
  const readStatus = createArmReader({
    endpoint: settings.armEndpoint,
    apiVersion: settings.apiVersion,
    tokens: tokenSource(armCredential, cloud.tokenScope, clock),
    clock,
  });
  const parts = {
    readStatus,
    operations,
    work: createWorkStore(active),
    state,
    policy: { stalledAfterMs: settings.stalledAfterMs, giveUpAfterMs: settings.giveUpAfterMs },
    channels: settings.channels,
    post: createPoster(fetch, clock),
    ...surroundings,
    accepted: new Set<string>(),
    schedule: settings.pollSchedule,
    portal: cloud.portal,
  };
  const app: App = {
    settings,
    operations,
    clock,
    sleep: surroundings.sleep,
    tick: async (log) =>
      await tick({ ...parts, log, heartbeat: () => heartbeat(settings.heartbeatUrl, log) }),
  };
  return { app, state };
}

/** Credentials by client ID; their code is loaded when a token is first asked for. */
function lazyCredentials({
  cloud,
  managedIdentity,
}: Settings): (clientId: string | null) => TokenCredential {
  const made = new Map<string | null, Promise<TokenCredential>>();
  const make = (clientId: string | null): Promise<TokenCredential> => {
    const known = made.get(clientId);
    if (known !== undefined) return known;
    const { authorityHost } = cloud;
    const created = createCredential({ clientId, authorityHost, managedIdentity });
    made.set(clientId, created);
    return created;
  };
  return (clientId) => ({
    getToken: async (scopes, options) => await (await make(clientId)).getToken(scopes, options),
  });
}

async function storeHealth(
  state: StateStore,
  { channels }: Settings,
): Promise<{ lastTick: TickSummary | null; parkedChannels: number } | null> {
  try {
    const [lastTick, states] = await Promise.all([state.lastTick(), state.channels()]);
    const parked = [...states].filter(
      ([name, { parkedSince }]) => parkedSince !== null && channels.has(name),
    );
    // Messages for a channel that the settings do not have wait for a person too.
    const unconfigured = (lastTick?.unroutable ?? 0) > 0 ? 1 : 0;
    return { lastTick, parkedChannels: parked.length + unconfigured };
  } catch (error) {
    if (error instanceof StoreUnavailable) return null;
    throw error;
  }
}

const heartbeatTimeoutMs = 5000;

async function heartbeat(url: string | null, log: Log): Promise<void> {
  if (url === null) return;
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(heartbeatTimeoutMs),
    });
    await response.body?.cancel();
    if (!response.ok) log.error('The heartbeat was not accepted.', { status: response.status });
  } catch (error) {
    log.error('The heartbeat could not be sent.', {
      reason: error instanceof Error ? error.name : 'unknown',
    });
  }
}

function secretsOf({ channels, storage, heartbeatUrl }: Settings): string[] {
  const key =
    storage.kind === 'connectionString'
      ? /AccountKey=([^;]+)|SharedAccessSignature=([^;]+)/i.exec(storage.connectionString)
      : null;
  return [...channels.values(), heartbeatUrl, key?.[1], key?.[2]].filter(
    (secret) => typeof secret === 'string',
  );
}
