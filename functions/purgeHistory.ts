import { app } from '@azure/functions';
import { onTimer } from './timer-handler.ts';

/** Long enough for any history, and shorter than the shortest limit of a hosting plan. */
const timeLimitMs = 4 * 60_000;
/** Of the rows that cannot be read so many are named in the log. */
const unreadableNamed = 20;

/** Drops finished operations that are past their retention. */
const purgeHistory = onTimer(async ({ operations, settings, clock }, log) => {
  const endedBefore = new Date(clock().getTime() - settings.retentionMs).toISOString();
  const { purged, unreadable } = await operations.purge(
    endedBefore,
    AbortSignal.timeout(timeLimitMs),
  );
  log.info('purge', { endedBefore, purged, unreadable: unreadable.length });
  if (unreadable.length > 0) {
    log.error('Rows of the history cannot be read; they are left as they are.', {
      rows: unreadable.slice(0, unreadableNamed),
      count: unreadable.length,
    });
  }
});

app.timer('purgeHistory', {
  // 03:17 UTC each day.
  schedule: '0 17 3 * * *',
  handler: purgeHistory,
});
