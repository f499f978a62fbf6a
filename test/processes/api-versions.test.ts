import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { startArm, type Arm } from '../../local/arm/server.ts';
import { startSlack } from '../../local/slack/server.ts';
import { startTableProxy } from '../support/tables.ts';
import { startMortalHost, type MortalHost } from './mortal-host.ts';

const [newest, middle, oldest] = [
  '2026-10-02-preview',
  '2026-07-02-preview',
  '2025-10-02-preview',
] as const;
const subscription = (number: number) => `00000000-0000-4000-8000-00000000000${number}`;

/** A claim that a killed process leaves behind is good for a minute. */
const patiently = { timeout: 70_000 };

/** Clusters of two subscriptions, one of which has clusters in two locations. */
const clusters = [
  { number: 1, name: 'aks-west', location: 'westeurope' },
  { number: 1, name: 'aks-north', location: 'northeurope' },
  { number: 2, name: 'aks-other', location: 'westeurope' },
] as const;

/** Calls with a version that ARM refused, from one of all calls on. */
function refusedSince({ calls }: Arm, from: number): (string | null)[] {
  return calls
    .slice(from)
    .flatMap(({ status, apiVersion }) => (status === 400 ? [apiVersion] : []));
}

async function track(arm: Arm, host: MortalHost, name: string): Promise<string> {
  const { number, location } = clusters.find((one) => one.name === name) ?? clusters[0];
  const cluster = {
    subscriptionId: subscription(number),
    resourceGroupName: 'rg',
    resourceName: name,
  };
  arm.addCluster(cluster, location);
  const { id } = arm.start({ ...cluster, scenario: 'neverEnds' });
  arm.set(id, { status: 'InProgress' });
  const { status } = await host.request('POST', '/api/operations', { id });
  expect([200, 201]).toContain(status);
  return id;
}

it('moves the api-version over a kill between the choice and its write, and in two instances alike', async () => {
  await using arm = await startArm();
  await using slack = await startSlack({ rateLimit: false });
  await using tables = await startTableProxy();
  const env = {
    PORT: '0',
    POLL_SCHEDULE: '* * * * * *',
    OPERATIONS_TABLE: `T${randomBytes(8).toString('hex')}`,
    SLACK_WEBHOOK_URL: slack.webhookUrl('default'),
    ARM_ENDPOINT: arm.url,
    ...arm.identityEnv,
  };
  await using one = await startMortalHost({
    ...env,
    AzureWebJobsStorage: tables.connectionString,
  });
  const posted = (): string[] =>
    slack.messages.map(({ payload }) =>
      String(typeof payload === 'object' && payload !== null && 'text' in payload && payload.text),
    );
  const lines = (start: string): string[] => posted().filter((line) => line.startsWith(start));
  const ended = async (name: string): Promise<void> =>
    await expect
      .poll(() => lines('Succeeded').filter((line) => line.includes(name)).length, {
        ...patiently,
      })
      .toBe(1);

  const ids = new Map<string, string>();
  for (const { name } of clusters) ids.set(name, await track(arm, one, name));
  const finish = (name: string): void => arm.set(ids.get(name) ?? '', { status: 'Succeeded' });
  const read = (from: number): number =>
    arm.calls.slice(from).filter(({ status }) => status === 200).length;
  await expect.poll(() => read(0), patiently).toBeGreaterThan(6);

  // One location retires the version; the process dies when it writes its choice, twice.
  const wasKilled = Promise.withResolvers<void>();
  let kills = 0;
  tables.fault = ({ method, path }) => {
    if (method === 'GET' || !path.includes('versions.') || kills >= 2) return null;
    kills += 1;
    void one
      .kill(async () => {})
      .then(() => {
        if (kills === 2) wasKilled.resolve();
      });
    return 'refuse';
  };
  let from = arm.callCount;
  arm.offer({ location: 'westeurope', offered: [middle, oldest] });
  finish('aks-west');
  await wasKilled.promise;
  expect(kills).toBe(2);
  await ended('aks-west');
  finish('aks-other');
  await ended('aks-other');
  await expect.poll(() => lines('Moved'), patiently).toHaveLength(1);
  expect(lines('Moved')[0]).toBe(`Moved: api-version ${newest} → ${middle} (westeurope)`);
  // Three processes: each refused at most once for the location, and once for each of the two clusters in it.
  expect(refusedSince(arm, from).length).toBeLessThanOrEqual(3 * 3);
  expect(new Set(refusedSince(arm, from))).toEqual(new Set([newest]));
  // The other location goes on as before.
  expect(versionsAt(arm, from, 'aks-north')).toEqual(new Set([newest]));

  // Two instances, and refusals without a list.
  await using two = await startMortalHost({ ...env, AzureWebJobsStorage: inject('storage') });
  await two.request('GET', '/api/health');
  await sleep(3000);
  for (const { name } of clusters) ids.set(name, await track(arm, two, name));
  await expect.poll(() => read(arm.callCount - 20), patiently).toBeGreaterThan(10);
  from = arm.callCount;
  arm.offer({ location: 'northeurope', offered: [oldest], code: 'InvalidAPIVersion' });
  finish('aks-north');
  await ended('aks-north');
  // Of each instance at most one for each version that it tries.
  expect(refusedSince(arm, from).length).toBeLessThanOrEqual(2 * 13);
  await expect.poll(() => lines('Moved'), patiently).toHaveLength(2);
  await sleep(3000);

  // Nothing flips: what comes after takes no refusal, and no message.
  from = arm.callCount;
  ids.set('aks-north', await track(arm, one, 'aks-north'));
  await sleep(5000);
  expect(refusedSince(arm, from)).toEqual([]);
  expect(versionsAt(arm, from, 'aks-north')).toEqual(new Set([oldest]));
  expect(versionsAt(arm, from, 'aks-west')).toEqual(new Set([middle]));
  for (const { name } of clusters) finish(name);
  await expect.poll(() => lines('Succeeded'), patiently).toHaveLength(6);
  expect(lines('Moved')).toHaveLength(2);
  expect(posted().filter((line) => line.startsWith('Cannot'))).toEqual([]);
});

function versionsAt({ calls }: Arm, from: number, name: string): Set<string | null> {
  const ofCluster = calls.slice(from).filter(({ path }) => path.includes(`/${name}/`));
  return new Set(ofCluster.map(({ apiVersion }) => apiVersion));
}
