import { app } from '@azure/functions';
import { nameKey } from '../shared/domain/azure-names.ts';
import { isTrackingId } from '../shared/domain/reference.ts';
import { answering } from './http-handler.ts';
import { notTracked } from './problem.ts';
import { viewWithHistory } from './views.ts';

/** `GET /api/operations/{trackingId}`: one tracked operation with its history of changes. */
const getOperation = answering(async (request, { operations }) => {
  const trackingId = nameKey(request.params['trackingId'] ?? '');
  const stored = isTrackingId(trackingId) ? await operations.find(trackingId) : null;
  if (stored === null) throw notTracked();
  return { jsonBody: viewWithHistory(stored.operation) };
});

app.http('getOperation', {
  methods: ['GET'],
  route: 'operations/{trackingId}',
  authLevel: 'function',
  handler: getOperation,
});
