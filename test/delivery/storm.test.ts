import { describe, expect, it } from 'vitest';
import { validateMessage } from '../../local/slack/limits.ts';
import { startSlack, type Slack } from '../../local/slack/server.ts';
import { networkFailure } from '../../shared/arm/reading-failure.ts';
import { parseOperationStatus } from '../../shared/arm/parse.ts';
import type { OperationReference } from '../../shared/domain/reference.ts';
import { createPoster } from '../../shared/slack/webhook.ts';
import type { TickSummary } from '../../shared/domain/tick-summary.ts';
import { tick } from '../../shared/tick/tick.ts';
import { register } from '../../shared/requests/register.ts';
import type { SendRequest } from '../simulation/simulated-table.ts';
import { needsInMemory } from '../support/in-memory.ts';
import { createClock, type TestClock } from '../support/clock.ts';

/** A long error as AKS sends it: nested, of many lines, with JSON in it. */
function longError(code: string, at: number): unknown {
  const pods = Array.from({ length: 40 }, (_, pod) => `payments-${at}-${pod} "quoted" <&>`);
  const message = `Drain of node aks-nodepool1-${at} failed:\n${pods.join('\n')}`;
  const inner = JSON.stringify({ code, message });
  return {
    code: 'ReconcileNodePoolFailed',
    message: `Reconcile failed. Details: ${inner}`,
    details: [{ code, message, target: `nodepool${at % 7}`, details: [{ code, message }] }],
  };
}

/** More than we keep of an error, all of it markup, which escaping makes longer still. */
function longestError(at: number): unknown {
  const details = Array.from({ length: 40 }, (_, each) => ({
    code: `E${each}`.padEnd(500, '&'),
    target: '<'.repeat(500),
    message: `${at} ${'&<>`\n'.repeat(400)}`,
  }));
  return { code: 'Z'.repeat(500), message: '&'.repeat(2000), details };
}

const endings = {
  succeeded: () => ({ status: 'Succeeded' }),
  canceled: () => ({ status: 'Canceled' }),
  failed: (at: number) => ({ status: 'Failed', error: longError('PodDrainFailure', at) }),
  failedAtLength: (at: number) => ({ status: 'Failed', error: longestError(at) }),
} as const;

/** An operation of a storm; its place in the list is its number. */
interface Stormy {
  readonly channel: string;
  readonly ending: keyof typeof endings;
  /** Seconds after all were registered. */
  readonly endsAfter: number;
}

const operationId = (at: number): string =>
  `11111111-1111-4111-8111-${String(at).padStart(12, '0')}`;

function reference(at: number): OperationReference {
  return {
    subscriptionId: `00000000-0000-4000-8000-0000000000${String(at % 100).padStart(2, '0')}`,
    resourceGroupName: `rg-platform-westeurope-${at % 20}`,
    resourceName: `aks-production-westeurope-${at}`,
    agentPoolName: null,
    operationId: operationId(at),
  };
}

/** The numbers of the operations that messages tell of, once for each message. */
function toldIn(messages: readonly { readonly payload: unknown }[]): number[] {
  return messages.flatMap(({ payload }) => {
    const names = JSON.stringify(payload).matchAll(/aks-production-westeurope-(\d+)/g);
    return [...new Set(Array.from(names, ([, number]) => Number(number)))];
  });
}

/** What a storm came to. */
interface Aftermath {
  readonly summaries: readonly TickSummary[];
  /** From the start to the last message. */
  readonly seconds: number;
  /** Store requests of all ticks together. */
  readonly requests: number;
  /** How many of these were under way at once, at most. */
  readonly atOnce: number;
  /** Operations that are still at work, or not cleared of their message, and those that went to the history. */
  readonly active: number;
  readonly archived: number;
}

const noAnswer = async () => ({
  at: '2024-05-06T07:00:00.000Z',
  calls: 1,
  notBefore: null,
  result: { ok: false, failure: networkFailure(null) } as const,
});
const neverCalled = (): never => {
  throw new Error('Each operation has a cluster of its own.');
};

/** Registers operations and ticks every half minute until all have ended and are told, on tables in memory. */
async function weather(
  operations: readonly Stormy[],
  slack: Slack,
  clock: TestClock,
): Promise<Aftermath> {
  const started = clock.now().getTime();
  let requests = 0;
  let underWay = 0;
  let atOnce = 0;
  const send: SendRequest = async (_name, _key, run) => {
    requests += 1;
    underWay += 1;
    atOnce = Math.max(atOnce, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return run(false);
  };
  const { needs, rows } = needsInMemory(send, {
    policy: { stalledAfterMs: 30 * 60_000, giveUpAfterMs: 7 * 24 * 3_600_000 },
    channels: new Map(['default', 'payments'].map((name) => [name, slack.webhookUrl(name)])),
    post: createPoster(fetch, clock.now),
    clock: clock.now,
    // Channels that wait at the same time wait together.
    async sleep(ms) {
      const until = clock.now().getTime() + ms;
      await new Promise(setImmediate);
      clock.pass(Math.max(0, until - clock.now().getTime()) / 1000);
    },
    schedule: '*/30 * * * * *',
    arm: {
      async readStatus({ operationId: id }) {
        const now = clock.now();
        const at = Number(id.slice(-12));
        const its = operations[at];
        const isOver = its !== undefined && now.getTime() - started >= its.endsAfter * 1000;
        const body = isOver ? endings[its.ending](at) : { status: 'InProgress' };
        const seen = parseOperationStatus(
          { startTime: '2024-05-06T06:42:00Z', ...body },
          now.toISOString(),
        );
        if (seen === null) throw new Error('ARM shows a status that cannot be read.');
        return { at: now.toISOString(), calls: 1, notBefore: null, result: { ok: true, seen } };
      },
      listOperations: neverCalled,
      // What failed operations left behind is optional, and not to be had here.
      listClusters: noAnswer,
      listPools: noAnswer,
    },
  });
  for (const [at, { channel }] of operations.entries())
    await register({ reference: reference(at), options: { channel } }, needs.operations, clock.now);
  requests = 0;
  const summaries: TickSummary[] = [];
  for (let told = 0; told < operations.length && summaries.length < 40;) {
    const now = clock.now().getTime();
    clock.pass((Math.floor(now / 30_000) * 30_000 + 30_000 - now) / 1000);
    const summary = await tick(needs);
    summaries.push(summary);
    told += summary.delivered;
  }
  const last = Date.parse(slack.messages.at(-1)?.receivedAt ?? '');
  return {
    summaries,
    seconds: (last - started) / 1000,
    requests,
    atOnce,
    active: rows.active.all().length,
    archived: rows.history.all().length,
  };
}

/** What is promised of every storm. */
function expectComplete(
  operations: readonly Stormy[],
  slack: Slack,
  { active, archived }: Aftermath,
): void {
  expect({ active, archived }).toEqual({ active: 0, archived: operations.length });
  expect(toldIn(slack.messages).toSorted((a, b) => a - b)).toEqual([...operations.keys()]);
  expect(new Set(slack.attempts.map(({ status }) => status))).toEqual(new Set([200]));
  for (const { payload } of slack.messages) expect(validateMessage(payload)).toEqual([]);
  // A digest's claims last a minute, in which it is posted and cleared from each of these, 16 at a time.
  for (const message of slack.messages) expect(toldIn([message]).length).toBeLessThanOrEqual(48);
}

describe('a storm of 1,000 endings within a minute', { timeout: 60_000 }, () => {
  it('arrives complete and once, failures in full and first, without a single 429, and no other channel waits', async () => {
    const clock = createClock();
    await using slack = await startSlack({ now: clock.now });
    const storm = Array.from({ length: 1000 }, (_, at): Stormy => {
      const kind = at % 10;
      const ending = kind < 3 ? 'failed' : kind === 3 ? 'canceled' : 'succeeded';
      return { channel: 'default', ending, endsAfter: at * 0.06 };
    });
    const others = [5, 35, 65].map((endsAfter): Stormy => ({
      channel: 'payments',
      ending: 'succeeded',
      endsAfter,
    }));
    const all = [...storm, ...others];
    const aftermath = await weather(all, slack, clock);
    expectComplete(all, slack, aftermath);
    const { summaries, seconds, requests, atOnce } = aftermath;

    const failed = storm.flatMap(({ ending }, at) => (ending === 'failed' ? [at] : []));
    const text = JSON.stringify(slack.messages);
    const reasons = [...text.matchAll(/Failed: aks-production-westeurope-(\d+): /g)];
    expect(new Set(reasons.map(([, at]) => Number(at)))).toEqual(new Set(failed));

    // Once everything was read, what is left is one digest.
    const [, , settled] = summaries;
    const rest = slack.messages.filter(
      ({ channel, receivedAt }) =>
        channel === 'default' && receivedAt >= (settled?.startedAt ?? ''),
    );
    const isGood = rest.map(({ payload }) => !JSON.stringify(payload).includes('*Failed: '));
    expect(isGood).toEqual(isGood.toSorted((a, b) => Number(a) - Number(b)));
    expect(new Set(isGood)).toEqual(new Set([true, false]));

    const toPayments = slack.messages.filter(({ channel }) => channel === 'payments');
    expect(toPayments.map(({ receivedAt }) => receivedAt.slice(14, 19))).toEqual([
      expect.stringMatching(/^00:3/),
      expect.stringMatching(/^01:0/),
      expect.stringMatching(/^01:3/),
    ]);

    expect(slack.messages.length).toBeLessThan(130);
    expect(seconds).toBeLessThan(5 * 60);
    expect(requests).toBeLessThan(20 * all.length);
    expect(atOnce).toBeLessThanOrEqual(48 + 2 * 16);
  });

  it('arrives complete also when all have failed with the longest errors', async () => {
    const clock = createClock();
    await using slack = await startSlack({ now: clock.now });
    const storm = Array.from({ length: 250 }, (_, at): Stormy => ({
      channel: 'default',
      ending: 'failedAtLength',
      endsAfter: at * 0.24,
    }));
    const aftermath = await weather(storm, slack, clock);
    expectComplete(storm, slack, aftermath);
    expect(slack.messages.length).toBeLessThan(75);
    expect(aftermath.seconds).toBeLessThan(4 * 60);
  });
});
