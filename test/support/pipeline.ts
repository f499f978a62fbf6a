import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { startFakeNotifier, type NotifierTurns } from './fake-notifier.ts';
import { startFakeAz, type AzPlan, type FakeAz } from './fake-az.ts';

/** The key that no shell, log or process list is to show. */
export const secretKey = 'Key-That-Nobody-Sees_0123456789==';
/** The cluster of the scripts. */
export const cluster = { resourceGroupName: 'rg-prod', resourceName: 'aks-prod-weu' };
/** Starts an operation. */
export const upgrade =
  'az aks upgrade --resource-group rg-prod --name aks-prod-weu --kubernetes-version "$KUBERNETES_VERSION" --no-wait --yes';
/** The script with the options that it needs. */
export const script = 'sh scripts/track-latest.sh --resource-group rg-prod --name aks-prod-weu';

/** An operation as az prints it; the form is that of Microsoft's example of `OperationStatusResult`. */
export function operation(status: string, startTime: string, pool?: string) {
  const name = randomUUID();
  const clusterId =
    '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod-weu';
  const id = `${clusterId}/operations/${name}`;
  const resourceId = pool === undefined ? clusterId : `${clusterId}/agentPools/${pool}`;
  return {
    endTime: null,
    error: null,
    id,
    name,
    percentComplete: 40,
    resourceId,
    startTime,
    status,
  };
}
/** One that has ended before. */
export const ended = operation('Succeeded', '2026-11-22T02:00:07.3179428Z');
/** One that runs, with an ID of its own each time. */
export const running = (pool?: string) =>
  operation('UpgradingNodes: 8/20 nodes completed', '2026-11-23T02:00:11.1Z', pool);

/** What a shell has done. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
  readonly az: FakeAz;
  /** The arguments of curl. */
  readonly curl: string;
  readonly subscriptionId: string;
}

/** How a shell script is run. */
export interface Setting {
  readonly plan?: Omit<AzPlan, 'subscriptionId' | 'secret'>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the terminal sends to all of its processes when az waits, as `waitsIn` of the plan says. */
  readonly signal?: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
}

/**
 * Runs a shell script in the checkout, with an az that answers by a plan, a curl that notes how it was called, a
 * `.curlrc` that has it print all, and no pauses. Whatever happens, no key is seen and no temporary file is left.
 */
export async function runShell(lines: string, url: string, setting: Setting = {}): Promise<Ran> {
  const { plan, env, signal } = setting;
  await using folder = await mkdtempDisposable(join(tmpdir(), 'pipeline-'));
  const subscriptionId = randomUUID();
  await using az = await startFakeAz(folder.path, { subscriptionId, secret: secretKey, ...plan });
  const curlLog = join(folder.path, 'curl.log');
  const temporary = join(folder.path, 'tmp');
  mkdirSync(temporary);
  writeFileSync(join(folder.path, '.curlrc'), 'verbose\n');
  writeFileSync(curlLog, '');
  const commands = {
    curl: `PATH=\${PATH#*:}\nprintf '%s\\n' "$@" >>${curlLog}\nexec curl "$@"`,
    // Between tries.
    sleep: 'exit 0',
  };
  for (const [name, content] of Object.entries(commands)) {
    writeFileSync(join(folder.path, name), `#!/bin/sh\n${content}\n`);
    chmodSync(join(folder.path, name), 0o755);
  }
  const child = spawn('sh', ['-eu', '-c', lines], {
    cwd: join(import.meta.dirname, '../..'),
    // A group of processes, as a terminal has.
    detached: true,
    env: {
      PATH: `${folder.path}:${process.env['PATH'] ?? ''}`,
      HOME: folder.path,
      TMPDIR: temporary,
      NOTIFIER_URL: url,
      NOTIFIER_KEY: secretKey,
      KUBERNETES_VERSION: '1.33.2',
      ...env,
    },
  });
  const closed = new Promise<number | null>((resolve) => void child.on('close', resolve));
  const output = Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (signal !== undefined && child.pid !== undefined) {
    await az.isWaiting;
    process.kill(-child.pid, signal);
  }
  const [out, error, code] = await output;
  const curl = readFileSync(curlLog, 'utf8');
  expect(`${out}${error}${curl}${JSON.stringify(az.calls)}`).not.toContain(secretKey);
  // What is typed by hand exports it.
  if (lines.includes('track-latest.sh')) expect(az.calls.filter((call) => call.hasKey)).toEqual([]);
  expect(await readdir(temporary)).toEqual([]);
  return { code, out, error, az, curl, subscriptionId };
}

/** Runs a shell script with a played notifier; of what it was sent, the bodies. */
export async function play(
  lines: string,
  { turns, ...setting }: Setting & { readonly turns?: NotifierTurns } = {},
) {
  await using notifier = await startFakeNotifier(turns);
  const ran = await runShell(lines, notifier.url, setting);
  const registered = notifier.registered.map((body): unknown => JSON.parse(body));
  const asked = notifier.asked.map((body): unknown => JSON.parse(body));
  return { ...ran, registered, asked, keys: [...notifier.keys] };
}

/** Whether the command was run. */
export const isStarted = ({ az }: Pick<Ran, 'az'>): boolean =>
  az.commands().includes('aks upgrade');
