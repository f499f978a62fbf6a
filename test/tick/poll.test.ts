import { describe, expect, it } from 'vitest';
import type { ArmFault } from '../../local/arm/faults.ts';
import { outboxLimit } from '../../shared/domain/outbox.ts';
import { startApp, type TestApp, type Tracked } from '../support/app.ts';
import { startProxy } from '../support/proxy.ts';
import { someCluster } from '../support/settings.ts';

const running = { status: 'InProgress', percentComplete: 10 };
const error = { code: 'QuotaExceeded', message: 'Too many cores.' };

const broken = (fault: ArmFault) => (app: TestApp) => app.arm.faults.set(fault);
const clusterIn = (subscriptionId: string) => ({ ...someCluster(), subscriptionId });

describe('a reading that fails', () => {
  it.each<[string, (app: TestApp, operation: Tracked) => void, string, string]>([
    ['401', broken({ kind: 'status', status: 401 }), 'unauthenticated', 'AuthenticationFailed'],
    ['403', broken({ kind: 'status', status: 403 }), 'forbidden', 'AuthorizationFailed'],
    ['404 without a record', (app, { id }) => app.arm.forget(id), 'notFound', 'NotFound'],
    [
      '404 without ARM’s code',
      (_app, { set }) => set({ status: 404, body: 'nothing here' }),
      'rejected',
      'HTTP404',
    ],
    ['429', broken({ kind: 'status', status: 429 }), 'throttled', 'TooManyRequests'],
    ['400', broken({ kind: 'status', status: 400, code: 'Odd' }), 'rejected', 'Odd'],
    ['408', broken({ kind: 'status', status: 408, flat: true }), 'serverError', 'UnexpectedError'],
    ['503', broken({ kind: 'status', status: 503 }), 'serverError', 'ServiceUnavailable'],
    ['no connection', broken({ kind: 'down' }), 'network', 'ECONNRESET'],
    ['half an answer', broken({ kind: 'cut' }), 'network', 'ECONNRESET'],
    ['a page', broken({ kind: 'malformed', form: 'html' }), 'malformed', 'MalformedAnswer'],
    [
      'half a body',
      broken({ kind: 'malformed', form: 'truncated' }),
      'malformed',
      'MalformedAnswer',
    ],
    ['no status', broken({ kind: 'malformed', form: 'noStatus' }), 'malformed', 'MalformedAnswer'],
    [
      'a retired api-version',
      ({ arm }) => arm.offer({ offered: ['2024-10-02-preview'] }),
      'unsupportedApiVersion',
      'NoRegisteredProviderFound',
    ],
  ])(
    'by %s is the notifier’s trouble, not the operation’s end',
    async (_name, breakIt, cause, code) => {
      await using app = await startApp();
      const operation = await app.track({ answer: running });
      await app.tickFor(1);
      breakIt(app, operation);
      const [summary] = await app.tickFor(1);
      const { state, nextCheckAt } = await operation.stored();
      expect(state).toMatchObject({ status: 'InProgress', percentComplete: 10, outcome: null });
      expect(state.trouble).toMatchObject({ cause, code, failures: 1 });
      expect(state.trouble?.since).toBe(state.lastCheckedAt);
      expect(nextCheckAt).not.toBeNull();
      expect(summary).toMatchObject({ read: 1, failedReadings: 1, changed: 0 });
      expect(app.told).toEqual([]);
    },
  );

  it('is forgotten with the first one that works', async () => {
    await using app = await startApp();
    const operation = await app.track({ answer: running });
    app.arm.faults.set({ kind: 'down', times: 1 });
    await app.tickFor(2);
    expect((await operation.stored()).state).toMatchObject({ status: 'InProgress', trouble: null });
    expect(app.told).toEqual([]);
  });

  it('by a redirect is not followed, and the token goes nowhere else', async () => {
    await using app = await startApp();
    await using elsewhere = await startProxy(() => app.arm.url);
    const operation = await app.track({ answer: running });
    app.arm.faults.set({ kind: 'redirect', location: `${elsewhere.url}/stolen` });
    await app.tickFor(1);
    expect(elsewhere.requests).toEqual([]);
    expect((await operation.stored()).state.trouble).toMatchObject({
      cause: 'rejected',
      code: 'HTTP307',
    });
  });

  it('by no answer ends with the tick’s time, and is a failed reading', async () => {
    await using app = await startApp({ POLL_SCHEDULE: '* * * * * *' });
    const operation = await app.track({ answer: running });
    app.arm.faults.set({ kind: 'hang' });
    const began = performance.now();
    const tick = app.tickFor(1);
    await expect.poll(() => app.arm.callCount).toBe(1);
    app.clock.pass(2);
    expect(await tick).toMatchObject([{ read: 1, failedReadings: 1, leftOver: 0 }]);
    expect(performance.now() - began).toBeLessThan(4000);
    expect((await operation.stored()).state.trouble).toMatchObject({ code: 'Timeout' });
    app.arm.faults.clear();
    expect(await app.tickFor(1, 60)).toMatchObject([{ read: 1, leftOver: 0, failedReadings: 0 }]);
  });
});

describe('an operation that is not found', () => {
  it.each<[string, (app: TestApp, operation: Tracked) => void, string, string]>([
    [
      'the cluster',
      ({ arm }, { id }) => arm.forget(id.replace(/\/operations\/.*/, '')),
      'ResourceNotFound',
      'the cluster is gone',
    ],
    [
      'the record',
      ({ arm }, { id }) => arm.forget(id),
      'NotFound',
      'Azure has no record of it any more',
    ],
  ])('is lost after minutes, not sooner, and it is said that %s is gone', async (...row) => {
    const [, lose, code, words] = row;
    await using app = await startApp();
    const operation = await app.track({ answer: running });
    await app.tickFor(1);
    lose(app, operation);
    await app.tickFor(7);
    expect((await operation.stored()).state.outcome).toBeNull();
    expect(app.told).toEqual([]);
    await app.tickFor(1);
    expect(app.told).toEqual([`No longer found: ${operation.name} (${code})`]);
    expect(JSON.stringify(app.slack.messages)).toContain(words);
    expect(await operation.stored()).toMatchObject({
      nextCheckAt: null,
      state: { outcome: 'lost' },
    });
    const { callCount } = app.arm;
    await app.tickFor(3, 300);
    expect(app.arm.callCount).toBe(callCount);
    expect(app.told).toHaveLength(1);
  });

  it.each([
    ['NotFound', 'no record'],
    ['OperationNotFound', 'no record'],
    ['ResourceNotFound', 'the cluster is gone'],
    ['ParentResourceNotFound', 'the cluster is gone'],
    ['ResourceGroupNotFound', 'the cluster is gone'],
  ])('is lost by 404 %s', async (code, words) => {
    await using app = await startApp();
    const operation = await app.track({ answer: running });
    await app.tickFor(1);
    app.arm.faults.set({ kind: 'status', status: 404, code });
    await app.tickFor(9);
    expect(app.told).toEqual([`No longer found: ${operation.name} (${code})`]);
    expect(JSON.stringify(app.slack.messages)).toContain(words);
  });

  it.each([
    ['Deleting', 'Deleted', 'Deleted: '],
    ['InProgress', 'No longer found', 'the cluster is gone'],
  ])('%s is told as "%s" when its resource group is deleted', async (status, lead, words) => {
    await using app = await startApp();
    const operation = await app.track({ answer: { status } });
    await app.tickFor(1);
    app.arm.forget(operation.id.replace(/\/providers\/.*/, ''));
    await app.tickFor(9);
    expect(app.told).toEqual([expect.stringContaining(`${lead}: ${operation.name}`)]);
    expect(JSON.stringify(app.slack.messages)).toContain(words);
  });

  it('is not lost by any code that says nothing of it, nor under an api-version that is not known', async () => {
    await using app = await startApp();
    const codes = [
      'SubscriptionNotFound',
      'InvalidSubscriptionId',
      'TenantNotFound',
      'MissingSubscriptionRegistration',
      'InvalidResourceNamespace',
      'LocationNotAvailableForResourceType',
      'AuthorizationFailed',
      'SomethingNobodyKnows',
    ];
    const operations = await Promise.all(
      codes.map(async () => await app.track({ answer: running })),
    );
    await app.tickFor(1);
    app.arm.faults.set(
      ...operations.map(({ subscriptionId }, at) => {
        const code = codes[at] ?? '';
        return { kind: 'status', status: 404, code, subscriptionId } as const;
      }),
    );
    await app.tickFor(30, 120);
    const told = JSON.stringify(app.slack.messages);
    for (const operation of operations) {
      expect((await operation.stored()).state.outcome).toBeNull();
      expect(told).toContain(`Subscription ${operation.subscriptionId}`);
    }
    const unknown = app.another({ AKS_API_VERSION: '2024-10-02-preview' });
    app.arm.faults.set({ kind: 'status', status: 404, code: 'ResourceNotFound' });
    for (let tick = 0; tick < 9; tick += 1) {
      app.clock.pass(120);
      await unknown.tick();
    }
    for (const operation of operations)
      expect((await operation.stored()).state).toMatchObject({
        outcome: null,
        trouble: { cause: 'rejected' },
      });
  });

  it('is not lost when it is found in between', async () => {
    await using app = await startApp();
    const operation = await app.track({ answer: running });
    for (const _ of [1, 2, 3]) {
      app.arm.forget(operation.id);
      await app.tickFor(4);
      operation.set(running);
      await app.tickFor(4);
    }
    expect((await operation.stored()).state).toMatchObject({ outcome: null, trouble: null });
    expect(app.told).toEqual([]);
  });
});

describe('a subscription that throttles', () => {
  it('is left alone until it allows more, also by those not yet read; others go on', async () => {
    await using app = await startApp();
    const { subscriptionId } = someCluster();
    await Promise.all(
      Array.from({ length: 60 }, () =>
        app.track({ cluster: clusterIn(subscriptionId), answer: running }),
      ),
    );
    const other = await app.track({ answer: running });
    const readsOf = (id: string): number =>
      app.arm.calls.filter((call) => call.subscriptionId === id).length;
    app.arm.faults.set({ kind: 'status', status: 429, retryAfter: 100, subscriptionId });

    const [first] = await app.tickFor(1);
    const asked = readsOf(subscriptionId);
    expect(asked).toBeLessThanOrEqual(48);
    expect(first).toMatchObject({ due: 61, leftOver: 0, deferred: 60 - asked });
    app.arm.faults.clear();
    await app.tickFor(3);
    expect(readsOf(subscriptionId)).toBe(asked);
    expect(readsOf(other.subscriptionId)).toBe(4);
    // Then it is asked again, slowly at first.
    const [next] = await app.tickFor(1);
    const again = readsOf(subscriptionId) - asked;
    expect(again).toBeGreaterThan(0);
    expect(again).toBeLessThan(10);
    expect(next).toMatchObject({ due: 61, deferred: 60 - again, failedReadings: 0 });
    expect(app.told).toEqual([]);
  });
});

describe('due operations', () => {
  it('are begun in the order in which they became due', async () => {
    await using app = await startApp();
    // The table gives these last.
    const oldest = 'ffffffff-0000-4000-8000-000000000000';
    await Promise.all([1, 2, 3].map(() => app.track({ cluster: clusterIn(oldest) })));
    app.clock.pass(1);
    const young = '00000000-0000-4000-8000-000000000000';
    await Promise.all(Array.from({ length: 60 }, () => app.track({ cluster: clusterIn(young) })));
    app.arm.faults.set({ kind: 'slow', ms: 50 });
    await app.tickFor(1);
    const begun = app.arm.calls.slice(0, 48).map(({ subscriptionId }) => subscriptionId);
    expect(begun.filter((id) => id === oldest)).toHaveLength(3);
    expect(app.arm.callCount).toBe(63);
  });

  it('are not read while they owe too much, and lose nothing of what was read', async () => {
    await using app = await startApp();
    const operation = await app.track({ answer: { status: 'Phase 0' } });
    await app.tickFor(1);
    app.slack.faults.set({ kind: 'down' });
    for (let phase = 1; phase <= outboxLimit; phase += 1) {
      operation.set({ status: `Phase ${phase}` });
      await app.tickFor(1);
    }
    const { callCount } = app.arm;
    operation.set({ status: 'Failed', error });
    expect(await app.tickFor(1)).toMatchObject([
      { read: 0, leftOver: 1, undelivered: outboxLimit },
    ]);
    expect(app.arm.callCount).toBe(callCount);

    app.slack.faults.clear();
    await app.tickFor(3, 300);
    const phases = Array.from({ length: outboxLimit }, (_, at) => `Phase ${at + 1}`);
    expect(app.told).toEqual([
      `Phase ${outboxLimit}: ${operation.name}`,
      `Failed: ${operation.name} (QuotaExceeded)`,
    ]);
    const [digest] = app.slack.messages;
    expect(JSON.stringify(digest?.payload)).toContain(
      `• ${phases.slice(0, -1).join(' → ')} → *${operation.name}: ${phases.at(-1)}, `,
    );
  });
});
