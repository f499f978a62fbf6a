import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { startArm, type Arm } from '../local/arm/server.ts';
import { startAzurite } from '../local/azurite.ts';
import { startHost } from '../local/host/process.ts';
import { startSlack, type Slack } from '../local/slack/server.ts';
import { median } from './numbers.ts';

/** Of every 251 operations one is another channel's: 1,000 and 4. */
const size = 1004;
/** In which all of them end. */
const stormMs = 60_000;
const mostMs = 10 * 60_000;

interface Stormy {
  readonly id: string;
  readonly operationId: string;
  readonly channel: 'default' | 'payments';
  readonly answer: Parameters<Arm['set']>[1];
  /** Milliseconds since the epoch; 0 while it runs. */
  endedAt: number;
}

/**
 * How 1,000 endings within a minute arrive: the built app on the local host, its own timer, a real table store,
 * and the stand-ins for ARM and Slack with their limits on.
 */
export async function benchStorm(): Promise<void> {
  await using azurite = await startAzurite();
  await using arm = await startArm({ rateLimit: true });
  await using slack = await startSlack();
  const ticks: string[] = [];
  await using host = await startHost({
    env: {
      PORT: '0',
      AzureWebJobsStorage: azurite.connectionString,
      SLACK_WEBHOOK_URL: slack.webhookUrl('default'),
      SLACK_WEBHOOK_URL_PAYMENTS: slack.webhookUrl('payments'),
      ARM_ENDPOINT: arm.url,
      ...arm.identityEnv,
    },
    onLog: ({ message }) => {
      if (message.startsWith('{"message":"tick"')) ticks.push(message);
    },
  });
  const storm = Array.from({ length: size }, (_, at) => start(arm, at));
  await pMap(storm, async ({ id, channel }) => await register(host.url, id, channel), {
    concurrency: 16,
  });
  console.log(`${storm.length} operations are registered; they end within a minute.`);

  const began = Date.now();
  for (const [at, operation] of storm.entries()) {
    await sleep(Math.max(0, began + (at * stormMs) / storm.length - Date.now()));
    arm.set(operation.id, operation.answer);
    operation.endedAt = Date.now();
  }
  const posted = await untilPosted(slack, storm, began + mostMs);
  report(storm, posted, slack, began);
  for (const tick of ticks) console.log(`  ${tick}`);
}

function start(arm: Arm, at: number): Stormy {
  const kind = at % 10;
  const { id, operationId } = arm.start({
    // So many subscriptions that our share of ARM's limits lets each operation be read in each tick.
    subscriptionId: `00000000-0000-4000-8000-0000000000${String(at % 40).padStart(2, '0')}`,
    resourceGroupName: `rg-platform-westeurope-${at % 40}`,
    resourceName: `aks-production-westeurope-${at}`,
    scenario: 'neverEnds',
  });
  const message = `Drain of node aks-nodepool1-${at} failed: ${'Cannot evict pod as it would violate the pod’s disruption budget. '.repeat(20)}`;
  const error = { code: 'PodDrainFailure', message };
  const answer =
    kind < 3 ? { status: 'Failed', error } : { status: kind === 3 ? 'Canceled' : 'Succeeded' };
  return {
    id,
    operationId,
    channel: at % 251 === 250 ? 'payments' : 'default',
    answer,
    endedAt: 0,
  };
}

async function register(url: string, id: string, channel: string): Promise<void> {
  const response = await fetch(`${url}/api/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, channel }),
  });
  await response.body?.cancel();
  if (response.status !== 201) throw new Error(`Registering is answered ${response.status}.`);
}

/** When each operation was posted, in milliseconds since the epoch, once for each message. */
function postTimes({ messages }: Slack): Map<string, number[]> {
  const posted = new Map<string, number[]>();
  for (const { payload, receivedAt } of messages) {
    for (const [, id = ''] of JSON.stringify(payload).matchAll(/Operation ([\da-f-]{36})/g))
      posted.set(id, [...(posted.get(id) ?? []), Date.parse(receivedAt)]);
  }
  return posted;
}

async function untilPosted(
  slack: Slack,
  storm: readonly Stormy[],
  latest: number,
): Promise<Map<string, number[]>> {
  for (;;) {
    const posted = postTimes(slack);
    if (storm.every(({ operationId }) => posted.has(operationId))) return posted;
    if (Date.now() > latest) throw new Error(`Only ${posted.size} operations were posted.`);
    await sleep(1000);
  }
}

function report(
  storm: readonly Stormy[],
  posted: ReadonlyMap<string, readonly number[]>,
  { messages, attempts }: Slack,
  began: number,
): void {
  const waits = (some: readonly Stormy[]): string => {
    const seconds = some.map(
      ({ operationId, endedAt }) => ((posted.get(operationId)?.[0] ?? 0) - endedAt) / 1000,
    );
    return `${median(seconds).toFixed(0)} s in the middle, ${Math.max(...seconds).toFixed(0)} s at most`;
  };
  const twice = [...posted.values()].filter((times) => times.length > 1);
  const throttled = attempts.filter(({ status }) => status === 429);
  const last = Math.max(...[...posted.values()].flat());
  console.log(
    `  messages          ${messages.length}, ${throttled.length} times 429, ${twice.length} posted twice`,
  );
  console.log(`  all posted        ${((last - began) / 1000).toFixed(0)} s after the first ending`);
  const isFailed = ({ answer }: Stormy): boolean => answer.status === 'Failed';
  const inStorm = storm.filter(({ channel }) => channel === 'default');
  console.log(`  failures waited   ${waits(inStorm.filter(isFailed))}`);
  console.log(`  others waited     ${waits(inStorm.filter((one) => !isFailed(one)))}`);
  console.log(
    `  another channel   ${waits(storm.filter(({ channel }) => channel === 'payments'))}`,
  );
}
