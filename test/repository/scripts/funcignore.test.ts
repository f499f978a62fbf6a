import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root, trackedFiles } from '../../support/checkout.ts';
import { publishedByCoreTools } from '../../support/core-tools.ts';
import { deployed } from '../../support/deployed.ts';
import { fc } from '../../support/properties.ts';

const rules = readFileSync(join(root, '.funcignore'), 'utf8');

/** What holds secrets or may hold them, where people work. */
const secretNames = [
  '.env',
  '.env.local',
  '.netrc',
  '.npmrc',
  '.ssh',
  'app.publishsettings',
  'azureauth.json',
  'cert.pfx',
  'config.json',
  'host.json5',
  'id_rsa',
  'key.pem',
  'local.settings.json',
  'local.settings.prod.json',
  'notes.txt',
  'terraform.tfstate',
  'webhook',
];
const folders = [
  '',
  '.azure/prod/',
  '.git/',
  '.vscode/',
  'dist/',
  'dist/app/',
  'infra/',
  'secrets/',
];
const ofFolders = folders.flatMap((folder) => secretNames.map((name) => `${folder}${name}`));
const secrets = [...ofFolders, 'distribution/.env', 'node_modules/zod/.env', 'œ/.env', 'app.cjs'];
const maps = deployed.filter((path) => path.endsWith('.cjs')).map((path) => `${path}.map`);
const lying = [...new Set([...trackedFiles, ...deployed, ...maps, ...secrets])];

describe('.funcignore', () => {
  let copy: string;
  const git = (...options: readonly string[]) => ['-C', copy, ...options];
  beforeAll(async () => {
    const folder = await mkdtempDisposable(join(tmpdir(), 'funcignore-'));
    copy = folder.path;
    execFileSync('git', git('init', '--quiet'));
    // Git itself looks at no file in its own folder.
    for (const path of lying.filter((one) => !one.startsWith('.git/'))) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), '');
    }
    writeFileSync(join(copy, '.git/info/exclude'), rules);
    return async () => await folder.remove();
  });

  it('lets through what npm run package deploys and nothing else, read as Git reads it', () => {
    const others = ['ls-files', '--others', '--exclude-from=.git/info/exclude', '-z'];
    const listed = execFileSync('git', git(...others), { encoding: 'utf8' });
    expect(listed.split('\0').filter(Boolean).toSorted()).toEqual(deployed);
  });

  it('lets through that and the maps beside it, read as Core Tools read it', () => {
    expect(lying.filter((path) => publishedByCoreTools(path)).toSorted()).toEqual(
      [...deployed, ...maps].toSorted(),
    );
  });

  it('lets nothing through to Core Tools that does not begin like a deployed file', () => {
    const part = fc.stringMatching(/^[.\w-]{0,8}\w[.\w-]{0,8}$/);
    const near = fc.constantFrom(...deployed.flatMap((path) => path.split('/')), ...secretNames);
    const path = fc.array(fc.oneof(part, near), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(path, (parts) => {
        const name = parts.join('/');
        fc.pre(!deployed.some((one) => name.startsWith(one)));
        expect(publishedByCoreTools(name)).toBe(false);
      }),
    );
  });

  // azd, `resolveFunctionAppRemoteBuild` in service_target_functionapp.go: the last line that matches counts, as in Git.
  it('leaves the folder node_modules in, as azd wants it where nothing is built in Azure', () => {
    const asked = ['node_modules', 'node_modules/zod/.env', 'dist/key.pem'];
    const told = execFileSync('git', git('check-ignore', '--verbose', ...asked), {
      encoding: 'utf8',
    });
    const rulesFound = [...told.matchAll(/^[^:]+:\d+:(.*)\t/gm)].map(([, rule]) => rule);
    expect(rulesFound).toEqual(['!/[n]ode_modules/', '**', '**']);
  });
});
