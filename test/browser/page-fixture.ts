import type { NotifierApi, TrackedOperation } from '../../local/notifier-api.ts';
import { watchOperations } from '../../local/operations-watch.ts';
import type { ReceivedMessage } from '../../local/page/routes.ts';
import { startPage } from '../../local/page/server.ts';
import type { Unplugged } from '../../local/page/protocol.ts';

const minute = 60_000;

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

/** An operation as the API gives it, a minute old by default. */
export function operation(parts: Partial<TrackedOperation> = {}): TrackedOperation {
  const resourceName = parts.resourceName ?? 'aks-prod-weu';
  const operationId = parts.operationId ?? '5d1c2b7e-0000-4000-8000-000000000001';
  return {
    trackingId: `t-${resourceName}`,
    id: `/subscriptions/s/resourceGroups/rg-prod/providers/Microsoft.ContainerService/managedClusters/${resourceName}/operations/${operationId}`,
    subscriptionId: '11111111-2222-4333-8444-555555555555',
    resourceGroupName: 'rg-prod',
    resourceName,
    operationId,
    channel: 'default',
    state: 'active',
    status: 'UpgradingNodes: 8/20 nodes completed',
    percentComplete: 40,
    error: null,
    startTime: ago(minute),
    endTime: null,
    registeredAt: ago(minute),
    lastCheckedAt: ago(2000),
    lastChangedAt: ago(30_000),
    nextCheckAt: new Date(Date.now() + 20_000).toISOString(),
    outcome: null,
    reading: { ok: true },
    undelivered: 0,
    ...parts,
  };
}

/** The page with a Slack and a product that the test plays. */
export async function startTestPage() {
  const messages: ReceivedMessage[] = [];
  const listeners = new Set<(message: ReceivedMessage) => void>();
  const registered: unknown[] = [];
  const product = {
    /** Whether the functions answer at all. */
    up: true,
    operations: [] as TrackedOperation[],
    health: { healthy: true, report: {} as unknown },
  };
  const cutOff: Unplugged[] = [];
  const answer = async <T>(value: T): Promise<T> => {
    if (!product.up) throw new Error('fetch failed');
    return value;
  };
  const api: NotifierApi = {
    register: async (body) => {
      registered.push(body);
      return answer(operation());
    },
    watch: () => answer(undefined),
    list: () => answer(product.operations),
    get: (trackingId) => {
      const found = product.operations.find((one) => one.trackingId === trackingId);
      return answer(Response.json(found ?? { status: 404 }, { status: found ? 200 : 404 }));
    },
    health: () => answer(product.health),
  };

  function post(channel: string, payload: unknown, receivedAt = new Date()): void {
    const message: ReceivedMessage = {
      channel,
      payload,
      sequence: messages.length + 1,
      receivedAt: receivedAt.toISOString(),
    };
    messages.push(message);
    for (const listener of listeners) listener(message);
  }

  const page = await startPage({
    channels: [
      { name: 'default', title: 'aks-operations' },
      { name: 'payments', title: 'payments' },
    ],
    slack: {
      messages,
      onMessage: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    starter: {
      scenarios: ['upgradeSucceeds', 'upgradeFails', 'quick'],
      start: ({ resourceName, scenario }) => `/subscriptions/s/${resourceName}/${scenario}`,
    },
    unplug: (unplugged) => cutOff.push(unplugged),
    api,
    watch: watchOperations({ api, everyMs: 20 }),
  });
  return {
    ...page,
    post,
    product,
    registered,
    cutOff,
    /** How many pages and others listen for messages. */
    listeners: () => listeners.size,
  };
}
