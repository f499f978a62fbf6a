import { app } from '@azure/functions';
import { parseListQuery, writeContinuationToken } from '../shared/requests/list-request.ts';
import { answering } from './http-handler.ts';
import { invalidRequest } from './problem.ts';
import { viewOf } from './views.ts';

/** `GET /api/operations`: the tracked operations, page by page. */
const listOperations = answering(async (request, { operations }) => {
  const parsed = parseListQuery(new URL(request.url).searchParams);
  if ('problems' in parsed) throw invalidRequest(parsed.problems);
  const { operations: found, next } = await operations.list(parsed.query);
  return {
    jsonBody: {
      value: found.map(viewOf),
      ...(next === null ? {} : { continuationToken: writeContinuationToken(next) }),
    },
  };
});

app.http('listOperations', {
  methods: ['GET'],
  route: 'operations',
  authLevel: 'function',
  handler: listOperations,
});
