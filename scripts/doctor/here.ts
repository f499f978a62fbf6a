import { join, resolve } from 'node:path';
import { startAzurite } from '../../local/azurite.ts';
import { developmentSettings, needsAzurite } from '../../local/dev-settings.ts';
import { readSettingsFile } from '../../local/settings-file.ts';
import { createRoot } from '../../shared/app.ts';
import type { DoctorReport } from '../../shared/doctor/check.ts';

const root = join(import.meta.dirname, '../..');

/** Checks from this machine, with its login. Rejects when there are no settings, or no local store. */
export async function checkHere(slack: boolean): Promise<DoctorReport> {
  const file = process.env['LOCAL_SETTINGS'] || join(root, 'local.settings.json');
  const settings = { ...(await readSettingsFile(file)), ...process.env };
  const stateFolder = join(resolve(process.env['LOCAL_DATA'] || join(root, '.local')), 'dev');
  await using azurite = needsAzurite(settings) ? await startStore(stateFolder) : null;
  const local = { connectionString: azurite?.connectionString, stateFolder };
  // The sign-in library reads the environment of the process.
  Object.assign(process.env, developmentSettings(settings, local));
  return await createRoot(process.env).diagnose({ slack });
}

/** The store of `npm run dev`, which is what it would find there. */
async function startStore(stateFolder: string) {
  return await startAzurite({ location: join(stateFolder, 'azurite') }).catch((error: unknown) => {
    throw new Error(
      'The local store does not start. While "npm run dev" runs, ask that: --url http://127.0.0.1:7071.',
      { cause: error },
    );
  });
}
