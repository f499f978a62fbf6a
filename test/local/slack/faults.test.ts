import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import { startSlack } from '../../../local/slack/server.ts';

async function post(url: string, init: RequestInit = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"text":"hello"}',
    redirect: 'manual',
    ...init,
  });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

describe('a fault of Slack', () => {
  it.each([
    [403, 'action_prohibited'],
    [404, 'no_service'],
    [410, 'channel_is_archived'],
    [429, 'rate_limited'],
    [500, 'rollup_error'],
  ])('can be status %d with %s, and nothing is accepted', async (status, body) => {
    await using slack = await startSlack();
    slack.faults.set({ kind: 'status', status });
    expect(await post(slack.webhookUrl('a'))).toMatchObject({ status, text: body });
    expect(slack.messages).toEqual([]);
    expect(slack.attempts).toMatchObject([{ status, answer: body, accepted: false }]);
  });

  it('can have any body, a Retry-After and a redirect', async () => {
    await using slack = await startSlack();
    const url = slack.webhookUrl('a');
    slack.faults.set({ kind: 'status', status: 429, body: 'slow', retryAfter: 30 });
    const throttled = await post(url);
    expect([throttled.text, throttled.headers.get('retry-after')]).toEqual(['slow', '30']);
    slack.faults.set({ kind: 'status', status: 302, location: 'https://elsewhere.example/' });
    const redirected = await post(url);
    expect(redirected.status).toBe(302);
    expect(redirected.headers.get('location')).toBe('https://elsewhere.example/');
  });

  it('can destroy the connection before accepting', async () => {
    await using slack = await startSlack();
    slack.faults.set({ kind: 'down' });
    await expect(post(slack.webhookUrl('a'))).rejects.toThrow('fetch failed');
    expect(slack.messages).toEqual([]);
    expect(slack.attempts).toMatchObject([{ status: null, answer: null, accepted: false }]);
  });

  it('can accept and store, and then cut the connection', async () => {
    await using slack = await startSlack();
    slack.faults.set({ kind: 'acceptThenCut', times: 1 });
    const url = slack.webhookUrl('a');
    await expect(post(url)).rejects.toThrow('fetch failed');
    expect(slack.messages).toHaveLength(1);
    expect(slack.attempts).toMatchObject([{ status: null, accepted: true }]);
    expect((await post(url)).text).toBe('ok');
    expect(slack.messages).toHaveLength(2);
  });

  it('can leave one message without an answer while the next is taken', async () => {
    await using slack = await startSlack();
    slack.faults.set({ kind: 'hang', times: 1 });
    const outcome = vi.fn<(answer: unknown) => void>();
    const hanging = post(slack.webhookUrl('a')).then(outcome, outcome);
    await vi.waitFor(() => expect(slack.faults.list()).toEqual([]));
    expect((await post(slack.webhookUrl('a'))).text).toBe('ok');
    expect(outcome).not.toHaveBeenCalled();
    expect(slack.attempts.map(({ status }) => status)).toEqual([null, 200]);
    await slack.close();
    await hanging;
    expect(outcome).toHaveBeenCalledWith(expect.any(Error));
  });

  it('can be a page with status 200 that means nothing', async () => {
    await using slack = await startSlack();
    slack.faults.set({ kind: 'twoHundredNotOk' });
    const { status, text } = await post(slack.webhookUrl('a'));
    expect(status).toBe(200);
    expect(text).toContain('<!DOCTYPE html>');
    expect(slack.messages).toEqual([]);
    expect(slack.attempts).toMatchObject([{ status: 200, accepted: false }]);
  });

  it.each(['beforeAccepting', 'afterAccepting'] as const)('can be slow %s', async (wait) => {
    await using slack = await startSlack();
    slack.faults.set({ kind: 'slow', ms: 60, wait });
    const sent = performance.now();
    let accepted = 0;
    slack.onMessage(() => (accepted = performance.now()));
    expect((await post(slack.webhookUrl('a'))).text).toBe('ok');
    expect(slack.messages).toHaveLength(1);
    const waited = wait === 'beforeAccepting' ? accepted - sent : performance.now() - accepted;
    // Timers may fire a millisecond early.
    expect(waited).toBeGreaterThan(58);
  });

  it('accepts a slow message also when its sender has given up', async () => {
    await using slack = await startSlack();
    slack.faults.set({ kind: 'slow', ms: 250 });
    const giveUp = new AbortController();
    const sent = post(slack.webhookUrl('a'), { signal: giveUp.signal });
    await vi.waitFor(() => expect(slack.attempts).toHaveLength(1), { interval: 5 });
    giveUp.abort();
    await expect(sent).rejects.toThrow('aborted');
    await vi.waitFor(() => expect(slack.messages).toHaveLength(1));
  });

  it('accepts nothing any more once it is closed', async () => {
    const slack = await startSlack();
    slack.faults.set({ kind: 'slow', ms: 200 });
    const sent = post(slack.webhookUrl('a')).catch((error: unknown) => error);
    await vi.waitFor(() => expect(slack.attempts).toHaveLength(1), { interval: 1 });
    await slack.close();
    expect(await sent).toBeInstanceOf(Error);
    await delay(250);
    expect(slack.messages).toEqual([]);
  });

  it('can be limited to a channel, and in times', async () => {
    await using slack = await startSlack();
    slack.faults.set({ kind: 'status', status: 410, channel: 'a', times: 2 });
    const statusOf = async (channel: string) => (await post(slack.webhookUrl(channel))).status;
    const statuses = [];
    for (const channel of ['b', 'a', 'a', 'a', 'b']) statuses.push(await statusOf(channel));
    expect(statuses).toEqual([200, 410, 410, 200, 200]);
  });

  it('can be set over HTTP', async () => {
    await using slack = await startSlack();
    const url = `${slack.url}/_standin/faults`;
    const faults = [{ kind: 'slow', ms: 5, wait: 'afterAccepting', channel: 'a' }];
    const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(faults) });
    expect(await answer.json()).toEqual(faults);
    expect(slack.faults.list()).toEqual(faults);
    const wrong = await fetch(url, { method: 'PUT', body: '[{"kind":"rain"}]' });
    expect(wrong.status).toBe(400);
    expect(await (await fetch(url)).json()).toEqual(faults);
  });
});
