import ms from 'ms';
import { clouds, type Cloud, type CloudName } from './arm/clouds.ts';
import { isNcrontab } from './ncrontab.ts';

/** One thing that is wrong with one app setting. Never holds the setting's value. */
export interface SettingsProblem {
  /** The app setting's name. */
  readonly setting: string;
  /** What is wrong and what to set. */
  readonly message: string;
}

/** How to reach table storage. */
export type StorageSettings =
  | { readonly kind: 'connectionString'; readonly connectionString: string }
  | {
      readonly kind: 'identity';
      readonly tableServiceUri: string;
      readonly clientId: string | null;
    };

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
  readonly apiVersion: string;
  /** The user-assigned managed identity, `null` for the system's own. */
  readonly clientId: string | null;
  /** Whether the platform offers a managed identity. */
  readonly managedIdentity: boolean;
  /** NCRONTAB of the poll. */
  readonly pollSchedule: string;
  /** Milliseconds; `0` turns it off. */
  readonly stalledAfterMs: number;
  readonly giveUpAfterMs: number;
  readonly retentionMs: number;
  /** Fetched after each complete tick; a secret. */
  readonly heartbeatUrl: string | null;
}

/** What {@link readSettings} found. */
export interface SettingsReading {
  /** `null` when something is wrong that the app cannot work with. */
  readonly settings: Settings | null;
  /**
   * Everything that is wrong. With `settings` present these are contained: an invalid schedule (the default
   * is used) and an unusable further channel (its messages wait).
   */
  readonly problems: readonly SettingsProblem[];
}

/** The name of the channel that `SLACK_WEBHOOK_URL` configures. */
export const defaultChannel = 'default';

const defaultSchedule = '*/30 * * * * *';
const channelPrefix = 'SLACK_WEBHOOK_URL_';
type Environment = Readonly<Record<string, string | undefined>>;
type Report = (setting: string, message: string) => void;
const reportedElsewhere: Report = () => {};

/** Reads and checks all app settings; every problem is reported at once, none is thrown. */
export function readSettings(env: Environment): SettingsReading {
  const fatal: SettingsProblem[] = [];
  const contained: SettingsProblem[] = [];
  const report: Report = (setting, message) => void fatal.push({ setting, message });
  const contain: Report = (setting, message) => void contained.push({ setting, message });

  const cloud = cloudOf(env, report);
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
    stalledAfterMs: durationOf(env, 'STALLED_AFTER', '30m', report, true),
    giveUpAfterMs: durationOf(env, 'GIVE_UP_AFTER', '7d', report),
    retentionMs: durationOf(env, 'RETENTION', '30d', report),
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

/** A setting's text, `null` when unset; a Key Vault reference that was not resolved is reported. */
function value(env: Environment, setting: string, report: Report): string | null {
  const text = (env[setting] ?? '').trim();
  if (text.startsWith('@Microsoft.KeyVault(')) {
    report(
      setting,
      'is a Key Vault reference that was not resolved: check that the secret exists, that the identity may read it, and that keyVaultReferenceIdentity names that identity.',
    );
    return null;
  }
  return text === '' ? null : text;
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

function storageOf(env: Environment, cloud: Cloud, report: Report): StorageSettings {
  const names = ['OPERATIONS_STORAGE', 'AzureWebJobsStorage'];
  for (const name of names) {
    const found = storageNamed(env, name, cloud, report);
    if (found !== null) return found;
  }
  if (!names.some((name) => isPresent(env, name))) {
    report(
      'AzureWebJobsStorage',
      'must be set: a connection string, or AzureWebJobsStorage__tableServiceUri or AzureWebJobsStorage__accountName for an identity (OPERATIONS_STORAGE likewise, when the tables live elsewhere).',
    );
  }
  return { kind: 'connectionString', connectionString: '' };
}

function isPresent(env: Environment, name: string): boolean {
  return [name, `${name}__tableServiceUri`, `${name}__accountName`].some(
    (key) => (env[key] ?? '').trim() !== '',
  );
}

function storageNamed(
  env: Environment,
  name: string,
  cloud: Cloud,
  report: Report,
): StorageSettings | null {
  const connectionString = value(env, name, report);
  if (connectionString !== null) {
    const problem = connectionStringProblem(connectionString);
    if (problem !== null) report(name, problem);
    return { kind: 'connectionString', connectionString };
  }
  const appIdentity = value(env, 'AZURE_CLIENT_ID', reportedElsewhere);
  const clientId = value(env, `${name}__clientId`, report) ?? appIdentity;
  const uri = urlOf(env, `${name}__tableServiceUri`, report);
  if (uri !== null) return { kind: 'identity', tableServiceUri: uri, clientId };
  const account = value(env, `${name}__accountName`, report);
  if (account === null) return null;
  if (!/^[a-z0-9]{3,24}$/.test(account)) {
    report(
      `${name}__accountName`,
      'is not the name of a storage account: 3 to 24 lower-case letters and digits.',
    );
  }
  return { kind: 'identity', tableServiceUri: `https://${account}.${cloud.tableSuffix}`, clientId };
}

/** What keeps a text from being a connection string that the table library takes, or `null`. */
function connectionStringProblem(connectionString: string): string | null {
  if (/^UseDevelopmentStorage=true;?$/i.test(connectionString)) return null;
  const parts = new Map(
    connectionString.split(';').map((part): [string, string] => {
      const equals = part.indexOf('=');
      return [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()];
    }),
  );
  const has = (...names: string[]): boolean => names.every((key) => (parts.get(key) ?? '') !== '');
  if (
    !has('defaultendpointsprotocol', 'accountname', 'accountkey') &&
    !has('tableendpoint', 'sharedaccesssignature')
  ) {
    return 'is not a storage connection string: it needs DefaultEndpointsProtocol, AccountName and AccountKey, or TableEndpoint and SharedAccessSignature.';
  }
  const endpoint =
    parts.get('tableendpoint') ?? `${parts.get('defaultendpointsprotocol')}://account`;
  return isSafeUrl(URL.parse(endpoint))
    ? null
    : 'must use https (http only on a loopback address).';
}

function isSafeUrl(url: URL | null): url is URL {
  if (url === null) return false;
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
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
    .filter((key) => key.toUpperCase().startsWith(channelPrefix))
    .toSorted()) {
    const name = setting.slice(channelPrefix.length).toLowerCase();
    if (!/^[a-z0-9_]{1,60}$/.test(name)) {
      contain(setting, 'does not name a channel: letters, digits and _ after SLACK_WEBHOOK_URL_.');
    } else if (channels.has(name)) {
      contain(
        setting,
        'names a channel that another setting names too; channel names compare case-insensitively.',
      );
    } else {
      const url = urlOf(env, setting, contain);
      if (url !== null) channels.set(name, url);
    }
  }
  return channels;
}

function endpointOf(env: Environment, cloud: Cloud, report: Report): string {
  const override = urlOf(env, 'ARM_ENDPOINT', report);
  if (override === null) return cloud.armEndpoint;
  const url = new URL(override);
  if (url.search !== '' || url.hash !== '')
    report('ARM_ENDPOINT', 'must not hold a query string or a fragment.');
  return override.replace(/\/+$/, '');
}

function apiVersionOf(env: Environment, report: Report): string {
  const version = value(env, 'AKS_API_VERSION', report) ?? '2025-05-02-preview';
  if (!/^\d{4}-\d{2}-\d{2}(-[a-z]+)?$/.test(version)) {
    report('AKS_API_VERSION', 'must be an api-version such as 2025-05-02-preview.');
  }
  return version;
}

function scheduleOf(env: Environment, report: Report): string {
  const schedule = value(env, 'POLL_SCHEDULE', report);
  if (schedule === null) return defaultSchedule;
  if (isNcrontab(schedule)) return schedule;
  report(
    'POLL_SCHEDULE',
    `must be an NCRONTAB expression of six fields, such as ${defaultSchedule}; the default is used.`,
  );
  return defaultSchedule;
}

function durationOf(
  env: Environment,
  setting: string,
  preset: ms.StringValue,
  report: Report,
  zeroAllowed = false,
): number {
  const text = value(env, setting, report) ?? preset;
  if (zeroAllowed && text === '0') return 0;
  const length = isDuration(text) ? ms(text) : 0;
  if (length > 0 && length <= ms('3650d')) return length;
  report(
    setting,
    `must be a length of time such as 45s, 30m, 12h or ${preset}${zeroAllowed ? ', or 0 to turn it off' : ''}.`,
  );
  return ms(preset);
}

function isDuration(text: string): text is `${number}${'s' | 'm' | 'h' | 'd'}` {
  return /^\d{1,6}[smhd]$/.test(text);
}

/** An absolute URL: https, or http on a loopback address. */
function urlOf(env: Environment, setting: string, report: Report): string | null {
  const text = value(env, setting, report);
  if (text === null) return null;
  const url = URL.parse(text);
  if (!isSafeUrl(url)) {
    report(setting, 'must be an https URL (http only on a loopback address).');
    return null;
  }
  if (url.username !== '' || url.password !== '') {
    report(setting, 'must not hold a user name or a password.');
    return null;
  }
  return text;
}
