import { markOf } from '../../shared/domain/settled-cluster.ts';
import { scopeIdOf } from '../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import type { Stored } from '../../shared/store/codec.ts';
import type { Row, RowKey } from '../../shared/store/table.ts';
import {
  clusterHead,
  clusterRow,
  clusterRowKey,
  toCluster,
  toClusterHead,
  toWatch,
  watchKey,
  watchRow,
} from '../../shared/store/watch-row.ts';
import { fc } from '../support/properties.ts';
import { anyCluster, anyWatch } from '../support/stored-arbitraries.ts';

/** The row as a query gives it that selects the columns of `stored`. */
function selected<T, S>(key: RowKey, written: Stored<T>, value: T, stored: Stored<S>): Row {
  const columns = Object.entries(written.write(value));
  return {
    key,
    etag: '',
    columns: Object.fromEntries(columns.filter(([name]) => stored.columns.includes(name))),
  };
}

describe('a watch as a row', () => {
  it('comes back as it was through the selected columns alone', () => {
    fc.assert(
      fc.property(anyWatch, (watch) => {
        const row = selected(watchKey(watch.watchId), watchRow, watch, watchRow);
        expect(toWatch(row)).toEqual(watch);
      }),
    );
  });
});

describe('a watched cluster as a row', () => {
  it('comes back as it was, and its head through the selected columns alone', () => {
    fc.assert(
      fc.property(anyCluster, (cluster) => {
        const key = clusterRowKey(scopeIdOf(cluster.reference));
        expect(toCluster({ key, etag: '', columns: clusterRow.write(cluster) })).toEqual(cluster);
        const { known: _known, settled, broken, outbox, ...rest } = cluster;
        expect(toClusterHead(selected(key, clusterRow, cluster, clusterHead))).toEqual({
          ...rest,
          ...markOf({ settled }),
          isBroken: broken.length > 0,
          undelivered: outbox.owed.length,
          owedSince: outbox.owed[0]?.at ?? null,
        });
      }),
    );
  });
});
