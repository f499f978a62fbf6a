import { execFileSync } from 'node:child_process';
// oxlint-disable-next-line no-restricted-imports -- This is the one place that reads the checkout's folders.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The checkout. */
export const root = join(import.meta.dirname, '../..');

/**
 * Every file of the project, by its path from {@link root}, with `/`. What else lies in the folder is not among them:
 * no test may depend on what a user has lying about.
 */
export const trackedFiles: readonly string[] = (
  existsSync(join(root, '.git')) ? namedByGit() : unpacked('')
).toSorted();

/** Whether a path from {@link root} is that of a file of the project, or of a folder with some. */
export function isTracked(path: string): boolean {
  const folder = `${path.replace(/\/$/, '')}/`;
  return trackedFiles.some((name) => name === path || name.startsWith(folder));
}

function namedByGit(): string[] {
  const names = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  // One that was removed and not yet committed is named still.
  return names.split('\0').filter((name) => name !== '' && existsSync(join(root, name)));
}

/** In an archive without its history: all but what the project makes there itself. */
function unpacked(folder: string): string[] {
  const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n');
  const made = new Set(ignored.map((line) => line.replace(/\/$/, '')));
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (made.has(entry.name)) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? unpacked(path) : [path];
  });
}
