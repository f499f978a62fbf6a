import { readSettings, type SettingsProblem } from '../shared/settings/settings.ts';
import { readSettingsFile, SettingsFileError } from './settings-file.ts';

/** Settings by name, as an environment holds them. */
type Settings = Readonly<Record<string, string | undefined>>;

/** What Azurite is called in a connection setting. */
const developmentStorage = 'UseDevelopmentStorage=true';

const storageSettings = ['AzureWebJobsStorage', 'OPERATIONS_STORAGE'] as const;

/**
 * The environment, with the file at `path` for the rest. Without a file it is the environment alone.
 *
 * @throws {SettingsFileError} when the file cannot be used, or is missing while the environment lacks settings
 */
export async function settingsUnder(environment: Settings, path: string): Promise<Settings> {
  try {
    return { ...(await readSettingsFile(path)), ...environment };
  } catch (error) {
    if (!(error instanceof SettingsFileError) || !error.isMissing) throw error;
    const lacks = problemsOf(environment);
    if (lacks.length === 0) return environment;
    const what = lacks.map(({ setting, message }) => `${setting} ${message}`).join(' ');
    throw new SettingsFileError(`${error.message} The environment alone does not do: ${what}`, {
      cause: error.cause,
    });
  }
}

/** What keeps the app from working with these settings beside a store on this machine. */
function problemsOf(settings: Settings): readonly SettingsProblem[] {
  const connectionString = needsAzurite(settings) ? developmentStorage : undefined;
  const reading = readSettings(
    developmentSettings(settings, { connectionString, stateFolder: '' }),
  );
  return reading.settings === null ? reading.problems : [];
}

/** Whether the settings ask for the store on this machine: by name, or by naming no other. */
export function needsAzurite(settings: Settings): boolean {
  const named = Object.entries(settings).filter(
    ([name, value]) => value && storageSettings.some((storage) => isConnection(name, storage)),
  );
  return named.length === 0 || named.some(([, value]) => value === developmentStorage);
}

/** A connection is one setting, or several of the form `NAME__tableServiceUri`. */
function isConnection(name: string, storage: string): boolean {
  return name === storage || name.startsWith(`${storage}__`);
}

/**
 * The environment of the functions.
 *
 * @param local - Azurite's connection string, where it runs, and where timers keep their status
 */
export function developmentSettings(
  settings: Settings,
  local: { readonly connectionString: string | undefined; readonly stateFolder: string },
): Record<string, string> {
  const environment: Record<string, string> = { HOST_STATE_DIR: local.stateFolder };
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined) environment[name] = value;
  }
  if (local.connectionString === undefined) return environment;
  environment['AzureWebJobsStorage'] ||= developmentStorage;
  for (const name of storageSettings) {
    if (environment[name] === developmentStorage) environment[name] = local.connectionString;
  }
  return environment;
}
