import { ageRemark, isOldVersion } from './domain/known-versions.ts';
import type { SettingsProblem } from './settings/settings.ts';
import type { StoreHealth, TickSummary } from './domain/tick-summary.ts';
import { appVersion } from './settings/app-version.ts';
import { clocksDifferMs, elapsed, formatDuration, type IsoTime } from './time.ts';

/** What `health` looks at. */
export interface HealthInputs {
  readonly now: IsoTime;
  /** Milliseconds between two ticks. */
  readonly tickIntervalMs: number;
  readonly problems: readonly SettingsProblem[];
  /** Whether the settings let the app work at all. */
  readonly isConfigured: boolean;
  /** `null` when it could not be asked; then nothing else is known. */
  readonly store: StoreHealth | null;
}

/** The answer of `GET /api/health`: counts, times and setting names only. */
export interface Health {
  /** The version of the code that answers, with a hash of the build. */
  readonly version: string;
  readonly status: 'ok' | 'starting' | 'unhealthy';
  /** Why the app is unhealthy; then remarks. */
  readonly reasons: readonly string[];
  readonly lastTick: {
    readonly startedAt: IsoTime;
    readonly completedAt: IsoTime;
    readonly ageSeconds: number;
    /** Of the code that ran it, which after a deployment may be an older one; `null`: one without a version. */
    readonly version: string | null;
  } | null;
  /** The oldest api-version in use, as of the last tick; `null` when it is not known. */
  readonly apiVersion: string | null;
  readonly oldestDueAt: IsoTime | null;
  readonly undelivered: { readonly messages: number; readonly oldestAt: IsoTime | null } | null;
  readonly parkedChannels: number | null;
  /** Operations that could not be read from Azure when they were last tried. */
  readonly unreadable: number | null;
  readonly corruptRows: number | null;
  readonly settingsProblems: readonly SettingsProblem[];
}

/** A message that is owed for longer than this is a fault. */
const undeliveredForMs = 10 * 60_000;
/** How many intervals may pass without a tick. */
const intervals = 3;

/** Judges the product's own health. */
export function assessHealth(inputs: HealthInputs): Health {
  const { now, problems, isConfigured, store } = inputs;
  const lastTick = store?.lastTick ?? null;
  const faults = [
    ...problems.map(({ setting }) => `The setting ${setting} is wrong.`),
    ...(store === null && isConfigured ? ['Table storage cannot be reached.'] : []),
    ...tickFaults(inputs),
    ...deliveryFaults(inputs),
  ];
  const apiVersion = lastTick?.apiVersion ?? null;
  const remarks = [
    ...(lastTick === null ? [] : remarksOn(lastTick)),
    ...(apiVersion !== null && isOldVersion(apiVersion, now) ? [ageRemark(apiVersion)] : []),
  ];
  const isStarting = store !== null && lastTick === null;
  return {
    version: appVersion,
    status: faults.length > 0 ? 'unhealthy' : isStarting ? 'starting' : 'ok',
    reasons: [...faults, ...remarks],
    lastTick:
      lastTick === null
        ? null
        : {
            startedAt: lastTick.startedAt,
            completedAt: lastTick.completedAt,
            ageSeconds: Math.round(elapsed(lastTick.completedAt, now) / 1000),
            version: lastTick.version,
          },
    apiVersion,
    oldestDueAt: lastTick?.oldestDueAt ?? null,
    undelivered:
      lastTick === null
        ? null
        : { messages: lastTick.undelivered, oldestAt: lastTick.oldestOwedAt },
    parkedChannels: store?.parkedChannels ?? null,
    unreadable: lastTick?.unreadable ?? null,
    corruptRows: lastTick?.corruptRows ?? null,
    settingsProblems: problems,
  };
}

/** What is wrong with the ticks: the last one is too old, or none has ever completed. */
export function tickFaults({
  now,
  tickIntervalMs,
  store,
}: Pick<HealthInputs, 'now' | 'tickIntervalMs' | 'store'>): string[] {
  if (store === null) return [];
  const limit = intervals * tickIntervalMs;
  if (store.lastTick === null) {
    return elapsed(store.awaitedSince ?? now, now) > limit ? ['No tick has ever completed.'] : [];
  }
  const age = elapsed(store.lastTick.completedAt, now);
  // A last tick in the future does not prove that ticks run now: a clock was ahead.
  if (-age > limit + clocksDifferMs) return [lastTickAhead];
  return age > limit
    ? [
        `The last tick completed ${formatDuration(age)} ago, which is more than ${intervals} intervals.`,
      ]
    : [];
}

const lastTickAhead =
  'The last tick has a time in the future: a clock was ahead, and no tick has completed since.';

function deliveryFaults({ now, store }: HealthInputs): string[] {
  if (store === null) return [];
  const faults: string[] = [];
  const oldest = store.lastTick?.oldestOwedAt ?? null;
  if (oldest !== null && elapsed(oldest, now) > undeliveredForMs) {
    faults.push(`A message has been undelivered for ${formatDuration(elapsed(oldest, now))}.`);
  }
  if (store.parkedChannels > 0) {
    faults.push(
      `${store.parkedChannels} Slack channel(s) cannot be posted to until a person acts; their messages are kept.`,
    );
  }
  return faults;
}

/** Worth knowing, but no reason to call the product unhealthy: it does what it can. */
function remarksOn(summary: TickSummary): string[] {
  const { unreadable, incidents, failingChannels, leftOver, deferred, corruptRows, refusedRows } =
    summary;
  return [
    ...(unreadable > 0
      ? [`${unreadable} operation(s) cannot be read from Azure at the moment.`]
      : []),
    ...(incidents > 0
      ? [
          `${incidents} cause(s) keep operations or watches from being read; a message about each was posted.`,
        ]
      : []),
    ...(failingChannels > 0
      ? [`${failingChannels} Slack channel(s) do not take messages at the moment.`]
      : []),
    ...(leftOver > 0 ? [`${leftOver} due operation(s) were left over by the last tick.`] : []),
    ...(deferred > 0
      ? [`${deferred} due reading(s) wait for the request budget (ARM_BUDGET).`]
      : []),
    ...(corruptRows > 0 ? [`${corruptRows} stored row(s) could not be read.`] : []),
    ...(refusedRows > 0 ? [`${refusedRows} row(s) are too large for table storage.`] : []),
  ];
}
