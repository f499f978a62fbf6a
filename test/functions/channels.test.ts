import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProduct, type Product } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';

const OPERATIONS_TABLE = `T${randomBytes(8).toString('hex')}`;
let product: Product;
beforeAll(async () => {
  product = await startProduct({
    OPERATIONS_TABLE,
    SLACK_WEBHOOK_URL_UNUSED: 'http://127.0.0.1:9/services/secret',
  });
});
afterAll(async () => await product[Symbol.asyncDispose]());
beforeEach(() => product.slack.faults.clear());

const list = async () => (await product.request('GET', '/api/channels')).json();
const retry = async (name: string) => await product.request('POST', `/api/channels/${name}/retry`);

async function tellsSomething(channel: string): Promise<void> {
  const { id } = product.arm.start({ ...someCluster(), scenario: 'neverEnds' });
  product.arm.set(id, { status: 'Succeeded' });
  await product.request('POST', '/api/operations', { id, channel });
  await product.tick();
}

describe('the channels', () => {
  it('are listed with their standing and without their URLs', async () => {
    expect(await list()).toEqual({
      value: ['default', 'payments', 'unused'].map((name) => ({
        name,
        isConfigured: true,
        state: 'ok',
        since: null,
        undelivered: 0,
        oldestUndeliveredAt: null,
        lastAnswer: null,
        nextAttemptAt: null,
      })),
    });
    await tellsSomething('default');
    product.slack.faults.set({
      kind: 'status',
      status: 410,
      body: 'channel_is_archived',
      channel: 'payments',
    });
    await tellsSomething('payments');
    const listed = await list();
    expect(listed).toMatchObject({
      value: [
        { name: 'default', state: 'ok', lastAnswer: { code: 'ok' } },
        {
          name: 'payments',
          state: 'parked',
          since: expect.stringMatching(/Z$/),
          undelivered: 1,
          oldestUndeliveredAt: expect.stringMatching(/Z$/),
          lastAnswer: { code: 'channel_is_archived', at: expect.stringMatching(/Z$/) },
          nextAttemptAt: expect.stringMatching(/Z$/),
        },
        { name: 'unused', lastAnswer: null },
      ],
    });
    expect(JSON.stringify(listed)).not.toMatch(/http|services|secret/);
  });

  it('are tried again on request: what waited comes with the next tick', async () => {
    product.slack.faults.set({
      kind: 'status',
      status: 404,
      body: 'no_service',
      channel: 'payments',
    });
    await tellsSomething('payments');
    await product.tick();
    const before = product.slack.messages.filter(({ channel }) => channel === 'payments').length;
    product.slack.faults.clear();
    await product.tick();
    expect(product.slack.messages.filter(({ channel }) => channel === 'payments')).toHaveLength(
      before,
    );

    const answer = await retry('PAYMENTS');
    expect(answer.status).toBe(202);
    expect(answer.json()).toMatchObject({ name: 'payments', state: 'parked', nextAttemptAt: null });
    await product.tick();
    expect(await list()).toMatchObject({
      value: [
        {},
        { name: 'payments', state: 'ok', undelivered: 0, lastAnswer: { code: 'ok' } },
        {},
      ],
    });
  });

  it.each(['nobody', '..%2Fsecret', '%01', "o'hara"])(
    'that are not there are not tried: %s',
    async (name) => {
      const answer = await retry(name);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    },
  );

  it('that nothing was ever sent to are tried without harm', async () => {
    expect((await retry('unused')).status).toBe(202);
  });
});

it('a channel that messages wait for without a setting is listed, and says what to set', async () => {
  const { id } = product.arm.start({ ...someCluster(), scenario: 'neverEnds' });
  product.arm.set(id, { status: 'Succeeded' });
  await product.request('POST', '/api/operations', { id, channel: 'unused' });
  await using without = await startProduct({ OPERATIONS_TABLE });
  without.arm.set(id, { status: 'Succeeded' });
  await without.tick();
  const answer = await without.request('POST', '/api/channels/unused/retry');
  expect(answer.status).toBe(409);
  expect(answer.json()).toMatchObject({
    detail: expect.stringContaining('SLACK_WEBHOOK_URL_UNUSED'),
  });
  expect((await without.request('GET', '/api/channels')).json()).toMatchObject({
    value: [{}, {}, { name: 'unused', isConfigured: false, state: 'parked', undelivered: 1 }],
  });
});
