import { app } from '@azure/functions';
import { isTrackingId } from '../shared/operation/reference.ts';
import { untrack } from '../shared/tracking/untrack.ts';
import { answering, notTracked } from './problem.ts';

/** `DELETE /api/operations/{trackingId}`: stops tracking; no message comes after the answer. */
const untrackOperation = answering(async (request, { operations, clock, sleep }) => {
  const trackingId = (request.params['trackingId'] ?? '').toLowerCase();
  const wasTracked =
    isTrackingId(trackingId) && (await untrack(trackingId, operations, clock, sleep));
  if (!wasTracked) throw notTracked();
  return { status: 204 };
});

app.http('untrackOperation', {
  methods: ['DELETE'],
  route: 'operations/{trackingId}',
  authLevel: 'function',
  handler: untrackOperation,
});
