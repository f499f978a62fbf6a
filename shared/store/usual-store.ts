import { scopeIdOf } from '../domain/scope.ts';
import { runOf, type FindUsual } from '../domain/apply-reading.ts';
import * as z from 'zod/mini';
import { kindKey, kindOn } from '../domain/operation-kind.ts';
import type { TrackedOperation } from '../domain/tracked.ts';
import { isRunLength, usualOf, withRuns, type Run, type Usual } from '../domain/usual-duration.ts';
import { json, schemaVersion, unlessCorrupt } from './codec.ts';
import { retryOnConflict, RowRefused, type Columns, type RowKey, type Table } from './table.ts';

/** How long operations took: a row for each kind on each cluster, and one for each kind on all of them. */
export interface UsualStore {
  /** Counts a run in, once however often it is given; one that says nothing about durations is passed over. */
  readonly count: (operation: TrackedOperation) => Promise<void>;
  /** Finds what is usual; each row is read once, so that one serves a tick and no longer. */
  finder(): FindUsual;
}

function usualKey(kind: string, cluster: string | null): RowKey {
  const rowKey = cluster === null ? kind : `${cluster}.${kind}`;
  return { partitionKey: 'usual', rowKey };
}

/** The store of usual durations, on the table of the state. */
export function createUsualStore(table: Table): UsualStore {
  /** Runs that wait for the write before theirs, by row: those that end together are written together. */
  const waiting = new Map<string, { readonly runs: Run[]; readonly written: Promise<void> }>();
  const writing = new Map<string, Promise<void>>();

  async function write(key: RowKey, runs: readonly Run[]): Promise<void> {
    // A run less is no loss that holds up anything.
    await retryOnConflict(async () => {
      const row = await table.get(key);
      const stored = row === null ? [] : runsIn(row.columns);
      const next = withRuns(stored, runs);
      if (next.every((run, at) => run.id === stored[at]?.id)) return 'as it was';
      const columns = { version: schemaVersion, ...storedRuns.write(next) };
      return row === null
        ? await table.insert(key, columns)
        : await table.replace(key, columns, row.etag);
    });
  }

  async function add(key: RowKey, run: Run): Promise<void> {
    const next = waiting.get(key.rowKey);
    if (next !== undefined) {
      next.runs.push(run);
      return await next.written;
    }
    const runs = [run];
    const before = writing.get(key.rowKey)?.catch(() => {}) ?? Promise.resolve();
    const written = before.then(async () => {
      waiting.delete(key.rowKey);
      try {
        await write(key, runs);
      } catch (error) {
        // Nor is one that table storage does not take: operations go to the history all the same.
        if (!(error instanceof RowRefused)) throw error;
      }
    });
    waiting.set(key.rowKey, { runs, written });
    writing.set(key.rowKey, written);
    return await written;
  }

  return {
    async count(operation) {
      const { reference, state } = operation;
      const run = runOf(operation);
      const kind = kindKey(kindOn(reference, state.kind));
      if (run === null) return;
      const here = add(usualKey(kind.key, scopeIdOf(reference)), run);
      await (kind.isExact ? Promise.all([here, add(usualKey(kind.key, null), run)]) : here);
    },
    finder() {
      const found = new Map<string, Promise<Usual | null>>();
      const read = (key: RowKey, of: Usual['of']): Promise<Usual | null> => {
        const known = found.get(key.rowKey);
        if (known !== undefined) return known;
        const usual = table
          .get(key)
          .then((row) => (row === null ? null : usualOf(runsIn(row.columns), of)));
        found.set(key.rowKey, usual);
        return usual;
      };
      return async (cluster, { key, isExact }) => {
        const row = usualKey(key, scopeIdOf(cluster));
        if (!isExact) return await read(row, 'mixed');
        return (await read(row, 'here')) ?? (await read(usualKey(key, null), 'everywhere'));
      };
    },
  };
}

const storedRuns = json<readonly Run[]>(
  z.array(
    z.object({
      id: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
      seconds: z.int().check(z.gte(0)),
    }),
  ),
)('runs');

/** The runs of a row that can be; what cannot be read is begun anew. */
function runsIn(columns: Columns): readonly Run[] {
  const runs = unlessCorrupt(() => storedRuns.read(columns)) ?? [];
  return runs.filter(({ seconds }) => isRunLength(seconds));
}
