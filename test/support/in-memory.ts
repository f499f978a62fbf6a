import type { ArmReader } from '../../shared/arm/client.ts';
import { createBudgetStore } from '../../shared/store/budget-store.ts';
import { createOperationStore } from '../../shared/store/operation-store.ts';
import { createStateStore } from '../../shared/store/state-store.ts';
import { createVersionStore } from '../../shared/store/version-store.ts';
import { pinnedVersion } from '../../shared/calls/api-versions.ts';
import { createWatchStore } from '../../shared/store/watch-store.ts';
import { createWorkStore } from '../../shared/store/work-store.ts';
import type { TickReport } from '../../shared/domain/tick-summary.ts';
import { tick, type TickNeeds } from '../../shared/tick/tick.ts';
import {
  createRows,
  simulatedTable,
  type SimulatedRows,
  type SendRequest,
} from '../simulation/simulated-table.ts';

/** Time that passes while nobody has anything to do: what takes seconds is over at once. */
export interface VirtualTime {
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  /** Runs until a step has ended; milliseconds that it took. */
  readonly run: (step: () => Promise<unknown>) => Promise<number>;
}

export function createTime(start = '2024-05-06T07:00:00.000Z'): VirtualTime {
  let at = Date.parse(start);
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => new Date(at),
    sleep: async (ms) =>
      await new Promise((wake) => {
        sleepers.add({ until: at + ms, wake });
      }),
    async run(step) {
      const began = at;
      let isOver = false;
      const running = step().finally(() => {
        isOver = true;
      });
      running.catch(() => {});
      for (;;) {
        // Whoever has something to do does it first.
        for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
        if (isOver) break;
        const next = [...sleepers].toSorted((a, b) => a.until - b.until)[0];
        if (next === undefined) continue;
        at = Math.max(at, next.until);
        sleepers.delete(next);
        next.wake();
      }
      await running;
      return at - began;
    },
  };
}

/** The app's ticks on tables in memory. */
export interface InMemory {
  readonly time: VirtualTime;
  readonly needs: TickNeeds;
  /** The first line of every message that was posted. */
  readonly told: string[];
  /** Requests to the tables so far. */
  readonly requests: () => number;
  /** Ticks when the schedule says so; what the tick came to, and how long it took in milliseconds. */
  readonly tick: () => Promise<{ report: TickReport; ms: number }>;
  /** Ticks with a process that ends after so many requests to the tables; `true`: the tick was over before. */
  readonly tickKilledAfter: (requests: number) => Promise<boolean>;
}

/** What a tick on tables in memory needs of its test. */
type GivenNeeds = Pick<TickNeeds, 'arm' | 'post' | 'clock' | 'sleep' | 'schedule'> &
  Partial<Pick<TickNeeds, 'channels' | 'policy'>>;

/** What a tick works with, on tables in memory whose requests go through `send`. */
export function needsInMemory(
  send: SendRequest,
  given: GivenNeeds,
): {
  readonly needs: TickNeeds;
  readonly rows: Record<'active' | 'history' | 'state', SimulatedRows>;
} {
  const rows = { active: createRows(), history: createRows(), state: createRows() };
  const active = simulatedTable(rows.active, send);
  const history = simulatedTable(rows.history, send);
  const state = simulatedTable(rows.state, send);
  const versionStore = createVersionStore(state, 'arm.example');
  const needs: TickNeeds = {
    callers: null,
    operations: createOperationStore(active, history),
    work: createWorkStore(active),
    state: createStateStore(state),
    versionStore,
    versions: pinnedVersion('2025-05-02-preview', versionStore),
    app: { clientId: null, managedIdentity: true, apiVersion: '2025-05-02-preview', site: null },
    policy: { stalledAfterMs: 0, giveUpAfterMs: 7 * 24 * 3_600_000 },
    findUsual: async () => null,
    watches: createWatchStore(active, history),
    watchIntervalMs: 120_000,
    budget: createBudgetStore(state),
    armBudget: 1,
    unlisted: new Map(),
    oddNextPages: new Set(),
    atCluster: new Map(),
    channels: new Map([['default', 'https://hooks.slack.com/services/T0/B0/x']]),
    random: () => 0.5,
    accepted: new Set(),
    portal: 'https://portal.azure.com',
    heartbeat: async () => {},
    log: { info: () => {}, error: () => {} },
    ...given,
  };
  return { needs, rows };
}

/**
 * @param everyMs between two ticks
 * @param tableMs how long a request to a table takes
 */
export function startInMemory(
  armOf: (time: VirtualTime) => ArmReader,
  everyMs: number,
  tableMs = 0,
): InMemory {
  const time = createTime();
  let requests = 0;
  const told: string[] = [];
  let killedAfter = Infinity;
  const send: SendRequest = async (_name, _key, run) => {
    requests += 1;
    killedAfter -= 1;
    if (killedAfter < 0) throw new Error('The process was killed.');
    if (tableMs > 0) await time.sleep(tableMs);
    return run(false);
  };
  const { needs } = needsInMemory(send, {
    async post(_url, { text }) {
      told.push(text.split('\n')[0] ?? '');
      return { meaning: 'delivered' };
    },
    clock: time.now,
    sleep: time.sleep,
    schedule: `*/${everyMs / 1000} * * * * *`,
    arm: armOf(time),
  });
  const app: InMemory = {
    time,
    needs,
    told,
    requests: () => requests,
    async tickKilledAfter(count) {
      killedAfter = count;
      const isOver = await app.tick().then(
        () => true,
        () => false,
      );
      killedAfter = Infinity;
      return isOver;
    },
    async tick() {
      const untilNext = everyMs - (time.now().getTime() % everyMs);
      await time.run(async () => await time.sleep(untilNext));
      const reports: TickReport[] = [];
      const ms = await time.run(async () => void reports.push(await tick(needs)));
      const [report] = reports;
      if (report === undefined) throw new Error('The tick has not ended.');
      return { report, ms };
    },
  };
  return app;
}
