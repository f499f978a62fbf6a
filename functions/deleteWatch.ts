import { app } from '@azure/functions';
import { nameKey } from '../shared/domain/azure-names.ts';
import { isTrackingId } from '../shared/domain/reference.ts';
import { answering } from './http-handler.ts';
import { notWatched } from './problem.ts';

/** `DELETE /api/watches/{watchId}`: finds nothing more; what it has found stays tracked. */
const deleteWatch = answering(async (request, { watches }) => {
  const watchId = nameKey(request.params['watchId'] ?? '');
  if (!isTrackingId(watchId) || !(await watches.removeWatch(watchId))) throw notWatched();
  return { status: 204 };
});

app.http('deleteWatch', {
  methods: ['DELETE'],
  route: 'watches/{watchId}',
  authLevel: 'function',
  handler: deleteWatch,
});
