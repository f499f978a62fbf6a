import type { Engine } from './engine.ts';
import type { Process } from './facts.ts';
import { startProcess, type ProcessNeeds, type Tables, type Wrapping } from './instance.ts';
import type { Product } from './product.ts';
import type { Columns } from '../../shared/store/table.ts';
import { simulatedSlack } from './simulated-slack.ts';
import { createRows, type SimulatedRows } from './simulated-table.ts';

/** One instance of the app as it runs now. */
export interface Instance {
  readonly by: Process;
  readonly needs: ProcessNeeds;
  isTicking: boolean;
}

/** The app's instances on one set of tables. */
export interface Fleet {
  /** The instance of this number; a new process takes over where one was killed. */
  instance(number: number): Instance;
  /** How many rows there are. */
  counts(): { active: number; history: number };
  /** The channels that are parked for answering strangely: those wait for a person. */
  strangeChannels(): string[];
}

/** @param names what is looked for in messages */
export function startFleet(
  engine: Engine,
  product: Product,
  wrapping: Wrapping,
  names: readonly string[],
  choosesVersions: boolean,
): Fleet {
  let writer: Process | null = null;
  const rowsOf = (table: keyof Tables): SimulatedRows =>
    createRows(({ key, before, after }) => {
      if (writer !== null)
        engine.record({ kind: 'commit', table, ...key, before, after, by: writer });
    });
  const tables: Tables = {
    active: rowsOf('active'),
    history: rowsOf('history'),
    state: rowsOf('state'),
  };
  const instances = new Map<number, Instance>();
  let processes = 0;

  /** The rows with a note of who writes. */
  function writtenBy(by: Process, rows: SimulatedRows): SimulatedRows {
    const noting = <T>(write: () => T): T => {
      writer = by;
      return write();
    };
    return {
      ...rows,
      insert: (...given) => noting(() => rows.insert(...given)),
      upsert: (...given) => noting(() => rows.upsert(...given)),
      replace: (...given) => noting(() => rows.replace(...given)),
      remove: (...given) => noting(() => rows.remove(...given)),
      merge: (...given) => noting(() => rows.merge(...given)),
    };
  }

  return {
    instance(number) {
      const running = instances.get(number);
      if (running?.by.isAlive === true) return running;
      processes += 1;
      const by: Process = { name: `${'AB'[number] ?? number}${processes}`, isAlive: true };
      const own: Tables = {
        active: writtenBy(by, tables.active),
        history: writtenBy(by, tables.history),
        state: writtenBy(by, tables.state),
      };
      const post = simulatedSlack(engine, names, by);
      const needs = startProcess(product, by, engine, own, post, wrapping, choosesVersions);
      const instance = { by, needs, isTicking: false };
      instances.set(number, instance);
      return instance;
    },
    counts: () => ({
      active: tables.active.all().filter(isOfWork).length,
      history: tables.history.all().length,
    }),
    strangeChannels: () =>
      tables.state.all().flatMap(({ key, columns }) => {
        if (key.partitionKey !== 'channel') return [];
        const { parkedSince, strange } = JSON.parse(String(columns['state']));
        return parkedSince !== null && strange !== null ? [key.rowKey] : [];
      }),
  };
}

/** Watches and their clusters stay. */
function isOfWork({ columns }: { readonly columns: Columns }): boolean {
  return columns['kind'] !== 'watch' && columns['kind'] !== 'cluster';
}
