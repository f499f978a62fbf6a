import type { Site } from '../domain/az-commands.ts';
import { auto, isPreview, newestKnown } from '../domain/known-versions.ts';
import { clouds, type Cloud, type CloudName } from './clouds.ts';
import { isNcrontab } from './ncrontab.ts';
import { nameKey, patterns } from '../domain/azure-names.ts';
import { drainStalledAfterMs } from '../domain/stall.ts';
import { checkProxy } from './proxy.ts';
import {
  durationOf,
  flagOf,
  reportedElsewhere,
  shareOf,
  urlOf,
  value,
  type Environment,
  type Report,
} from './values.ts';
import { storageOf, type StorageSettings } from './storage.ts';

/** One thing that is wrong with one app setting. Never holds the setting's value. */
export interface SettingsProblem {
  /** The app setting's name. */
  readonly setting: string;
  /** What is wrong and what to set. */
  readonly message: string;
}

/** Everything that the environment decides, validated. */
export interface Settings {
  readonly storage: StorageSettings;
  /** Name of the operations' table; further tables are named after it. */
  readonly tableName: string;
  /** Webhook URLs by channel name (lower case); `default` is always there. The URLs are secrets. */
  readonly channels: ReadonlyMap<string, string>;
  readonly cloud: Cloud;
  /** Where ARM is read, without a trailing slash. */
  readonly armEndpoint: string;
  /** The api-version of all calls; {@link auto}: the app chooses, and moves by itself. */
  readonly apiVersion: string;
  /** The user-assigned managed identity, `null` for the system's own. */
  readonly clientId: string | null;
  /** Whether the platform offers a managed identity. */
  readonly managedIdentity: boolean;
  /** NCRONTAB of the poll. */
  readonly pollSchedule: string;
  /** How much of ARM's documented buckets is ours: above 0, at most 1. */
  readonly armBudget: number;
  /** Whether people are shown who started an operation. */
  readonly showsCaller: boolean;
  /** Milliseconds between two looks at a watched cluster. */
  readonly watchIntervalMs: number;
  /** Milliseconds; `0` turns it off. */
  readonly stalledAfterMs: number;
  /** The same for phases that drain nodes, in milliseconds: longer where nobody has set `STALLED_AFTER`. */
  readonly drainStalledAfterMs: number;
  readonly giveUpAfterMs: number;
  readonly retentionMs: number;
  /** The Function App itself, as App Service names it; `null` where it does not. */
  readonly site: Site;
  /** Fetched after each complete tick; a secret. */
  readonly heartbeatUrl: string | null;
}

/** What {@link readSettings} found. */
export interface SettingsReading {
  /** `null` when something is wrong that the app cannot work with. */
  readonly settings: Settings | null;
  /**
   * Everything that is wrong. If `settings` is present, the app works in spite of them: an invalid schedule (it uses the
   * default) or a further channel that cannot be used (its messages wait).
   */
  readonly problems: readonly SettingsProblem[];
}

/** The name of the channel that `SLACK_WEBHOOK_URL` configures. */
export const defaultChannel = 'default';

const defaultSchedule = '*/30 * * * * *';
/**
 * A tick comes every 30 seconds, so a shorter interval gives no more looks. With more than an hour between two looks, the
 * 50 newest records that a List shows may not hold everything that began since the last one.
 */
const watchIntervals = ['30s', '1h'] as const;
const channelPrefix = 'SLACK_WEBHOOK_URL_';

/** Reads and checks all app settings; every problem is reported at once, none is thrown. */
export function readSettings(env: Environment): SettingsReading {
  const fatal: SettingsProblem[] = [];
  const contained: SettingsProblem[] = [];
  const report: Report = (setting, message) => void fatal.push({ setting, message });
  const contain: Report = (setting, message) => void contained.push({ setting, message });

  checkProxy(env, report);
  const cloud = cloudOf(env, report);
  const stalledAfterMs = durationOf(env, 'STALLED_AFTER', '30m', report, { zeroAllowed: true });
  const settings: Settings = {
    storage: storageOf(env, cloud, report),
    tableName: tableNameOf(env, report),
    channels: channelsOf(env, report, contain),
    cloud,
    armEndpoint: endpointOf(env, cloud, report),
    apiVersion: apiVersionOf(env, report),
    clientId: value(env, 'AZURE_CLIENT_ID', report),
    managedIdentity: (env['IDENTITY_ENDPOINT'] ?? '') !== '',
    pollSchedule: scheduleOf(env, contain),
    armBudget: shareOf(env, 'ARM_BUDGET', 0.5, report),
    showsCaller: flagOf(env, 'SHOW_CALLER', true, report),
    watchIntervalMs: durationOf(env, 'WATCH_INTERVAL', '2m', report, { range: watchIntervals }),
    stalledAfterMs,
    drainStalledAfterMs:
      value(env, 'STALLED_AFTER', reportedElsewhere) === null
        ? drainStalledAfterMs
        : stalledAfterMs,
    giveUpAfterMs: durationOf(env, 'GIVE_UP_AFTER', '7d', report),
    retentionMs: durationOf(env, 'RETENTION', '30d', report),
    site: siteOf(env),
    heartbeatUrl: urlOf(env, 'HEARTBEAT_URL', report),
  };
  return { settings: fatal.length === 0 ? settings : null, problems: [...fatal, ...contained] };
}

/**
 * The schedule to register the poll with: `POLL_SCHEDULE`, or the default when that is unset or invalid.
 * (A `%POLL_SCHEDULE%` binding would keep the function from loading when the setting is unset.)
 */
export function pollScheduleOf(env: Environment): string {
  return scheduleOf(env, reportedElsewhere);
}

function cloudOf(env: Environment, report: Report): Cloud {
  const name = value(env, 'AZURE_CLOUD', report) ?? 'AzureCloud';
  if (isCloudName(name)) return clouds[name];
  report('AZURE_CLOUD', `must be one of ${Object.keys(clouds).join(', ')}.`);
  return clouds.AzureCloud;
}

function isCloudName(name: string): name is CloudName {
  return Object.hasOwn(clouds, name);
}

function tableNameOf(env: Environment, report: Report): string {
  const name = value(env, 'OPERATIONS_TABLE', report) ?? 'AksOperations';
  // 63 is the limit of Azure tables; further tables append up to eight characters.
  if (!/^[A-Za-z][A-Za-z0-9]{2,54}$/.test(name)) {
    report('OPERATIONS_TABLE', 'must be 3 to 55 letters and digits, the first one a letter.');
  }
  return name;
}

function channelsOf(env: Environment, report: Report, contain: Report): Map<string, string> {
  const channels = new Map<string, string>();
  const main = urlOf(env, 'SLACK_WEBHOOK_URL', report);
  if (main !== null) channels.set(defaultChannel, main);
  else if ((env['SLACK_WEBHOOK_URL'] ?? '').trim() === '') {
    report('SLACK_WEBHOOK_URL', 'must be set to the URL of a Slack incoming webhook.');
  }
  for (const setting of Object.keys(env)
    .filter((key) => nameKey(key).startsWith(nameKey(channelPrefix)))
    .toSorted()) {
    const name = nameKey(setting.slice(channelPrefix.length));
    if (!isChannelName(name)) {
      contain(
        setting,
        'does not name a channel: use 1 to 60 letters, digits and _ after SLACK_WEBHOOK_URL_.',
      );
    } else if (channels.has(name)) {
      contain(
        setting,
        'names the same channel as another setting: remove one of them (channel names compare case-insensitively).',
      );
    } else {
      const url = urlOf(env, setting, contain);
      if (url !== null) channels.set(name, url);
    }
  }
  return channels;
}

/** Whether a text can be the name of a channel. */
export function isChannelName(name: string): boolean {
  return /^[a-z0-9_]{1,60}$/.test(name);
}

function endpointOf(env: Environment, cloud: Cloud, report: Report): string {
  const override = urlOf(env, 'ARM_ENDPOINT', report);
  if (override === null) return cloud.armEndpoint;
  const url = new URL(override);
  if (url.search !== '' || url.hash !== '')
    report('ARM_ENDPOINT', 'must not hold a query string or a fragment.');
  return override.replace(/(?<!\/)\/+$/, '');
}

function apiVersionOf(env: Environment, report: Report): string {
  const version = value(env, 'AKS_API_VERSION', report) ?? auto;
  if (version !== auto && !isPreview(version)) {
    report(
      'AKS_API_VERSION',
      `must be ${auto}, or a preview api-version such as ${newestKnown}: stable versions do not have the operation status calls.`,
    );
  }
  return version;
}

/** What App Service sets by itself (learn.microsoft.com/azure/app-service/reference-app-settings). */
export function siteOf(env: Environment): Settings['site'] {
  const { WEBSITE_SITE_NAME: name = '', WEBSITE_RESOURCE_GROUP: resourceGroupName = '' } = env;
  const isWhole = /^[\w-]{1,60}$/.test(name) && patterns.resourceGroupName.test(resourceGroupName);
  return isWhole ? { name, resourceGroupName } : null;
}

function scheduleOf(env: Environment, report: Report): string {
  const schedule = value(env, 'POLL_SCHEDULE', report);
  if (schedule === null) return defaultSchedule;
  if (isNcrontab(schedule)) return schedule;
  report(
    'POLL_SCHEDULE',
    `must be an NCRONTAB expression of six fields, such as ${defaultSchedule}; until then the app uses this default.`,
  );
  return defaultSchedule;
}
