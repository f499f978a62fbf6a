import { spawn } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** What a run of `npm run doctor` came to. */
export interface DoctorRun {
  readonly code: unknown;
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs `npm run doctor -- …`.
 *
 * @param file what the settings file holds; `null`: there is none
 * @param env its environment, besides where the settings are
 */
export async function runDoctor(
  args: readonly string[],
  file: string | null = null,
  env: Readonly<Record<string, string>> = {},
): Promise<DoctorRun> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'doctor-'));
  const path = join(folder.path, 'local.settings.json');
  if (file !== null) await writeFile(path, file);
  const root = join(import.meta.dirname, '../..');
  const child = spawn(process.execPath, ['scripts/doctor.ts', ...args], {
    cwd: root,
    env: { ...env, LOCAL_SETTINGS: path, LOCAL_DATA: folder.path },
  });
  const ended = new Promise((resolve) => void child.on('close', resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output, errors };
}
