import { request } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { operation, startTestPage } from '../../browser/page-fixture.ts';

/** A request as only a program can send it: with any Host. */
async function get(url: string, headers: Record<string, string>) {
  const sent = request(url, { headers });
  sent.end();
  const [response] = await once(sent, 'response');
  return { status: Number(response.statusCode), body: await text(response) };
}

/** Reads the page's event stream until `enough` says so. */
async function readEvents(url: string, enough: (seen: string) => boolean, begun?: () => void) {
  const aborting = new AbortController();
  const response = await fetch(`${url}/events`, { signal: aborting.signal });
  begun?.();
  let seen = '';
  for await (const chunk of response.body ?? []) {
    seen += Buffer.from(chunk).toString();
    if (enough(seen)) break;
  }
  aborting.abort();
  return seen;
}

function send(url: string, method: string, path: string, body: unknown, origin = url) {
  return fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', origin },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('the page server', () => {
  it('serves the page with a policy that lets no foreign script, style or markup in', async () => {
    await using page = await startTestPage();
    const paths = ['/', '/app.js', '/style.css', '/icon.svg'];
    const answers = await Promise.all(paths.map((path) => fetch(page.url + path)));
    expect(answers.map((answer) => answer.headers.get('content-type')?.split(';')[0])).toEqual([
      'text/html',
      'text/javascript',
      'text/css',
      'image/svg+xml',
    ]);
    const policy = answers[0]?.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
    expect(await answers[0]?.text()).not.toMatch(/ style=|<style|<script>| on\w+=/);
  });

  it('gives the channels and their messages', async () => {
    await using page = await startTestPage();
    page.post('payments', { text: 'Succeeded' });
    const state = await (await fetch(`${page.url}/state`)).json();
    expect(state).toMatchObject({
      channels: [{ name: 'default' }, { name: 'payments' }],
      messages: [{ channel: 'payments', sequence: 1, payload: { text: 'Succeeded' } }],
      scenarios: ['upgradeSucceeds', 'upgradeFails', 'quick'],
    });
  });

  it('streams messages as they arrive and operations as they change', async () => {
    await using page = await startTestPage();
    page.product.operations = [operation({ resourceName: 'aks-one' })];
    const seen = await readEvents(
      page.url,
      (events) => events.includes('event: message') && events.includes('aks-one'),
      () => page.post('default', { text: 'Hello' }),
    );
    expect(seen).toContain('"payload":{"text":"Hello"}');
    await expect.poll(page.listeners).toBe(0);
  });

  it('keeps the operations in sight, and says so, while the functions are away', async () => {
    await using page = await startTestPage();
    page.product.operations = [operation()];
    let isDown = false;
    const seen = await readEvents(page.url, (events) => {
      if (events.includes('"state":"ok"') && !isDown) page.product.up = !(isDown = true);
      return events.includes('"state":"away"');
    });
    const last = seen.slice(seen.lastIndexOf('event: snapshot'));
    expect(last).toContain('aks-prod-weu');
    expect(last).toContain('The functions do not answer');
  });

  it('passes an operation on, and a miss too', async () => {
    await using page = await startTestPage();
    page.product.operations = [operation({ trackingId: 'abc' })];
    expect(await (await fetch(`${page.url}/operations/abc`)).json()).toMatchObject({
      trackingId: 'abc',
    });
    expect((await fetch(`${page.url}/operations/none`)).status).toBe(404);
    page.product.up = false;
    expect((await fetch(`${page.url}/operations/abc`)).status).toBe(502);
  });

  it('starts an operation and registers it with the options that were given', async () => {
    await using page = await startTestPage();
    const wish = {
      scenario: 'quick',
      resourceName: 'aks-x',
      channel: '',
      mention: 'here',
      label: ' ',
    };
    const answer = await send(page.url, 'POST', '/try/operations', wish);
    expect(answer.status).toBe(201);
    expect(page.registered).toEqual([{ id: '/subscriptions/s/aks-x/quick', mention: 'here' }]);
  });

  it.each([
    ['no JSON', '{', 'not JSON'],
    ['a name that no cluster has', { scenario: 'quick', resourceName: '-a' }, 'cluster name'],
  ])('refuses %s with a reason', async (_name, body, reason) => {
    await using page = await startTestPage();
    const answer = await send(page.url, 'POST', '/try/operations', body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(await answer.json())).toContain(reason);
    expect(page.registered).toEqual([]);
  });

  it('cuts the stand-ins off, and shows it on every page', async () => {
    await using page = await startTestPage();
    const change = { arm: true, slack: false, store: false };
    const seen = readEvents(
      page.url,
      (events) => events.includes('"arm":true'),
      () => void send(page.url, 'PUT', '/try/faults', change),
    );
    await seen;
    expect(page.cutOff).toEqual([change]);
  });

  it('answers to no other name than its own', async () => {
    await using page = await startTestPage();
    const port = new URL(page.url).port;
    const statuses = [];
    for (const host of [
      `localhost:${port}`,
      `127.0.0.1:${port}`,
      `evil.example:${port}`,
      'localhost',
    ]) {
      statuses.push((await get(`${page.url}/state`, { host })).status);
    }
    expect(statuses).toEqual([200, 200, 403, 403]);
  });

  it('takes changes from its own page only', async () => {
    await using page = await startTestPage();
    const wish = { arm: true, slack: true, store: false };
    const foreign = await send(page.url, 'PUT', '/try/faults', wish, 'http://evil.example');
    const none = await fetch(`${page.url}/try/faults`, {
      method: 'PUT',
      body: JSON.stringify(wish),
    });
    expect([foreign.status, none.status]).toEqual([403, 403]);
    expect(page.cutOff).toEqual([]);
  });

  it('closes although pages are open', async () => {
    const page = await startTestPage();
    const response = await fetch(`${page.url}/events`);
    await page.close();
    await expect(response.text()).rejects.toThrow('terminated');
    await expect(fetch(page.url)).rejects.toThrow('fetch failed');
  });
});
