import { app } from '@azure/functions';
import { answering } from './http-handler.ts';
import { viewOfWatch } from './views.ts';

/** `GET /api/watches`: all watches. */
const listWatches = answering(async (_request, { watches }) => ({
  jsonBody: { value: (await watches.watches()).map(viewOfWatch) },
}));

app.http('listWatches', {
  methods: ['GET'],
  route: 'watches',
  authLevel: 'function',
  handler: listWatches,
});
