import { setTimeout as sleep } from 'node:timers/promises';
import { TableClient } from '@azure/data-tables';
import pMap from 'p-map';
import type { Arm } from '../local/arm/server.ts';
import type { Slack } from '../local/slack/server.ts';
import { createRoot } from '../shared/app.ts';
import { parseOperationId, trackingIdOf } from '../shared/domain/reference.ts';
import type { Clock } from '../shared/time.ts';
import { seed, type Fleet } from './fleet.ts';
import { fetchToken, statusIn } from './obvious.ts';

/** Reads the operations of a fleet again and again. */
export interface Poller {
  readonly tick: () => Promise<void>;
  /** What it saw of the operation with this ARM ID, oldest first. */
  readonly sightings: (id: string) => Promise<readonly Sighting[]>;
}

/** A new status. */
export interface Sighting {
  /** When it was seen, in milliseconds since the epoch. */
  readonly at: number;
  readonly status: string;
}

/** As many calls at once as our poll makes. */
const sameConcurrency = 48;

/** The real app on a table of its own. What it has seen is what it has stored. */
export async function ourPoller(
  fleet: Fleet,
  arm: Arm,
  slack: Slack,
  { storage, table }: { readonly storage: string; readonly table: string },
  clock: Clock,
): Promise<Poller> {
  const client = TableClient.fromConnectionString(storage, table, {
    allowInsecureConnection: true,
  });
  // No change is posted: how operations are read is what is measured.
  await seed(client, fleet, clock(), ['finished']);
  const env = {
    AzureWebJobsStorage: storage,
    OPERATIONS_TABLE: table,
    ARM_ENDPOINT: arm.url,
    ...arm.identityEnv,
    SLACK_WEBHOOK_URL: slack.webhookUrl('default'),
  };
  // The credential code reads the process's own environment.
  Object.assign(process.env, arm.identityEnv);
  const root = createRoot(env, { clock, sleep, random: Math.random });
  const { operations, tick } = root.app();
  return {
    async tick() {
      await tick({ info() {}, error: console.error });
    },
    async sightings(id) {
      const reference = parseOperationId(id);
      const stored = reference === null ? null : await operations.find(trackingIdOf(reference));
      const history = stored?.operation.history ?? [];
      return history.map(({ at, to = '' }) => ({ at: Date.parse(at), status: to }));
    },
  };
}

/**
 * The poller that one writes first: gets each operation in each tick, what was not read for longest first; what is
 * refused waits for the next tick. It keeps nothing.
 */
export async function obviousPoller(
  ids: readonly string[],
  arm: Arm,
  clock: Clock,
): Promise<Poller> {
  const token = await fetchToken(arm.identityEnv);
  const operations = ids.map((id) => ({ id, readAt: 0, sightings: Array<Sighting>() }));
  async function read(operation: (typeof operations)[number]): Promise<void> {
    const status = await getStatus(arm, operation.id, token);
    if (status === null) return;
    operation.readAt = clock().getTime();
    if (status !== operation.sightings.at(-1)?.status)
      operation.sightings.push({ at: operation.readAt, status });
  }
  return {
    async tick() {
      const queue = operations.toSorted((a, b) => a.readAt - b.readAt);
      await pMap(queue, read, { concurrency: sameConcurrency });
    },
    sightings: async (id) => operations.find((one) => one.id === id)?.sightings ?? [],
  };
}

/** Gets an operation's status; `null`: 429. */
export async function getStatus({ url }: Arm, id: string, token: string): Promise<string | null> {
  const response = await fetch(`${url}${id}?api-version=2025-05-02-preview`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const body: unknown = await response.json();
  return response.status === 429 ? null : statusIn(body);
}
