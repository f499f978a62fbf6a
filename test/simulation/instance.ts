import type { CallerStore } from '../../shared/store/caller-store.ts';
import { StoreUnavailable, type Table } from '../../shared/store/table.ts';
import type { PostToSlack } from '../../shared/slack/webhook.ts';
import type { TickNeeds } from '../../shared/tick/tick.ts';
import type { ApiVersions } from '../../shared/calls/api-versions.ts';
import type { Engine } from './engine.ts';
import type { Process } from './facts.ts';
import type { Product } from './product.ts';
import { webhookUrl } from './simulated-slack.ts';
import { simulatedTable, type SimulatedRows } from './simulated-table.ts';

/** The three tables of the app. */
export type Tables = Readonly<Record<'active' | 'history' | 'state', SimulatedRows>>;

/** A deliberate bug, put between the product and the world. */
export interface Wrapping {
  readonly table?: (table: Table) => Table;
  readonly post?: (post: PostToSlack) => PostToSlack;
  readonly accepted?: () => Set<string>;
}

/** What a tick needs and what lives as long as its process. */
export type ProcessNeeds = Omit<TickNeeds, 'arm' | 'versions' | 'callers'> & {
  readonly versions: ApiVersions;
  readonly callerStore: CallerStore;
};

const minute = 60_000;

/** Starts the product in a process of its own. */
export function startProcess(
  product: Product,
  by: Process,
  engine: Engine,
  tables: Tables,
  post: PostToSlack,
  wrapping: Wrapping,
  choosesVersions: boolean,
): ProcessNeeds {
  const open = (place: keyof Tables): Table => {
    const table = simulatedTable(
      tables[place],
      async (name, key, run) =>
        await engine.request({
          by,
          side: 'table',
          place,
          name: `${name} ${key.replace(/^[0-9a-f-]{36}\./, '').slice(0, 20)}`.trim(),
          timeoutMs: 8000,
          run: ({ odd }) => run(odd === 'emptyPage'),
          failed() {
            engine.record({ kind: 'storeFault', by });
            throw new StoreUnavailable('simulated');
          },
        }),
    );
    return wrapping.table?.(table) ?? table;
  };
  const active = open('active');
  const history = open('history');
  const state = open('state');
  const usual = product.createUsualStore(state);
  const versionStore = product.createVersionStore(state, 'arm');
  const clock = (): Date => new Date(engine.now());
  const versions = choosesVersions
    ? product.createApiVersions({
        store: versionStore,
        clock,
        uptime: () => engine.now(),
        waitFor: async (promise, ms) => void (await Promise.race([promise, engine.sleep(by, ms)])),
      })
    : product.pinnedVersion('2026-10-02-preview', versionStore);
  return {
    callerStore: product.createCallerStore(state),
    versionStore,
    versions,
    operations: product.createOperationStore(active, history, usual.count),
    work: product.createWorkStore(active),
    watches: product.createWatchStore(active, history),
    watchIntervalMs: minute,
    budget: product.createBudgetStore(state),
    armBudget: 0.5,
    unlisted: new Map(),
    oddNextPages: new Set(),
    atCluster: new Map(),
    state: product.createStateStore(state),
    findUsual: async (cluster, kind) => await usual.finder()(cluster, kind),
    policy: { stalledAfterMs: 30 * minute, giveUpAfterMs: 7 * 24 * 60 * minute },
    channels: new Map(['default', 'payments'].map((name) => [name, webhookUrl(name)])),
    post: wrapping.post?.(post) ?? post,
    clock,
    sleep: async (ms) => await engine.sleep(by, ms),
    random: () => 0.5,
    accepted: wrapping.accepted?.() ?? new Set<string>(),
    schedule: '*/30 * * * * *',
    portal: 'https://portal.azure.com',
    app: { clientId: null, managedIdentity: true, apiVersion: 'auto', site: null },
    heartbeat: async () => {},
    log: { info: () => {}, error: () => {} },
  };
}
