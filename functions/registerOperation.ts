import { app } from '@azure/functions';
import { armOrigins } from '../shared/settings/clouds.ts';
import { register } from '../shared/requests/register.ts';
import { parseRegistration } from '../shared/requests/register-request.ts';
import { readJson } from './request-body.ts';
import { answering } from './http-handler.ts';
import { invalidRequest } from './problem.ts';
import { headOf, viewOf } from './views.ts';

/** `POST /api/operations`: starts tracking an operation; idempotent. */
const registerOperation = answering(async (request, { operations, settings, clock }) => {
  const parsed = parseRegistration(
    await readJson(request),
    new Set(settings.channels.keys()),
    armOrigins(settings.armEndpoint),
  );
  if ('problems' in parsed) throw invalidRequest(parsed.problems);
  const { operation, created } = await register(parsed.registration, operations, clock);
  return {
    status: created ? 201 : 200,
    headers: {
      Location: `${new URL(request.url).pathname.replace(/\/$/, '')}/${operation.trackingId}`,
    },
    jsonBody: viewOf(headOf(operation)),
  };
});

app.http('registerOperation', {
  methods: ['POST'],
  route: 'operations',
  authLevel: 'function',
  handler: registerOperation,
});
