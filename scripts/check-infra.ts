/**
 * `npm run check:infra`: compiles and lints `infra/` with Bicep's own compiler, by the rules of `infra/bicepconfig.json`,
 * and evaluates each deployment of `infra/snapshots/*.bicepparam` offline: what it makes must be what its
 * `.snapshot.json` says. `npm run check:infra -- --write` writes the snapshots anew, to be read as a diff.
 *
 * The compiler is `bicep` on the PATH or that of `az bicep install`, if it is of the version that wrote the snapshots; else
 * the NuGet package, which `dotnet` restores into `.local`; else one of another version, with a remark. Without one
 * nothing is checked: that is a failure where `CI` is set.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import * as z from 'zod';

const root = join(import.meta.dirname, '..');
const infra = join(root, 'infra');
const local = join(root, '.local');
const isWindows = process.platform === 'win32';

/** Of the compiler that wrote the snapshots; another one may write them differently. */
const version = '0.49.2';
const howToGetIt = `To get ${version}: az bicep install --version v${version}, or install .NET, which restores it.`;
const howToMove =
  'To move to another version, change it in scripts/check-infra.ts, run this with --write, and read the diff.';

/** As NuGet names them. */
const systems = new Map<string, string>([
  ['darwin', 'osx'],
  ['linux', 'linux'],
  ['win32', 'win'],
]);

/** Where the deployments of the snapshots go; nothing is asked there. */
const given = [
  ['--subscription-id', '00000000-0000-4000-8000-00000000000a'],
  ['--tenant-id', '00000000-0000-4000-8000-00000000000b'],
  ['--location', 'westeurope'],
].flat();

const snapshot = z.strictObject({
  predictedResources: z.array(z.record(z.string(), z.unknown())),
  diagnostics: z.tuple([]),
  outputs: z.record(z.string(), z.unknown()),
});
type Snapshot = z.infer<typeof snapshot>;

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const compiler = findCompiler();
if (compiler === null) {
  if (process.env['CI'] !== undefined) fail(`There is no Bicep compiler. ${howToGetIt}`);
  else console.log(`There is no Bicep compiler: infra/ was not checked. ${howToGetIt}`);
} else if (values.write && !isRightVersion(compiler)) {
  fail(
    `Nothing was written: Bicep ${version} writes the snapshots, and this is ${nameOf(compiler)}: ${compiler}. ${howToGetIt} ${howToMove}`,
  );
} else {
  console.log(`${nameOf(compiler)}: ${compiler}`);
  if (!isRightVersion(compiler))
    console.log(
      `Bicep ${version} wrote the snapshots: what differs below may come from the compiler alone. ${howToGetIt} ${howToMove}`,
    );
  const { out, status } = bicep(['lint', '--pattern', 'infra/**/*.bicep']);
  // A warning, too: then the status is 0.
  if (status !== 0 || out.trim() !== '') fail(out.trim() || `bicep lint ended with ${status}.`);
  for (const name of globSync('*.bicepparam', { cwd: join(infra, 'snapshots') }).toSorted())
    checkSnapshot(name);
}

function findCompiler(): string | null {
  const file = isWindows ? 'bicep.exe' : 'bicep';
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    join(process.env['AZURE_CONFIG_DIR'] ?? join(homedir(), '.azure'), 'bin'),
  ];
  const found = folders.map((folder) => join(folder, file)).filter((path) => existsSync(path));
  return found.find(isRightVersion) ?? restored() ?? found[0] ?? null;
}

/** Name and version of a compiler: `Bicep CLI version 0.49.2 (b34271ac51)`. */
function nameOf(path: string): string {
  return spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim();
}

function isRightVersion(path: string): boolean {
  return nameOf(path).split(' ').includes(version);
}

/** Of the NuGet package, for this machine; `null`: `dotnet` is not there, or does not get it. */
function restored(): string | null {
  const name = `Azure.Bicep.CommandLine.${systems.get(process.platform)}-${process.arch}`;
  const folder = join(local, 'bicep');
  const path = join(
    folder,
    name.toLowerCase(),
    version,
    'tools',
    isWindows ? 'bicep.exe' : 'bicep',
  );
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const project = join(folder, 'bicep.csproj');
    writeFileSync(
      project,
      `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net$(BundledNETCoreAppTargetFrameworkVersion)</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="${name}" Version="[${version}]" /></ItemGroup>
</Project>
`,
    );
    const { status, stdout } = spawnSync('dotnet', ['restore', project, '--packages', folder], {
      encoding: 'utf8',
    });
    if (status !== 0 || !existsSync(path)) {
      if (status !== null) console.error(stdout);
      return null;
    }
  }
  // NuGet unpacks without the right to run it.
  if (!isWindows) chmodSync(path, 0o755);
  return path;
}

function bicep(args: readonly string[]): { out: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(compiler ?? '', args, {
    cwd: root,
    encoding: 'utf8',
  });
  return { out: `${stdout}${stderr}`, status };
}

/** Evaluates a copy, so that the committed file can be held against it: `validate` leaves out what is returned. */
function checkSnapshot(name: string): void {
  const copy = join(local, 'infra');
  rmSync(copy, { recursive: true, force: true });
  cpSync(infra, copy, { recursive: true });
  const file = name.replace(/param$/, '').replace(/\.bicep$/, '.snapshot.json');
  const scope = scopeOf(name);
  const made = bicep(['snapshot', join(copy, 'snapshots', name), '--mode', 'overwrite', ...scope]);
  if (made.status !== 0) {
    fail(`${name} cannot be evaluated:\n${made.out.trim()}`);
    return;
  }
  const now = read(join(copy, 'snapshots', file));
  const committed = join(infra, 'snapshots', file);
  if (values.write) {
    writeFileSync(committed, textOf(now));
  } else if (!existsSync(committed)) {
    fail(`infra/snapshots/${file} is missing: npm run check:infra -- --write makes it.`);
  } else if (!isDeepStrictEqual(now, read(committed))) {
    writeFileSync(join(copy, 'now.json'), textOf(now));
    const { stdout } = spawnSync(
      'git',
      ['diff', '--no-index', '--unified=1', committed, join(copy, 'now.json')],
      { encoding: 'utf8' },
    );
    fail(
      `${name} deploys something else than its snapshot says. If that is meant, npm run check:infra -- --write, and read the diff.\n${stdout}`,
    );
  } else {
    console.log(
      `${now.predictedResources.length} resources as before: ${basename(name, '.bicepparam')}`,
    );
  }
}

/** The options that say where it is deployed to. */
function scopeOf(name: string): string[] {
  const parameters = readFileSync(join(infra, 'snapshots', name), 'utf8');
  const [, template = ''] = /^using '(.+)'$/m.exec(parameters) ?? [];
  const text = readFileSync(join(infra, 'snapshots', template), 'utf8');
  return text.includes("targetScope = 'subscription'")
    ? given
    : [...given, '--resource-group', 'rg-test'];
}

function read(path: string): Snapshot {
  return snapshot.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** The compiler gives what is returned in any order. */
function textOf({ predictedResources, diagnostics, outputs }: Snapshot): string {
  const sorted = Object.fromEntries(
    Object.entries(outputs).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return `${JSON.stringify({ predictedResources, diagnostics, outputs: sorted }, null, 2)}\n`;
}

function fail(reason: string): void {
  console.error(reason);
  process.exitCode = 1;
}
