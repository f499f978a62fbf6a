import { app } from '@azure/functions';
import { retryChannel as retry } from '../shared/requests/channels.ts';
import { nameKey } from '../shared/domain/azure-names.ts';
import { isChannelName } from '../shared/settings/settings.ts';
import { answering } from './http-handler.ts';
import { Problem } from './problem.ts';

/** `POST /api/channels/{name}/retry`: the next tick tries a channel that is parked. */
const retryChannel = answering(async (request, { channels }) => {
  const name = nameKey(request.params['name'] ?? '');
  const channel = isChannelName(name) ? await retry(name, channels) : null;
  if (channel === null)
    throw new Problem(404, 'No such channel', 'No channel of this name is configured.');
  if (!channel.isConfigured) {
    const setting = `SLACK_WEBHOOK_URL_${name.toUpperCase()}`;
    throw new Problem(
      409,
      'Channel not configured',
      `Messages wait for this channel, and the app has no setting ${setting}. Set it; the app then posts them.`,
    );
  }
  return { status: 202, jsonBody: channel };
});

app.http('retryChannel', {
  methods: ['POST'],
  route: 'channels/{name}/retry',
  authLevel: 'function',
  handler: retryChannel,
});
