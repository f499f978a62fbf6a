// A small app with the product's HTTP surface, for the tests of `npm start`: it keeps what is
// registered in memory and tells Slack at once.
const { app } = require('@azure/functions');

const operations = new Map();

function track(body) {
  const id = body.id ?? body.operationUrl ?? body.operationId;
  const parts = /subscriptions\/([^/]+).*?(?:resourceGroups\/([^/]+).*managedClusters\/([^/]+))?$/i;
  const [, subscriptionId, resourceGroupName, resourceName] =
    parts.exec(body.clusterId ?? body.id ?? '') ?? [];
  return {
    trackingId: String(operations.size + 1),
    id,
    subscriptionId: body.subscriptionId ?? subscriptionId,
    resourceGroupName: body.resourceGroupName ?? resourceGroupName ?? 'rg',
    resourceName: body.resourceName ?? resourceName ?? 'cluster',
    operationId: 'op',
    label: body.label,
    channel: body.channel ?? 'default',
    state: 'active',
    status: 'InProgress',
    percentComplete: 0,
    error: null,
    startTime: null,
    endTime: null,
    registeredAt: new Date().toISOString(),
    lastCheckedAt: null,
    lastChangedAt: null,
    nextCheckAt: null,
    outcome: null,
    reading: { ok: true },
    undelivered: 0,
  };
}

app.http('registerOperation', {
  route: 'operations',
  methods: ['POST'],
  authLevel: 'function',
  handler: async (request) => {
    const operation = track(await request.json());
    operations.set(operation.trackingId, operation);
    await fetch(process.env.SLACK_WEBHOOK_URL, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: `Seen: ${operation.resourceName}` }),
    });
    return { status: 201, jsonBody: operation };
  },
});

app.http('createWatch', {
  route: 'watches',
  methods: ['POST'],
  authLevel: 'function',
  handler: () => ({ status: 201, jsonBody: {} }),
});

app.http('listOperations', {
  route: 'operations',
  methods: ['GET'],
  authLevel: 'function',
  handler: () => ({ jsonBody: { value: [...operations.values()] } }),
});

app.http('health', {
  route: 'health',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => ({ jsonBody: {} }),
});
