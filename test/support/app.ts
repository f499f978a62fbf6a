import { inject } from 'vitest';
import type { Caller } from '../../local/arm/activity-log.ts';
import type { OperationChanges } from '../../local/arm/cluster-history.ts';
import { startArm, type Arm } from '../../local/arm/server.ts';
import { startSlack, type Slack } from '../../local/slack/server.ts';
import { createRoot, type Root } from '../../shared/app.ts';
import { parseOperationId } from '../../shared/domain/reference.ts';
import type { TrackedOperation } from '../../shared/domain/tracked.ts';
import type { TickSummary } from '../../shared/domain/tick-summary.ts';
import { register } from '../../shared/requests/register.ts';
import { untrack } from '../../shared/requests/untrack.ts';
import type { GivenOptions } from '../../shared/requests/fields.ts';
import { gistOf } from './gist.ts';
import { createClock, type TestClock } from './clock.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { settingsFor, someCluster } from './settings.ts';
import { someTable, startTableProxy, type TableProxy } from './tables.ts';
import type { Table } from '../../shared/store/table.ts';
import { createRows, simulatedTable, type SendRequest } from '../simulation/simulated-table.ts';

/** The app as one process has it. */
export interface Instance {
  readonly root: Root;
  /** Everything it has logged, as JSON. */
  readonly log: string[];
  tick(): Promise<TickSummary>;
}

/** The app in this process with the stand-ins, all by one clock. */
export interface TestApp extends Instance, AsyncDisposable {
  readonly arm: Arm;
  readonly slack: Slack;
  readonly clock: TestClock;
  /** The table of operations, or that with this suffix, `State` or `History`. */
  table(suffix?: string): Table;
  /** The app settings. */
  readonly env: Readonly<Record<string, string>>;
  /** One more process on the same tables; `settings` are added to, or replace, those of this app. */
  another(settings?: Record<string, string>): Instance;
  /** Starts an operation at ARM, running unless `answer` says otherwise, and tracks it. */
  track(options?: TrackOptions): Promise<Tracked>;
  /** Stops tracking. */
  untrack(trackingId: string): Promise<void>;
  /** Ticks so often, each on a half minute, this many seconds (default 30) after the one before or a little less. */
  tickFor(times: number, seconds?: number): Promise<TickSummary[]>;
  /** The first line of every message in Slack, oldest first. */
  readonly told: readonly string[];
}

/** An app whose store passes through a proxy: it can break any request, and refuses what Azure does not hold. */
export interface ProxiedApp extends TestApp {
  readonly tables: TableProxy;
}

/** What to track. */
export interface TrackOptions extends GivenOptions {
  /** Default: one of its own. */
  readonly cluster?: ReturnType<typeof someCluster>;
  /** What ARM answers. */
  readonly answer?: Parameters<Arm['set']>[1];
  /** What the operation changes of its cluster. */
  readonly changes?: OperationChanges;
  /** Whom the activity log names; default: one of a few, in turn. */
  readonly startedBy?: Caller;
}

/** A tracked operation. */
export interface Tracked {
  readonly id: string;
  readonly trackingId: string;
  readonly subscriptionId: string;
  /** The cluster's name, which all messages hold. */
  readonly name: string;
  /** Changes what ARM answers. */
  readonly set: (answer: Parameters<Arm['set']>[1]) => void;
  /** As it is stored now. */
  readonly stored: () => Promise<TrackedOperation>;
}

/** As a service answers: after whatever waits now. */
const answering: SendRequest = async (_name, _key, run) => {
  await new Promise(setImmediate);
  return run(false);
};

/**
 * Starts an app; `settings` are added to, or replace, those that join the parts. Its tables are in memory: the tests of
 * the store hold them to Azurite, and to Azure's limits.
 *
 * @param send how requests reach the tables
 */
export async function startApp(
  settings: Record<string, string> = {},
  send: SendRequest = answering,
): Promise<TestApp> {
  const tables = new Map<string, Table>();
  const openTable = (name: string): Table => {
    const table = tables.get(name) ?? simulatedTable(createRows(), send);
    tables.set(name, table);
    return table;
  };
  return await start(new AsyncDisposableStack(), inject('storage'), settings, openTable);
}

/** Starts an app on Azurite, which it reaches through a proxy. */
export async function startProxiedApp(settings: Record<string, string> = {}): Promise<ProxiedApp> {
  await using started = new AsyncDisposableStack();
  const tables = started.use(await startTableProxy());
  return Object.assign(await start(started.move(), tables.connectionString, settings), { tables });
}

async function start(
  before: AsyncDisposableStack,
  storage: string,
  settings: Record<string, string>,
  openTable: (name: string) => Table = someTable,
): Promise<TestApp> {
  const clock = createClock();
  await using started = before;
  const arm = started.use(await startArm({ now: clock.now }));
  const slack = started.use(await startSlack({ now: clock.now }));
  const env: Record<string, string> = {
    ...settingsFor(arm, slack),
    ...(await identityOf(arm)),
    AzureWebJobsStorage: storage,
    ...settings,
  };
  const another = (changes: Record<string, string> = {}): Instance =>
    instanceOf({ ...env, ...changes }, clock, openTable === someTable ? {} : { openTable });
  const instance = another();
  const { operations } = instance.root.app();
  const parts = started.move();
  return {
    ...instance,
    arm,
    slack,
    clock,
    env,
    another,
    table: (suffix = '') => openTable(`${env['OPERATIONS_TABLE'] ?? ''}${suffix}`),
    async track({
      cluster = someCluster(),
      answer = { status: 'InProgress' },
      changes = {},
      startedBy,
      ...options
    } = {}) {
      const by = startedBy === undefined ? {} : { startedBy };
      const { id } = arm.start({ ...cluster, scenario: 'neverEnds', changes, ...by });
      arm.set(id, answer);
      const reference = parseOperationId(id);
      if (reference === null) throw new Error(`no operation's ID: ${id}`);
      const registration = { reference, options };
      const { trackingId } = (await register(registration, operations, clock.now)).operation;
      return {
        id,
        trackingId,
        subscriptionId: cluster.subscriptionId,
        name: cluster.resourceName,
        set: (next) => arm.set(id, next),
        async stored() {
          const stored = await operations.find(trackingId);
          if (stored === null) throw new Error('not tracked');
          return stored.operation;
        },
      };
    },
    async untrack(trackingId) {
      await untrack(trackingId, instance.root.app());
    },
    async tickFor(times, seconds = 30) {
      const summaries: TickSummary[] = [];
      for (let done = 0; done < times; done += 1) {
        const now = clock.now().getTime();
        const next = Math.floor((now + seconds * 1000) / 30_000) * 30_000;
        clock.pass((next - now) / 1000);
        summaries.push(await instance.tick());
      }
      return summaries;
    },
    get told() {
      return slack.messages.map(({ payload }) => gistOf(payload));
    },
    [Symbol.asyncDispose]: async () => await parts.disposeAsync(),
  };
}

function instanceOf(
  env: Record<string, string>,
  clock: TestClock,
  tables: { readonly openTable?: (name: string) => Table },
): Instance {
  const { now, sleep } = clock;
  const root = createRoot(env, { clock: now, sleep, random: () => 0.5, ...tables });
  const log: string[] = [];
  const line = (message: string, fields?: Readonly<Record<string, unknown>>): void =>
    void log.push(JSON.stringify({ message, ...fields }));
  return { root, log, tick: async () => await root.app().tick({ info: line, error: line }) };
}

let currentArm: Arm | null = null;
let identity: Promise<Proxy> | null = null;

/**
 * The sign-in library reads the identity endpoint from the environment once in the life of a process:
 * it gets one that stays, and that asks the stand-in of the app started last.
 */
async function identityOf(arm: Arm): Promise<Record<string, string>> {
  currentArm = arm;
  identity ??= startProxy(
    () => currentArm?.url ?? '',
    () => ({ 'x-identity-header': currentArm?.identity.header ?? '' }),
  );
  const { url } = await identity;
  process.env['IDENTITY_ENDPOINT'] = `${url}/msi/token`;
  process.env['IDENTITY_HEADER'] = 'replaced on the way';
  return { IDENTITY_ENDPOINT: `${url}/msi/token` };
}
