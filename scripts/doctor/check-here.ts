import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { startAzurite } from '../../local/azurite.ts';
import { developmentSettings, needsAzurite, settingsUnder } from '../../local/dev-settings.ts';
import { SettingsFileError } from '../../local/settings-file.ts';
import { createRoot } from '../../shared/app.ts';
import { brokenOff, type Check, type DoctorReport } from '../../shared/doctor/check.ts';

const root = join(import.meta.dirname, '../..');

/** Checks from this machine, with its login. */
export async function checkHere(slack: boolean): Promise<DoctorReport> {
  const file = process.env['LOCAL_SETTINGS'] || join(root, 'local.settings.json');
  const stateFolder = join(resolve(process.env['LOCAL_DATA'] || join(root, '.local')), 'dev');
  try {
    const settings = await settingsUnder(process.env, file);
    await using azurite = needsAzurite(settings) ? await startStore(stateFolder) : null;
    const local = { connectionString: azurite?.connectionString, stateFolder };
    // The sign-in library reads the environment of the process.
    Object.assign(process.env, developmentSettings(settings, local));
    return await createRoot(process.env).diagnose({ slack });
  } catch (error) {
    if (error instanceof SettingsFileError) return failed(await unreadable(file, error));
    if (error instanceof StoreNotStarted) return failed(notStarted(error));
    return failed(brokenOff('doctor', error));
  }
}

function failed(check: Check): DoctorReport {
  return { ok: false, checks: [check] };
}

/** The file's own trouble: nothing can be checked without it. */
async function unreadable(file: string, error: SettingsFileError): Promise<Check> {
  const { message, isMissing } = error;
  const check = { name: 'settings file', ok: false };
  if (isMissing) {
    const [sample, target] = [join(root, 'local.settings.sample.json'), file].map(quotedPath);
    return {
      ...check,
      message:
        'There is none yet, and the environment does not hold all settings: copy the sample, and put your Slack webhook into it.',
      fix: `cp ${sample} ${target}`,
    };
  }
  if (message.includes('encrypted')) return { ...check, message, fix: 'func settings decrypt' };
  const where = await placeOfError(file);
  const form = 'It must be as local.settings.sample.json is, without comments.';
  return { ...check, message: `${message.replace(/\.$/, '')}${where}. ${form}` };
}

/** Where a file is no JSON. The parser's message holds the file's text, which is left out. */
async function placeOfError(file: string): Promise<string> {
  try {
    JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const [place] = /line \d+ column \d+/.exec(String(error)) ?? [];
    if (place !== undefined) return ` at ${place}`;
  }
  return '';
}

function quotedPath(path: string): string {
  const short = relative(process.cwd(), path);
  const shown = short.startsWith('..') ? path : short;
  return /^[\w./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`;
}

class StoreNotStarted extends Error {}

function notStarted({ message }: StoreNotStarted): Check {
  const check = { name: 'local store', ok: false };
  return message.includes('in use')
    ? {
        ...check,
        message: 'Another process has it open, most likely "npm run dev": this asks there.',
        fix: 'npm run doctor -- --url http://127.0.0.1:7071',
      }
    : { ...check, message: `It does not start. ${message}` };
}

/** The store of `npm run dev`, which is what it would find there. */
async function startStore(stateFolder: string) {
  return await startAzurite({ location: join(stateFolder, 'azurite') }).catch((error: unknown) => {
    throw new StoreNotStarted(error instanceof Error ? error.message : 'unknown reason');
  });
}
