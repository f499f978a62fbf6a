import {
  keysAround,
  keysOfReading,
  type FailedReading,
  type IncidentName,
  type LastReading,
} from '../domain/incident.ts';
import type { IsoTime } from '../time.ts';
import { unlessCorrupt } from './codec.ts';
import { operationHead, toHead } from './operation-row.ts';
import { quoted, type Row, type Table } from './table.ts';
import { clusterHead, toClusterHead, toWatch, watchRow } from './watch-row.ts';

/** How operations, clusters and watches were read last, as their rows say it. */
export interface LastReadings {
  /** Everything that could not be read when it was last tried. */
  troubled(): Promise<FailedReading[]>;
  /**
   * The incidents in whose scope the last reading of something succeeded, since a time (default: ever). For a watched
   * scope that is not found, readings of operations do not count. One read of the rows serves all incidents.
   */
  readable(
    asked: readonly { readonly name: IncidentName; readonly since?: IsoTime | undefined }[],
  ): Promise<ReadonlySet<IncidentName>>;
}

/** Pages of this size keep the peak of memory low, at hardly more calls. */
export const pageSize = 200;
/** The columns of all kinds of rows without histories and messages. */
export const headColumns = [
  ...new Set([operationHead, clusterHead, watchRow].flatMap(({ columns }) => columns)),
];

/** Reads the rows of the active table for {@link LastReadings}. */
export function createLastReadings(active: Table): LastReadings {
  return {
    async troubled() {
      const found: FailedReading[] = [];
      const filter = `${isRead} and troubleCause gt ''`;
      for await (const { rows } of active.pages({ filter, select: headColumns, pageSize })) {
        // The app no longer reads the operation of a corrupt row, so it must not keep an incident open.
        for (const row of rows) found.push(...(unlessCorrupt(() => failureIn(row)) ?? []));
      }
      return found;
    },
    async readable(asked) {
      const found = new Set<IncidentName>();
      const [first] = asked;
      if (first === undefined) return found;
      const byScope = Map.groupBy(asked, ({ name }) => keysAround(name).at(-1));
      const subscriptionId = first.name.scope?.subscriptionId ?? null;
      const isOne = asked.every(
        ({ name }) => (name.scope?.subscriptionId ?? null) === subscriptionId,
      );
      const worked = readingTimes.map((column) => `${column} gt ''`);
      const filter = [
        ...(isOne && subscriptionId !== null ? [`PartitionKey eq ${quoted(subscriptionId)}`] : []),
        `${isRead} and troubleCause eq '' and (${worked.join(' or ')})`,
      ].join(' and ');
      for await (const { rows } of active.pages({ filter, select: headColumns, pageSize })) {
        for (const row of rows) {
          const reading = unlessCorrupt(() => lastReadingIn(row));
          if (reading === null) continue;
          for (const { name, since = '' } of keysOfReading(reading).flatMap(
            (key) => byScope.get(key) ?? [],
          )) {
            const isOfCause = !(name.cause === 'notFound' && reading.isOperation);
            if (isOfCause && readSince(row, since)) found.add(name);
          }
        }
        if (found.size === asked.length) break;
      }
      return found;
    },
  };
}

/** The columns that say when something was read last: of an operation, a watched cluster and a watch. */
const readingTimes = ['lastCheckedAt', 'lastLookAt', 'lastScanAt'];

function readSince({ columns }: Row, since: string): boolean {
  return readingTimes.some((column) => {
    const at = columns[column];
    return typeof at === 'string' && at > since;
  });
}

/** Filters what is still read: operations that have ended are not. */
const isRead = "(outcome eq '' or kind eq 'cluster' or kind eq 'watch')";

/** Throws {@link CorruptRow}. */
function failureIn(row: Row): FailedReading[] {
  const { trouble, ...reading } = lastReadingIn(row);
  return trouble === null ? [] : [{ ...reading, cause: trouble.cause }];
}

/** How a row was read last: an operation, or the list of a watch or cluster. Throws {@link CorruptRow}. */
function lastReadingIn(row: Row): LastReading {
  const { kind } = row.columns;
  if (kind === 'watch') {
    const { scope, trouble } = toWatch(row);
    return { scope, trouble, isOperation: false };
  }
  if (kind === 'cluster') {
    const { reference, trouble } = toClusterHead(row);
    return { scope: reference, trouble, isOperation: false };
  }
  const { reference, state } = toHead(row);
  return { scope: reference, trouble: state.trouble, isOperation: true };
}
