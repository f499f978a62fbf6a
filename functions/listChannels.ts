import { app } from '@azure/functions';
import { listChannels as list } from '../shared/requests/channels.ts';
import { answering } from './http-handler.ts';

/** `GET /api/channels`: how each Slack channel stands, and what waits for it; without its URL. */
const listChannels = answering(async (_request, { channels }) => ({
  headers: { 'Cache-Control': 'no-store' },
  jsonBody: { value: await list(channels) },
}));

app.http('listChannels', {
  methods: ['GET'],
  route: 'channels',
  authLevel: 'function',
  handler: listChannels,
});
