import { setTimeout as sleep } from 'node:timers/promises';
import { createLogReader } from './arm/activity-log.ts';
import { createArmReader } from './arm/client.ts';
import { createApiVersions, pinnedVersion } from './calls/api-versions.ts';
import { waitAtMost } from './calls/first-call.ts';
import { auto } from './domain/known-versions.ts';
import { tokenSources } from './sign-in/token-sources.ts';
import type { ChannelNeeds } from './requests/channels.ts';
import { storeHealth } from './requests/store-health.ts';
import type { DoctorReport } from './doctor/check.ts';
import { diagnose, type DoctorNeeds } from './doctor/doctor.ts';
import type { DoctorRequest } from './requests/doctor-request.ts';
import { assessHealth, type Health, type HealthInputs } from './health.ts';
import type { Log } from './log.ts';
import { redactor, type Redact } from './redact.ts';
import { secretsIn } from './settings/secrets.ts';
import { pollScheduleOf, readSettings, siteOf, type Settings } from './settings/settings.ts';
import { SettingsError } from './settings/settings-error.ts';
import { createPoster } from './slack/webhook.ts';
import { storageNameOf } from './settings/storage.ts';
import { openTable } from './store/azure-table.ts';
import { createBudgetStore } from './store/budget-store.ts';
import { createCallerStore } from './store/caller-store.ts';
import { createOperationStore, type OperationStore } from './store/operation-store.ts';
import { createStateStore } from './store/state-store.ts';
import type { Table } from './store/table.ts';
import { createUsualStore } from './store/usual-store.ts';
import { createVersionStore } from './store/version-store.ts';
import { withoutCallers } from './store/without-callers.ts';
import { createWatchStore, type WatchStore } from './store/watch-store.ts';
import { createWorkStore } from './store/work-store.ts';
import type { TickReport } from './domain/tick-summary.ts';
import { intervalOf } from './tick/deadline.ts';
import { heartbeat } from './tick/heartbeat.ts';
import { tick } from './tick/tick.ts';
import type { Clock } from './time.ts';

/** The running app. */
export interface App {
  readonly settings: Settings;
  readonly operations: OperationStore;
  readonly watches: WatchStore;
  /** What {@link listChannels} and {@link retryChannel} work with. */
  readonly channels: ChannelNeeds;
  readonly clock: Clock;
  /** Waits, in milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Runs one tick. */
  readonly tick: (log: Log) => Promise<TickReport>;
}

/** The composition root: what the settings say, put together once and on first use. */
export interface Root {
  /** The running app; throws {@link SettingsError} when the settings do not allow it. */
  readonly app: () => App;
  readonly health: () => Promise<Health>;
  /** Checks what the app needs, whatever the settings are. */
  readonly diagnose: (request: DoctorRequest) => Promise<DoctorReport>;
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
  /** Opens a table by its name; absent: a table of the storage account that the settings name. */
  readonly openTable?: (name: string) => Table;
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
  const storageSetting = storageNameOf(env) ?? 'AzureWebJobsStorage';
  const running = settings === null ? null : compose(settings, storageSetting, surroundings);
  const askStore =
    running === null ? null : shared(() => storeHealth(running.app.channels, startedAt));
  const redact = redactor(secretsIn(env));
  const healthInputs = async (): Promise<HealthInputs> => ({
    now: clock().toISOString(),
    tickIntervalMs: intervalOf(pollScheduleOf(env), clock()),
    problems,
    isConfigured: running !== null,
    store: askStore === null ? null : await askStore(),
  });
  const diagnosed = async (request: DoctorRequest): Promise<DoctorReport> => {
    const needs = running?.doctor ?? null;
    const patient = { problems, site: siteOf(env), needs, health: healthInputs, redact };
    return await diagnose(patient, request);
  };
  const quietly = shared(async () => await diagnosed({ slack: false }));
  const withSlack = shared(async () => await diagnosed({ slack: true }));
  return {
    redact,
    app() {
      if (running === null) throw new SettingsError(problems);
      return running.app;
    },
    health: async () => assessHealth(await healthInputs()),
    diagnose: async ({ slack }) => await (slack ? withSlack() : quietly()),
  };
}

/** The app, and the parts of it that `health` and `doctor` read. */
interface Composed {
  readonly app: App;
  readonly doctor: DoctorNeeds;
}

function compose(settings: Settings, storageSetting: string, surroundings: Surroundings): Composed {
  const { cloud, tableName, storage, managedIdentity, site } = settings;
  const { clock } = surroundings;
  const tokensFor = tokenSources({ authorityHost: cloud.authorityHost, managedIdentity }, clock);
  const { openTable: open = (name) => openTable(storage, name, tokensFor) } = surroundings;
  const openNamed = (suffix: string): Table => open(`${tableName}${suffix}`);
  const active = openNamed('');
  const stateTable = openNamed('State');
  const usual = createUsualStore(stateTable);
  const history = openNamed('History');
  const allOperations = createOperationStore(active, history, usual.count);
  const operations = settings.showsCaller ? allOperations : withoutCallers(allOperations);
  const work = createWorkStore(active);
  const watches = createWatchStore(active, history);
  const state = createStateStore(stateTable);
  const tokens = tokensFor(settings.clientId, cloud.tokenScope);
  const { armEndpoint: endpoint, apiVersion } = settings;
  const versionStore = createVersionStore(stateTable, new URL(cloud.armEndpoint).host);
  const versions =
    apiVersion === auto
      ? createApiVersions({
          store: versionStore,
          clock,
          uptime: () => performance.now(),
          waitFor: waitAtMost,
        })
      : pinnedVersion(apiVersion, versionStore);
  const reader = createArmReader({ endpoint, versions, tokens, clock });
  const callerStore = createCallerStore(stateTable);
  const needs = {
    arm: reader,
    callers: settings.showsCaller
      ? { readLog: createLogReader({ endpoint, tokens, clock }), store: callerStore }
      : null,
    versions,
    versionStore,
    budget: createBudgetStore(stateTable),
    armBudget: settings.armBudget,
    unlisted: new Map(),
    oddNextPages: new Set<string>(),
    atCluster: new Map(),
    watches,
    watchIntervalMs: settings.watchIntervalMs,
    operations,
    work,
    state,
    policy: settings,
    channels: settings.channels,
    post: createPoster(fetch, clock),
    ...surroundings,
    accepted: new Set<string>(),
    schedule: settings.pollSchedule,
    portal: cloud.portal,
    app: settings,
  };
  const app: App = {
    settings,
    operations,
    watches,
    channels: { channels: settings.channels, state, work, clock },
    clock,
    sleep: surroundings.sleep,
    tick: async (log) =>
      await tick({
        ...needs,
        log,
        findUsual: usual.finder(),
        heartbeat: async (timeoutMs) => await heartbeat(settings.heartbeatUrl, timeoutMs, log),
      }),
  };
  const doctor: DoctorNeeds = {
    ...needs,
    tables: [
      [tableName, active],
      [`${tableName}History`, history],
      [`${tableName}State`, stateTable],
    ],
    access: { storage, setting: storageSetting, managedIdentity, site },
    tokens,
    site,
  };
  return { app, doctor };
}

/** Callers at the same time share one answer, so that many calls cost as much as one. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | null = null;
  return async () =>
    await (pending ??= ask().finally(() => {
      pending = null;
    }));
}
