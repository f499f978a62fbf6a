import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import * as z from 'zod';
import { beforeAll, describe, expect, it } from 'vitest';
import { startArm } from '../../../local/arm/server.ts';
import { startHost } from '../../../local/host/process.ts';
import { startSlack } from '../../../local/slack/server.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import lock from '../../../package-lock.json' with { type: 'json' };
import { appNode } from '../../support/app-node.ts';
import { root, trackedFiles } from '../../support/checkout.ts';
import { publishedByCoreTools } from '../../support/core-tools.ts';
import { deployed } from '../../support/deployed.ts';
import { settingsFor, someCluster } from '../../support/settings.ts';

const script = join(root, 'scripts/package.ts');

/** Runs the script; what is built lies in `dist/` already. */
function pack(target: string, TZ: string) {
  const env = { PATH: process.env['PATH'], TZ };
  const said = execFileSync(process.execPath, [script, target], { encoding: 'utf8', env });
  return { target, said, archive: readFileSync(join(target, 'aks-operation-notifier.zip')) };
}

const lockedSchema = z.record(z.string(), z.object({ dev: z.boolean().default(false) }));

const folder = () => mkdtempDisposable(join(tmpdir(), 'package-'));

let packed: ReturnType<typeof pack>;
beforeAll(async () => {
  const target = await folder();
  packed = pack(target.path, 'Pacific/Auckland');
  return async () => await target.remove();
});

describe('npm run package', () => {
  it('holds the bundle, its two descriptions and the licence, and says so with the sizes', async () => {
    const { target, said, archive } = packed;
    const unpacked = unzipSync(archive);
    expect(Object.keys(unpacked)).toEqual(deployed);
    const written = await readdir(join(target, 'package'), { recursive: true });
    expect(written.filter((path) => path !== 'dist').toSorted()).toEqual(deployed);
    for (const path of deployed) {
      expect(said).toMatch(new RegExp(`^ +\\d+\\.\\d KiB  ${RegExp.escape(path)}$`, 'm'));
      expect(
        Buffer.from(unpacked[path] ?? []).equals(readFileSync(join(target, 'package', path))),
      ).toBe(true);
    }
    expect(said).toContain(join(target, 'aks-operation-notifier.zip'));
    expect(archive.length).toBeLessThan(1024 * 1024);
  });

  it('names the app and its version, and no dependency to install', () => {
    const { 'package.json': manifest } = unzipSync(packed.archive);
    const { name, version, type, main } = packageJson;
    const built = readFileSync(join(root, 'dist/version.txt'), 'utf8').trim();
    expect(built).toMatch(new RegExp(`^${RegExp.escape(version)}\\+[0-9a-f]{12}$`));
    const parsed: unknown = JSON.parse(Buffer.from(manifest ?? []).toString());
    expect(parsed).toEqual({
      name,
      version: built,
      type,
      main,
      private: true,
      license: 'MIT',
      engines: { node: '>=22' },
    });
  });

  it('holds the licence of everything that is in the bundle', () => {
    const notices = readFileSync(
      join(packed.target, 'package/dist/third-party-notices.txt'),
      'utf8',
    );
    const builders = new Set(['esbuild', 'fflate']);
    for (const name of Object.keys(packageJson.dependencies).filter((one) => !builders.has(one)))
      expect(notices).toMatch(
        new RegExp(
          `^${RegExp.escape(name)} \\d+\\.\\d+\\.\\d+ \\(MIT\\)\n\n.*(MIT|Copyright)`,
          'm',
        ),
      );
    // One that only comes with another.
    expect(notices).toContain('@azure/msal-node');
    expect(notices).not.toContain('(undefined)');
  });

  it('is the same zip everywhere and at any time', async () => {
    await using there = await folder();
    const { archive } = pack(there.path, 'America/Los_Angeles');
    expect(archive.equals(packed.archive)).toBe(true);
  });
});

it('is the same where no dev dependency is installed, as where it is made to be deployed', async () => {
  await using elsewhere = await folder();
  const copy = (path: string) =>
    cpSync(join(root, path), join(elsewhere.path, path), { recursive: true });
  for (const path of trackedFiles.filter((name) => !name.startsWith('test/'))) copy(path);
  const installed = Object.entries(lockedSchema.parse(lock.packages))
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path]) => path)
    // Those of another platform, or within one that is copied already.
    .filter((path) => existsSync(join(root, path)) && path.lastIndexOf('node_modules/') === 0);
  expect(installed).not.toContain('node_modules/node');
  for (const path of installed) copy(path);
  for (const step of ['build.ts', 'scripts/package.ts'])
    execFileSync(process.execPath, [step], { cwd: elsewhere.path, stdio: 'pipe' });
  const archive = readFileSync(join(elsewhere.path, '.local/aks-operation-notifier.zip'));
  expect(archive.equals(packed.archive)).toBe(true);
});

/** The package, away from the checkout and its `node_modules`. */
async function unpack() {
  const elsewhere = await folder();
  for (const [path, content] of Object.entries(unzipSync(packed.archive))) {
    mkdirSync(dirname(join(elsewhere.path, path)), { recursive: true });
    writeFileSync(join(elsewhere.path, path), content);
  }
  return elsewhere;
}

/** A folder with what Core Tools would publish of this one: its package.json is the whole one. */
async function published() {
  const elsewhere = await folder();
  const built = await readdir(join(root, 'dist'));
  const lying = [...trackedFiles, ...built.map((name) => `dist/${name}`)];
  for (const path of lying.filter((one) => publishedByCoreTools(one)))
    cpSync(join(root, path), join(elsewhere.path, path));
  return elsewhere;
}

it.each([
  ['the unpacked package', unpack],
  ['what Core Tools publish of the folder', published],
])('%s does its whole work away from the checkout', async (_, make) => {
  await using elsewhere = await make();
  await using arm = await startArm();
  await using slack = await startSlack({ rateLimit: false });
  await using host = await startHost({
    env: {
      PORT: '0',
      HOST_TIMERS: 'off',
      POLL_SCHEDULE: '0 0 0 1 1 *',
      ...settingsFor(arm, slack),
    },
    appFile: join(elsewhere.path, packageJson.main),
    nodePath: appNode,
  });
  const { id } = arm.start({ ...someCluster(), scenario: 'neverEnds' });
  arm.set(id, { status: 'Succeeded' });
  const registered = await fetch(`${host.url}/api/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id }),
  });
  expect(registered.status).toBe(201);
  // Reads with a token, for which the credential code beside the app is loaded.
  await host.runTimer('pollOperations');
  expect(slack.messages).toHaveLength(1);
  expect((await fetch(`${host.url}/api/health`)).status).toBe(200);
});

it('the unpacked package understands a store, or what stands before it, that answers in XML', async () => {
  await using elsewhere = await unpack();
  await using store = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/xml' });
    response.end('<?xml version="1.0"?><error><code>AuthenticationFailed</code></error>');
  }).listen(0, '127.0.0.1');
  await once(store, 'listening');
  const { port } = z.object({ port: z.number() }).parse(store.address());
  await using host = await startHost({
    env: {
      PORT: '0',
      HOST_TIMERS: 'off',
      OPERATIONS_STORAGE: `DefaultEndpointsProtocol=http;AccountName=acct;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:${port}/acct`,
      SLACK_WEBHOOK_URL: 'http://127.0.0.1:9/services/T/B/x',
      ARM_ENDPOINT: 'http://127.0.0.1:9',
    },
    appFile: join(elsewhere.path, packageJson.main),
  });
  const answer = await fetch(`${host.url}/api/doctor`, { method: 'POST' });
  expect(await answer.text()).toContain('(AuthenticationFailed)');
});
