import * as z from 'zod';
import { operationActions } from '../shared/domain/operation-kind.ts';

/** The parts of the product's answers that the local product shows. */

const time = z.string();

const errorDetail = z.object({
  code: z.string().nullish(),
  message: z.string().nullish(),
  get details() {
    return z.array(errorDetail).optional();
  },
});

const change = z.object({
  at: time,
  event: z.string(),
  from: z.string().nullish(),
  to: z.string().nullish(),
  code: z.string().nullish(),
});

const kind = z
  .object({
    target: z.enum(['cluster', 'agentPool']).nullable(),
    agentPoolName: z.string().optional(),
    action: z.enum(operationActions).nullable(),
  })
  .nullable();

const counter = z.object({ done: z.number(), total: z.number(), unit: z.string() }).nullable();

const subOperation = z.object({
  name: z.string().optional(),
  kind,
  status: z.string(),
  percentComplete: z.number().nullable(),
  progress: counter,
  code: z.string().optional(),
});

const usual = z.object({
  lowSeconds: z.number(),
  medianSeconds: z.number(),
  highSeconds: z.number(),
  runs: z.number(),
  of: z.enum(['here', 'everywhere']),
});

/** An operation as the API shows it. */
export const trackedOperation = z.object({
  trackingId: z.string(),
  id: z.string(),
  subscriptionId: z.string(),
  resourceGroupName: z.string(),
  resourceName: z.string(),
  agentPoolName: z.string().nullish(),
  operationId: z.string(),
  label: z.string().nullish(),
  channel: z.string(),
  mention: z.string().nullish(),
  state: z.enum(['active', 'finished']),
  status: z.string().nullable(),
  kind: kind.optional(),
  percentComplete: z.number().nullable(),
  progress: counter.optional(),
  parts: z.array(subOperation).optional(),
  partsLeftOut: z.number().optional(),
  error: errorDetail.nullable(),
  startTime: time.nullable(),
  endTime: time.nullable(),
  usual: usual.nullish(),
  registeredAt: time,
  lastCheckedAt: time.nullable(),
  lastChangedAt: time.nullable(),
  nextCheckAt: time.nullable(),
  outcome: z.enum(['succeeded', 'failed', 'canceled', 'lost', 'gaveUp']).nullable(),
  reading: z.object({
    ok: z.boolean(),
    code: z.string().nullish(),
    message: z.string().nullish(),
    since: time.nullish(),
  }),
  undelivered: z.number(),
  history: z.array(change).optional(),
});

const operationList = z.object({ value: z.array(trackedOperation) });

const problem = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
});

/** An operation as `GET /api/operations/{trackingId}` gives it; times are ISO 8601 UTC. */
export type TrackedOperation = z.infer<typeof trackedOperation>;

/** What to track: any of the three forms of `POST /api/operations`, with its options. */
export type Registration = Readonly<Record<string, string>>;

/** An answer of `GET /api/health`: its status and its JSON. */
export interface HealthAnswer {
  readonly healthy: boolean;
  readonly report: unknown;
}

/** The product's public HTTP API. Every call rejects when the functions are away. */
export interface NotifierApi {
  /** Rejects with the problem's own words when the API refuses. */
  register(body: Registration): Promise<TrackedOperation>;
  /** Watches all clusters of a subscription; rejects like {@link NotifierApi.register}. */
  watch(subscriptionId: string): Promise<void>;
  list(query: { state: 'active' | 'finished' | 'all'; top: number }): Promise<TrackedOperation[]>;
  /** The untouched answer of one operation with its history, for passing on. */
  get(trackingId: string): Promise<Response>;
  health(): Promise<HealthAnswer>;
}

/** Where the API is and how to reach it. */
export interface NotifierApiOptions {
  /** The functions' base URL, asked for at each call. */
  readonly url: () => string;
  /** Sent as `x-functions-key`; without one, no key is sent. */
  readonly functionKey?: string;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

const timeoutMs = 5000;

/** A client of the product's public HTTP API, as any other program would write it. */
export function createNotifierApi(options: NotifierApiOptions): NotifierApi {
  const send = options.fetch ?? fetch;

  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (options.functionKey !== undefined) headers.set('x-functions-key', options.functionKey);
    return send(new URL(path, options.url()), {
      ...init,
      headers,
      signal: AbortSignal.timeout(timeoutMs),
    });
  }

  async function post(path: string, body: Readonly<Record<string, string>>): Promise<unknown> {
    const response = await call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return readJson(response);
  }

  return {
    register: async (body) => trackedOperation.parse(await post('/api/operations', body)),
    watch: async (subscriptionId) => void (await post('/api/watches', { subscriptionId })),
    list: async ({ state, top }) => {
      const response = await call(`/api/operations?state=${state}&top=${top}`);
      return operationList.parse(await readJson(response)).value;
    },
    get: (trackingId) => call(`/api/operations/${encodeURIComponent(trackingId)}`),
    health: async () => {
      const response = await call('/api/health');
      return { healthy: response.ok, report: await response.json() };
    },
  };
}

async function readJson(response: Response): Promise<unknown> {
  if (response.ok) return response.json();
  const { title, detail, errors } =
    problem.safeParse(await response.json().catch(() => null)).data ?? {};
  const reasons = errors?.map((error) => `${error.pointer} ${error.message}`) ?? [];
  const words = [detail ?? title ?? 'no reason given', ...reasons].join('; ');
  throw new Error(`The functions answered ${response.status}: ${words}`);
}
