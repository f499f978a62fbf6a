import { app } from '@azure/functions';
import { ensureWatch } from '../shared/requests/watches.ts';
import { parseWatchRequest } from '../shared/requests/watch-request.ts';
import { readJson } from './request-body.ts';
import { answering } from './http-handler.ts';
import { invalidRequest } from './problem.ts';
import { viewOfWatch } from './views.ts';

/** `POST /api/watches`: has every operation of a cluster, resource group or subscription found and posted; idempotent. */
const createWatch = answering(async (request, { watches, settings, clock }) => {
  const parsed = parseWatchRequest(await readJson(request), new Set(settings.channels.keys()));
  if ('problems' in parsed) throw invalidRequest(parsed.problems);
  const { watch, created } = await ensureWatch(parsed.request, watches, clock);
  return {
    status: created ? 201 : 200,
    headers: {
      Location: `${new URL(request.url).pathname.replace(/\/$/, '')}/${watch.watchId}`,
    },
    jsonBody: viewOfWatch(watch),
  };
});

app.http('createWatch', {
  methods: ['POST'],
  route: 'watches',
  authLevel: 'function',
  handler: createWatch,
});
