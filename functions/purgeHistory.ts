import { app } from '@azure/functions';
import { onTimer } from './timer.ts';

/** Long enough for any history, and shorter than the shortest limit of a hosting plan. */
const timeLimitMs = 4 * 60_000;

/** Drops finished operations that are past their retention. */
const purgeHistory = onTimer(async ({ operations, settings, clock }, log) => {
  const endedBefore = new Date(clock().getTime() - settings.retentionMs).toISOString();
  const purged = await operations.purge(endedBefore, AbortSignal.timeout(timeLimitMs));
  log.info('purge', { endedBefore, purged });
});

app.timer('purgeHistory', {
  // 03:17 UTC each day.
  schedule: '0 17 3 * * *',
  handler: purgeHistory,
});
