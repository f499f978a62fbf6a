import { app } from '@azure/functions';
import { nameKey } from '../shared/domain/azure-names.ts';
import { isTrackingId } from '../shared/domain/reference.ts';
import { untrack } from '../shared/requests/untrack.ts';
import { answering } from './http-handler.ts';
import { notTracked } from './problem.ts';

/** `DELETE /api/operations/{trackingId}`: stops tracking; no message comes after the answer. */
const untrackOperation = answering(async (request, parts) => {
  const trackingId = nameKey(request.params['trackingId'] ?? '');
  const wasTracked = isTrackingId(trackingId) && (await untrack(trackingId, parts));
  if (!wasTracked) throw notTracked();
  return { status: 204 };
});

app.http('untrackOperation', {
  methods: ['DELETE'],
  route: 'operations/{trackingId}',
  authLevel: 'function',
  handler: untrackOperation,
});
