import { startPage, type Page } from '../page/server.ts';
import { watchOperations } from '../operations-watch.ts';
import type { NotifierApi } from '../notifier-api.ts';
import type { Sample } from './samples.ts';

const nobody: NotifierApi = {
  register: () => Promise.reject(new Error('There is no app behind this page.')),
  watch: () => Promise.reject(new Error('There is no app behind this page.')),
  list: () => Promise.resolve([]),
  get: () => Promise.resolve(Response.json({ status: 404 }, { status: 404 })),
  health: () => Promise.resolve({ healthy: true, report: {} }),
};

/** The local page with samples in its channel, and no app behind it. */
export async function startSamplePage(samples: readonly Sample[]): Promise<Page> {
  const messages = samples.map(({ message }, at) => ({
    channel: 'default',
    payload: message,
    sequence: at + 1,
    receivedAt: '2026-11-27T02:34:00.000Z',
  }));
  return await startPage({
    channels: [{ name: 'default', title: 'aks-operations' }],
    slack: { messages, onMessage: () => () => false },
    starter: { scenarios: [], start: () => '' },
    unplug: () => {},
    api: nobody,
    watch: watchOperations({ api: nobody, everyMs: 60_000 }),
  });
}
