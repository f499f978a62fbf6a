import { createHash } from 'node:crypto';

/**
 * The webhooks of the workspace. A channel has one from its first mention on; its path, like
 * `/services/T0LOCAL/B0PAYMENTS/<24 characters>`, follows from its name, so that a URL handed out
 * before a restart on the same port is good again.
 */
export function createWebhooks() {
  const channels = new Map<string, string>();
  return {
    /** The path of the channel's webhook. */
    path(channel: string): string {
      const secret = createHash('sha256').update(channel).digest('hex').slice(0, 24);
      const name = channel.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
      const path = `/services/T0LOCAL/B0${name}/${secret}`;
      channels.set(path, channel);
      return path;
    },
    /** The channel that a path posts to. */
    channel: (path: string): string | undefined => channels.get(path),
  };
}
