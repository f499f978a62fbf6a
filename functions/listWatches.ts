import { app } from '@azure/functions';
import { answering } from './problem.ts';
import { viewOfWatch } from './watch-view.ts';

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
