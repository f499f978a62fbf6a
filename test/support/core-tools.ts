import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './checkout.ts';

const rules = readFileSync(join(root, '.funcignore'), 'utf8');

/**
 * Which files Core Tools publish, whose parser is not that of Git: a line with `!` always wins, lines are held against
 * the beginning of the path up to the end of a word, and `*` is all that stands for something else.
 * Source: `GitIgnoreParser.cs` and `FileSystemHelpers.cs` of Azure/azure-functions-core-tools, 2026-08.
 */
export function publishedByCoreTools(path: string): boolean {
  const names = path.split('/');
  const never = ['.funcignore', '.gitignore', 'local.settings.json', 'project.lock.json'];
  if (names.slice(0, -1).some((name) => ['.git', '.vscode'].includes(name))) return false;
  if (never.includes(names.at(-1) ?? '')) return false;
  const lines = rules.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const begins = (line: string) =>
    new RegExp(
      `^${line
        .replace(/^\//, '')
        .replaceAll(/[-[\]/{}()+?.\\^$|]/g, String.raw`\$&`)
        .replaceAll('**', '(.+)')
        .replaceAll('*', '([^/]+)')}\\b`,
    ).test(path);
  const letsThrough = lines.flatMap((line) => (line.startsWith('!') ? line.slice(1) : []));
  const leavesOut = lines.filter((line) => !line.startsWith('!'));
  return letsThrough.some((line) => begins(line)) || !leavesOut.some((line) => begins(line));
}
