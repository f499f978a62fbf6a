/**
 * `npm run package`: writes what is deployed, as the folder `package` and as `aks-operation-notifier.zip`, into
 * `.local` or the folder given. It takes `dist/` as it is; the npm script builds first.
 *
 * The same code gives the same bytes: nothing of the machine, the time or the order of files is in the zip.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import manifest from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const target = process.argv[2] ?? join(root, '.local');

const { name, license, type, main } = manifest;
/** With the hash of what was built, as `health` shows it. */
const version = readFileSync(join(root, 'dist/version.txt'), 'utf8').trim();
/** What the Functions host and the worker read of package.json. The bundle holds its dependencies. */
const reduced = { name, version, private: true, license, type, main, engines: { node: '>=22' } };

const copied = [
  'LICENSE',
  'dist/api.json',
  'dist/app.cjs',
  'dist/identity.cjs',
  'dist/third-party-notices.txt',
  'dist/xml.cjs',
  'host.json',
];
const files = new Map<string, Buffer>([
  ...copied.map((path) => [path, readFileSync(join(root, path))] as const),
  ['package.json', Buffer.from(`${JSON.stringify(reduced, null, 2)}\n`)],
]);

const folder = join(target, 'package');
rmSync(folder, { recursive: true, force: true });
for (const [path, content] of files) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

// A zip holds local times without their zone, from 1980 on: this one is the same everywhere.
const mtime = new Date(1980, 0, 1);
// As on Unix: a file that its owner writes and everyone reads.
const options = { mtime, level: 9, os: 3, attrs: 0o100644 << 16 } as const;
const entries: Zippable = {};
for (const [path, content] of files) entries[path] = [content, options];
const archive = join(target, 'aks-operation-notifier.zip');
writeFileSync(archive, zipSync(entries));

const sizes = [...files].map(([path, { length }]) => ({ path, length }));
for (const { path, length } of [...sizes, { path: archive, length: readFileSync(archive).length }])
  console.log(`${(length / 1024).toFixed(1).padStart(8)} KiB  ${path}`);
