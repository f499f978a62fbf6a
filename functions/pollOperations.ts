import { app } from '@azure/functions';
import { pollScheduleOf } from '../shared/settings/settings.ts';
import { onTimer } from './timer-handler.ts';

/** The tick: reads what is due, records changes, posts messages. */
const pollOperations = onTimer(async ({ tick }, log) => {
  log.info('tick', { ...(await tick(log)) });
});

app.timer('pollOperations', {
  schedule: pollScheduleOf(process.env),
  handler: pollOperations,
});
