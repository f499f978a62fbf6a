import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { IncomingWebhook } from '@slack/webhook';
import { describe, expect, it } from 'vitest';

import { startSlack } from '../../../local/slack/server.ts';
import type { SlackMessage } from '../../../local/slack/server.ts';
import { createClock } from '../arm/caller.ts';

async function post(url: string, body: unknown = { text: 'hello' }) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

describe('a webhook', () => {
  it('takes what the real library sends, and stores it as it came', async () => {
    const clock = createClock();
    await using slack = await startSlack({ now: clock.now });
    const heard: SlackMessage[] = [];
    const stop = slack.onMessage((message) => heard.push(message));
    const webhook = new IncomingWebhook(slack.webhookUrl('payments'));
    expect(await webhook.send({ text: 'Failed: aks-prod-weu' })).toEqual({ text: 'ok' });
    const message = {
      channel: 'payments',
      receivedAt: clock.now().toISOString(),
      sequence: 1,
      payload: { text: 'Failed: aks-prod-weu' },
    };
    expect(slack.messages).toEqual([message]);
    expect(heard).toEqual([message]);
    stop();
    await webhook.send('again');
    expect(heard).toHaveLength(1);
    expect(slack.messages.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('answers ok as plain text, and lists the messages for other programs', async () => {
    await using slack = await startSlack();
    const { status, text, headers } = await post(slack.webhookUrl('a'));
    expect([status, text]).toEqual([200, 'ok']);
    expect(headers.get('content-type')).toContain('text/plain');
    const list = await fetch(`${slack.url}/_standin/messages`);
    expect(await list.json()).toEqual(slack.messages);
  });

  it('has a URL of its own per channel, which stays over a restart on the same port', async () => {
    const slack = await startSlack();
    const url = slack.webhookUrl('payments');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/services\/T0LOCAL\/B0PAYMENTS\/\w{24}$/);
    expect(slack.webhookUrl('other')).not.toBe(url);
    await slack.close();
    await using again = await startSlack({ port: Number(new URL(url).port) });
    expect(again.webhookUrl('payments')).toBe(url);
  });

  it('takes the payload of a form', async () => {
    await using slack = await startSlack();
    const body = new URLSearchParams({ payload: '{"text":"from a form"}' });
    const answer = await fetch(slack.webhookUrl('a'), { method: 'POST', body });
    expect(await answer.text()).toBe('ok');
    expect(slack.messages).toMatchObject([{ payload: { text: 'from a form' } }]);
  });

  it('does not exist under another path', async () => {
    await using slack = await startSlack();
    const wrong = slack.webhookUrl('a').replace(/.$/, '!');
    expect(await post(wrong)).toMatchObject({ status: 404, text: 'no_service' });
    expect(slack.attempts).toMatchObject([{ channel: null, status: 404, accepted: false }]);
  });

  it('is for POST only', async () => {
    await using slack = await startSlack();
    expect((await fetch(slack.webhookUrl('a'))).status).toBe(405);
  });

  it.each([
    ['broken JSON', '{"text":', 'invalid_payload'],
    ['more than a megabyte', { text: 'x'.repeat(1_100_000) }, 'invalid_payload'],
    ['an empty object', {}, 'no_text'],
    ['a wrong block', { text: 'x', blocks: [{ type: 'x' }] }, 'invalid_blocks'],
    ['a wrong attachment', { text: 'x', attachments: [{ blocks: [{}] }] }, 'invalid_attachments'],
    ['too much text', { text: 'x'.repeat(13_001) }, 'msg_blocks_too_long'],
  ])('refuses %s', async (_, body, answer) => {
    await using slack = await startSlack();
    expect(await post(slack.webhookUrl('a'), body)).toMatchObject({ status: 400, text: answer });
    expect(slack.messages).toEqual([]);
    expect(slack.attempts).toMatchObject([{ channel: 'a', status: 400, answer, accepted: false }]);
  });

  it('refuses JSON that is called something else', async () => {
    await using slack = await startSlack();
    const answer = await fetch(slack.webhookUrl('a'), { method: 'POST', body: '{"text":"x"}' });
    expect(await answer.text()).toBe('invalid_payload');
  });

  it('takes a burst of four, then one a second, each channel for itself', async () => {
    const clock = createClock();
    await using slack = await startSlack({ now: clock.now });
    const url = slack.webhookUrl('a');
    const statuses = async (count: number) => {
      const answers = [];
      for (let i = 0; i < count; i += 1) answers.push((await post(url)).status);
      return answers;
    };
    expect(await statuses(5)).toEqual([200, 200, 200, 200, 429]);
    const { text, headers } = await post(url);
    expect([text, headers.get('retry-after')]).toEqual(['rate_limited', '1']);
    expect((await post(slack.webhookUrl('b'))).status).toBe(200);
    clock.advance(1);
    expect(await statuses(2)).toEqual([200, 429]);
    expect(slack.messages).toHaveLength(6);
    expect(slack.attempts).toHaveLength(9);
  });

  it('takes any number when the rate is not limited', async () => {
    await using slack = await startSlack({ rateLimit: false, now: createClock().now });
    for (let i = 0; i < 10; i += 1) await post(slack.webhookUrl('a'));
    expect(slack.messages).toHaveLength(10);
  });
});

describe('the state file', () => {
  it('keeps the messages over a restart, also after a kill in the middle of a line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slack-'));
    const stateFile = join(folder, 'deeper', 'slack.jsonl');
    const first = await startSlack({ stateFile });
    await post(first.webhookUrl('a'), { text: 'one' });
    await first.close();
    await appendFile(stateFile, '{"channel":"a","rec');
    const second = await startSlack({ stateFile, port: Number(new URL(first.url).port) });
    expect(second.messages).toEqual(first.messages);
    // The URL that was handed out before the restart is good again.
    await post(first.webhookUrl('a'), { text: 'two' });
    await second.close();
    await using third = await startSlack({ stateFile });
    const kept = third.messages.map(({ channel, sequence }) => [channel, sequence]);
    expect(kept).toEqual([
      ['a', 1],
      ['a', 2],
    ]);
    await rm(folder, { recursive: true });
  });
});
