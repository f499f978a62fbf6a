import { contains } from '../shared/domain/scope.ts';
import { app } from '@azure/functions';
import { nameKey } from '../shared/domain/azure-names.ts';
import { isTrackingId } from '../shared/domain/reference.ts';
import { answering } from './http-handler.ts';
import { notWatched } from './problem.ts';
import { viewOfCluster, viewOfWatch } from './views.ts';

/** `GET /api/watches/{watchId}`: one watch with the clusters that it contains. */
const getWatch = answering(async (request, { watches }) => {
  const watchId = nameKey(request.params['watchId'] ?? '');
  const stored = isTrackingId(watchId) ? await watches.findWatch(watchId) : null;
  if (stored === null) throw notWatched();
  const { scope } = stored.value;
  const clusters = (await watches.clusters(scope.subscriptionId)).filter(({ reference }) =>
    contains(scope, reference),
  );
  return { jsonBody: { ...viewOfWatch(stored.value), clusters: clusters.map(viewOfCluster) } };
});

app.http('getWatch', {
  methods: ['GET'],
  route: 'watches/{watchId}',
  authLevel: 'function',
  handler: getWatch,
});
