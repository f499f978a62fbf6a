import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import * as z from 'zod';
import type { SlackFault } from '../../local/slack/faults.ts';
import { startArm } from '../../local/arm/server.ts';
import { startSlack } from '../../local/slack/server.ts';
import { someTable } from '../support/tables.ts';
import { channels, someFleet, type Member } from './fleet.ts';
import { startMortalHost, type MortalHost } from './mortal-host.ts';
import { seededRandom } from './random.ts';
import { cutOff, faultsOf, witnessKill, type Kill } from './witness.ts';

const kills = 52;
/** A claim that a killed process leaves behind is good for a minute; then its message needs a turn. */
const lastClaimMs = 80_000;
/** Slack takes its time after it has taken a message: that is when a kill hurts. */
const slow: SlackFault = { kind: 'slow', ms: 200, wait: 'afterAccepting' };
/** What goes wrong at Slack in between, one message at a time. */
const slackFaults: readonly (SlackFault | undefined)[] = [
  { kind: 'acceptThenCut', times: 1 },
  undefined,
  { kind: 'down', times: 1 },
  undefined,
];

const listed = z.object({
  value: z.array(
    z.object({ resourceName: z.string(), state: z.string(), undelivered: z.number() }),
  ),
});

async function operationsOf(host: MortalHost): Promise<z.infer<typeof listed>['value']> {
  const { text } = await host.request('GET', '/api/operations?state=all&top=1000');
  return listed.parse(JSON.parse(text)).value;
}

async function track(host: MortalHost, id: string, channel: string): Promise<string> {
  const { status, text } = await host.request('POST', '/api/operations', { id, channel });
  if (status !== 200 && status !== 201) throw new Error(`Not registered: ${status} ${text}`);
  return z.object({ trackingId: z.string() }).parse(JSON.parse(text)).trackingId;
}

it('loses, doubles and mixes up nothing, however often its process is killed', async () => {
  const random = seededRandom();
  console.log(`SEED=${random.seed}`);
  await using arm = await startArm();
  await using slack = await startSlack({ rateLimit: false });
  slack.faults.set(slow);
  const tableName = `T${randomBytes(8).toString('hex')}`;
  const webhooks = channels.map((name) => [`SLACK_WEBHOOK_URL_${name}`, slack.webhookUrl(name)]);
  await using host = await startMortalHost({
    PORT: '0',
    POLL_SCHEDULE: '* * * * * *',
    AzureWebJobsStorage: inject('storage'),
    OPERATIONS_TABLE: tableName,
    SLACK_WEBHOOK_URL: slack.webhookUrl('default'),
    ...Object.fromEntries(webhooks),
    ARM_ENDPOINT: arm.url,
    ...arm.identityEnv,
  });
  const fleet = someFleet(12, 55);
  const untrackAt = new Map(fleet.map(({ name }) => [name, random.between(5000, 30_000)]));

  /** How many messages Slack had when the operation was no longer tracked. */
  const untrackedAfter = new Map<string, number>();
  async function live(member: Member): Promise<void> {
    const trackingId = await track(host, member.start(arm), member.channel);
    if (!member.isUntracked) return;
    await sleep(untrackAt.get(member.name));
    const { status, again } = await host.request('DELETE', `/api/operations/${trackingId}`);
    untrackedAfter.set(member.name, slack.messages.length);
    expect(again ? [204, 404] : [204]).toContain(status);
  }
  const lives = Promise.all(fleet.map(live));

  const table = someTable(tableName);
  const killed: Kill[] = [];
  while (killed.length < kills) {
    await sleep(random.between(0, 1700));
    const fault = slackFaults[killed.length % slackFaults.length];
    if (fault !== undefined) slack.faults.set(fault, slow);
    await host.kill(async () => void killed.push(await witnessKill(table, slack)));
  }
  slack.faults.set(slow);
  await lives;

  const tracked = fleet.filter(({ isUntracked }) => !isUntracked);
  const settled = tracked.map(({ name }) => ({
    resourceName: name,
    state: 'finished',
    undelivered: 0,
  }));
  await expect
    .poll(async () => (await operationsOf(host)).toSorted(byName), {
      timeout: lastClaimMs,
      interval: 1000,
    })
    .toEqual(settled);

  const cut = cutOff(slack);
  const inSend = killed.filter(
    ({ claimed }, at) => !claimed.isSubsetOf(killed[at - 1]?.claimed ?? new Set()),
  );
  console.log(
    `${killed.length} kills, ${inSend.length} of them in a send; ${cut.size} answers cut off; ${slack.messages.length} messages`,
  );
  const evidence = { slack, kills: killed, cut, untrackedAfter };
  expect(fleet.flatMap((member) => faultsOf(member, evidence))).toEqual([]);
  expect(untrackedAfter.size).toBe(fleet.length - tracked.length);
});

function byName(a: { resourceName: string }, b: { resourceName: string }): number {
  return a.resourceName < b.resourceName ? -1 : 1;
}
