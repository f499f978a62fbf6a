import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempDisposableSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../support/checkout.ts';

const one = { id: '/groups/a', type: 'Groups', name: 'a' };
const snapshotOf = (resources: unknown): string =>
  JSON.stringify({ predictedResources: resources, diagnostics: [], outputs: {} });

/** Runs scripts/check-infra.ts beside an infra/ of one template, with a compiler that answers as it is told to. */
function check(
  { lint = '', evaluates = [one] as unknown, hasCompiler = true, isCi = true, version = '0.49.2' },
  committed: string | null = snapshotOf([one]),
  ...args: string[]
) {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'infra-'));
  const at = (path: string): string => {
    const whole = join(folder.path, path);
    mkdirSync(dirname(whole), { recursive: true });
    return whole;
  };
  copyFileSync(join(root, 'scripts/check-infra.ts'), at('scripts/check-infra.ts'));
  copyFileSync(join(root, 'package.json'), at('package.json'));
  symlinkSync(join(root, 'node_modules'), at('node_modules'));
  writeFileSync(at('infra/main.bicep'), "targetScope = 'subscription'\n");
  writeFileSync(at('infra/snapshots/a.bicepparam'), "using '../main.bicep'\n");
  const snapshot = at('infra/snapshots/a.snapshot.json');
  if (committed !== null) writeFileSync(snapshot, committed);
  writeFileSync(at('made.json'), snapshotOf(evaluates));
  const bin = dirname(at('bin/bicep'));
  symlinkSync(process.execPath, join(bin, 'node'));
  for (const tool of ['cp', 'git']) symlinkSync(`/usr/bin/${tool}`, join(bin, tool));
  if (hasCompiler)
    writeFileSync(
      join(bin, 'bicep'),
      `#!/bin/sh
case $1 in
  --version) echo 'Bicep CLI version ${version} (b34271ac51)' ;;
  lint) printf '%s' '${lint}' >&2 ;;
  snapshot) cp '${folder.path}/made.json' "\${2%.bicepparam}.snapshot.json" ;;
esac
`,
      { mode: 0o755 },
    );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [at('scripts/check-infra.ts'), ...args],
    {
      encoding: 'utf8',
      env: { PATH: bin, HOME: folder.path, ...(isCi ? { CI: 'true' } : {}) },
    },
  );
  const now = committed === null && args.length === 0 ? '' : readFileSync(snapshot, 'utf8');
  return { status, out: stdout + stderr, now };
}

describe('npm run check:infra', () => {
  it('passes when nothing is remarked, and each deployment makes what its snapshot says', () => {
    expect(check({})).toMatchObject({ status: 0, out: expect.stringContaining('1 resources') });
  });

  it('fails at a warning of the compiler', () => {
    const lint = 'main.bicep(1,1) : Warning use-recent-api-versions';
    expect(check({ lint })).toMatchObject({ status: 1, out: expect.stringContaining(lint) });
  });

  it('fails when a deployment would make something else, and shows what', () => {
    const evaluates = [{ ...one, location: 'elsewhere' }];
    expect(check({ evaluates })).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^\+\s+"location": "elsewhere"/m),
    });
  });

  it('fails for a deployment that has no snapshot, and makes it when asked to', () => {
    expect(check({}, null).status).toBe(1);
    const { status, now } = check({}, null, '--write');
    expect({ status, now: JSON.parse(now) }).toEqual({
      status: 0,
      now: JSON.parse(snapshotOf([one])),
    });
  });

  it('remarks that another compiler wrote the snapshots, and writes none with it', () => {
    const remark = /Bicep 0\.49\.2 wrote the snapshots.*az bicep install --version v0\.49\.2/;
    expect(check({}).out).not.toMatch(remark);
    expect(check({ version: '0.50.1' })).toMatchObject({
      status: 0,
      out: expect.stringMatching(remark),
    });
    const refused = check({ version: '0.50.1' }, snapshotOf([]), '--write');
    expect(refused).toMatchObject({
      status: 1,
      out: expect.stringMatching(/Nothing was written.*version 0\.50\.1.*scripts\/check-infra\.ts/),
      now: snapshotOf([]),
    });
  });

  it('fails without a compiler in CI; elsewhere it says that nothing was checked', () => {
    expect(check({ hasCompiler: false }).status).toBe(1);
    expect(check({ hasCompiler: false, isCi: false })).toMatchObject({
      status: 0,
      out: expect.stringContaining('was not checked'),
    });
  });
});

describe('the rules of the linter', () => {
  it('are warnings, which fail: those that are off by default are named', () => {
    const { analyzers } = JSON.parse(readFileSync(join(root, 'infra/bicepconfig.json'), 'utf8'));
    expect(analyzers.core.rules).toEqual({
      'no-hardcoded-env-urls': { level: 'warning' },
      'outputs-should-not-contain-secrets': { level: 'warning' },
      'secure-secrets-in-params': { level: 'warning' },
      'use-recent-api-versions': { level: 'warning', maxAllowedAgeInDays: 730 },
      'use-resource-symbol-reference': { level: 'warning' },
      'use-safe-access': { level: 'warning' },
    });
  });
});
