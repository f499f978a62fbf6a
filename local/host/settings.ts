import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { HostKeys } from './function-key.ts';
import { parseObject, isObject } from './json.ts';

/** How one host process runs. */
export interface HostSettings {
  /** Absolute path of the built app. */
  appFile: string;
  /** The folder of the app's `host.json`, else that of the app file. */
  appDirectory: string;
  /** The first part of every HTTP route, without slashes; Azure's default is `api`. */
  routePrefix: string;
  /** `0` takes a free one. */
  port: number;
  /** Undefined turns keys off. */
  keys: HostKeys | undefined;
  /** Largest request body in bytes. */
  maxBodyBytes: number;
  /** Whether timers fire by themselves. */
  timers: boolean;
  /** Where schedule statuses live; undefined keeps them in memory. */
  stateDirectory: string | undefined;
  /** The app's settings: all of the environment. */
  env: Readonly<Record<string, string | undefined>>;
}

/** Azure's limit, `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`, has this default. */
const MAX_BODY_BYTES = 104_857_600;
const PACKAGE_DIRECTORY = resolve(import.meta.dirname, '../..');

/**
 * Reads `APP_FILE` (default: `main` of package.json), `PORT` (7071), `FUNCTION_KEY` (off), `MASTER_KEY` (the same key),
 * `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`, `HOST_TIMERS=off`, `HOST_STATE_DIR` and the `host.json` that
 * lies nearest above the app file.
 * @throws Error with one line for a person when a value cannot be used.
 */
export function readHostSettings(env: Readonly<Record<string, string | undefined>>): HostSettings {
  const appFile = resolve(env['APP_FILE'] || mainOfPackage());
  if (!existsSync(appFile)) throw new Error(`${appFile} is missing: run "npm run build" first`);
  const appDirectory = nearestWith('host.json', dirname(appFile)) ?? dirname(appFile);
  return {
    appFile,
    appDirectory,
    routePrefix: readRoutePrefix(join(appDirectory, 'host.json')),
    port: readPort(env['PORT'] || '7071'),
    keys: readKeys(env),
    maxBodyBytes: Number(env['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT'] || MAX_BODY_BYTES),
    timers: env['HOST_TIMERS'] !== 'off',
    stateDirectory: env['HOST_STATE_DIR'] || undefined,
    env,
  };
}

function readKeys(env: Readonly<Record<string, string | undefined>>): HostKeys | undefined {
  const functionKey = env['FUNCTION_KEY'] || undefined;
  if (functionKey === undefined) return undefined;
  return { functionKey, masterKey: env['MASTER_KEY'] || functionKey };
}

function mainOfPackage(): string {
  const main = readObject(join(PACKAGE_DIRECTORY, 'package.json'))['main'];
  if (typeof main !== 'string') throw new Error('package.json has no "main": set APP_FILE');
  return join(PACKAGE_DIRECTORY, main);
}

function nearestWith(fileName: string, directory: string): string | undefined {
  if (existsSync(join(directory, fileName))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : nearestWith(fileName, parent);
}

function readRoutePrefix(hostFile: string): string {
  const extensions = existsSync(hostFile) ? readObject(hostFile)['extensions'] : undefined;
  const http = isObject(extensions) ? extensions['http'] : undefined;
  const prefix = isObject(http) ? http['routePrefix'] : undefined;
  return typeof prefix === 'string' ? prefix.replaceAll(/^\/+|(?<!\/)\/+$/g, '') : 'api';
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`PORT must be a number from 0 to 65535, not "${text}"`);
}

function readObject(file: string): Record<string, unknown> {
  const value = parseObject(readFileSync(file, 'utf8'));
  if (value === undefined) throw new Error(`${file} is not a JSON object`);
  return value;
}
