import { retryOnConflict } from '../store/table.ts';
import { judge, withEvents, usualFor, type FindUsual } from '../domain/apply-reading.ts';
import type { ComparePolicy } from '../domain/compare.ts';
import type { Reading, ReadingTrouble } from '../domain/reading.ts';
import type { TrackedOperation } from '../domain/tracked.ts';
import type { Usual } from '../domain/usual-duration.ts';
import type { OperationHead } from '../store/operation-row.ts';
import type { OperationStore } from '../store/operation-store.ts';
import type { OperationWork, WorkStore } from '../store/work-store.ts';
import type { Clock, IsoTime } from '../time.ts';
import { endingWaitsMs, nothing, type Conclusion, type Endings } from './look-into-endings.ts';
import type { Refusals } from '../store/refused-rows.ts';

/** What recording works with. */
export interface RecordNeeds {
  readonly operations: OperationStore;
  readonly work: WorkStore;
  readonly policy: ComparePolicy;
  readonly findUsual: FindUsual;
  readonly clock: Clock;
  readonly refusals: Refusals;
}

/** Records the readings of one tick. */
export interface Recorder {
  /** Compares a reading with what is stored, and writes it down; what it came to. */
  record(item: OperationWork, reading: Reading): Promise<ReadingTrouble | null>;
  /** Writes down what waits: for others to be written with, or for what an ending has changed. */
  finish(): Promise<void>;
  /** Readings with news so far. */
  readonly changed: number;
}

/** So many endings at a time ask what they have changed; the others wait for their turn, and no longer than these. */
const conclusionsAtOnce = 32;

/** Azure's limit for a transaction. */
const batchSize = 100;
/** So many transactions at a time: each is a hundred rows as text, and in the library's hands several times that. */
const batchesAtOnce = 4;

/**
 * Readings without news are written in batches; one with news is written by itself together with the message it
 * owes, and handed to `onOwing`.
 *
 * @param endings what endings say beyond what the operation tells
 * @param onJudged gets each operation as its reading has shown it
 */
export function createRecorder(
  tickAt: IsoTime,
  { operations, work, policy, findUsual, clock, refusals }: RecordNeeds,
  onOwing: (operation: TrackedOperation) => void,
  onJudged: (operation: OperationHead) => void,
  endings: Pick<Endings, 'conclude'>,
): Recorder {
  const quiet = new Map<string, OperationWork[]>();
  const writing = new Set<Promise<void>>();
  const toConclude: (() => Promise<void>)[] = [];
  const concluding = new Set<Promise<void>>();
  const failed: Promise<void>[] = [];
  let changed = 0;

  async function write(batch: readonly OperationWork[]): Promise<void> {
    while (writing.size >= batchesAtOnce) await Promise.race(writing);
    const one = recordTogether(batch).finally(() => writing.delete(one));
    writing.add(one);
    await one;
  }

  async function recordTogether(batch: readonly OperationWork[]): Promise<void> {
    for (const refused of await work.recordQuiet(batch)) refusals.note(refused);
  }

  async function recordQuiet(item: OperationWork): Promise<void> {
    const { partitionKey } = item.key;
    const batch = quiet.get(partitionKey) ?? [];
    quiet.set(partitionKey, batch);
    batch.push(item);
    if (batch.length >= batchSize) await write(batch.splice(0));
  }

  /** Compares with the row as it is now, and writes state and message at once; `null` when there is nothing to tell. */
  async function recordNews(
    trackingId: string,
    reading: Reading,
    usual: Usual | null,
    { facts, events: more }: Pick<Conclusion, 'facts' | 'events'> = nothing,
  ): Promise<TrackedOperation | null> {
    // Where somebody changes this row all the time it is still due, and read again in the next tick.
    const written = await retryOnConflict(async () => {
      const stored = await operations.find(trackingId);
      if (stored === null || stored.archived) return { recorded: null };
      const { judged, events } = judge(stored.operation, reading, policy, tickAt, usual);
      if (events.length === 0) return { recorded: null };
      const concluded = { ...judged, ...facts };
      const recorded = withEvents(concluded, [...events, ...more], clock().toISOString());
      return (await operations.save(recorded, stored.etag)) === null ? null : { recorded };
    });
    return written?.recorded ?? null;
  }

  /** Records news, and hands on what owes a message: of events that nobody wants posted nothing does. */
  async function recordAndHandOn(...news: Parameters<typeof recordNews>): Promise<boolean> {
    const recorded = await refusals.passOver(async () => await recordNews(...news));
    if (recorded !== null && recorded.outbox.owed.length > 0) onOwing(recorded);
    return recorded !== null;
  }

  /** An ending waits for what it changed, and nothing else waits for that. */
  function conclude(judged: OperationHead, reading: Reading, usual: Usual | null): void {
    const until = clock().getTime() + endingWaitsMs;
    toConclude.push(async () => {
      const { remember, ...conclusion } = await endings.conclude(judged, until);
      if (await recordAndHandOn(judged.trackingId, reading, usual, conclusion)) await remember();
    });
    if (concluding.size >= conclusionsAtOnce) return;
    const one = concludeAll().finally(() => concluding.delete(one));
    // It is awaited at the end, where its failure counts.
    one.catch(() => failed.push(one));
    concluding.add(one);
  }

  async function concludeAll(): Promise<void> {
    for (let next = toConclude.shift(); next !== undefined; next = toConclude.shift()) await next();
  }

  return {
    async record(item, reading) {
      const usual = await usualFor(item.head, reading, findUsual);
      const { judged, events } = judge(item.head, reading, policy, tickAt, usual);
      onJudged(judged);
      if (events.length === 0) await recordQuiet({ ...item, head: judged });
      else {
        changed += 1;
        if (judged.state.outcome === null) await recordAndHandOn(judged.trackingId, reading, usual);
        else conclude(judged, reading, usual);
      }
      return judged.state.trouble;
    },
    async finish() {
      await Promise.all([
        ...[...quiet.values()].filter((batch) => batch.length > 0).map(write),
        ...concluding,
        ...failed,
      ]);
    },
    get changed() {
      return changed;
    },
  };
}
