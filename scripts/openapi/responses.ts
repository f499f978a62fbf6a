import * as z from 'zod';
import type { Channel as ChannelView } from '../../shared/requests/channels.ts';
import type { DoctorReport as DoctorView } from '../../shared/doctor/check.ts';
import type { Explanation as ExplanationView } from '../../shared/explain/explain.ts';
import type { Health as HealthView } from '../../shared/health.ts';
import { operationActions } from '../../shared/domain/kind.ts';
import type { Counter } from '../../shared/domain/status.ts';
import { operationEventNames, type HistoryEntry } from '../../shared/domain/tracked.ts';
import type { RequestProblem } from '../../shared/requests/fields.ts';

/** What the functions answer. Strict, so that a test sees a field that is not described. */

const time = z.iso.datetime();
const count = z.int().min(0);
const percent = z.nullable(z.number().min(0).max(100));
const key = z.string().regex(/^[0-9a-f-]{36}\.[0-9a-f]{32}$/);
const event = z.enum(operationEventNames);

const ErrorDetail = z
  .strictObject({
    code: z.exactOptional(z.string()),
    message: z.exactOptional(z.string()),
    target: z.exactOptional(z.string()),
    get details() {
      return z.exactOptional(z.array(ErrorDetail));
    },
  })
  .describe(
    'An error as Azure gave it, bounded: long texts are cut, of a deep tree the first nodes are kept.',
  );

const Explanation = z
  .strictObject({
    code: z.string().describe('The code that is explained; it may stand anywhere in the error.'),
    cause: z.string().describe('What happened, or usually did.'),
    step: z.string().describe('What the command shows, and what to do then.'),
    command: z.string().describe('One line for a shell that changes nothing.'),
    link: z.url().describe('Microsoft’s page about it.'),
  })
  .describe('What an error means and what to do about it.') satisfies z.ZodType<ExplanationView>;

const Kind = z
  .strictObject({
    target: z.nullable(z.enum(['cluster', 'agentPool'])),
    agentPoolName: z.exactOptional(z.string()),
    action: z.nullable(z.enum(operationActions)),
  })
  .describe('What runs, as far as it is known.');

const Progress = z
  .strictObject({
    done: count,
    total: count,
    unit: z.string().describe('What is counted, such as `nodes`; empty when Azure does not say.'),
  })
  .describe('The counter in a status, `8/20 nodes`.') satisfies z.ZodType<Counter>;

const Part = z
  .strictObject({
    name: z.exactOptional(z.string()),
    kind: z.nullable(Kind),
    status: z.string(),
    percentComplete: percent,
    progress: z.nullable(Progress),
    code: z.exactOptional(z.string()).describe('The most specific code of its error.'),
  })
  .describe('A sub-operation: what one agent pool, or the control plane, does.');

const Usual = z
  .strictObject({
    lowSeconds: count.describe('First quartile.'),
    medianSeconds: count,
    highSeconds: count.describe('Third quartile.'),
    runs: count.describe('How many runs that is known from.'),
    of: z
      .enum(['here', 'everywhere', 'mixed'])
      .describe(
        'Whose runs: this cluster’s, all clusters’, or this cluster’s of which it is not known whether they are of one kind.',
      ),
  })
  .describe('How long operations of the kind usually take.');

const Reading = z
  .strictObject({
    ok: z.boolean(),
    code: z.exactOptional(z.string()).describe('Azure’s error code, or the app’s own.'),
    message: z.exactOptional(z.string()),
    since: z.exactOptional(time).describe('When it first failed in this run of failures.'),
  })
  .describe('Whether Azure could be read when it was last tried; if not, why.');

const Operation = z
  .strictObject({
    trackingId: key,
    id: z.string().describe('The operation’s ARM ID.'),
    subscriptionId: z.guid(),
    resourceGroupName: z.string(),
    resourceName: z.string().describe('The cluster.'),
    agentPoolName: z.exactOptional(z.string()),
    operationId: z.string(),
    label: z.exactOptional(z.string()),
    channel: z.string(),
    mention: z.exactOptional(z.string()),
    state: z.enum(['active', 'finished']),
    status: z
      .nullable(z.string())
      .describe('As Azure gave it last; `null` before the first reading.'),
    kind: z.nullable(Kind),
    percentComplete: percent,
    progress: z.nullable(Progress),
    parts: z.array(Part).describe('The worst first.'),
    partsLeftOut: count.describe('How many more parts there are.'),
    error: z.nullable(ErrorDetail),
    explanation: z.nullable(Explanation),
    startTime: z.nullable(time),
    endTime: z.nullable(time),
    elapsedSeconds: z
      .nullable(count)
      .describe('From its start, or its registration, to its end, or the last look at it.'),
    usual: z.nullable(Usual),
    registeredAt: time,
    lastCheckedAt: z.nullable(time),
    lastChangedAt: z.nullable(time).describe('When its phase or error last changed, or it ended.'),
    nextCheckAt: z.nullable(time).describe('Not read before this; `null` when it is finished.'),
    outcome: z
      .nullable(z.enum(['succeeded', 'failed', 'canceled', 'lost', 'gaveUp']))
      .describe('How it ended; `null` while it runs.'),
    reading: Reading,
    undelivered: count.describe('Messages about it that Slack has not taken yet.'),
  })
  .describe('A tracked operation.');

const HistoryItem = z
  .strictObject({
    at: time,
    event,
    from: z.exactOptional(z.string()).describe('Phase or status before.'),
    to: z.exactOptional(z.string()).describe('Phase or status after.'),
    code: z.exactOptional(z.string()).describe('The code of the error that came with it.'),
  })
  .describe('A change, and when it was read.') satisfies z.ZodType<HistoryEntry>;

const OperationWithHistory = z
  .strictObject({
    ...Operation.shape,
    history: z.array(HistoryItem).describe('Oldest first; the newest 200.'),
  })
  .describe('A tracked operation with its changes.');

const OperationPage = z.strictObject({
  value: z.array(Operation),
  continuationToken: z
    .exactOptional(z.string())
    .describe('Asks for the next page; absent on the last.'),
});

const Watch = z
  .strictObject({
    watchId: key,
    scope: z.string().describe('The ARM ID of what is watched.'),
    label: z.exactOptional(z.string()),
    channel: z.string(),
    mention: z.exactOptional(z.string()),
    events: z.array(event).describe('Which events are told.'),
    createdAt: time,
    lastScanAt: z
      .optional(z.nullable(time))
      .describe(
        'When its clusters were listed last. Absent where one cluster is watched, as the next two.',
      ),
    nextScanAt: z.exactOptional(time),
    reading: z.exactOptional(z.nullable(Reading)).describe('`null` before the first one.'),
  })
  .describe('A watch.');

const WatchedCluster = z.strictObject({
  id: z.string().describe('The cluster’s ARM ID.'),
  lastLookAt: z.nullable(time).describe('When its operations were listed last.'),
  nextLookAt: time,
  reading: z.nullable(Reading).describe('`null` before the first one.'),
});

const WatchWithClusters = z
  .strictObject({ ...Watch.shape, clusters: z.array(WatchedCluster) })
  .describe('A watch with the clusters that it covers, as far as they were found.');

const WatchList = z.strictObject({ value: z.array(Watch) });

const Channel = z
  .strictObject({
    name: z.string(),
    isConfigured: z.boolean().describe('Whether the settings have it.'),
    state: z
      .enum(['ok', 'failing', 'parked'])
      .describe('`parked`: it takes no messages before a person acts.'),
    since: z.nullable(time).describe('`null` when it was not used yet.'),
    undelivered: count.describe('Messages that wait for it.'),
    oldestUndeliveredAt: z.nullable(time),
    lastAnswer: z
      .nullable(
        z.strictObject({
          code: z
            .string()
            .describe(
              '`ok`, Slack’s error code, `http_…` for a status without one, `no_answer`, `empty_answer` or `not_ok` for a 200 that is not Slack’s, or `not_configured`.',
            ),
          at: time,
        }),
      )
      .describe('`null` when it was not used yet.'),
    nextAttemptAt: z
      .nullable(time)
      .describe('When the next message is tried at the earliest; `null`: at once.'),
  })
  .describe('A Slack channel, without its URL.') satisfies z.ZodType<ChannelView>;

const ChannelList = z.strictObject({ value: z.array(Channel).describe('The default one first.') });

const Health = z
  .strictObject({
    status: z.enum(['ok', 'starting', 'unhealthy']),
    reasons: z.array(z.string()).describe('Why it is unhealthy, and what else deserves a look.'),
    lastTick: z.nullable(z.strictObject({ completedAt: time, ageSeconds: z.int() })),
    oldestDueAt: z.nullable(time).describe('Since when the operation that waits longest is due.'),
    undelivered: z.nullable(z.strictObject({ messages: count, oldestAt: z.nullable(time) })),
    parkedChannels: z.nullable(count),
    unreadable: z.nullable(count).describe('Operations that could not be read from Azure.'),
    corruptRows: z.nullable(count).describe('Stored rows that could not be read.'),
    settingsProblems: z.array(z.strictObject({ setting: z.string(), message: z.string() })),
  })
  .describe(
    'Counts, times and names of settings. What was not known is `null`.',
  ) satisfies z.ZodType<HealthView>;

const Check = z.strictObject({
  name: z.string(),
  ok: z.union([z.boolean(), z.literal('skipped')]),
  message: z.string().describe('What is well or wrong, or why it was not checked.'),
  fix: z.exactOptional(z.string()).describe('A command that mends it, or shows how to.'),
});

const DoctorReport = z
  .strictObject({ ok: z.boolean().describe('Whether no check failed.'), checks: z.array(Check) })
  .describe('What the app needs, and whether it is there.') satisfies z.ZodType<DoctorView>;

const ProblemItem = z.strictObject({
  pointer: z
    .string()
    .describe('The field, as a JSON pointer; the parameter or setting; empty: the whole body.'),
  message: z.string().describe('What is wrong and what to do.'),
}) satisfies z.ZodType<RequestProblem>;

const Problem = z
  .strictObject({
    type: z.string().describe('A URN that does not change.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What happened and what to do.'),
    errors: z
      .exactOptional(z.array(ProblemItem))
      .describe('What is wrong: of a request the first 20 problems, of the settings all.'),
  })
  .describe('RFC 9457 problem details.');

const OpenApiDocument = z
  .looseObject({ openapi: z.literal('3.1.1') })
  .describe('An OpenAPI document.');

/** The schemas of the answers, by their names in the document. */
export const responseSchemas = {
  Operation,
  OperationWithHistory,
  OperationPage,
  HistoryEntry: HistoryItem,
  Kind,
  Progress,
  Part,
  Usual,
  Reading,
  ErrorDetail,
  Explanation,
  Watch,
  WatchWithClusters,
  WatchedCluster,
  WatchList,
  Channel,
  ChannelList,
  Health,
  Check,
  DoctorReport,
  OpenApiDocument,
  Problem,
} as const;

/** See {@link responseSchemas}. */
export type ResponseName = keyof typeof responseSchemas;
