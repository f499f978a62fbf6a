import * as z from 'zod';
import type { Channel as ChannelView } from '../../shared/requests/channels.ts';
import type { DoctorReport as DoctorView } from '../../shared/doctor/check.ts';
import type { Explanation as ExplanationView } from '../../shared/explain/explain.ts';
import type { Health as HealthView } from '../../shared/health.ts';
import { operationActions } from '../../shared/domain/operation-kind.ts';
import type { Counter } from '../../shared/domain/status.ts';
import { operationEventNames, type HistoryEntry } from '../../shared/domain/tracked.ts';
import type { RequestProblem } from '../../shared/requests/fields.ts';

/** The answers of the functions. Strict, so that a test finds a field without a description. */

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
    'An error as Azure gave it. Long texts are shortened; of a large tree only the first nodes are kept.',
  );

const Explanation = z
  .strictObject({
    code: z.string().describe('The code that is explained; it may be anywhere in the error.'),
    title: z
      .string()
      .max(60)
      .describe('The cause in a few words, with names out of the error where they are known.'),
    cause: z.string().describe('What happened, in one sentence.'),
    step: z.string().describe('What to do, for what ran; while it runs, what may still save it.'),
    command: z
      .string()
      .describe(
        'A shell command in one line that changes nothing. A word in capitals is to be replaced. kubectl needs az aks get-credentials before it; az aks operation, check-network and machine need the extension aks-preview.',
      ),
    link: z.url().describe('Microsoft’s page about it.'),
  })
  .describe('What an error means and what to do about it.') satisfies z.ZodType<
  Omit<ExplanationView, 'needsNothing' | 'note'>
>;

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
    unit: z.string().describe('What is counted, such as `nodes`; empty if Azure does not say.'),
  })
  .describe('The counter in a status, such as `8/20 nodes`.') satisfies z.ZodType<Counter>;

const Part = z
  .strictObject({
    name: z.exactOptional(z.string()),
    kind: z.nullable(Kind),
    status: z.string(),
    percentComplete: percent,
    progress: z.nullable(Progress),
    code: z.exactOptional(z.string()).describe('The most specific code of its error.'),
  })
  .describe('A sub-operation: the work on one agent pool or on the control plane.');

const Usual = z
  .strictObject({
    lowSeconds: count.describe('First quartile.'),
    medianSeconds: count,
    highSeconds: count.describe('Third quartile.'),
    runs: count.describe('The number of runs that these figures come from.'),
    of: z
      .enum(['here', 'everywhere', 'mixed'])
      .describe(
        '`here`: runs of this kind on this cluster; `everywhere`: runs of this kind on all clusters; `mixed`: runs on this cluster whose kind Azure does not say.',
      ),
  })
  .describe('How long operations of this kind usually take.');

const Reading = z
  .strictObject({
    ok: z.boolean(),
    code: z.exactOptional(z.string()).describe('Azure’s error code, or the app’s own.'),
    message: z.exactOptional(z.string()),
    since: z.exactOptional(time).describe('When the first of these failures in a row happened.'),
  })
  .describe('Whether the last reading from Azure worked; if not, why.');

const Left = z
  .strictObject({
    name: z.string().describe('The cluster, or the agent pool.'),
    provisioningState: z.string().describe('Azure’s word, such as `Failed` or `Succeeded`.'),
    requestedVersion: z
      .exactOptional(z.string())
      .describe('The Kubernetes version that it is to have; its nodes may run another one.'),
    error: z
      .exactOptional(ErrorDetail)
      .describe('Why the agent pool could not be provisioned; absent if Azure does not say.'),
  })
  .describe('In which state a failed operation left its cluster, or one of the agent pools.');

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
      .describe('The last status from Azure; `null` before the first reading.'),
    kind: z.nullable(Kind),
    percentComplete: percent,
    progress: z.nullable(Progress),
    parts: z.array(Part).describe('Its sub-operations, the worst first.'),
    partsLeftOut: count.describe('How many sub-operations `parts` leaves out.'),
    error: z.nullable(ErrorDetail),
    explanation: z.nullable(Explanation),
    startTime: z.nullable(time),
    endTime: z.nullable(time),
    elapsedSeconds: z
      .nullable(count)
      .describe(
        'From its start (if unknown, its registration) to its end (if it runs, the last reading).',
      ),
    usual: z.nullable(Usual),
    registeredAt: time,
    lastCheckedAt: z.nullable(time),
    lastChangedAt: z.nullable(time).describe('When its phase or error last changed, or it ended.'),
    nextCheckAt: z
      .nullable(time)
      .describe('The app reads it at this time or later; `null` when it is finished.'),
    outcome: z
      .nullable(z.enum(['succeeded', 'failed', 'canceled', 'lost', 'gaveUp']))
      .describe('How it ended; `null` while it runs.'),
    reading: Reading,
    undelivered: count.describe('Messages about it that Slack has not accepted yet.'),
    startedBy: z
      .nullable(z.string())
      .describe(
        'Who started it, as Azure’s activity log shows it: a person’s name or UPN, an application, or `AKS itself`. `null` while it is not known, and where two callers fit; it may become known up to half an hour after the start.',
      ),
    changes: z
      .array(z.string())
      .describe(
        'What it changed, a line each, such as `Kubernetes 1.32.7 → 1.33.2` and `userpool: 4 → 6 nodes`. Empty unless it succeeded on a watched cluster, the app had read the cluster before it, and no other operation ran since then.',
      ),
    left: z
      .array(Left)
      .describe(
        'After a failure: in which state it left the cluster (first) and its agent pools. Empty if it did not fail, or if the app could not read that.',
      ),
  })
  .describe('A tracked operation.');

const HistoryItem = z
  .strictObject({
    at: time,
    event,
    from: z.exactOptional(z.string()).describe('The phase or status before.'),
    to: z.exactOptional(z.string()).describe('The phase or status after.'),
    code: z.exactOptional(z.string()).describe('The code of the error that came with the change.'),
  })
  .describe('A change, and when the app read it.') satisfies z.ZodType<HistoryEntry>;

const OperationWithHistory = z
  .strictObject({
    ...Operation.shape,
    history: z.array(HistoryItem).describe('The newest 200 changes, oldest first.'),
  })
  .describe('A tracked operation with its changes.');

const OperationPage = z.strictObject({
  value: z.array(Operation),
  continuationToken: z
    .exactOptional(z.string())
    .describe('Give it to get the next page; absent on the last page.'),
});

const Watch = z
  .strictObject({
    watchId: key,
    scope: z.string().describe('The ARM ID of what is watched.'),
    label: z.exactOptional(z.string()),
    channel: z.string(),
    mention: z.exactOptional(z.string()),
    events: z.array(event).describe('Which events are posted.'),
    createdAt: time,
    lastScanAt: z
      .optional(z.nullable(time))
      .describe(
        'When its clusters were listed last. This field and the next two are absent if the watch is for one cluster.',
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
  .describe('A watch with the clusters that it covers and has found.');

const WatchList = z.strictObject({ value: z.array(Watch) });

const Channel = z
  .strictObject({
    name: z.string(),
    isConfigured: z.boolean().describe('Whether the settings have this channel.'),
    state: z
      .enum(['ok', 'failing', 'parked'])
      .describe(
        '`failing`: the last attempt failed, and the app tries again soon. `parked`: a person must act before messages arrive.',
      ),
    since: z
      .nullable(time)
      .describe('When this state began; `null` if the channel was not used yet.'),
    undelivered: count.describe('Messages that wait for this channel.'),
    oldestUndeliveredAt: z.nullable(time),
    lastAnswer: z
      .nullable(
        z.strictObject({
          code: z
            .string()
            .describe(
              '`ok`; Slack’s error code; `http_…`: a status without an error code; `no_answer`; `empty_answer` or `not_ok`: a 200 that does not come from Slack; `not_configured`: the settings do not have the channel.',
            ),
          at: time,
        }),
      )
      .describe('`null` if the channel was not used yet.'),
    nextAttemptAt: z
      .nullable(time)
      .describe('The earliest time of the next attempt; `null`: at once.'),
  })
  .describe('A Slack channel, without its URL.') satisfies z.ZodType<ChannelView>;

const ChannelList = z.strictObject({
  value: z.array(Channel).describe('All channels, the default one first.'),
});

const Health = z
  .strictObject({
    status: z.enum(['ok', 'starting', 'unhealthy']),
    reasons: z.array(z.string()).describe('Why the app is unhealthy; then remarks.'),
    version: z.string().describe('Of the code that answers, with a hash of what was built.'),
    lastTick: z.nullable(
      z.strictObject({
        startedAt: time,
        completedAt: time,
        ageSeconds: z.int(),
        version: z.nullable(z.string()).describe('Of the code that ran the tick.'),
      }),
    ),
    apiVersion: z
      .nullable(z.string())
      .describe('The oldest api-version with which the app reads from Azure now.'),
    oldestDueAt: z.nullable(time).describe('When the reading that waits longest became due.'),
    undelivered: z.nullable(z.strictObject({ messages: count, oldestAt: z.nullable(time) })),
    parkedChannels: z.nullable(count),
    unreadable: z.nullable(count).describe('Operations that the app could not read from Azure.'),
    corruptRows: z.nullable(count).describe('Stored rows that the app could not read.'),
    settingsProblems: z.array(z.strictObject({ setting: z.string(), message: z.string() })),
  })
  .describe(
    'Counts, times and names of settings. A value that the app does not know is `null`.',
  ) satisfies z.ZodType<HealthView>;

const Check = z.strictObject({
  name: z.string(),
  ok: z.union([z.boolean(), z.literal('skipped')]),
  message: z.string().describe('What works or is wrong, or why this was not checked.'),
  fix: z.exactOptional(z.string()).describe('A command that fixes it, or shows where to look.'),
});

const DoctorReport = z
  .strictObject({ ok: z.boolean().describe('Whether no check failed.'), checks: z.array(Check) })
  .describe('A check of each thing that the app needs.') satisfies z.ZodType<DoctorView>;

const ProblemItem = z.strictObject({
  pointer: z
    .string()
    .describe(
      'The field, parameter or setting, as a JSON pointer; empty if the whole body is wrong.',
    ),
  message: z.string().describe('What is wrong and what to do.'),
}) satisfies z.ZodType<RequestProblem>;

const Problem = z
  .strictObject({
    type: z.string().describe('A URN for this kind of problem; it does not change.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What happened and what to do.'),
    errors: z
      .exactOptional(z.array(ProblemItem))
      .describe('The first 20 problems of a request, or all problems of the settings.'),
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
