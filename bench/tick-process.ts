import type { BenchSetup } from './bench-setup.ts';
import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import * as z from 'zod/mini';
import { createRoot } from '../shared/app.ts';
import { obviousTick } from './obvious.ts';

/** What is measured. */
export type Contender = 'ours' | 'obviousAtOnce' | 'obviousOneByOne';

/** One tick, measured. */
export interface TickFigures {
  readonly operations: number;
  readonly wallMs: number;
  /** User and system time of this process. */
  readonly cpuMs: number;
  readonly armCalls: number;
  readonly storageCalls: number;
  /** Peak resident memory above idle, in MB. */
  readonly peakMb: number;
}

/** As many readings at once as our poll makes. */
const sameConcurrency = 48;

/** What this process is given to do. */
export interface Assignment extends BenchSetup {
  readonly contender: Contender;
}

process.once('message', (assignment: Assignment) => {
  void measured(assignment).then((figures) => {
    process.send?.(figures);
    process.disconnect();
  });
});

async function measured({ contender, ...setup }: Assignment): Promise<TickFigures> {
  const calls = countCalls();
  const run =
    contender === 'ours'
      ? oursTick(setup)
      : async () => await obviousTick(setup, contender === 'obviousAtOnce' ? sameConcurrency : 1);
  globalThis.gc?.();
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 25);
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  const operations = await run();
  const wallMs = performance.now() - began;
  const cpu = process.cpuUsage(cpuBefore);
  clearInterval(sampler);
  return {
    operations,
    wallMs,
    cpuMs: (cpu.user + cpu.system) / 1000,
    armCalls: calls.to(setup.armUrl),
    storageCalls: calls.to(/TableEndpoint=(http:\/\/[^/]+)/.exec(setup.storage)?.[1] ?? ''),
    peakMb: (peak - idle) / 1024 / 1024,
  };
}

function oursTick(setup: BenchSetup): () => Promise<number> {
  // The credential code reads the process's own environment.
  Object.assign(process.env, setup.identityEnv);
  const root = createRoot({
    AzureWebJobsStorage: setup.storage,
    OPERATIONS_TABLE: setup.table,
    ARM_ENDPOINT: setup.armUrl,
    // No budget and no deadline in the way: what it takes to read all is what is measured.
    ARM_BUDGET: '1',
    POLL_SCHEDULE: '0 0 0 1 1 *',
    ...setup.identityEnv,
    SLACK_WEBHOOK_URL: setup.webhooks[0],
    ...Object.fromEntries(
      setup.webhooks.map((url, channel) => [`SLACK_WEBHOOK_URL_C${channel}`, url]),
    ),
  });
  const quiet = { info() {}, error: console.error };
  return async () => {
    const summary = await root.app().tick(quiet);
    const { leftOver, deferred, undelivered, failedReadings } = summary;
    if (leftOver + deferred + undelivered + failedReadings > 0) {
      throw new Error(`The tick did not do all: ${JSON.stringify(summary)}`);
    }
    return summary.read;
  };
}

/** Counts outgoing requests by origin, of `node:http` and of `fetch`. */
function countCalls(): { to(origin: string): number } {
  const counts = new Map<string, number>();
  const count = (origin: string): void => void counts.set(origin, (counts.get(origin) ?? 0) + 1);
  subscribe('http.client.request.start', (message) => {
    const { request } = httpStart.parse(message);
    count(`${request.protocol}//${String(request.getHeader('host'))}`);
  });
  subscribe('undici:request:create', (message) => count(fetchStart.parse(message).request.origin));
  return { to: (origin) => counts.get(origin) ?? 0 };
}

const httpStart = z.object({ request: z.instanceof(ClientRequest) });
const fetchStart = z.object({ request: z.looseObject({ origin: z.string() }) });
